//! Reading alerts.

use entity::ids::SiteId;

use super::counts_view::{self, Scope};
use super::domain::{AlertKind, alerts};
use super::dto::AlertList;
use crate::app::App;
use crate::auth::{Caller, Permission};
use crate::platform::failure::Failure;
use crate::site as sites;
use crate::supervision::quarter;

/// The alerts of a site and those below it in a quarter.
///
/// # Errors
/// The caller's lack of permission, or a quarter that is none.
pub(super) async fn list(
    app: &App,
    caller: &Caller,
    site: SiteId,
    text: &str,
) -> Result<AlertList, Failure> {
    let db = &app.pools.read;
    let site = sites::get(db, site).await?;
    caller.require_at(Permission::ViewSupervision, &site.path)?;
    let quarter = quarter::parse(text, "quarter")?;
    let (from, to) = quarter.span();
    let scope = Scope { path: &site.path, from, to };
    let settings = sites::supervision_settings(db, &site, app.clock.now()).await?;
    let mut items = Vec::new();
    for kind in AlertKind::ALL {
        let (shares, total) = counts_view::shares(db, kind, scope).await?;
        items.extend(alerts(kind, shares, total, &settings).into_iter().map(Into::into));
    }
    Ok(AlertList { quarter: quarter.to_string(), items })
}
