//! How much came by one hand, one device or one delegate, read where it is kept: one query a kind,
//! the same text on both back ends.
//!
//! Which device somebody used is what the audit trail says of the very transaction that wrote
//! the row: same account, same instant, same operation, and the session's device. Of a redemption
//! that is the phone it was ordered on: goods are picked up on no device but the clerk's, and a
//! phone on which only the code was made new is not counted. Who picks up is looked at by name.

use chrono::{DateTime, Utc};
use entity::ids::AccountId;
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult, Statement, Value};

use super::domain::{AlertKind, By, Share, Source};

const CLAIMS: &str = "
SELECT c.entered_by AS hand, c.volunteer_id AS person,
    CASE WHEN v.account_id IS NOT NULL AND v.account_id = c.entered_by THEN 0 ELSE 1 END AS counts
FROM claim c JOIN site s ON s.id = c.site_id JOIN volunteer v ON v.id = c.volunteer_id
WHERE s.path LIKE $1 AND c.created_at >= $2 AND c.created_at < $3";

const REDEMPTIONS: &str = "
SELECT r.created_by AS hand, r.volunteer_id AS person,
    CASE WHEN v.account_id IS NOT NULL AND v.account_id = r.created_by THEN 0 ELSE 1 END AS counts
FROM redemption r JOIN site s ON s.id = r.site_id JOIN volunteer v ON v.id = r.volunteer_id
WHERE s.path LIKE $1 AND r.created_at >= $2 AND r.created_at < $3";

const ATTENDANCES: &str = "
SELECT t.entered_by AS hand, t.volunteer_id AS person,
    CASE WHEN t.source IN ('roll_call', 'late_entry') THEN 1 ELSE 0 END AS counts
FROM attendance t JOIN site s ON s.id = t.site_id
WHERE t.state <> 'no_show' AND s.path LIKE $1 AND t.created_at >= $2 AND t.created_at < $3";

const CHECK_INS_BY_DEVICE: &str = "
SELECT n.device_hash AS device, t.volunteer_id AS person
FROM attendance t JOIN site s ON s.id = t.site_id
    LEFT JOIN audit_event e ON e.occurred_at = t.created_at AND e.action = 'check_in'
        AND e.actor_account_id = t.entered_by
    LEFT JOIN session n ON n.id = e.session_id
WHERE t.source = 'qr' AND s.path LIKE $1 AND t.created_at >= $2 AND t.created_at < $3";

const REDEMPTIONS_BY_DEVICE: &str = "
SELECT n.device_hash AS device, r.volunteer_id AS person
FROM redemption r JOIN site s ON s.id = r.site_id
    LEFT JOIN audit_event e ON e.occurred_at = r.created_at AND e.action = 'redemption_create'
        AND e.actor_account_id = r.created_by
    LEFT JOIN session n ON n.id = e.session_id
WHERE s.path LIKE $1 AND r.created_at >= $2 AND r.created_at < $3";

const PICKUPS_BY_DELEGATE: &str = "
SELECT r.delegate_name AS delegate, r.volunteer_id AS person
FROM redemption r JOIN site s ON s.id = r.site_id
WHERE s.path LIKE $1 AND r.fulfilled_at >= $2 AND r.fulfilled_at < $3";

/// Most shares looked at of one kind: those that could be an alert are few.
const MOST: u32 = 50;

#[derive(FromQueryResult)]
struct HandRow {
    hand: AccountId,
    count: i64,
    people: i64,
}

#[derive(FromQueryResult)]
struct NamedRow {
    named: String,
    count: i64,
    people: i64,
}

#[derive(FromQueryResult)]
struct Number {
    number: i64,
}

/// Where and when.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scope<'a> {
    pub(super) path: &'a str,
    pub(super) from: DateTime<Utc>,
    pub(super) to: DateTime<Utc>,
}

impl Scope<'_> {
    fn values(self) -> [Value; 3] {
        [format!("{}%", self.path).into(), self.from.into(), self.to.into()]
    }
}

/// The largest shares of a kind, and of how much they are shares.
pub(super) async fn shares(
    db: &impl ConnectionTrait,
    kind: AlertKind,
    scope: Scope<'_>,
) -> Result<(Vec<Share>, i64), DbErr> {
    let backend = db.get_database_backend();
    let rows = match kind {
        AlertKind::ClaimsForOthers => CLAIMS,
        AlertKind::RedemptionsForOthers => REDEMPTIONS,
        AlertKind::AttendancesByHand => ATTENDANCES,
        AlertKind::CheckInsOnOneDevice => CHECK_INS_BY_DEVICE,
        AlertKind::RedemptionsOnOneDevice => REDEMPTIONS_BY_DEVICE,
        AlertKind::PickupsByOneDelegate => PICKUPS_BY_DELEGATE,
    };
    let sql = format!("SELECT count(*) AS number FROM ({rows}) AS x");
    let all = Statement::from_sql_and_values(backend, sql, scope.values());
    let total = Number::find_by_statement(all).one(db).await?.map_or(0, |row| row.number);
    let (column, filter) = match kind.by() {
        By::Hand => ("x.hand", "x.counts = 1"),
        By::Device => ("x.device AS named", "x.device IS NOT NULL"),
        By::Delegate => ("x.delegate AS named", "x.delegate IS NOT NULL"),
    };
    let sql = format!(
        "SELECT {column}, count(*) AS count, count(DISTINCT x.person) AS people
        FROM ({rows}) AS x WHERE {filter}
        GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT {MOST}"
    );
    let statement = Statement::from_sql_and_values(backend, sql, scope.values());
    let shares = match kind.by() {
        By::Hand => {
            let found = HandRow::find_by_statement(statement).all(db).await?.into_iter();
            let share = |HandRow { hand, count, people }| Share {
                source: Source::Hand(hand),
                count,
                people,
            };
            found.map(share).collect()
        }
        By::Device => list_named(db, statement, Source::Device).await?,
        By::Delegate => list_named(db, statement, Source::Delegate).await?,
    };
    Ok((shares, total))
}

async fn list_named(
    db: &impl ConnectionTrait,
    statement: Statement,
    source: fn(String) -> Source,
) -> Result<Vec<Share>, DbErr> {
    let found = NamedRow::find_by_statement(statement).all(db).await?.into_iter();
    let share = |NamedRow { named, count, people }| Share { source: source(named), count, people };
    Ok(found.map(share).collect())
}
