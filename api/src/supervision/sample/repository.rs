//! Rows of samples and their cases.

use chrono::{DateTime, Utc};
use entity::ids::{AccountId, FreezeId, SampleId};
use entity::supervision_sample::{self, Column as S, SampleKind, SampleState};
use entity::supervision_sample_case::{self, Column as C, FollowUp, Verdict};
use entity::{freeze, site};
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait,
    FromQueryResult, IntoActiveModel, JoinType, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
    RelationTrait,
};

use super::domain::Found;

use crate::platform::rows::{Paged as _, insert_all};

pub(super) async fn find(
    db: &impl ConnectionTrait,
    id: SampleId,
) -> Result<Option<supervision_sample::Model>, DbErr> {
    supervision_sample::Entity::find_by_id(id).one(db).await
}

pub(super) async fn find_by_number(
    db: &impl ConnectionTrait,
    number: &str,
) -> Result<Option<supervision_sample::Model>, DbErr> {
    supervision_sample::Entity::find().filter(S::Number.eq(number)).one(db).await
}

/// The row, locked where the database has row locks.
pub(super) async fn lock(
    tx: &DatabaseTransaction,
    id: SampleId,
) -> Result<Option<supervision_sample::Model>, DbErr> {
    supervision_sample::Entity::find_by_id(id).lock_exclusive().one(tx).await
}

/// Writes a promise; says whether none was open for the same site, kind and quarter.
pub(super) async fn insert(
    tx: &DatabaseTransaction,
    row: &supervision_sample::Model,
) -> Result<bool, DbErr> {
    let any_key = OnConflict::new().do_nothing().to_owned();
    let row = row.clone().into_active_model().reset_all();
    let insert = supervision_sample::Entity::insert(row).on_conflict(any_key);
    Ok(insert.exec_without_returning(tx).await? == 1)
}

pub(super) async fn insert_cases(
    tx: &DatabaseTransaction,
    rows: Vec<supervision_sample_case::Model>,
) -> Result<(), DbErr> {
    insert_all::<supervision_sample_case::Entity>(tx, rows).await
}

/// The lines of a population in order.
pub(super) async fn list_lines(
    db: &impl ConnectionTrait,
    sample: SampleId,
    (after, limit): (i32, u64),
) -> Result<Vec<(i32, String)>, DbErr> {
    supervision_sample_case::Entity::find()
        .select_only()
        .columns([C::Position, C::Line])
        .filter(C::SampleId.eq(sample))
        .filter(C::Position.gt(after))
        .order_by_asc(C::Position)
        .limit(limit)
        .into_tuple()
        .all(db)
        .await
}

/// Writes the seed and the draw.
pub(super) async fn save_drawn(
    tx: &DatabaseTransaction,
    id: SampleId,
    (seed, positions): (&str, &[i32]),
    at: DateTime<Utc>,
) -> Result<(), DbErr> {
    for (order, position) in (1_i32..).zip(positions) {
        supervision_sample_case::Entity::update_many()
            .col_expr(C::DrawOrder, Expr::value(order))
            .filter(C::SampleId.eq(id))
            .filter(C::Position.eq(*position))
            .exec(tx)
            .await?;
    }
    supervision_sample::Entity::update_many()
        .col_expr(S::State, Expr::value(SampleState::Drawn))
        .col_expr(S::Seed, Expr::value(seed))
        .col_expr(S::DrawnAt, Expr::value(at))
        .filter(S::Id.eq(id))
        .exec(tx)
        .await?;
    Ok(())
}

/// Makes void every promise whose time is over; says how many.
pub(super) async fn save_lapsed(
    tx: &DatabaseTransaction,
    now: DateTime<Utc>,
) -> Result<u64, DbErr> {
    let lapsed = supervision_sample::Entity::update_many()
        .col_expr(S::State, Expr::value(SampleState::Lapsed))
        .filter(S::State.eq(SampleState::Committed))
        .filter(S::RevealBy.lte(now))
        .exec(tx)
        .await?;
    Ok(lapsed.rows_affected)
}

/// The drawn cases, in the order of the draw.
pub(super) async fn list_drawn(
    db: &impl ConnectionTrait,
    sample: SampleId,
) -> Result<Vec<supervision_sample_case::Model>, DbErr> {
    supervision_sample_case::Entity::find()
        .filter(C::SampleId.eq(sample))
        .filter(C::DrawOrder.is_not_null())
        .order_by_asc(C::DrawOrder)
        .all(db)
        .await
}

/// A case, locked where the database has row locks.
pub(super) async fn lock_case(
    tx: &DatabaseTransaction,
    sample: SampleId,
    position: i32,
) -> Result<Option<supervision_sample_case::Model>, DbErr> {
    supervision_sample_case::Entity::find_by_id((sample, position)).lock_exclusive().one(tx).await
}

/// A freeze of that very record.
pub(super) async fn has_freeze(
    db: &impl ConnectionTrait,
    id: FreezeId,
    subject: uuid::Uuid,
) -> Result<bool, DbErr> {
    let found = freeze::Entity::find_by_id(id).filter(freeze::Column::SubjectId.eq(subject));
    Ok(found.one(db).await?.is_some())
}

/// Writes what was found.
pub(super) async fn save_finding(
    tx: &DatabaseTransaction,
    case: &supervision_sample_case::Model,
    found: &Found,
    (by, at): (AccountId, DateTime<Utc>),
) -> Result<(), DbErr> {
    let follow_up = match found.verdict {
        Verdict::Defect => Some(FollowUp::Open),
        Verdict::InOrder => None,
    };
    supervision_sample_case::Entity::update_many()
        .col_expr(C::Verdict, Expr::value(found.verdict))
        .col_expr(C::Reason, Expr::value(found.reason.as_deref()))
        .col_expr(C::FreezeId, Expr::value(found.freeze))
        .col_expr(C::FollowUp, Expr::value(follow_up))
        .col_expr(C::JudgedBy, Expr::value(by))
        .col_expr(C::JudgedAt, Expr::value(at))
        .filter(C::SampleId.eq(case.sample_id))
        .filter(C::Position.eq(case.position))
        .exec(tx)
        .await?;
    Ok(())
}

/// Writes what was done about a defect.
pub(super) async fn save_settled(
    tx: &DatabaseTransaction,
    case: &supervision_sample_case::Model,
    note: &str,
    (by, at): (AccountId, DateTime<Utc>),
) -> Result<(), DbErr> {
    supervision_sample_case::Entity::update_many()
        .col_expr(C::FollowUp, Expr::value(FollowUp::Settled))
        .col_expr(C::FollowUpNote, Expr::value(note))
        .col_expr(C::SettledBy, Expr::value(by))
        .col_expr(C::SettledAt, Expr::value(at))
        .filter(C::SampleId.eq(case.sample_id))
        .filter(C::Position.eq(case.position))
        .exec(tx)
        .await?;
    Ok(())
}

/// Samples of a site and those below it, newest first.
pub(super) async fn list_at(
    db: &impl ConnectionTrait,
    path: &str,
    quarter: Option<&str>,
    page: (Option<SampleId>, u64),
) -> Result<Vec<supervision_sample::Model>, DbErr> {
    supervision_sample::Entity::find()
        .join(JoinType::InnerJoin, supervision_sample::Relation::Site.def())
        .filter(site::Column::Path.starts_with(path))
        .apply_if(quarter, |query, quarter| query.filter(S::Quarter.eq(quarter)))
        .newest(S::Id, page)
        .all(db)
        .await
}

/// How many drawn cases of some samples have which verdict.
#[derive(Clone, Copy, Debug, FromQueryResult)]
pub(super) struct Count {
    pub(super) sample_id: SampleId,
    pub(super) verdict: Option<Verdict>,
    pub(super) cases: i64,
}

pub(super) async fn count(
    db: &impl ConnectionTrait,
    samples: &[SampleId],
) -> Result<Vec<Count>, DbErr> {
    supervision_sample_case::Entity::find()
        .select_only()
        .columns([C::SampleId, C::Verdict])
        .column_as(C::Position.count(), "cases")
        .filter(C::SampleId.is_in(samples.iter().copied()))
        .filter(C::DrawOrder.is_not_null())
        .group_by(C::SampleId)
        .group_by(C::Verdict)
        .into_model()
        .all(db)
        .await
}

/// Every sample of a quarter at a site and below, with its kind and state.
pub(super) async fn list_quarter(
    db: &impl ConnectionTrait,
    path: &str,
    quarter: &str,
) -> Result<Vec<(SampleId, SampleKind, SampleState)>, DbErr> {
    supervision_sample::Entity::find()
        .select_only()
        .columns([S::Id, S::Kind, S::State])
        .join(JoinType::InnerJoin, supervision_sample::Relation::Site.def())
        .filter(site::Column::Path.starts_with(path))
        .filter(S::Quarter.eq(quarter))
        .into_tuple()
        .all(db)
        .await
}

/// Every case of a population, in order.
pub(super) async fn list_cases(
    db: &impl ConnectionTrait,
    sample: SampleId,
) -> Result<Vec<supervision_sample_case::Model>, DbErr> {
    supervision_sample_case::Entity::find()
        .filter(C::SampleId.eq(sample))
        .order_by_asc(C::Position)
        .all(db)
        .await
}
