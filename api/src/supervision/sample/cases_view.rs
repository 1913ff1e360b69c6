//! The cases that samples are drawn from, read where they are kept.

use chrono::{DateTime, Utc};
use entity::claim::{self, ClaimState};
use entity::ids::VolunteerId;
use entity::redemption;
use entity::site;
use entity::supervision_sample::SampleKind;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, JoinType, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect, RelationDef, Select,
};
use uuid::Uuid;

/// States of a claim whose certification stands.
const CERTIFIED: [ClaimState; 5] = [
    ClaimState::Certified,
    ClaimState::InNotice,
    ClaimState::Effective,
    ClaimState::Objected,
    ClaimState::Recheck,
];

type Span = (DateTime<Utc>, DateTime<Utc>);

/// Certified claims of a subtree.
fn claims(path: &str, (from, to): Span) -> Select<claim::Entity> {
    use claim::Column as C;
    let at: RelationDef =
        claim::Entity::belongs_to(site::Entity).from(C::SiteId).to(site::Column::Id).into();
    claim::Entity::find()
        .join(JoinType::InnerJoin, at)
        .filter(site::Column::Path.starts_with(path))
        .filter(C::State.is_in(CERTIFIED))
        .filter(C::DecidedAt.gte(from))
        .filter(C::DecidedAt.lt(to))
}

/// Redemptions of a subtree that were handed over.
fn redemptions(path: &str, (from, to): Span) -> Select<redemption::Entity> {
    use redemption::Column as C;
    let at: RelationDef =
        redemption::Entity::belongs_to(site::Entity).from(C::SiteId).to(site::Column::Id).into();
    redemption::Entity::find()
        .join(JoinType::InnerJoin, at)
        .filter(site::Column::Path.starts_with(path))
        .filter(C::FulfilledAt.gte(from))
        .filter(C::FulfilledAt.lt(to))
}

/// The cases of a kind that were decided in a subtree in a time, with whose they are.
pub(super) async fn list(
    db: &impl ConnectionTrait,
    kind: SampleKind,
    (path, span): (&str, Span),
    limit: u64,
) -> Result<Vec<(Uuid, VolunteerId)>, DbErr> {
    match kind {
        SampleKind::Claim => {
            let query = claims(path, span).select_only();
            let query = query.columns([claim::Column::Id, claim::Column::VolunteerId]);
            let query = query.order_by_asc(claim::Column::Id).limit(limit);
            query.into_tuple().all(db).await
        }
        SampleKind::Redemption => {
            let query = redemptions(path, span).select_only();
            let query = query.columns([redemption::Column::Id, redemption::Column::VolunteerId]);
            let query = query.order_by_asc(redemption::Column::Id).limit(limit);
            query.into_tuple().all(db).await
        }
    }
}

/// How many there are.
pub(super) async fn count(
    db: &impl ConnectionTrait,
    kind: SampleKind,
    (path, span): (&str, Span),
) -> Result<u64, DbErr> {
    match kind {
        SampleKind::Claim => claims(path, span).count(db).await,
        SampleKind::Redemption => redemptions(path, span).count(db).await,
    }
}
