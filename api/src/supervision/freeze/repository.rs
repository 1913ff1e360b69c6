//! Rows of freezes.

use chrono::{DateTime, Utc};
use entity::freeze::{self, Column as C, FreezeEnd, FreezeSubject};
use entity::ids::{AccountId, FreezeId};
use entity::site;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait, JoinType,
    PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait, RelationTrait,
};
use uuid::Uuid;

use crate::platform::rows::{self, Paged as _};

pub(super) async fn find(
    db: &impl ConnectionTrait,
    id: FreezeId,
) -> Result<Option<freeze::Model>, DbErr> {
    freeze::Entity::find_by_id(id).one(db).await
}

/// Every freeze of a record, ended or not.
pub(super) async fn list_of(
    db: &impl ConnectionTrait,
    (kind, id): (FreezeSubject, Uuid),
) -> Result<Vec<freeze::Model>, DbErr> {
    freeze::Entity::find().filter(C::SubjectKind.eq(kind)).filter(C::SubjectId.eq(id)).all(db).await
}

/// Writes a freeze; nothing when one is in force.
pub(super) async fn insert(
    tx: &DatabaseTransaction,
    row: freeze::Model,
) -> Result<Option<freeze::Model>, DbErr> {
    rows::insert_once::<freeze::Entity>(tx, row).await
}

/// Ends a freeze that is in force; nothing when it was not.
pub(super) async fn save_ended(
    tx: &DatabaseTransaction,
    id: FreezeId,
    how: FreezeEnd,
    (by, reason): (Option<AccountId>, Option<String>),
    at: DateTime<Utc>,
) -> Result<Option<freeze::Model>, DbErr> {
    let ended = freeze::Entity::update_many()
        .col_expr(C::EndedHow, Expr::value(how))
        .col_expr(C::EndedBy, Expr::value(by))
        .col_expr(C::EndedAt, Expr::value(at))
        .col_expr(C::EndReason, Expr::value(reason))
        .filter(C::Id.eq(id))
        .filter(C::EndedAt.is_null())
        .exec_with_returning(tx)
        .await?;
    Ok(ended.into_iter().next())
}

/// Freezes of a site and those below it, newest first.
pub(super) async fn list_at(
    db: &impl ConnectionTrait,
    path: &str,
    in_force: Option<bool>,
    page: (Option<FreezeId>, u64),
) -> Result<Vec<freeze::Model>, DbErr> {
    freeze::Entity::find()
        .join(JoinType::InnerJoin, freeze::Relation::Site.def())
        .filter(site::Column::Path.starts_with(path))
        .apply_if(in_force, |query, yes| {
            query.filter(if yes { C::EndedAt.is_null() } else { C::EndedAt.is_not_null() })
        })
        .newest(C::Id, page)
        .all(db)
        .await
}

/// Freezes in force whose time is over.
pub(super) async fn list_due(
    db: &impl ConnectionTrait,
    now: DateTime<Utc>,
) -> Result<Vec<FreezeId>, DbErr> {
    freeze::Entity::find()
        .select_only()
        .column(C::Id)
        .filter(C::EndedAt.is_null())
        .filter(C::FrozenUntil.lte(now))
        .order_by_asc(C::Id)
        .into_tuple()
        .all(db)
        .await
}

/// How many freezes were made in a subtree in a time.
pub(super) async fn count_made(
    db: &impl ConnectionTrait,
    path: &str,
    (from, to): (DateTime<Utc>, DateTime<Utc>),
) -> Result<u64, DbErr> {
    freeze::Entity::find()
        .join(JoinType::InnerJoin, freeze::Relation::Site.def())
        .filter(site::Column::Path.starts_with(path))
        .filter(C::FrozenAt.gte(from))
        .filter(C::FrozenAt.lt(to))
        .count(db)
        .await
}
