//! Rows of write-offs and counts.

use entity::ids::{SiteId, StockAdjustmentId, StockLotId};
use entity::stock_adjustment::{self, Column as C, StockAdjustmentState};
use entity::stock_lot::{self, Column as L};
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait,
    IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
};

use super::domain::Posting;

pub(super) async fn find(
    db: &impl ConnectionTrait,
    id: StockAdjustmentId,
) -> Result<Option<stock_adjustment::Model>, DbErr> {
    stock_adjustment::Entity::find_by_id(id).one(db).await
}

/// Newest first.
pub(super) async fn list(
    db: &impl ConnectionTrait,
    site: SiteId,
    state: Option<StockAdjustmentState>,
    (after, limit): (Option<StockAdjustmentId>, u64),
) -> Result<Vec<stock_adjustment::Model>, DbErr> {
    let mut query = stock_adjustment::Entity::find().filter(C::SiteId.eq(site));
    if let Some(state) = state {
        query = query.filter(C::State.eq(state));
    }
    if let Some(after) = after {
        query = query.filter(C::Id.lt(after));
    }
    query.order_by_desc(C::Id).limit(limit).all(db).await
}

/// Writes a proposal unless another for the lot waits.
pub(super) async fn insert(
    tx: &DatabaseTransaction,
    row: stock_adjustment::Model,
) -> Result<bool, DbErr> {
    let mut once = OnConflict::new();
    once.do_nothing();
    let row = row.into_active_model().reset_all();
    let insert = stock_adjustment::Entity::insert(row).on_conflict(once);
    Ok(insert.exec_without_returning(tx).await? == 1)
}

/// Writes a decision; the caller has locked the lot.
pub(super) async fn save(
    tx: &DatabaseTransaction,
    row: stock_adjustment::Model,
) -> Result<(), DbErr> {
    stock_adjustment::Entity::update(row.into_active_model().reset_all()).exec(tx).await?;
    Ok(())
}

/// Takes from a locked lot what is lost and adds what was found.
pub(super) async fn post(
    tx: &DatabaseTransaction,
    id: StockLotId,
    posting: Posting,
) -> Result<(), DbErr> {
    let Posting { lost, surplus, state } = posting;
    stock_lot::Entity::update_many()
        .col_expr(L::Version, Expr::col(L::Version).add(1))
        .col_expr(L::OnHand, Expr::col(L::OnHand).sub(lost).add(surplus))
        .col_expr(L::WrittenOff, Expr::col(L::WrittenOff).add(lost))
        .col_expr(L::Surplus, Expr::col(L::Surplus).add(surplus))
        .col_expr(L::State, Expr::value(state))
        .filter(L::Id.eq(id))
        .exec(tx)
        .await?;
    Ok(())
}
