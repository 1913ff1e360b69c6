//! Rows of the register: what was handed over, in the order of time.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use entity::ids::{RedemptionId, RedemptionSessionId, SiteId};
use entity::redemption::{self, Column as C, RedemptionState, Relation};
use entity::{account, goods, site, volunteer};
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, JoinType, PaginatorTrait,
    QueryFilter, QueryOrder, QuerySelect, RelationTrait, Select,
};

use super::register_dto::{Period, RegisterRow};
use crate::platform::failure::Failure;
use crate::site as sites;

/// Where the last page ended.
pub(super) type Cursor = (DateTime<Utc>, RedemptionId);

/// Of one site.
pub(super) fn of(site: SiteId) -> Condition {
    Condition::all().add(C::SiteId.eq(site))
}

/// Of a site and those below it.
pub(super) fn below(site: &site::Model) -> Condition {
    let mut ids = Query::select();
    ids.column(site::Column::Id).from(site::Entity).cond_where(sites::below(site));
    Condition::all().add(C::SiteId.in_subquery(ids))
}

/// How many lines a register has.
pub(super) async fn count(
    db: &impl ConnectionTrait,
    places: Condition,
    period: Period,
) -> Result<i64, Failure> {
    let lines = handed_over(places, period).count(db).await?;
    i64::try_from(lines).map_err(Failure::internal)
}

fn handed_over(places: Condition, period: Period) -> Select<redemption::Entity> {
    redemption::Entity::find()
        .filter(places)
        .filter(C::State.is_in([RedemptionState::Fulfilled, RedemptionState::Returned]))
        .filter(C::FulfilledAt.gte(period.begins_at))
        .filter(C::FulfilledAt.lt(period.ends_at))
}

/// Handed over in a period, oldest first; what came back stays, and says so.
pub(super) async fn list(
    db: &impl ConnectionTrait,
    places: Condition,
    period: Period,
    after: Option<Cursor>,
    limit: u64,
) -> Result<Vec<RegisterRow>, DbErr> {
    let mut query = handed_over(places, period)
        .select_only()
        .columns([C::Id, C::SiteId, C::SessionId, C::ReceiptNo, C::FulfilledAt])
        .columns([C::Quantity, C::Points])
        .columns([C::DelegateName, C::FulfilledBy, C::ReturnedAs, C::VolunteerId])
        .column_as(C::EndedAt, "returned_at")
        .column_as(C::SignatureKind, "signature")
        .column_as(goods::Column::Name, "goods_name")
        .column_as(goods::Column::UnitLabel, "unit_label")
        .column_as(volunteer::Column::Name, "volunteer_name")
        .column_as(volunteer::Column::BirthDate, "volunteer_birth_date")
        .column_as(account::Column::DisplayName, "clerk_name")
        .join(JoinType::InnerJoin, Relation::Goods.def())
        .join(JoinType::InnerJoin, Relation::Volunteer.def())
        .join(JoinType::LeftJoin, Relation::Clerk.def());
    if let Some((at, id)) = after {
        let same = Condition::all().add(C::FulfilledAt.eq(at)).add(C::Id.gt(id));
        query = query.filter(Condition::any().add(C::FulfilledAt.gt(at)).add(same));
    }
    let ordered = query.order_by_asc(C::FulfilledAt).order_by_asc(C::Id).limit(limit);
    let mut rows: Vec<RegisterRow> = ordered.into_model().all(db).await?;
    let several = count_people(db, &rows).await?;
    for row in &mut rows {
        let found = |name| several.get(&(row.session_id, name)).copied();
        row.several_pickups = row.delegate_name.clone().and_then(found);
    }
    Ok(rows)
}

/// Of the delegates on these lines, who picked up for several people in a session, and for how
/// many: one statement, whatever the page. Flagged to be looked at, never refused.
async fn count_people(
    db: &impl ConnectionTrait,
    rows: &[RegisterRow],
) -> Result<HashMap<(RedemptionSessionId, String), i64>, DbErr> {
    let by_delegate =
        rows.iter().filter_map(|row| Some((row.session_id, row.delegate_name.as_ref()?)));
    let (sessions, names): (HashSet<_>, HashSet<_>) = by_delegate.unzip();
    if names.is_empty() {
        return Ok(HashMap::new());
    }
    let people = || Expr::col(C::VolunteerId).count_distinct();
    let found: Vec<(RedemptionSessionId, String, i64)> = redemption::Entity::find()
        .select_only()
        .columns([C::SessionId, C::DelegateName])
        .column_as(people(), "people")
        .filter(C::SessionId.is_in(sessions))
        .filter(C::DelegateName.is_in(names))
        .filter(C::State.is_in([RedemptionState::Fulfilled, RedemptionState::Returned]))
        .group_by(C::SessionId)
        .group_by(C::DelegateName)
        .having(people().gt(1))
        .into_tuple()
        .all(db)
        .await?;
    Ok(found.into_iter().map(|(session, name, people)| ((session, name), people)).collect())
}
