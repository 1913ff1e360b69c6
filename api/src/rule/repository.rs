//! Rows of rule sets, their versions and items.

use chrono::{DateTime, NaiveDate, Utc};
use entity::ids::{AccountId, RuleItemId, RuleSetId, RuleVersionId, SiteId};
use entity::rule_version::RuleVersionState;
use entity::{rule_item, rule_set, rule_version};
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter,
    QueryOrder, QuerySelect,
};

use super::domain::Published;
use crate::platform::rows::insert_all;

type VersionColumn = rule_version::Column;

pub(super) async fn find_set(
    db: &impl ConnectionTrait,
    town: SiteId,
) -> Result<Option<rule_set::Model>, DbErr> {
    rule_set::Entity::find().filter(rule_set::Column::SiteId.eq(town)).one(db).await
}

pub(super) async fn find_set_by_id(
    db: &impl ConnectionTrait,
    id: RuleSetId,
) -> Result<Option<rule_set::Model>, DbErr> {
    rule_set::Entity::find_by_id(id).one(db).await
}

/// The town's rule set, locked: one person at a time drafts or publishes.
pub(super) async fn lock_set(
    tx: &DatabaseTransaction,
    town: SiteId,
) -> Result<Option<rule_set::Model>, DbErr> {
    rule_set::Entity::find()
        .filter(rule_set::Column::SiteId.eq(town))
        .lock_exclusive()
        .one(tx)
        .await
}

/// Inserts the town's rule set unless somebody else just did.
pub(super) async fn insert_set(
    tx: &DatabaseTransaction,
    row: rule_set::ActiveModel,
) -> Result<(), DbErr> {
    rule_set::Entity::insert(row)
        .on_conflict(OnConflict::column(rule_set::Column::SiteId).do_nothing().to_owned())
        .try_insert()
        .exec_without_returning(tx)
        .await?;
    Ok(())
}

/// A version of this rule set.
pub(super) async fn find_version(
    db: &impl ConnectionTrait,
    set: RuleSetId,
    id: RuleVersionId,
) -> Result<Option<rule_version::Model>, DbErr> {
    rule_version::Entity::find_by_id(id).filter(VersionColumn::RuleSetId.eq(set)).one(db).await
}

/// A version, of whichever rule set.
pub(super) async fn find_any_version(
    db: &impl ConnectionTrait,
    id: RuleVersionId,
) -> Result<Option<rule_version::Model>, DbErr> {
    rule_version::Entity::find_by_id(id).one(db).await
}

/// Versions below `after`, the highest number first.
pub(super) async fn list_versions(
    db: &impl ConnectionTrait,
    set: RuleSetId,
    after: Option<i32>,
    limit: u64,
) -> Result<Vec<rule_version::Model>, DbErr> {
    let mut query = rule_version::Entity::find().filter(VersionColumn::RuleSetId.eq(set));
    if let Some(after) = after {
        query = query.filter(VersionColumn::Number.lt(after));
    }
    query.order_by_desc(VersionColumn::Number).limit(limit).all(db).await
}

/// The version in force on a day: the highest number whose day has come.
pub(super) async fn find_in_force(
    db: &impl ConnectionTrait,
    set: RuleSetId,
    on: NaiveDate,
) -> Result<Option<rule_version::Model>, DbErr> {
    rule_version::Entity::find()
        .filter(VersionColumn::RuleSetId.eq(set))
        .filter(VersionColumn::State.ne(RuleVersionState::Draft))
        .filter(VersionColumn::EffectiveFrom.lte(on))
        .order_by_desc(VersionColumn::Number)
        .one(db)
        .await
}

/// The published version that begins after `today` and is not overtaken.
pub(super) async fn find_coming(
    db: &impl ConnectionTrait,
    set: RuleSetId,
    today: NaiveDate,
) -> Result<Option<rule_version::Model>, DbErr> {
    rule_version::Entity::find()
        .filter(VersionColumn::RuleSetId.eq(set))
        .filter(VersionColumn::State.eq(RuleVersionState::Published))
        .filter(VersionColumn::EffectiveFrom.gt(today))
        .order_by_asc(VersionColumn::EffectiveFrom)
        .order_by_desc(VersionColumn::Number)
        .one(db)
        .await
}

pub(super) async fn has_draft(tx: &DatabaseTransaction, set: RuleSetId) -> Result<bool, DbErr> {
    let draft = rule_version::Entity::find()
        .filter(VersionColumn::RuleSetId.eq(set))
        .filter(VersionColumn::State.eq(RuleVersionState::Draft))
        .one(tx)
        .await?;
    Ok(draft.is_some())
}

pub(super) async fn insert_version(
    tx: &DatabaseTransaction,
    row: rule_version::ActiveModel,
) -> Result<rule_version::Model, DbErr> {
    rule_version::Entity::insert(row).exec_with_returning(tx).await
}

/// Writes a draft's new text under its new author; none when the draft is not the one
/// that was read any more.
pub(super) async fn save_draft(
    tx: &DatabaseTransaction,
    read: &rule_version::Model,
    author: AccountId,
    note: &str,
) -> Result<Option<rule_version::Model>, DbErr> {
    let saved = rule_version::Entity::update_many()
        .col_expr(VersionColumn::Note, Expr::value(note))
        .col_expr(VersionColumn::CreatedBy, Expr::value(author))
        .col_expr(VersionColumn::Version, Expr::col(VersionColumn::Version).add(1))
        .filter(VersionColumn::Id.eq(read.id))
        .filter(VersionColumn::State.eq(RuleVersionState::Draft))
        .filter(VersionColumn::Version.eq(read.version))
        .exec_with_returning(tx)
        .await?;
    Ok(saved.into_iter().next())
}

/// Publishes a draft; none when it changed meanwhile.
pub(super) async fn save_publication(
    tx: &DatabaseTransaction,
    read: &rule_version::Model,
    decided: &Published,
    (by, at): (AccountId, DateTime<Utc>),
) -> Result<Option<rule_version::Model>, DbErr> {
    let saved = rule_version::Entity::update_many()
        .col_expr(VersionColumn::State, Expr::value(decided.state))
        .col_expr(VersionColumn::EffectiveFrom, Expr::value(decided.effective_from))
        .col_expr(VersionColumn::PublishedBy, Expr::value(by))
        .col_expr(VersionColumn::PublishedAt, Expr::value(at))
        .col_expr(VersionColumn::Version, Expr::col(VersionColumn::Version).add(1))
        .filter(VersionColumn::Id.eq(read.id))
        .filter(VersionColumn::Version.eq(read.version))
        .exec_with_returning(tx)
        .await?;
    Ok(saved.into_iter().next())
}

/// Retires the older versions that are over today or will never begin.
pub(super) async fn retire_overtaken(
    tx: &DatabaseTransaction,
    by: &rule_version::Model,
    retired: RuleVersionState,
    today: NaiveDate,
) -> Result<(), DbErr> {
    let mut over = Condition::any().add(VersionColumn::EffectiveFrom.gte(by.effective_from));
    if by.effective_from.is_some_and(|day| day <= today) {
        over = over.add(VersionColumn::Number.lt(by.number));
    }
    rule_version::Entity::update_many()
        .col_expr(VersionColumn::State, Expr::value(retired))
        .col_expr(VersionColumn::Version, Expr::col(VersionColumn::Version).add(1))
        .filter(VersionColumn::RuleSetId.eq(by.rule_set_id))
        .filter(VersionColumn::Number.lt(by.number))
        .filter(VersionColumn::State.eq(RuleVersionState::Published))
        .filter(over)
        .exec(tx)
        .await?;
    Ok(())
}

pub(super) async fn list_items(
    db: &impl ConnectionTrait,
    version: RuleVersionId,
) -> Result<Vec<rule_item::Model>, DbErr> {
    rule_item::Entity::find()
        .filter(rule_item::Column::RuleVersionId.eq(version))
        .order_by_asc(rule_item::Column::Sort)
        .all(db)
        .await
}

pub(super) async fn find_item(
    db: &impl ConnectionTrait,
    version: RuleVersionId,
    code: &str,
) -> Result<Option<rule_item::Model>, DbErr> {
    rule_item::Entity::find()
        .filter(rule_item::Column::RuleVersionId.eq(version))
        .filter(rule_item::Column::Code.eq(code))
        .one(db)
        .await
}

pub(super) async fn find_item_by_id(
    db: &impl ConnectionTrait,
    id: RuleItemId,
) -> Result<Option<rule_item::Model>, DbErr> {
    rule_item::Entity::find_by_id(id).one(db).await
}

/// Puts `items` in the place of whatever the draft had.
pub(super) async fn replace_items(
    tx: &DatabaseTransaction,
    version: RuleVersionId,
    items: Vec<rule_item::Model>,
) -> Result<(), DbErr> {
    rule_item::Entity::delete_many()
        .filter(rule_item::Column::RuleVersionId.eq(version))
        .exec(tx)
        .await?;
    insert_all::<rule_item::Entity>(tx, items).await
}
