//! Rows of the calendar.

use crate::platform::rows::insert_all;
use chrono::{DateTime, Utc};
use entity::ids::AccountId;
use entity::{calendar_day, calendar_year};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect, Set,
};

/// Every year that was entered.
pub(super) async fn list_years(db: &impl ConnectionTrait) -> Result<Vec<i32>, DbErr> {
    let years = calendar_year::Entity::find().select_only().column(calendar_year::Column::Year);
    years.into_tuple().all(db).await
}

/// The exceptional days of these years, in order.
pub(super) async fn list_days(
    db: &impl ConnectionTrait,
    years: impl IntoIterator<Item = i32>,
) -> Result<Vec<calendar_day::Model>, DbErr> {
    calendar_day::Entity::find()
        .filter(calendar_day::Column::Year.is_in(years))
        .order_by_asc(calendar_day::Column::Day)
        .all(db)
        .await
}

pub(super) async fn find_year(
    db: &impl ConnectionTrait,
    year: i32,
) -> Result<Option<calendar_year::Model>, DbErr> {
    calendar_year::Entity::find_by_id(year).one(db).await
}

pub(super) async fn lock_year(
    tx: &DatabaseTransaction,
    year: i32,
) -> Result<Option<calendar_year::Model>, DbErr> {
    calendar_year::Entity::find_by_id(year).lock_exclusive().one(tx).await
}

pub(super) async fn insert_year(
    tx: &DatabaseTransaction,
    row: calendar_year::Model,
) -> Result<(), DbErr> {
    let row: calendar_year::ActiveModel = row.into();
    calendar_year::Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

pub(super) async fn save_year(
    tx: &DatabaseTransaction,
    row: &calendar_year::Model,
) -> Result<(), DbErr> {
    let (by, at): (Option<AccountId>, DateTime<Utc>) = (row.set_by, row.updated_at);
    let change = calendar_year::ActiveModel {
        document_no: Set(row.document_no.clone()),
        set_by: Set(by),
        updated_at: Set(at),
        version: Set(row.version),
        ..Default::default()
    };
    calendar_year::Entity::update_many()
        .set(change)
        .filter(calendar_year::Column::Year.eq(row.year))
        .exec(tx)
        .await?;
    Ok(())
}

/// Puts these days in the place of the year's.
pub(super) async fn replace_days(
    tx: &DatabaseTransaction,
    year: i32,
    days: Vec<calendar_day::Model>,
) -> Result<(), DbErr> {
    let old = calendar_day::Entity::delete_many().filter(calendar_day::Column::Year.eq(year));
    old.exec(tx).await?;
    insert_all::<calendar_day::Entity>(tx, days).await
}
