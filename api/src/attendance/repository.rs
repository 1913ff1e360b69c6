//! Rows of attendances, refused scans and service records.

use chrono::{DateTime, Utc};
use entity::activity::{self, ActivityState};
use entity::attendance::{self, AttendanceState};
use entity::ids::{AccountId, ActivityId, AttendanceId, VolunteerId};
use entity::{check_in_refusal, service_record};
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict, Query};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait,
    FromQueryResult, PaginatorTrait, QueryFilter, QuerySelect, Statement,
};

use super::domain::Situation;

/// Everything a check-in depends on. `$1` activity, `$2` volunteer, `$3` now, `$4` and
/// `$5` the bounds of the day. One statement, because at the opening of a large event
/// everybody scans within a minute.
const SITUATION: &str = "\
SELECT a.site_id, a.title, a.state AS activity_state, a.starts_at, a.ends_at, a.needs_sign_up, \
  a.min_age, a.required_skill, a.risk_level, a.retroactive, \
  v.state AS volunteer_state, v.birth_date, v.skills, \
  EXISTS (SELECT 1 FROM card AS c WHERE c.volunteer_id = v.id AND c.state = 'active') \
    AS has_active_card, \
  EXISTS (SELECT 1 FROM consent AS g WHERE g.volunteer_id = v.id AND g.purpose = 'guardian' \
    AND g.withdrawn_at IS NULL) AS guardian_consented, \
  s.state AS sign_up_state, t.id AS attendance_id, t.state AS attendance_state, \
  t.checked_in_at, t.checked_out_at, t.nonce_unverified, \
  EXISTS (SELECT 1 FROM attendance AS o JOIN activity AS b ON b.id = o.activity_id \
    WHERE o.volunteer_id = v.id AND o.state = 'checked_in' AND o.activity_id <> a.id \
    AND b.state <> 'cancelled' AND b.ends_at > $3) AS open_elsewhere, \
  (SELECT COALESCE(SUM(d.hours_tenths), 0) FROM attendance AS d \
    WHERE d.volunteer_id = v.id AND d.state = 'confirmed' \
    AND d.starts_at >= $4 AND d.starts_at < $5) AS day_tenths \
FROM activity AS a JOIN volunteer AS v ON v.id = $2 \
LEFT JOIN sign_up AS s \
  ON s.activity_id = a.id AND s.volunteer_id = v.id AND s.state <> 'withdrawn' \
LEFT JOIN attendance AS t ON t.activity_id = a.id AND t.volunteer_id = v.id \
WHERE a.id = $1";

/// The situation of one person at one activity.
pub(super) async fn situation(
    db: &impl ConnectionTrait,
    activity: ActivityId,
    volunteer: VolunteerId,
    now: DateTime<Utc>,
    day: (DateTime<Utc>, DateTime<Utc>),
) -> Result<Option<Situation>, DbErr> {
    let values = [activity.into(), volunteer.into(), now.into(), day.0.into(), day.1.into()];
    let backend = db.get_database_backend();
    let statement = Statement::from_sql_and_values(backend, SITUATION, values);
    Situation::find_by_statement(statement).one(db).await
}

/// Writes an attendance unless this person has one at this activity, or is inside
/// another; it waits for whoever is writing one of the two at this moment.
pub(super) async fn insert_once(
    tx: &DatabaseTransaction,
    row: attendance::ActiveModel,
) -> Result<bool, DbErr> {
    let mut once = OnConflict::new();
    once.do_nothing();
    let insert = attendance::Entity::insert(row).on_conflict(once);
    Ok(insert.exec_without_returning(tx).await? == 1)
}

/// Takes a person out of activities that are over or do not take place: nobody has
/// recorded her leaving, and nobody can any more at the door.
pub(super) async fn leave_ended(
    tx: &DatabaseTransaction,
    volunteer: VolunteerId,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    use attendance::Column as C;
    let mut over = Query::select();
    over.column(activity::Column::Id).from(activity::Entity).cond_where(
        Condition::any()
            .add(activity::Column::State.eq(ActivityState::Cancelled))
            .add(activity::Column::EndsAt.lte(now)),
    );
    attendance::Entity::update_many()
        .col_expr(C::IsInside, Expr::value(false))
        .filter(C::VolunteerId.eq(volunteer))
        .filter(C::IsInside.eq(true))
        .filter(C::ActivityId.in_subquery(over))
        .exec(tx)
        .await?;
    Ok(())
}

/// Records the leaving of somebody who is in; false when she no longer is.
pub(super) async fn check_out(
    tx: &DatabaseTransaction,
    id: AttendanceId,
    (now, by): (DateTime<Utc>, AccountId),
    unverified: bool,
) -> Result<bool, DbErr> {
    use attendance::Column as C;
    let mut update = attendance::Entity::update_many()
        .col_expr(C::State, Expr::value(AttendanceState::CheckedOut))
        .col_expr(C::CheckedOutAt, Expr::value(now))
        .col_expr(C::CheckedOutBy, Expr::value(by))
        .col_expr(C::IsInside, Expr::value(false))
        .col_expr(C::UpdatedAt, Expr::value(now))
        .col_expr(C::Version, Expr::col(C::Version).add(1));
    if unverified {
        update = update.col_expr(C::NonceUnverified, Expr::value(true));
    }
    let update = update.filter(C::Id.eq(id)).filter(C::State.eq(AttendanceState::CheckedIn));
    Ok(update.exec(tx).await?.rows_affected == 1)
}

/// Keeps a refused scan, once per person, code and reason.
pub(super) async fn keep_refusal(
    tx: &DatabaseTransaction,
    row: check_in_refusal::ActiveModel,
) -> Result<(), DbErr> {
    use check_in_refusal::Column as C;
    let once = OnConflict::columns([C::AccountId, C::Nonce, C::Reason]).do_nothing().to_owned();
    check_in_refusal::Entity::insert(row)
        .on_conflict(once)
        .try_insert()
        .exec_without_returning(tx)
        .await?;
    Ok(())
}

/// Deletes the refused scans from before an instant; says how many.
pub(super) async fn delete_refusals(
    tx: &DatabaseTransaction,
    before: DateTime<Utc>,
) -> Result<u64, DbErr> {
    let old = check_in_refusal::Column::CreatedAt.lt(before);
    Ok(check_in_refusal::Entity::delete_many().filter(old).exec(tx).await?.rows_affected)
}

/// One attendance of an activity, locked where the database has row locks.
pub(super) async fn lock(
    tx: &DatabaseTransaction,
    activity: ActivityId,
    id: AttendanceId,
) -> Result<Option<attendance::Model>, DbErr> {
    let found = attendance::Entity::find_by_id(id);
    found.filter(attendance::Column::ActivityId.eq(activity)).lock_exclusive().one(tx).await
}

/// The attendance of one person at an activity, locked where the database has row locks.
pub(super) async fn lock_of(
    tx: &DatabaseTransaction,
    activity: ActivityId,
    volunteer: VolunteerId,
) -> Result<Option<attendance::Model>, DbErr> {
    attendance::Entity::find()
        .filter(attendance::Column::ActivityId.eq(activity))
        .filter(attendance::Column::VolunteerId.eq(volunteer))
        .lock_exclusive()
        .one(tx)
        .await
}

/// Writes the changed columns of a row that is locked.
pub(super) async fn update(
    tx: &DatabaseTransaction,
    row: attendance::ActiveModel,
) -> Result<attendance::Model, DbErr> {
    attendance::Entity::update(row).exec(tx).await
}

/// The confirmed attendances of a person that touch a span of time.
pub(super) async fn confirmed_between(
    db: &impl ConnectionTrait,
    volunteer: VolunteerId,
    from: DateTime<Utc>,
    to: DateTime<Utc>,
) -> Result<Vec<attendance::Model>, DbErr> {
    attendance::Entity::find()
        .filter(attendance::Column::VolunteerId.eq(volunteer))
        .filter(attendance::Column::State.eq(AttendanceState::Confirmed))
        .filter(attendance::Column::StartsAt.lt(to))
        .filter(attendance::Column::EndsAt.gt(from))
        .all(db)
        .await
}

/// Writes a service record.
pub(super) async fn insert_record(
    tx: &DatabaseTransaction,
    row: service_record::ActiveModel,
) -> Result<(), DbErr> {
    service_record::Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

/// How many are in at this moment.
pub(super) async fn count_in(
    db: &impl ConnectionTrait,
    activity: ActivityId,
) -> Result<u64, DbErr> {
    attendance::Entity::find()
        .filter(attendance::Column::ActivityId.eq(activity))
        .filter(attendance::Column::State.eq(AttendanceState::CheckedIn))
        .count(db)
        .await
}

/// Puts this text where it says what was disputed about her attendances.
pub(super) async fn forget_words(
    tx: &DatabaseTransaction,
    volunteer: VolunteerId,
    text: &str,
) -> Result<(), DbErr> {
    attendance::Entity::update_many()
        .col_expr(attendance::Column::DisputeReason, Expr::value(text))
        .filter(attendance::Column::VolunteerId.eq(volunteer))
        .filter(attendance::Column::DisputeReason.is_not_null())
        .exec(tx)
        .await?;
    Ok(())
}
