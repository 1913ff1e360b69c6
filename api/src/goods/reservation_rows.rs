//! Rows of reservations: conditional changes of lots, and which redemption holds what.

use chrono::NaiveDate;
use entity::ids::{GoodsId, RedemptionId, SiteId, StockLotId};
use entity::redemption_lot;
use entity::stock_lot::{self, Column as C, StockLotState};
use sea_orm::sea_query::{Expr, ExprTrait, LockType, NullOrdering, Order, Query, SelectStatement};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter,
    QueryOrder, QuerySelect,
};

use crate::platform::db::is_postgres;
use crate::platform::rows::insert_all;

/// Lots of these goods that may be issued on `today`.
fn usable(goods: GoodsId, site: SiteId, today: NaiveDate) -> Condition {
    usable_at(site, today).add(C::GoodsId.eq(goods))
}

/// Lots of a site that may be issued on `today` and have something to give.
fn usable_at(site: SiteId, today: NaiveDate) -> Condition {
    Condition::all()
        .add(C::SiteId.eq(site))
        .add(C::State.eq(StockLotState::OnShelf))
        .add(Condition::any().add(C::ExpiresOn.is_null()).add(C::ExpiresOn.gte(today)))
        .add(
            Expr::col((stock_lot::Entity, C::OnHand))
                .gt(Expr::col((stock_lot::Entity, C::Reserved))),
        )
}

/// Picks the lot that expires first, waiting for whoever has it: skipping a locked
/// lot would report "out of stock" while its buyer may still give up.
fn first_to_expire(db: &impl ConnectionTrait, usable: Condition) -> SelectStatement {
    let mut first = Query::select();
    first
        .column((stock_lot::Entity, C::Id))
        .from(stock_lot::Entity)
        .cond_where(usable)
        .order_by_with_nulls((stock_lot::Entity, C::ExpiresOn), Order::Asc, NullOrdering::Last)
        .order_by((stock_lot::Entity, C::Id), Order::Asc)
        .limit(1);
    if is_postgres(db.get_database_backend()) {
        first.lock(LockType::Update);
    }
    first
}

/// Reserves one piece from the lot that expires first, in one statement.
pub(super) async fn reserve_one(
    tx: &DatabaseTransaction,
    goods: GoodsId,
    site: SiteId,
    today: NaiveDate,
) -> Result<Option<StockLotId>, DbErr> {
    let first = first_to_expire(tx, usable(goods, site, today));
    let rows = stock_lot::Entity::update_many()
        .col_expr(C::Reserved, Expr::col(C::Reserved).add(1))
        .col_expr(C::Version, Expr::col(C::Version).add(1))
        .filter(Expr::col(C::Id).eq(Expr::from(first)))
        .exec_with_returning(tx)
        .await?;
    Ok(rows.into_iter().next().map(|lot| lot.id))
}

/// Locks every lot with something to give, by id.
pub(super) async fn lock_usable(
    tx: &DatabaseTransaction,
    goods: GoodsId,
    site: SiteId,
    today: NaiveDate,
) -> Result<Vec<stock_lot::Model>, DbErr> {
    stock_lot::Entity::find()
        .filter(usable(goods, site, today))
        .order_by_asc(C::Id)
        .lock_exclusive()
        .all(tx)
        .await
}

/// Locks these lots, by id.
pub(super) async fn lock_lots(
    tx: &DatabaseTransaction,
    ids: Vec<StockLotId>,
) -> Result<Vec<stock_lot::Model>, DbErr> {
    stock_lot::Entity::find()
        .filter(C::Id.is_in(ids))
        .order_by_asc(C::Id)
        .lock_exclusive()
        .all(tx)
        .await
}

/// How many pieces of each goods are free at a site; goods without any are left out.
pub(super) async fn count_free(
    db: &impl ConnectionTrait,
    goods: Vec<GoodsId>,
    site: SiteId,
    today: NaiveDate,
) -> Result<Vec<(GoodsId, i64)>, DbErr> {
    let free = Expr::col(C::OnHand).sub(Expr::col(C::Reserved));
    stock_lot::Entity::find()
        .select_only()
        .column(C::GoodsId)
        .column_as(free.sum(), "free")
        .filter(C::GoodsId.is_in(goods))
        .filter(usable_at(site, today))
        .group_by(C::GoodsId)
        .into_tuple()
        .all(db)
        .await
}

/// A change of one lot that happens only while `condition` holds; says whether it did.
async fn change_if(
    tx: &DatabaseTransaction,
    id: StockLotId,
    condition: Expr,
    columns: Vec<(C, Expr)>,
) -> Result<bool, DbErr> {
    let mut update =
        stock_lot::Entity::update_many().col_expr(C::Version, Expr::col(C::Version).add(1));
    for (column, value) in columns {
        update = update.col_expr(column, value);
    }
    let changed = update.filter(C::Id.eq(id)).filter(condition).exec(tx).await?;
    Ok(changed.rows_affected == 1)
}

/// Reserves so many of one lot, if they are free.
pub(super) async fn save_reserved(
    tx: &DatabaseTransaction,
    id: StockLotId,
    quantity: i32,
) -> Result<bool, DbErr> {
    let free = Expr::col(C::OnHand).sub(Expr::col(C::Reserved)).gte(quantity);
    change_if(tx, id, free, vec![(C::Reserved, Expr::col(C::Reserved).add(quantity))]).await
}

/// Frees so many reserved ones of one lot.
pub(super) async fn save_unreserved(
    tx: &DatabaseTransaction,
    id: StockLotId,
    quantity: i32,
) -> Result<bool, DbErr> {
    let held = Expr::col(C::Reserved).gte(quantity);
    change_if(tx, id, held, vec![(C::Reserved, Expr::col(C::Reserved).sub(quantity))]).await
}

/// Hands over so many reserved ones of one lot, unless it expired.
pub(super) async fn save_issued(
    tx: &DatabaseTransaction,
    id: StockLotId,
    quantity: i32,
    today: NaiveDate,
) -> Result<bool, DbErr> {
    let fresh = C::ExpiresOn.is_null().or(C::ExpiresOn.gte(today));
    let held = Expr::col(C::Reserved).gte(quantity).and(fresh);
    let state = Expr::case(Expr::col(C::OnHand).eq(quantity), StockLotState::Exhausted)
        .finally(Expr::col(C::State));
    let columns = vec![
        (C::OnHand, Expr::col(C::OnHand).sub(quantity)),
        (C::Reserved, Expr::col(C::Reserved).sub(quantity)),
        (C::Issued, Expr::col(C::Issued).add(quantity)),
        (C::State, state.into()),
    ];
    change_if(tx, id, held, columns).await
}

/// Puts so many handed over ones of one lot on the shelf again.
pub(super) async fn save_restocked(
    tx: &DatabaseTransaction,
    id: StockLotId,
    quantity: i32,
    state: StockLotState,
) -> Result<bool, DbErr> {
    let gone = Expr::col(C::Issued).gte(quantity);
    let columns = vec![
        (C::OnHand, Expr::col(C::OnHand).add(quantity)),
        (C::Issued, Expr::col(C::Issued).sub(quantity)),
        (C::State, Expr::value(state)),
    ];
    change_if(tx, id, gone, columns).await
}

/// Writes off so many handed over ones of one lot.
pub(super) async fn save_spoilt(
    tx: &DatabaseTransaction,
    id: StockLotId,
    quantity: i32,
) -> Result<bool, DbErr> {
    let gone = Expr::col(C::Issued).gte(quantity);
    let columns = vec![
        (C::WrittenOff, Expr::col(C::WrittenOff).add(quantity)),
        (C::Issued, Expr::col(C::Issued).sub(quantity)),
    ];
    change_if(tx, id, gone, columns).await
}

/// Which lots a redemption is served from, by id.
pub(super) async fn list_parts(
    tx: &DatabaseTransaction,
    redemption: RedemptionId,
) -> Result<Vec<redemption_lot::Model>, DbErr> {
    redemption_lot::Entity::find()
        .filter(redemption_lot::Column::RedemptionId.eq(redemption))
        .order_by_asc(redemption_lot::Column::StockLotId)
        .all(tx)
        .await
}

pub(super) async fn insert_parts(
    tx: &DatabaseTransaction,
    rows: Vec<redemption_lot::Model>,
) -> Result<(), DbErr> {
    insert_all::<redemption_lot::Entity>(tx, rows).await
}

/// Takes away what a redemption had reserved; whoever calls second gets nothing.
pub(super) async fn delete_parts(
    tx: &DatabaseTransaction,
    redemption: RedemptionId,
) -> Result<Vec<redemption_lot::Model>, DbErr> {
    let mut rows = redemption_lot::Entity::delete_many()
        .filter(redemption_lot::Column::RedemptionId.eq(redemption))
        .exec_with_returning(tx)
        .await?;
    rows.sort_by_key(|row| row.stock_lot_id);
    Ok(rows)
}
