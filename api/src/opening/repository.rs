//! Rows of take-overs, and what must be known of whom they name.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, NaiveDate, Utc};
use entity::card::{self, CardState};
use entity::ids::{AccountId, OpeningImportId, SiteId, VolunteerId};
use entity::ledger_entry::LedgerKind;
use entity::opening_import::{self, Column as I, OpeningImportState};
use entity::opening_row::{self, Column as R};
use entity::task::{self, TaskState};
use entity::{ledger_entry, opening_fault, points_account, site, volunteer};
use sea_orm::prelude::Uuid;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait,
    IntoActiveModel, JoinType, QueryFilter, QueryOrder, QuerySelect, QueryTrait, RelationTrait,
};

use super::domain::Person;
use crate::platform::rows::insert_all;

/// Values of one query: both back ends take many more.
const CHUNK: usize = 500;
/// What the ledger calls the cause of an opening.
pub(super) const SOURCE: &str = "opening";

/// Whose live cards these are, by number.
pub(super) async fn find_cards(
    db: &impl ConnectionTrait,
    numbers: &[String],
) -> Result<HashMap<String, VolunteerId>, DbErr> {
    let mut found = HashMap::new();
    for numbers in numbers.chunks(CHUNK) {
        let rows: Vec<(String, VolunteerId)> = card::Entity::find()
            .select_only()
            .columns([card::Column::Number, card::Column::VolunteerId])
            .filter(card::Column::Number.is_in(numbers))
            .filter(card::Column::State.is_in([CardState::Issued, CardState::Active]))
            .into_tuple()
            .all(db)
            .await?;
        found.extend(rows);
    }
    Ok(found)
}

/// Who has these numbers in the province's system.
pub(super) async fn find_external(
    db: &impl ConnectionTrait,
    numbers: &[String],
) -> Result<HashMap<String, VolunteerId>, DbErr> {
    let mut found = HashMap::new();
    for numbers in numbers.chunks(CHUNK) {
        let rows: Vec<(Option<String>, VolunteerId)> = volunteer::Entity::find()
            .select_only()
            .columns([volunteer::Column::ExternalVolunteerNo, volunteer::Column::Id])
            .filter(volunteer::Column::ExternalVolunteerNo.is_in(numbers))
            .into_tuple()
            .all(db)
            .await?;
        found.extend(rows.into_iter().filter_map(|(number, id)| Some((number?, id))));
    }
    Ok(found)
}

/// Of these, whoever lives in a subtree of sites.
pub(super) async fn find_people(
    db: &impl ConnectionTrait,
    path: &str,
    ids: &[VolunteerId],
) -> Result<HashMap<VolunteerId, Person>, DbErr> {
    let mut found = HashMap::new();
    for ids in ids.chunks(CHUNK) {
        let rows = volunteer::Entity::find()
            .join(JoinType::InnerJoin, volunteer::Relation::Site.def())
            .filter(site::Column::Path.starts_with(path))
            .filter(volunteer::Column::Id.is_in(ids.iter().copied()))
            .all(db)
            .await?;
        let person = |row: volunteer::Model| (row.id, Person { name: row.name, state: row.state });
        found.extend(rows.into_iter().map(person));
    }
    Ok(found)
}

/// Of these, whose accounts have entries.
pub(super) async fn list_with_entries(
    db: &impl ConnectionTrait,
    ids: &[VolunteerId],
) -> Result<HashSet<VolunteerId>, DbErr> {
    let mut found = HashSet::new();
    for ids in ids.chunks(CHUNK) {
        let rows: Vec<VolunteerId> = points_account::Entity::find()
            .select_only()
            .column(points_account::Column::VolunteerId)
            .filter(points_account::Column::VolunteerId.is_in(ids.iter().copied()))
            .filter(points_account::Column::LastSeq.gt(0))
            .into_tuple()
            .all(db)
            .await?;
        found.extend(rows);
    }
    Ok(found)
}

/// Of these causes, those that were booked, with whose account and how many points.
pub(super) async fn list_booked(
    db: &impl ConnectionTrait,
    causes: &[Uuid],
) -> Result<HashMap<Uuid, (VolunteerId, i64)>, DbErr> {
    use ledger_entry::Column as L;
    let mut found = HashMap::new();
    for causes in causes.chunks(CHUNK) {
        let rows: Vec<(Uuid, VolunteerId, i64)> = ledger_entry::Entity::find()
            .select_only()
            .columns([L::SourceId, L::VolunteerId, L::AvailableDelta])
            .filter(L::SourceKind.eq(SOURCE))
            .filter(L::SourceId.is_in(causes.iter().copied()))
            .filter(L::Kind.eq(LedgerKind::Opening))
            .into_tuple()
            .all(db)
            .await?;
        found.extend(rows.into_iter().map(|(cause, who, points)| (cause, (who, points))));
    }
    Ok(found)
}

pub(super) async fn find(
    db: &impl ConnectionTrait,
    id: OpeningImportId,
) -> Result<Option<opening_import::Model>, DbErr> {
    opening_import::Entity::find_by_id(id).one(db).await
}

pub(super) async fn lock(
    tx: &DatabaseTransaction,
    id: OpeningImportId,
) -> Result<Option<opening_import::Model>, DbErr> {
    opening_import::Entity::find_by_id(id).lock_exclusive().one(tx).await
}

/// Newest first.
pub(super) async fn list(
    db: &impl ConnectionTrait,
    site: SiteId,
    after: Option<OpeningImportId>,
    limit: u64,
) -> Result<Vec<opening_import::Model>, DbErr> {
    opening_import::Entity::find()
        .filter(I::SiteId.eq(site))
        .apply_if(after, |query, id| query.filter(I::Id.lt(id)))
        .order_by_desc(I::Id)
        .limit(limit)
        .all(db)
        .await
}

pub(super) async fn insert(
    tx: &DatabaseTransaction,
    import: opening_import::Model,
    rows: Vec<opening_row::Model>,
    faults: Vec<opening_fault::Model>,
) -> Result<(), DbErr> {
    let import = import.into_active_model().reset_all();
    opening_import::Entity::insert(import).exec_without_returning(tx).await?;
    insert_all::<opening_row::Entity>(tx, rows).await?;
    insert_all::<opening_fault::Entity>(tx, faults).await
}

/// Writes down who committed it.
pub(super) async fn save_committing(
    tx: &DatabaseTransaction,
    row: &opening_import::Model,
    by: AccountId,
    now: DateTime<Utc>,
) -> Result<Option<opening_import::Model>, DbErr> {
    let changed = opening_import::Entity::update_many()
        .col_expr(I::State, Expr::value(OpeningImportState::Committing))
        .col_expr(I::CommittedBy, Expr::value(by))
        .col_expr(I::CommittedAt, Expr::value(now))
        .col_expr(I::Version, Expr::col(I::Version).add(1))
        .filter(I::Id.eq(row.id))
        .filter(I::State.eq(row.state))
        .exec_with_returning(tx)
        .await?;
    Ok(changed.into_iter().next())
}

/// Nobody books it any more.
pub(super) async fn save_discarded(
    tx: &DatabaseTransaction,
    row: &opening_import::Model,
) -> Result<Option<opening_import::Model>, DbErr> {
    let changed = opening_import::Entity::update_many()
        .col_expr(I::State, Expr::value(OpeningImportState::Discarded))
        .col_expr(I::Version, Expr::col(I::Version).add(1))
        .filter(I::Id.eq(row.id))
        .filter(I::State.eq(row.state))
        .exec_with_returning(tx)
        .await?;
    Ok(changed.into_iter().next())
}

/// Of these files, those that a task of this kind books, or will.
pub(super) async fn list_being_booked(
    db: &impl ConnectionTrait,
    kind: &str,
    ids: &[OpeningImportId],
) -> Result<HashSet<OpeningImportId>, DbErr> {
    use task::Column as T;
    let keys: Vec<String> = task::Entity::find()
        .select_only()
        .column(T::OnceKey)
        .filter(T::Kind.eq(kind))
        .filter(T::OnceKey.is_in(ids.iter().map(ToString::to_string)))
        .filter(T::State.is_not_in([TaskState::Failed, TaskState::Cancelled]))
        .into_tuple()
        .all(db)
        .await?;
    Ok(keys.iter().filter_map(|key| key.parse().ok()).collect())
}

/// How far the booking came.
pub(super) async fn save_mark(
    tx: &DatabaseTransaction,
    id: OpeningImportId,
    done_line: i32,
    (done, booked): (i32, i32),
) -> Result<(), DbErr> {
    opening_import::Entity::update_many()
        .col_expr(I::DoneLine, Expr::value(done_line))
        .col_expr(I::RowsDone, Expr::col(I::RowsDone).add(done))
        .col_expr(I::RowsBooked, Expr::col(I::RowsBooked).add(booked))
        .col_expr(I::Version, Expr::col(I::Version).add(1))
        .filter(I::Id.eq(id))
        .exec(tx)
        .await?;
    Ok(())
}

pub(super) async fn save_committed(
    tx: &DatabaseTransaction,
    id: OpeningImportId,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    opening_import::Entity::update_many()
        .col_expr(I::State, Expr::value(OpeningImportState::Committed))
        .col_expr(I::FinishedAt, Expr::value(now))
        .col_expr(I::Version, Expr::col(I::Version).add(1))
        .filter(I::Id.eq(id))
        .exec(tx)
        .await?;
    Ok(())
}

pub(super) async fn list_rows(
    db: &impl ConnectionTrait,
    id: OpeningImportId,
    after_line: i32,
    limit: u64,
) -> Result<Vec<opening_row::Model>, DbErr> {
    opening_row::Entity::find()
        .filter(R::ImportId.eq(id))
        .filter(R::Line.gt(after_line))
        .order_by_asc(R::Line)
        .limit(limit)
        .all(db)
        .await
}

/// Everybody a file names.
pub(super) async fn list_named(
    db: &impl ConnectionTrait,
    id: OpeningImportId,
) -> Result<Vec<(i32, VolunteerId)>, DbErr> {
    opening_row::Entity::find()
        .select_only()
        .columns([R::Line, R::VolunteerId])
        .filter(R::ImportId.eq(id))
        .order_by_asc(R::Line)
        .into_tuple()
        .all(db)
        .await
}

/// The names of these people, and when they were born.
pub(super) async fn list_names(
    db: &impl ConnectionTrait,
    ids: &HashSet<VolunteerId>,
) -> Result<HashMap<VolunteerId, (String, NaiveDate)>, DbErr> {
    use volunteer::Column as V;
    let rows: Vec<(VolunteerId, String, NaiveDate)> = volunteer::Entity::find()
        .select_only()
        .columns([V::Id, V::Name, V::BirthDate])
        .filter(V::Id.is_in(ids.iter().copied()))
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|(id, name, born)| (id, (name, born))).collect())
}

/// Writes down what became of a row.
pub(super) async fn save_outcome(
    tx: &DatabaseTransaction,
    row: &opening_row::Model,
) -> Result<(), DbErr> {
    opening_row::Entity::update_many()
        .col_expr(R::Outcome, Expr::value(row.outcome))
        .col_expr(R::Refusal, Expr::value(row.refusal.clone()))
        .col_expr(R::EntryId, Expr::value(row.entry_id))
        .filter(R::ImportId.eq(row.import_id))
        .filter(R::Line.eq(row.line))
        .exec(tx)
        .await?;
    Ok(())
}

/// What is wrong, by line; faults of one line stay in one order.
pub(super) async fn list_faults(
    db: &impl ConnectionTrait,
    id: OpeningImportId,
    after: Option<(i32, String)>,
    limit: u64,
) -> Result<Vec<opening_fault::Model>, DbErr> {
    use opening_fault::Column as F;
    let later = |(line, field): (i32, String)| {
        F::Line.gt(line).or(F::Line.eq(line).and(F::Field.gt(field)))
    };
    opening_fault::Entity::find()
        .filter(F::ImportId.eq(id))
        .apply_if(after, |query, after| query.filter(later(after)))
        .order_by_asc(F::Line)
        .order_by_asc(F::Field)
        .limit(limit)
        .all(db)
        .await
}

/// Rows after a line that were not booked, by line.
pub(super) async fn list_refused(
    db: &impl ConnectionTrait,
    id: OpeningImportId,
    after_line: i32,
    limit: u64,
) -> Result<Vec<opening_row::Model>, DbErr> {
    opening_row::Entity::find()
        .filter(R::ImportId.eq(id))
        .filter(R::Refusal.is_not_null())
        .filter(R::Line.gt(after_line))
        .order_by_asc(R::Line)
        .limit(limit)
        .all(db)
        .await
}

/// How many rows were not booked, file by file.
pub(super) async fn count_refused(
    db: &impl ConnectionTrait,
    ids: &[OpeningImportId],
) -> Result<HashMap<OpeningImportId, i64>, DbErr> {
    let rows: Vec<(OpeningImportId, i64)> = opening_row::Entity::find()
        .select_only()
        .column(R::ImportId)
        .column_as(R::Line.count(), "refused")
        .filter(R::ImportId.is_in(ids.iter().copied()))
        .filter(R::Refusal.is_not_null())
        .group_by(R::ImportId)
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows.into_iter().collect())
}
