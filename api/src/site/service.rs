//! Use cases of the site tree.

use entity::ids::SiteId;
use entity::site;
use sea_orm::ConnectionTrait;

use super::repository::{self, Filter};
use crate::platform::clock::local_day;
use crate::platform::core::Core;
use crate::platform::failure::{Failure, code};
use crate::platform::paging::Pager;

/// The site.
///
/// # Errors
/// `not_found` when there is none.
pub(crate) async fn get(db: &impl ConnectionTrait, id: SiteId) -> Result<site::Model, Failure> {
    repository::find(db, id).await?.ok_or_else(|| code::NOT_FOUND.into())
}

/// One page of the sites that exist today, and the next page's token.
pub(super) async fn list(
    core: &Core,
    filter: &Filter,
    pager: &Pager<'_>,
) -> Result<(Vec<site::Model>, Option<String>), Failure> {
    let (db, today) = (&core.pools.read, local_day(core.clock.now()));
    let after = pager.after.as_deref();
    let rows = repository::list(db, filter, today, after, pager.limit()).await?;
    pager.cut(rows, |row| row.division_code.clone())
}
