//! Use cases of write-offs and counts.

use entity::ids::{SiteId, StockAdjustmentId, StockLotId};
use entity::stock_adjustment::{self, StockAdjustmentKind, StockAdjustmentState};
use entity::stock_lot;
use entity::stock_movement::StockMovementKind;
use serde_json::json;

use super::super::stock::{lock_managed, record};
use super::domain::{
    AdjustmentAction, AdjustmentRefusal, Posting, check_unmoved, decide, decide_posting,
};
use super::dto::{AdjustmentQuery, StockAdjustmentPage, StockAdjustmentView};
use super::repository;
use crate::app::App;
use crate::auth::{Caller, Permission};
use crate::platform::failure::{Failure, code};
use crate::platform::paging::{PageQuery, Pager};
use crate::platform::tx::Tx;
use crate::{journal, site as sites};

/// What somebody proposes.
#[derive(Clone, Debug)]
pub(super) struct Proposal {
    pub(super) kind: StockAdjustmentKind,
    pub(super) quantity: i32,
    pub(super) reason: String,
}

/// Proposes a write-off or a count. The books stay as they are.
///
/// # Errors
/// `wrong_state`, `out_of_stock`, `adjustment_pending`.
pub(super) async fn propose(
    tx: &Tx<'_>,
    caller: &Caller,
    id: StockLotId,
    proposal: Proposal,
) -> Result<StockAdjustmentView, Failure> {
    let (lot, _) = lock_managed(tx, caller, id).await?;
    decide_posting(&lot, proposal.kind, proposal.quantity)?;
    let row = stock_adjustment::Model {
        id: tx.new_id(),
        stock_lot_id: lot.id,
        site_id: lot.site_id,
        kind: proposal.kind,
        quantity: proposal.quantity,
        on_hand_seen: lot.on_hand,
        reason: proposal.reason,
        state: StockAdjustmentState::Proposed,
        proposed_by: caller.account,
        proposed_at: tx.now,
        decided_by: None,
        decided_at: None,
        decision_reason: None,
        version: 1,
    };
    if !repository::insert(tx, row.clone()).await? {
        return Err(AdjustmentRefusal::Pending.into());
    }
    tell(tx, "stock_adjustment.proposed", &row).await?;
    Ok(StockAdjustmentView::new(row, caller.account, true))
}

/// Decides as the second person; confirming posts the difference. Deciding the same
/// again changes nothing.
///
/// # Errors
/// `second_signer_required`, `wrong_state`, `out_of_stock`, `stock_moved`.
pub(super) async fn settle(
    tx: &Tx<'_>,
    caller: &Caller,
    id: StockAdjustmentId,
    (action, reason): (AdjustmentAction, Option<String>),
) -> Result<StockAdjustmentView, Failure> {
    let found = repository::find(&**tx, id).await?.ok_or(code::NOT_FOUND)?;
    // The lot's lock is the adjustment's, too: read what is true under it.
    let (lot, _) = lock_managed(tx, caller, found.stock_lot_id).await?;
    let row = repository::find(&**tx, id).await?.ok_or(code::NOT_FOUND)?;
    if row.state == action.target() && row.decided_by == Some(caller.account) {
        return Ok(StockAdjustmentView::new(row, caller.account, true));
    }
    let state = decide(action, &row, caller.account)?;
    if action == AdjustmentAction::Confirm {
        check_unmoved(&row, &lot)?;
        let posting = decide_posting(&lot, row.kind, row.quantity)?;
        post(tx, &lot, &row, posting).await?;
    }
    let row = stock_adjustment::Model {
        state,
        decided_by: Some(caller.account),
        decided_at: Some(tx.now),
        decision_reason: reason,
        version: row.version + 1,
        ..row
    };
    repository::save(tx, row.clone()).await?;
    tell(tx, &format!("stock_adjustment.{state}"), &row).await?;
    Ok(StockAdjustmentView::new(row, caller.account, true))
}

async fn post(
    tx: &Tx<'_>,
    lot: &stock_lot::Model,
    row: &stock_adjustment::Model,
    posting: Posting,
) -> Result<(), Failure> {
    repository::post(tx, lot.id, posting).await?;
    let (kind, quantity) = match row.kind {
        StockAdjustmentKind::WriteOff => (StockMovementKind::WriteOff, posting.lost),
        StockAdjustmentKind::Count if posting.surplus > 0 => {
            (StockMovementKind::CountSurplus, posting.surplus)
        }
        StockAdjustmentKind::Count => (StockMovementKind::CountLoss, posting.lost),
    };
    record(tx, lot, kind, quantity, Some(row.reason.clone())).await
}

async fn tell(tx: &Tx<'_>, kind: &str, row: &stock_adjustment::Model) -> Result<(), Failure> {
    let data = json!({"stock_lot_id": row.stock_lot_id, "kind": row.kind.as_str()});
    let (id, site) = (row.id.into(), Some(row.site_id));
    journal::publish(tx, kind, "stock_adjustment", id, site, data).await
}

/// The write-offs and counts of a site, newest first.
pub(super) async fn list(
    app: &App,
    caller: &Caller,
    site: SiteId,
    query: AdjustmentQuery,
) -> Result<StockAdjustmentPage, Failure> {
    let db = &app.pools.read;
    let site = sites::get(db, site).await?;
    caller.require_at(Permission::ViewGoods, &site.path)?;
    let AdjustmentQuery { state, page_size, page_token } = query;
    let name = format!("adjustments|{}|{}|{state:?}", caller.account, site.id);
    let pager = Pager::new(&app.core, name, &PageQuery { page_size, page_token })?;
    let after = pager.after()?;
    let rows = repository::list(db, site.id, state, (after, pager.limit())).await?;
    let (rows, next_page_token) = pager.cut(rows, |row| row.id.to_string())?;
    let manages = caller.may_at(Permission::ManageGoods, &site.path);
    let view = |row| StockAdjustmentView::new(row, caller.account, manages);
    Ok(StockAdjustmentPage { items: rows.into_iter().map(view).collect(), next_page_token })
}
