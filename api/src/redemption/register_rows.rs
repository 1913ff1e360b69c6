//! Rows of the register: what was handed over, in the order of time.

use chrono::{DateTime, Utc};
use entity::ids::{RedemptionId, SiteId};
use entity::redemption::{self, Column as C, RedemptionState, Relation};
use entity::{account, goods, volunteer};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, JoinType, QueryFilter, QueryOrder,
    QuerySelect, RelationTrait,
};

use super::register_dto::{Period, RegisterRow};

/// Where the last page ended.
pub(super) type Cursor = (DateTime<Utc>, RedemptionId);

/// Handed over at a site in a period, oldest first; what came back stays, and says so.
pub(super) async fn list(
    db: &impl ConnectionTrait,
    site: SiteId,
    period: Period,
    after: Option<Cursor>,
    limit: u64,
) -> Result<Vec<RegisterRow>, DbErr> {
    let mut query = redemption::Entity::find()
        .select_only()
        .columns([C::Id, C::ReceiptNo, C::FulfilledAt, C::Quantity, C::Points])
        .columns([C::DelegateName, C::FulfilledBy, C::ReturnedAs])
        .column_as(C::EndedAt, "returned_at")
        .column_as(C::SignatureKind, "signature")
        .column_as(goods::Column::Name, "goods_name")
        .column_as(goods::Column::UnitLabel, "unit_label")
        .column_as(volunteer::Column::Name, "volunteer_name")
        .column_as(account::Column::DisplayName, "clerk_name")
        .join(JoinType::InnerJoin, Relation::Goods.def())
        .join(JoinType::InnerJoin, Relation::Volunteer.def())
        .join(JoinType::LeftJoin, Relation::Clerk.def())
        .filter(C::SiteId.eq(site))
        .filter(C::State.is_in([RedemptionState::Fulfilled, RedemptionState::Returned]))
        .filter(C::FulfilledAt.gte(period.begins_at))
        .filter(C::FulfilledAt.lt(period.ends_at));
    if let Some((at, id)) = after {
        let same = Condition::all().add(C::FulfilledAt.eq(at)).add(C::Id.gt(id));
        query = query.filter(Condition::any().add(C::FulfilledAt.gt(at)).add(same));
    }
    let ordered = query.order_by_asc(C::FulfilledAt).order_by_asc(C::Id).limit(limit);
    ordered.into_model().all(db).await
}
