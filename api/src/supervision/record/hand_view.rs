//! What was entered by hand in a time, in a subtree, read where it is kept.

use chrono::{DateTime, Utc};
use entity::ids::VolunteerId;
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult, Statement};
use uuid::Uuid;

use super::dto::HandKind;

/// One entry.
#[derive(Clone, Debug, FromQueryResult)]
pub(super) struct Entered {
    pub(super) id: Uuid,
    pub(super) volunteer_id: Option<VolunteerId>,
    pub(super) what: String,
    pub(super) amount: Option<i64>,
    pub(super) at: DateTime<Utc>,
}

/// What was corrected since stands in the quarter of its correction: until then this is what was
/// entered.
macro_rules! first_correction {
    () => {
        " LEFT JOIN attendance_correction c ON c.attendance_id = t.id AND c.executed_at IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM attendance_correction e WHERE e.attendance_id = t.id
            AND e.executed_at < c.executed_at) "
    };
}

/// Its hours before that.
macro_rules! tenths_entered {
    () => {
        " CAST(CASE WHEN c.id IS NULL THEN t.hours_tenths ELSE c.tenths_before END AS bigint) "
    };
}

const LATE_ENTRY: &str = concat!(
    "SELECT l.id, l.volunteer_id, a.title AS what,",
    tenths_entered!(),
    "AS amount, l.entered_at AS at
FROM late_entry l JOIN site s ON s.id = l.site_id JOIN activity a ON a.id = l.activity_id
    JOIN attendance t ON t.id = l.attendance_id",
    first_correction!(),
    "WHERE l.state = 'approved' AND s.path LIKE $1 AND l.entered_at >= $2 AND l.entered_at < $3"
);

const ROLL_CALL: &str = concat!(
    "SELECT t.id, t.volunteer_id, a.title AS what,",
    tenths_entered!(),
    "AS amount, t.created_at AS at
FROM attendance t JOIN site s ON s.id = t.site_id JOIN activity a ON a.id = t.activity_id",
    first_correction!(),
    "WHERE t.source = 'roll_call' AND coalesce(c.state_before, t.state) <> 'no_show'
    AND s.path LIKE $1 AND t.created_at >= $2 AND t.created_at < $3"
);

const CORRECTION: &str = "
SELECT c.id, t.volunteer_id, a.title AS what, CAST(c.tenths_after AS bigint) AS amount,
    c.executed_at AS at
FROM attendance_correction c JOIN site s ON s.id = c.site_id
    JOIN attendance t ON t.id = c.attendance_id JOIN activity a ON a.id = t.activity_id
WHERE c.tenths_after > coalesce(c.tenths_before, 0) AND s.path LIKE $1
    AND c.executed_at >= $2 AND c.executed_at < $3";

const AWARD: &str = "
SELECT c.id, c.volunteer_id, i.name AS what, CAST(c.points AS bigint) AS amount,
    c.created_at AS at
FROM claim c JOIN site s ON s.id = c.site_id JOIN rule_item i ON i.id = c.rule_item_id
WHERE c.attendance_id IS NULL AND c.state NOT IN ('rejected', 'withdrawn', 'revoked')
    AND s.path LIKE $1 AND c.created_at >= $2 AND c.created_at < $3";

const OPENING: &str = "
SELECT e.id, e.volunteer_id, m.source AS what, e.available_delta AS amount, e.created_at AS at
FROM opening_row o JOIN opening_import m ON m.id = o.import_id
    JOIN ledger_entry e ON e.id = o.entry_id JOIN site s ON s.id = m.site_id
WHERE o.outcome = 'booked' AND s.path LIKE $1 AND e.created_at >= $2 AND e.created_at < $3";

const STOCK_ADJUSTMENT: &str = "
SELECT j.id, NULL AS volunteer_id, g.name AS what, CAST(j.quantity AS bigint) AS amount,
    j.decided_at AS at
FROM stock_adjustment j JOIN site s ON s.id = j.site_id JOIN stock_lot l ON l.id = j.stock_lot_id
    JOIN goods g ON g.id = l.goods_id
WHERE j.state = 'confirmed' AND s.path LIKE $1 AND j.decided_at >= $2 AND j.decided_at < $3";

const fn of(kind: HandKind) -> &'static str {
    match kind {
        HandKind::LateEntry => LATE_ENTRY,
        HandKind::RollCall => ROLL_CALL,
        HandKind::Correction => CORRECTION,
        HandKind::Award => AWARD,
        HandKind::Opening => OPENING,
        HandKind::StockAdjustment => STOCK_ADJUSTMENT,
    }
}

/// Where and when.
#[derive(Clone, Copy, Debug)]
pub(in crate::supervision) struct Scope<'a> {
    pub(in crate::supervision) path: &'a str,
    pub(in crate::supervision) from: DateTime<Utc>,
    pub(in crate::supervision) to: DateTime<Utc>,
}

/// A page of entries, newest first. All of the time are found by site and time before they are put
/// in order: else the newest rows of the whole table are gone through until the page is full.
pub(super) async fn list(
    db: &impl ConnectionTrait,
    kind: HandKind,
    scope: Scope<'_>,
    (after, limit): (Option<Uuid>, u64),
) -> Result<Vec<Entered>, DbErr> {
    let sql = format!(
        "WITH x AS MATERIALIZED ({})
        SELECT * FROM x WHERE x.id < $4 ORDER BY x.id DESC LIMIT $5",
        of(kind)
    );
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let values = [
        format!("{}%", scope.path).into(),
        scope.from.into(),
        scope.to.into(),
        after.unwrap_or(Uuid::max()).into(),
        limit.into(),
    ];
    let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, values);
    Entered::find_by_statement(statement).all(db).await
}

#[derive(FromQueryResult)]
struct Number {
    number: i64,
}

/// How many entries of a kind there are.
pub(super) async fn count_of(
    db: &impl ConnectionTrait,
    kind: HandKind,
    scope: Scope<'_>,
) -> Result<i64, DbErr> {
    let sql = format!("SELECT count(*) AS number FROM ({}) AS x", of(kind));
    let values = [format!("{}%", scope.path).into(), scope.from.into(), scope.to.into()];
    let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, values);
    let found = Number::find_by_statement(statement).one(db).await?;
    Ok(found.map(|row| row.number).unwrap_or_default())
}

/// How many entries of every kind there are.
///
/// # Errors
/// The database's.
pub(in crate::supervision) async fn count(
    db: &impl ConnectionTrait,
    scope: Scope<'_>,
) -> Result<i64, DbErr> {
    let mut total = 0;
    for kind in HandKind::ALL {
        total += count_of(db, kind, scope).await?;
    }
    Ok(total)
}
