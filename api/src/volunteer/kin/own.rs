//! Use cases of one's own authorisations: who helps her, whom she helps, and an end to either.

use chrono::NaiveDate;
use entity::ids::ProxyId;
use entity::proxy;
use sea_orm::ConnectionTrait;

use super::domain::{ProxySide, side_of, state_on};
use super::dto::MyProxyView;
use super::{repository, service};
use crate::app::App;
use crate::auth::Caller;
use crate::platform::clock::local_day;
use crate::platform::failure::{Failure, code};
use crate::platform::tx::Tx;
use crate::volunteer::domain::masked_name;
use crate::volunteer::publication::masked_names;
use crate::volunteer::service as volunteers;

/// Those on either side of which the caller stands, but for those ended on record.
pub(super) async fn list(app: &App, caller: &Caller) -> Result<Vec<MyProxyView>, Failure> {
    let (db, today) = (&app.pools.read, local_day(app.clock.now()));
    let mut rows = repository::list_proxies(db, caller.volunteer()?).await?;
    rows.retain(|row| row.withdrawn_at.is_none());
    rows.extend(repository::list_authorisations(db, caller.account).await?);
    rows.sort_by_key(|row| (row.starts_on, row.id));
    rows.dedup_by_key(|row| row.id);
    views(db, caller, rows, today).await
}

async fn views(
    db: &impl ConnectionTrait,
    caller: &Caller,
    rows: Vec<proxy::Model>,
    today: NaiveDate,
) -> Result<Vec<MyProxyView>, Failure> {
    let principals = masked_names(db, &rows.iter().map(|row| row.volunteer_id).collect()).await?;
    let accounts = rows.iter().map(|row| row.proxy_account_id).collect();
    let helpers = repository::list_names(db, accounts).await?;
    let view = |row: proxy::Model| {
        let side = side_of(&row, caller.account, caller.volunteer)?;
        let name = match side {
            ProxySide::Helper => principals.get(&row.volunteer_id).cloned(),
            ProxySide::Principal => {
                let found = helpers.iter().find(|(account, _)| *account == row.proxy_account_id);
                found.map(|(_, name)| masked_name(name))
            }
        };
        let state = state_on(&row, today);
        Some(MyProxyView::new(row, side, name, state))
    };
    Ok(rows.into_iter().filter_map(view).collect())
}

/// Ends one, from either side and without a reason. Others' are not there.
///
/// # Errors
/// `not_found`; `wrong_state` when it was ended before.
pub(super) async fn end(tx: &Tx<'_>, caller: &Caller, id: ProxyId) -> Result<MyProxyView, Failure> {
    let found = repository::find_proxy(&**tx, id).await?;
    let found = found.filter(|row| side_of(row, caller.account, caller.volunteer).is_some());
    // Her row first, as wherever something of hers changes.
    volunteers::lock(tx, found.ok_or(code::NOT_FOUND)?.volunteer_id).await?;
    let row = repository::lock_proxy(tx, id).await?.ok_or(code::NOT_FOUND)?;
    let ended = service::finish(tx, row).await?;
    let view = views(&**tx, caller, vec![ended], local_day(tx.now)).await?.pop();
    view.ok_or_else(|| Failure::internal("an authorisation without her side"))
}
