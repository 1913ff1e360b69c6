//! The cases that samples are drawn from, read where they are kept.

use chrono::{DateTime, Utc};
use entity::claim::{self, ClaimState};
use entity::ids::VolunteerId;
use entity::redemption;
use entity::site;
use entity::supervision_sample::SampleKind;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, JoinType, QueryFilter, QueryOrder,
    QuerySelect, RelationDef,
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

/// The cases of a kind that were decided in a subtree in a time, with whose they are.
pub(super) async fn list(
    db: &impl ConnectionTrait,
    kind: SampleKind,
    path: &str,
    (from, to): (DateTime<Utc>, DateTime<Utc>),
    limit: u64,
) -> Result<Vec<(Uuid, VolunteerId)>, DbErr> {
    match kind {
        SampleKind::Claim => {
            use claim::Column as C;
            let at: RelationDef =
                claim::Entity::belongs_to(site::Entity).from(C::SiteId).to(site::Column::Id).into();
            claim::Entity::find()
                .select_only()
                .columns([C::Id, C::VolunteerId])
                .join(JoinType::InnerJoin, at)
                .filter(site::Column::Path.starts_with(path))
                .filter(C::State.is_in(CERTIFIED))
                .filter(C::DecidedAt.gte(from))
                .filter(C::DecidedAt.lt(to))
                .order_by_asc(C::Id)
                .limit(limit)
                .into_tuple()
                .all(db)
                .await
        }
        SampleKind::Redemption => {
            use redemption::Column as C;
            let at: RelationDef = redemption::Entity::belongs_to(site::Entity)
                .from(C::SiteId)
                .to(site::Column::Id)
                .into();
            redemption::Entity::find()
                .select_only()
                .columns([C::Id, C::VolunteerId])
                .join(JoinType::InnerJoin, at)
                .filter(site::Column::Path.starts_with(path))
                .filter(C::FulfilledAt.gte(from))
                .filter(C::FulfilledAt.lt(to))
                .order_by_asc(C::Id)
                .limit(limit)
                .into_tuple()
                .all(db)
                .await
        }
    }
}
