//! Rows of goods, stock lots and stock movements.

use crate::platform::rows::insert_all;
use chrono::{DateTime, Utc};
use entity::goods::{self, GoodsState};
use entity::ids::{AccountId, GoodsId, SiteId, StockLotId, StockMovementId};
use entity::stock_lot::{self, StockLotState};
use entity::stock_movement;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait,
    IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
};

/// Which goods a list shows.
pub(super) struct GoodsFilter {
    /// The site and those above it, whose goods it may use.
    pub(super) sites: Vec<SiteId>,
    pub(super) state: Option<GoodsState>,
    pub(super) after: Option<GoodsId>,
    pub(super) limit: u64,
}

/// Which lots a list shows.
pub(super) struct LotFilter {
    pub(super) site: SiteId,
    pub(super) state: Option<StockLotState>,
    pub(super) goods: Option<GoodsId>,
    pub(super) after: Option<StockLotId>,
    pub(super) limit: u64,
}

pub(super) async fn find_goods(
    db: &impl ConnectionTrait,
    id: GoodsId,
) -> Result<Option<goods::Model>, DbErr> {
    goods::Entity::find_by_id(id).one(db).await
}

pub(super) async fn lock_goods(
    tx: &DatabaseTransaction,
    id: GoodsId,
) -> Result<Option<goods::Model>, DbErr> {
    goods::Entity::find_by_id(id).lock_exclusive().one(tx).await
}

pub(super) async fn find_many_goods(
    db: &impl ConnectionTrait,
    ids: Vec<GoodsId>,
) -> Result<Vec<goods::Model>, DbErr> {
    goods::Entity::find().filter(goods::Column::Id.is_in(ids)).all(db).await
}

/// Newest first.
pub(super) async fn list_goods(
    db: &impl ConnectionTrait,
    filter: GoodsFilter,
) -> Result<Vec<goods::Model>, DbErr> {
    let mut query = goods::Entity::find().filter(goods::Column::SiteId.is_in(filter.sites));
    if let Some(state) = filter.state {
        query = query.filter(goods::Column::State.eq(state));
    }
    if let Some(after) = filter.after {
        query = query.filter(goods::Column::Id.lt(after));
    }
    query.order_by_desc(goods::Column::Id).limit(filter.limit).all(db).await
}

pub(super) async fn insert_goods(tx: &DatabaseTransaction, row: goods::Model) -> Result<(), DbErr> {
    let row = row.into_active_model().reset_all();
    goods::Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

/// Writes what may change of goods that the caller has locked.
pub(super) async fn save_goods(tx: &DatabaseTransaction, row: &goods::Model) -> Result<(), DbErr> {
    use goods::Column as C;
    goods::Entity::update_many()
        .col_expr(C::Name, Expr::value(row.name.clone()))
        .col_expr(C::Category, Expr::value(row.category.clone()))
        .col_expr(C::UnitLabel, Expr::value(row.unit_label.clone()))
        .col_expr(C::Description, Expr::value(row.description.clone()))
        .col_expr(C::PointsPrice, Expr::value(row.points_price))
        .col_expr(C::State, Expr::value(row.state))
        .col_expr(C::ImageUrl, Expr::value(row.image_url.clone()))
        .col_expr(C::Version, Expr::value(row.version))
        .col_expr(C::UpdatedAt, Expr::value(row.updated_at))
        .filter(C::Id.eq(row.id))
        .exec(tx)
        .await?;
    Ok(())
}

pub(super) async fn find_lot(
    db: &impl ConnectionTrait,
    id: StockLotId,
) -> Result<Option<stock_lot::Model>, DbErr> {
    stock_lot::Entity::find_by_id(id).one(db).await
}

pub(super) async fn lock_lot(
    tx: &DatabaseTransaction,
    id: StockLotId,
) -> Result<Option<stock_lot::Model>, DbErr> {
    stock_lot::Entity::find_by_id(id).lock_exclusive().one(tx).await
}

/// Newest first.
pub(super) async fn list_lots(
    db: &impl ConnectionTrait,
    filter: LotFilter,
) -> Result<Vec<stock_lot::Model>, DbErr> {
    let mut query = stock_lot::Entity::find().filter(stock_lot::Column::SiteId.eq(filter.site));
    if let Some(state) = filter.state {
        query = query.filter(stock_lot::Column::State.eq(state));
    }
    if let Some(goods) = filter.goods {
        query = query.filter(stock_lot::Column::GoodsId.eq(goods));
    }
    if let Some(after) = filter.after {
        query = query.filter(stock_lot::Column::Id.lt(after));
    }
    query.order_by_desc(stock_lot::Column::Id).limit(filter.limit).all(db).await
}

pub(super) async fn insert_lot(
    tx: &DatabaseTransaction,
    row: stock_lot::Model,
) -> Result<(), DbErr> {
    let row = row.into_active_model().reset_all();
    stock_lot::Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

/// A change of one lot, counted in its version.
fn change(id: StockLotId) -> sea_orm::UpdateMany<stock_lot::Entity> {
    let version = Expr::col(stock_lot::Column::Version).add(1);
    stock_lot::Entity::update_many()
        .col_expr(stock_lot::Column::Version, version)
        .filter(stock_lot::Column::Id.eq(id))
}

pub(super) async fn save_first_signature(
    tx: &DatabaseTransaction,
    id: StockLotId,
    by: AccountId,
) -> Result<(), DbErr> {
    change(id).col_expr(stock_lot::Column::AcceptedBy, Expr::value(by)).exec(tx).await?;
    Ok(())
}

pub(super) async fn save_accepted(
    tx: &DatabaseTransaction,
    id: StockLotId,
    second: AccountId,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    change(id)
        .col_expr(stock_lot::Column::SecondAcceptedBy, Expr::value(second))
        .col_expr(stock_lot::Column::AcceptedAt, Expr::value(now))
        .col_expr(stock_lot::Column::State, Expr::value(StockLotState::Accepted))
        .exec(tx)
        .await?;
    Ok(())
}

pub(super) async fn save_shelved(
    tx: &DatabaseTransaction,
    id: StockLotId,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    change(id)
        .col_expr(stock_lot::Column::ShelvedAt, Expr::value(now))
        .col_expr(stock_lot::Column::State, Expr::value(StockLotState::OnShelf))
        .exec(tx)
        .await?;
    Ok(())
}

pub(super) async fn insert_movements(
    tx: &DatabaseTransaction,
    rows: Vec<stock_movement::Model>,
) -> Result<(), DbErr> {
    insert_all::<stock_movement::Entity>(tx, rows).await
}

/// Oldest first.
pub(super) async fn list_movements(
    db: &impl ConnectionTrait,
    lot: StockLotId,
    after: Option<StockMovementId>,
    limit: u64,
) -> Result<Vec<stock_movement::Model>, DbErr> {
    let mut query =
        stock_movement::Entity::find().filter(stock_movement::Column::StockLotId.eq(lot));
    if let Some(after) = after {
        query = query.filter(stock_movement::Column::Id.gt(after));
    }
    query.order_by_asc(stock_movement::Column::Id).limit(limit).all(db).await
}
