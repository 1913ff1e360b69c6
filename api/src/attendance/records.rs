//! Queries behind the lists of attendances and service records.

use chrono::{DateTime, NaiveDate, Utc};
use entity::attendance::{self, AttendanceState};
use entity::ids::{ActivityId, AttendanceId, ServiceRecordId, VolunteerId};
use entity::{activity, service_record, volunteer};
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Query};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, QueryFilter,
    QueryOrder, QuerySelect,
};

pub(super) async fn of_activity(
    db: &impl ConnectionTrait,
    id: ActivityId,
    after: Option<AttendanceId>,
    limit: u64,
) -> Result<Vec<(attendance::Model, Option<volunteer::Model>)>, DbErr> {
    use attendance::Column as C;
    let after = Condition::all().add_option(after.map(|after| C::Id.gt(after)));
    let rows = attendance::Entity::find().filter(C::ActivityId.eq(id)).filter(after);
    rows.order_by_asc(C::Id).limit(limit).find_also_related(volunteer::Entity).all(db).await
}

pub(super) async fn of_volunteer(
    db: &impl ConnectionTrait,
    id: VolunteerId,
    before: Option<AttendanceId>,
    limit: u64,
) -> Result<Vec<(attendance::Model, Option<activity::Model>)>, DbErr> {
    use attendance::Column as C;
    let before = Condition::all().add_option(before.map(|before| C::Id.lt(before)));
    let rows = attendance::Entity::find().filter(C::VolunteerId.eq(id)).filter(before);
    rows.order_by_desc(C::Id).limit(limit).find_also_related(activity::Entity).all(db).await
}

/// Confirmed tenths of an hour of one person.
#[derive(Debug, FromQueryResult)]
pub(super) struct DaySum {
    pub(super) volunteer_id: VolunteerId,
    pub(super) tenths: i64,
}

/// What each of these people has confirmed on a day.
pub(super) async fn day_sums(
    db: &impl ConnectionTrait,
    volunteers: Vec<VolunteerId>,
    day: (DateTime<Utc>, DateTime<Utc>),
) -> Result<Vec<DaySum>, DbErr> {
    use attendance::Column as C;
    attendance::Entity::find()
        .select_only()
        .column(C::VolunteerId)
        .column_as(C::HoursTenths.sum(), "tenths")
        .filter(C::VolunteerId.is_in(volunteers))
        .filter(C::State.eq(AttendanceState::Confirmed))
        .filter(C::HoursTenths.is_not_null())
        .filter(C::StartsAt.gte(day.0))
        .filter(C::StartsAt.lt(day.1))
        .group_by(C::VolunteerId)
        .into_model()
        .all(db)
        .await
}

/// A person's records of some days, without those a correction has replaced.
fn current(
    id: VolunteerId,
    days: (NaiveDate, NaiveDate),
) -> sea_orm::Select<service_record::Entity> {
    use service_record::{Column as C, Entity as E};
    let newer = Alias::new("newer");
    let replaced = Query::select()
        .expr(Expr::val(1))
        .from_as(E, newer.clone())
        .and_where(Expr::col((newer.clone(), C::AttendanceId)).equals((E, C::AttendanceId)))
        .and_where(Expr::col((newer, C::Revision)).gt(Expr::col((E, C::Revision))))
        .to_owned();
    E::find()
        .filter(C::VolunteerId.eq(id))
        .filter(C::ServedOn.between(days.0, days.1))
        .filter(Expr::exists(replaced).not())
}

pub(super) async fn latest(
    db: &impl ConnectionTrait,
    id: VolunteerId,
    days: (NaiveDate, NaiveDate),
    before: Option<ServiceRecordId>,
    limit: u64,
) -> Result<Vec<(service_record::Model, Option<activity::Model>)>, DbErr> {
    use service_record::Column as C;
    let before = Condition::all().add_option(before.map(|before| C::Id.lt(before)));
    let rows = current(id, days).filter(before).order_by_desc(C::Id).limit(limit);
    rows.find_also_related(activity::Entity).all(db).await
}

pub(super) async fn sum_of_latest(
    db: &impl ConnectionTrait,
    id: VolunteerId,
    days: (NaiveDate, NaiveDate),
) -> Result<i64, DbErr> {
    let sum: Option<Option<i64>> = current(id, days)
        .select_only()
        .column_as(service_record::Column::HoursTenths.sum(), "tenths")
        .into_tuple()
        .one(db)
        .await?;
    Ok(sum.flatten().unwrap_or(0))
}
