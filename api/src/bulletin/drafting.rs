//! Drafting a bulletin and making its figures again; what every write of one has in common.

use chrono::NaiveDate;
use entity::bulletin::{self, BulletinState};
use entity::ids::{AccountId, BulletinId, SiteId};
use entity::site::{self, SiteKind};
use serde_json::json;

use super::domain::{BulletinAction, quarter_of};
use super::dto::BulletinView;
use super::{compile, error, line_rows, repository, service};
use crate::auth::{Caller, Permission};
use crate::platform::clock::local_day;
use crate::platform::failure::{Failure, code};
use crate::platform::quarter::Quarter;
use crate::platform::text::human_number::NumberFormat;
use crate::platform::tx::Tx;
use crate::task::TaskView;
use crate::{journal, site as sites};

const NUMBER: NumberFormat = NumberFormat::new("GK", 8);

/// A quarter that is over, as it was asked for.
///
/// # Errors
/// `invalid_value` naming the field.
pub(super) fn past_quarter(text: &str, today: NaiveDate) -> Result<Quarter, Failure> {
    let quarter: Quarter = text.parse().map_err(|why| Failure::field("/quarter", why))?;
    if quarter >= Quarter::of(today) {
        return Err(Failure::field("/quarter", "这个季度还没有结束"));
    }
    Ok(quarter)
}

/// Drafts the bulletin of a site and quarter for a person, and starts its making.
///
/// # Errors
/// `bulletin_exists`, and the caller's lack of permission.
pub(super) async fn draft(
    tx: &Tx<'_>,
    caller: &Caller,
    site: SiteId,
    quarter: &str,
) -> Result<(bulletin::Model, TaskView), Failure> {
    let site = sites::get(&**tx, site).await?;
    caller.require_at(Permission::PublishNotices, &site.path)?;
    let quarter = past_quarter(quarter, local_day(tx.now))?;
    if site.kind == SiteKind::Center {
        return Err(Failure::field("site_id", "季度公开由所或站发布"));
    }
    if quarter < Quarter::of(site.valid_from) {
        return Err(Failure::field("/quarter", "这个季度还没有这个所站"));
    }
    begin_one(tx, &site, quarter, Some(caller.account)).await
}

/// Begins the bulletin of a site and quarter.
///
/// # Errors
/// `bulletin_exists`.
pub(super) async fn begin_one(
    tx: &Tx<'_>,
    site: &site::Model,
    quarter: Quarter,
    by: Option<AccountId>,
) -> Result<(bulletin::Model, TaskView), Failure> {
    let row = bulletin::Model {
        id: tx.new_id(),
        number: NUMBER.build(tx.random()),
        site_id: site.id,
        quarter: quarter.first_day(),
        state: BulletinState::Compiling,
        line_count: 0,
        line_points: 0,
        digest: None,
        tree: None,
        tree_size: None,
        tree_root: None,
        checkpoint: None,
        drafted_by: by,
        drafted_at: tx.now,
        compiled_at: None,
        published_by: None,
        published_at: None,
        archived_by: None,
        archived_at: None,
        version: 1,
        updated_at: tx.now,
    };
    if !repository::insert(tx, &row).await? {
        return Err(error::BULLETIN_EXISTS.into());
    }
    tell(tx, "bulletin.compiling", &row).await?;
    let task = compile::start(tx, &row, by).await?;
    Ok((row, task))
}

/// A bulletin under lock for a step of a person, with its site and the state it reaches.
///
/// # Errors
/// `not_found`, the caller's lack of permission, or what the rules refuse.
pub(super) async fn begin(
    tx: &Tx<'_>,
    caller: &Caller,
    id: BulletinId,
    action: BulletinAction,
) -> Result<(bulletin::Model, site::Model), Failure> {
    let mut row = repository::lock(tx, id).await?.ok_or(code::NOT_FOUND)?;
    let site = sites::get(&**tx, row.site_id).await?;
    caller.require_at(Permission::PublishNotices, &site.path)?;
    row.state = action.apply(row.state)?;
    Ok((row, site))
}

/// Makes the figures of a draft again.
///
/// # Errors
/// `wrong_state`, `bulletin_compiling`.
pub(super) async fn recompile(
    tx: &Tx<'_>,
    caller: &Caller,
    id: BulletinId,
) -> Result<(bulletin::Model, TaskView), Failure> {
    let (mut row, _) = begin(tx, caller, id, BulletinAction::Recompile).await?;
    row.compiled_at = None;
    let row = store(tx, row).await?;
    tell(tx, BulletinAction::Recompile.event(), &row).await?;
    let task = compile::start(tx, &row, Some(caller.account)).await?;
    Ok((row, task))
}

/// Takes a draft back, as if it had never been drafted: one of a wrong quarter. Last quarter's is
/// drafted again by schedule.
///
/// # Errors
/// `wrong_state`, `bulletin_compiling`.
pub(super) async fn discard(
    tx: &Tx<'_>,
    caller: &Caller,
    id: BulletinId,
) -> Result<BulletinView, Failure> {
    let (row, _) = begin(tx, caller, id, BulletinAction::Discard).await?;
    let view = service::view(&**tx, caller, row.clone()).await?;
    line_rows::drop_draft(tx, id).await?;
    repository::drop_figures(tx, id).await?;
    repository::delete_draft(tx, id).await?;
    tell(tx, BulletinAction::Discard.event(), &row).await?;
    Ok(view)
}

/// Writes the changed bulletin as its next version.
pub(super) async fn store(tx: &Tx<'_>, row: bulletin::Model) -> Result<bulletin::Model, Failure> {
    let row = bulletin::Model { version: row.version + 1, updated_at: tx.now, ..row };
    if !repository::save(tx, &row).await? {
        return Err(Failure::internal("a locked bulletin changed"));
    }
    Ok(row)
}

/// Tells of a bulletin: numbers only.
pub(super) async fn tell(tx: &Tx<'_>, kind: &str, row: &bulletin::Model) -> Result<(), Failure> {
    let data = json!({
        "number": row.number,
        "quarter": quarter_of(row).to_string(),
        "lines": row.line_count,
        "digest": row.digest,
        "tree_size": row.tree_size,
    });
    journal::publish(tx, kind, "bulletin", row.id.into(), Some(row.site_id), data).await
}
