//! Records of a subtree as a supervisor sees them, read where they are kept: the same columns of
//! four tables.

use chrono::{DateTime, Utc};
use entity::ids::{AccountId, VolunteerId};
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult, Statement};
use uuid::Uuid;

use super::dto::RecordKind;

/// One record.
#[derive(Clone, Debug, FromQueryResult)]
pub(super) struct Record {
    pub(super) id: Uuid,
    pub(super) volunteer_id: VolunteerId,
    pub(super) state: String,
    pub(super) what: String,
    pub(super) source: Option<String>,
    pub(super) amount: Option<i64>,
    pub(super) entered_by: AccountId,
    pub(super) decided_by: Option<AccountId>,
    pub(super) at: DateTime<Utc>,
    pub(super) frozen_until: Option<DateTime<Utc>>,
}

const CLAIM: &str = "
SELECT c.id, c.volunteer_id, c.state, i.name AS what, CAST(NULL AS varchar) AS source,
    CAST(c.points AS bigint) AS amount, c.entered_by, c.decided_by, c.created_at AS at,
    c.frozen_until
FROM claim c JOIN site s ON s.id = c.site_id JOIN rule_item i ON i.id = c.rule_item_id
WHERE s.path LIKE $1 AND c.id < $2 ORDER BY c.id DESC LIMIT $3";

const ATTENDANCE: &str = "
SELECT t.id, t.volunteer_id, t.state, a.title AS what, t.source,
    CAST(t.hours_tenths AS bigint) AS amount, t.entered_by,
    coalesce(t.confirmed_by, t.approved_by) AS decided_by, t.created_at AS at,
    c.frozen_until
FROM attendance t JOIN site s ON s.id = t.site_id JOIN activity a ON a.id = t.activity_id
    LEFT JOIN claim c ON c.attendance_id = t.id AND c.frozen_until IS NOT NULL
WHERE s.path LIKE $1 AND t.id < $2 ORDER BY t.id DESC LIMIT $3";

const REDEMPTION: &str = "
SELECT r.id, r.volunteer_id, r.state, g.name AS what, CAST(NULL AS varchar) AS source,
    r.points AS amount, r.created_by AS entered_by, r.fulfilled_by AS decided_by,
    r.created_at AS at, r.frozen_until
FROM redemption r JOIN site s ON s.id = r.site_id JOIN goods g ON g.id = r.goods_id
WHERE s.path LIKE $1 AND r.id < $2 ORDER BY r.id DESC LIMIT $3";

const LATE_ENTRY: &str = "
SELECT l.id, l.volunteer_id, l.state, a.title AS what, CAST(NULL AS varchar) AS source,
    CAST(NULL AS bigint) AS amount, l.entered_by, l.decided_by, l.entered_at AS at,
    t.frozen_until
FROM late_entry l JOIN site s ON s.id = l.site_id JOIN activity a ON a.id = l.activity_id
    LEFT JOIN claim t ON t.attendance_id = l.attendance_id AND t.frozen_until IS NOT NULL
WHERE s.path LIKE $1 AND l.id < $2 ORDER BY l.id DESC LIMIT $3";

/// A page of records, newest first.
pub(super) async fn list(
    db: &impl ConnectionTrait,
    kind: RecordKind,
    path: &str,
    (after, limit): (Option<Uuid>, u64),
) -> Result<Vec<Record>, DbErr> {
    let sql = match kind {
        RecordKind::Claim => CLAIM,
        RecordKind::Attendance => ATTENDANCE,
        RecordKind::Redemption => REDEMPTION,
        RecordKind::LateEntry => LATE_ENTRY,
    };
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let values = [format!("{path}%").into(), after.unwrap_or(Uuid::max()).into(), limit.into()];
    let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, values);
    Record::find_by_statement(statement).all(db).await
}
