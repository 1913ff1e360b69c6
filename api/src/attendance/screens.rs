//! Rows of screens.

use chrono::{DateTime, Utc};
use entity::ids::{ActivityId, ScreenId};
use entity::screen;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter};

pub(super) async fn insert(
    tx: &DatabaseTransaction,
    row: screen::ActiveModel,
) -> Result<screen::Model, DbErr> {
    screen::Entity::insert(row).exec_with_returning(tx).await
}

pub(super) async fn find(
    db: &impl ConnectionTrait,
    activity: ActivityId,
    id: ScreenId,
) -> Result<Option<screen::Model>, DbErr> {
    let found = screen::Entity::find_by_id(id);
    found.filter(screen::Column::ActivityId.eq(activity)).one(db).await
}

pub(super) async fn find_by_hash(
    db: &impl ConnectionTrait,
    hash: &str,
) -> Result<Option<screen::Model>, DbErr> {
    screen::Entity::find().filter(screen::Column::TokenHash.eq(hash)).one(db).await
}

pub(super) async fn revoke(
    tx: &DatabaseTransaction,
    id: ScreenId,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    screen::Entity::update_many()
        .col_expr(screen::Column::RevokedAt, Expr::value(now))
        .filter(screen::Column::Id.eq(id))
        .exec(tx)
        .await?;
    Ok(())
}
