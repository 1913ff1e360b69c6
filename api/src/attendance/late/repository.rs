//! Rows of late entries, and what they are read together with.

use chrono::{DateTime, Utc};
use entity::attendance::{self, AttendanceState};
use entity::ids::{AccountId, ActivityId, LateEntryId, VolunteerId};
use entity::late_entry::{self, Column as C, LateEntryState, Relation};
use entity::{account, activity, site, volunteer};
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait,
    FromQueryResult, IntoActiveModel, JoinType, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect, RelationTrait, Select,
};

/// A late entry with what is shown of it.
#[derive(Clone, Debug, FromQueryResult)]
pub(super) struct Entry {
    #[sea_orm(nested)]
    pub(super) row: late_entry::Model,
    pub(super) activity_title: String,
    pub(super) volunteer_name: String,
    pub(super) site_path: String,
}

fn entries() -> Select<late_entry::Entity> {
    late_entry::Entity::find()
        .join(JoinType::InnerJoin, Relation::Activity.def())
        .join(JoinType::InnerJoin, Relation::Volunteer.def())
        .join(JoinType::InnerJoin, Relation::Site.def())
        .column_as(activity::Column::Title, "activity_title")
        .column_as(volunteer::Column::Name, "volunteer_name")
        .column_as(site::Column::Path, "site_path")
}

pub(super) async fn find(
    db: &impl ConnectionTrait,
    id: LateEntryId,
) -> Result<Option<Entry>, DbErr> {
    entries().filter(C::Id.eq(id)).into_model().one(db).await
}

/// The row, locked where the database has row locks.
pub(super) async fn lock(
    tx: &DatabaseTransaction,
    id: LateEntryId,
) -> Result<Option<late_entry::Model>, DbErr> {
    late_entry::Entity::find_by_id(id).lock_exclusive().one(tx).await
}

/// Late entries of a site and those below it, newest first.
pub(super) async fn list_at(
    db: &impl ConnectionTrait,
    path: &str,
    state: Option<LateEntryState>,
    (after, limit): (Option<LateEntryId>, u64),
) -> Result<Vec<Entry>, DbErr> {
    let mut query = entries().filter(site::Column::Path.starts_with(path));
    if let Some(state) = state {
        query = query.filter(C::State.eq(state));
    }
    if let Some(after) = after {
        query = query.filter(C::Id.lt(after));
    }
    query.order_by_desc(C::Id).limit(limit).into_model().all(db).await
}

/// How many entries one person has made, by what became of them.
#[derive(Clone, Debug, FromQueryResult)]
pub(super) struct Tally {
    pub(super) entered_by: AccountId,
    pub(super) name: Option<String>,
    pub(super) state: LateEntryState,
    pub(super) number: i64,
}

pub(super) async fn count_at(db: &impl ConnectionTrait, path: &str) -> Result<Vec<Tally>, DbErr> {
    late_entry::Entity::find()
        .select_only()
        .columns([C::EnteredBy, C::State])
        .column_as(account::Column::DisplayName, "name")
        .column_as(C::Id.count(), "number")
        .join(JoinType::InnerJoin, Relation::Site.def())
        .join(JoinType::InnerJoin, Relation::Clerk.def())
        .filter(site::Column::Path.starts_with(path))
        .group_by(C::EnteredBy)
        .group_by(C::State)
        .group_by(account::Column::DisplayName)
        .into_model()
        .all(db)
        .await
}

/// Writes an entry unless one for the same person waits.
pub(super) async fn insert(
    tx: &DatabaseTransaction,
    row: late_entry::Model,
) -> Result<bool, DbErr> {
    let mut once = OnConflict::new();
    once.do_nothing();
    let insert = late_entry::Entity::insert(row.into_active_model().reset_all()).on_conflict(once);
    Ok(insert.exec_without_returning(tx).await? == 1)
}

/// Writes a row that the caller has locked.
pub(super) async fn save(tx: &DatabaseTransaction, row: late_entry::Model) -> Result<(), DbErr> {
    let row = row.into_active_model().reset_all();
    late_entry::Entity::update(row).exec(tx).await?;
    Ok(())
}

/// What this person wrote down before about the same attendance, refused ones aside.
pub(super) async fn find_same(
    db: &impl ConnectionTrait,
    new: &late_entry::Model,
) -> Result<Option<late_entry::Model>, DbErr> {
    late_entry::Entity::find()
        .filter(C::ActivityId.eq(new.activity_id))
        .filter(C::VolunteerId.eq(new.volunteer_id))
        .filter(C::EnteredBy.eq(new.entered_by))
        .filter(C::StartsAt.eq(new.starts_at))
        .filter(C::EndsAt.eq(new.ends_at))
        .filter(C::State.ne(LateEntryState::Rejected))
        .one(db)
        .await
}

/// How many took part in an activity so far.
pub(super) async fn count_present(
    db: &impl ConnectionTrait,
    activity: ActivityId,
) -> Result<u64, DbErr> {
    attendance::Entity::find()
        .filter(attendance::Column::ActivityId.eq(activity))
        .filter(attendance::Column::State.ne(AttendanceState::NoShow))
        .count(db)
        .await
}

/// From when to when somebody was somewhere.
pub(super) type Span = (DateTime<Utc>, DateTime<Utc>);

/// When she was at other activities around these times, or is said to have been by an
/// entry that waits. Who never left was there to the end.
pub(super) async fn spans_elsewhere(
    db: &impl ConnectionTrait,
    volunteer: VolunteerId,
    but: ActivityId,
    (from, to): Span,
) -> Result<Vec<Span>, DbErr> {
    let attended = attendance::Entity::find()
        .filter(attendance::Column::VolunteerId.eq(volunteer))
        .filter(attendance::Column::ActivityId.ne(but))
        .filter(attendance::Column::State.ne(AttendanceState::NoShow))
        .find_also_related(activity::Entity)
        .filter(activity::Column::StartsAt.lt(to))
        .filter(activity::Column::EndsAt.gt(from))
        .all(db)
        .await?;
    let attended = attended.into_iter().filter_map(|(row, activity)| {
        let activity = activity?;
        let start = row.starts_at.or(row.checked_in_at).unwrap_or(activity.starts_at);
        Some((start, row.ends_at.or(row.checked_out_at).unwrap_or(activity.ends_at)))
    });
    let said = late_entry::Entity::find()
        .filter(C::VolunteerId.eq(volunteer))
        .filter(C::ActivityId.ne(but))
        .filter(C::State.eq(LateEntryState::Pending))
        .filter(C::StartsAt.lt(to))
        .filter(C::EndsAt.gt(from))
        .all(db)
        .await?;
    Ok(attended.chain(said.into_iter().map(|row| (row.starts_at, row.ends_at))).collect())
}
