//! What a quarter did, read for a bulletin: accounts by page, the rest by site.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use entity::ids::{SiteId, VolunteerId};
use entity::ledger_entry::LedgerKind;
use entity::site;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait, FromQueryResult,
    QueryFilter, QueryOrder, Statement, Value,
};
use uuid::Uuid;

use crate::platform::db;

/// A quarter's first instant and the first after it.
pub(super) type Span = (DateTime<Utc>, DateTime<Utc>);

/// What an account had when the quarter began and when it ended: what is available and held,
/// less what is due. The last entry before an instant is found from the newest on.
const BALANCES: &str = "
SELECT a.volunteer_id, a.site_id,
    coalesce((SELECT e.available_after + e.held_after - e.recovery_after FROM ledger_entry e
        WHERE e.volunteer_id = a.volunteer_id AND e.created_at < $1
        ORDER BY e.seq DESC LIMIT 1), 0) AS opening,
    coalesce((SELECT e.available_after + e.held_after - e.recovery_after FROM ledger_entry e
        WHERE e.volunteer_id = a.volunteer_id AND e.created_at < $2
        ORDER BY e.seq DESC LIMIT 1), 0) AS closing
FROM points_account a JOIN site s ON s.id = a.site_id
WHERE s.path LIKE $3 AND a.volunteer_id > $4 ORDER BY a.volunteer_id LIMIT $5";

/// What entries of a quarter changed, by the site where the account is kept and their kind.
const FLOWS: &str = "
SELECT a.site_id, e.kind,
    CAST(sum(e.available_delta + e.held_delta - e.recovery_delta) AS bigint) AS change
FROM points_account a JOIN site s ON s.id = a.site_id
JOIN ledger_entry e ON e.volunteer_id = a.volunteer_id
WHERE s.path LIKE $1 AND a.volunteer_id > $2 AND a.volunteer_id <= $3
    AND e.created_at >= $4 AND e.created_at < $5
GROUP BY a.site_id, e.kind";

const VOLUNTEERS: &str = "
SELECT v.site_id, count(*) AS number FROM volunteer v JOIN site s ON s.id = v.site_id
WHERE s.path LIKE $1 AND v.created_at < $2 AND v.state NOT IN ('pending_verification', 'closed')
GROUP BY v.site_id";

/// Held: somebody was confirmed to have been there, or its record was written. One that time
/// alone has ended may not have taken place.
const ACTIVITIES: &str = "
SELECT a.site_id, count(*) AS number FROM activity a JOIN site s ON s.id = a.site_id
WHERE s.path LIKE $1 AND a.starts_at >= $2 AND a.starts_at < $3
    AND (a.state IN ('recorded', 'archived') OR a.state <> 'cancelled' AND EXISTS (
        SELECT 1 FROM attendance t WHERE t.activity_id = a.id AND t.state = 'confirmed'))
GROUP BY a.site_id";

const PARTICIPANTS: &str = "
SELECT t.site_id, count(DISTINCT t.volunteer_id) AS number FROM attendance t
JOIN activity a ON a.id = t.activity_id JOIN site s ON s.id = t.site_id
WHERE s.path LIKE $1 AND a.starts_at >= $2 AND a.starts_at < $3 AND t.state = 'confirmed'
GROUP BY t.site_id";

const ALL_PARTICIPANTS: &str = "
SELECT count(DISTINCT t.volunteer_id) AS number FROM attendance t
JOIN activity a ON a.id = t.activity_id JOIN site s ON s.id = t.site_id
WHERE s.path LIKE $1 AND a.starts_at >= $2 AND a.starts_at < $3 AND t.state = 'confirmed'";

/// Hours by the newest revision of each record.
const HOURS: &str = "
SELECT r.site_id, CAST(sum(r.hours_tenths) AS bigint) AS number
FROM service_record r JOIN site s ON s.id = r.site_id
WHERE s.path LIKE $1 AND r.served_on >= $2 AND r.served_on < $3 AND r.revision = (
    SELECT max(x.revision) FROM service_record x WHERE x.attendance_id = r.attendance_id)
GROUP BY r.site_id";

const ACCOUNTS: &str = "
SELECT count(*) AS number FROM points_account a JOIN site s ON s.id = a.site_id
WHERE s.path LIKE $1";

/// Whether there is anything to tell of a quarter: an entry before its end. Entries of an
/// account are in the order of time, so that the first tells; years of them are not read.
const ANY_ENTRY: &str = "
SELECT count(*) AS number FROM (SELECT 1 AS one FROM points_account a
    JOIN site s ON s.id = a.site_id
    JOIN ledger_entry e ON e.volunteer_id = a.volunteer_id AND e.seq = 1
    WHERE s.path LIKE $1 AND e.created_at < $2 LIMIT 1) AS found";

/// One account at the edges of a quarter.
#[derive(Clone, Copy, Debug, FromQueryResult)]
pub(super) struct Balance {
    pub(super) volunteer_id: VolunteerId,
    pub(super) site_id: SiteId,
    pub(super) opening: i64,
    pub(super) closing: i64,
}

/// What entries of one kind changed at one site.
#[derive(Clone, Copy, Debug, FromQueryResult)]
pub(super) struct Flow {
    pub(super) site_id: SiteId,
    pub(super) kind: LedgerKind,
    pub(super) change: i64,
}

#[derive(Clone, Copy, Debug, FromQueryResult)]
struct OfSite {
    site_id: SiteId,
    number: i64,
}

#[derive(Clone, Copy, Debug, FromQueryResult)]
struct Alone {
    number: i64,
}

/// Numbers by site.
pub(super) type BySite = HashMap<SiteId, i64>;

fn statement(
    db: &impl ConnectionTrait,
    sql: &str,
    values: impl IntoIterator<Item = Value>,
) -> Statement {
    Statement::from_sql_and_values(db.get_database_backend(), sql, values)
}

fn below(path: &str) -> Value {
    format!("{path}%").into()
}

/// Every site of a subtree, in the order of their division codes.
pub(super) async fn list_sites(
    db: &impl ConnectionTrait,
    path: &str,
) -> Result<Vec<site::Model>, DbErr> {
    site::Entity::find()
        .filter(site::Column::Path.starts_with(path))
        .order_by_asc(site::Column::DivisionCode)
        .all(db)
        .await
}

/// The next accounts of a subtree, by their holders.
pub(super) async fn list_balances(
    db: &impl ConnectionTrait,
    (path, (from, until)): (&str, Span),
    after: Uuid,
    limit: i64,
) -> Result<Vec<Balance>, DbErr> {
    let values = [from.into(), until.into(), below(path), after.into(), limit.into()];
    Balance::find_by_statement(statement(db, BALANCES, values)).all(db).await
}

/// What the quarter changed in the accounts after one holder up to another.
pub(super) async fn list_flows(
    db: &impl ConnectionTrait,
    (path, (from, until)): (&str, Span),
    (after, last): (Uuid, Uuid),
) -> Result<Vec<Flow>, DbErr> {
    let values = [below(path), after.into(), last.into(), from.into(), until.into()];
    Flow::find_by_statement(statement(db, FLOWS, values)).all(db).await
}

async fn by_site(db: &impl ConnectionTrait, sql: Statement) -> Result<BySite, DbErr> {
    let rows = OfSite::find_by_statement(sql).all(db).await?;
    Ok(rows.into_iter().map(|row| (row.site_id, row.number)).collect())
}

async fn alone(db: &impl ConnectionTrait, sql: Statement) -> Result<i64, DbErr> {
    Ok(Alone::find_by_statement(sql).one(db).await?.map_or(0, |row| row.number))
}

/// Volunteers who live at each site.
pub(super) async fn volunteers(
    db: &impl ConnectionTrait,
    (path, (_, until)): (&str, Span),
) -> Result<BySite, DbErr> {
    by_site(db, statement(db, VOLUNTEERS, [below(path), until.into()])).await
}

/// Activities that took place at each site.
pub(super) async fn activities(
    db: &impl ConnectionTrait,
    (path, (from, until)): (&str, Span),
) -> Result<BySite, DbErr> {
    by_site(db, statement(db, ACTIVITIES, [below(path), from.into(), until.into()])).await
}

/// Who took part at each site, each counted once there.
pub(super) async fn participants(
    db: &impl ConnectionTrait,
    (path, (from, until)): (&str, Span),
) -> Result<BySite, DbErr> {
    by_site(db, statement(db, PARTICIPANTS, [below(path), from.into(), until.into()])).await
}

/// Who took part anywhere, each counted once.
pub(super) async fn all_participants(
    db: &impl ConnectionTrait,
    (path, (from, until)): (&str, Span),
) -> Result<i64, DbErr> {
    alone(db, statement(db, ALL_PARTICIPANTS, [below(path), from.into(), until.into()])).await
}

/// Tenths of hours of service at each site.
pub(super) async fn hours(
    db: &impl ConnectionTrait,
    path: &str,
    (first, next): (NaiveDate, NaiveDate),
) -> Result<BySite, DbErr> {
    by_site(db, statement(db, HOURS, [below(path), first.into(), next.into()])).await
}

/// Accounts of a subtree.
pub(super) async fn count_accounts(db: &impl ConnectionTrait, path: &str) -> Result<i64, DbErr> {
    alone(db, statement(db, ACCOUNTS, [below(path)])).await
}

/// Whether anybody of a subtree had an entry before an instant.
pub(super) async fn has_entries(
    db: &impl ConnectionTrait,
    path: &str,
    before: DateTime<Utc>,
) -> Result<bool, DbErr> {
    Ok(alone(db, statement(db, ANY_ENTRY, [below(path), before.into()])).await? > 0)
}

/// The counts of a whole quarter are a handful of statements, whose time grows with it.
pub(super) async fn take_time(tx: &DatabaseTransaction) -> Result<(), DbErr> {
    if db::is_postgres(tx.get_database_backend()) {
        tx.execute_unprepared("SET LOCAL statement_timeout = '120s'").await?;
    }
    Ok(())
}
