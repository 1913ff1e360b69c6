//! What decided objections say of attendances, and what they replaced (签到记录更正).

use sea_orm_migration::{
    prelude::*,
    schema::{
        boolean, integer_null, string_len_null, timestamp_with_time_zone,
        timestamp_with_time_zone_null, uuid, uuid_null,
    },
};

use crate::{
    columns::{id, reference, rule},
    sql::{Rewording, change_checks, drop_tables, per_backend, run, run_on_postgres},
};

/// Creates `attendance_correction`; lets an objection end in a correction, and a service record
/// say that nothing was served.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        change_checks(manager, POSTGRES_WIDER, &[EFFECTS, HOURS]).await?;
        manager.create_table(attendance_correction()).await?;
        run(manager, INDEXES).await?;
        per_backend(manager, POSTGRES_KEPT, SQLITE_KEPT).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let back = [EFFECTS, HOURS].map(|(table, before, after)| (table, after, before));
        run(manager, &[FORGOTTEN]).await?;
        change_checks(manager, POSTGRES_NARROWER, &back).await?;
        drop_tables(manager, &["attendance_correction"]).await?;
        run_on_postgres(manager, "DROP FUNCTION attendance_correction_kept()").await
    }
}

/// What a decision says of an attendance, and since it was executed what stood there before.
fn attendance_correction() -> TableCreateStatement {
    Table::create()
        .table("attendance_correction")
        .col(id())
        .col(uuid("objection_id"))
        .col(uuid("attendance_id"))
        .col(uuid("volunteer_id"))
        .col(uuid("site_id"))
        .col(boolean("present"))
        .col(timestamp_with_time_zone_null("starts_at"))
        .col(timestamp_with_time_zone_null("ends_at"))
        .col(uuid("decided_by"))
        .col(timestamp_with_time_zone("decided_at"))
        .col(uuid_null("executed_by"))
        .col(timestamp_with_time_zone_null("executed_at"))
        .col(string_len_null("state_before", 30))
        .col(timestamp_with_time_zone_null("starts_before"))
        .col(timestamp_with_time_zone_null("ends_before"))
        .col(integer_null("tenths_before"))
        .col(integer_null("tenths_after"))
        .check(rule(
            "attendance_correction_times",
            "CASE WHEN present THEN starts_at IS NOT NULL AND ends_at IS NOT NULL AND ends_at > \
             starts_at ELSE starts_at IS NULL AND ends_at IS NULL END",
        ))
        .check(rule("attendance_correction_two_persons", "executed_by <> decided_by"))
        .check(rule(
            "attendance_correction_executed",
            "(executed_by IS NULL) = (executed_at IS NULL) AND (executed_by IS NULL) = \
             (state_before IS NULL) AND (executed_by IS NULL) = (tenths_after IS NULL)",
        ))
        .foreign_key(&mut reference("attendance_correction", "objection_id", "objection"))
        .foreign_key(&mut reference("attendance_correction", "attendance_id", "attendance"))
        .foreign_key(&mut reference("attendance_correction", "volunteer_id", "volunteer"))
        .foreign_key(&mut reference("attendance_correction", "site_id", "site"))
        .foreign_key(&mut reference("attendance_correction", "decided_by", "account"))
        .foreign_key(&mut reference("attendance_correction", "executed_by", "account"))
        .to_owned()
}

const INDEXES: &[&str] = &[
    "CREATE UNIQUE INDEX attendance_correction_of ON attendance_correction (objection_id)",
    "CREATE INDEX attendance_correction_attendance ON attendance_correction (attendance_id)",
    "CREATE INDEX attendance_correction_volunteer ON attendance_correction (volunteer_id, id)",
    "CREATE INDEX attendance_correction_site ON attendance_correction (site_id, executed_at)",
];

const EFFECTS: Rewording = (
    "objection",
    "'return_needed', 'correction_needed'",
    "'return_needed', 'correction_needed', 'corrected'",
);
const HOURS: Rewording = ("service_record", "hours_tenths > 0", "hours_tenths >= 0");

const POSTGRES_WIDER: &str = "
ALTER TABLE objection DROP CONSTRAINT objection_effect;
ALTER TABLE objection ADD CONSTRAINT objection_effect CHECK (effect IN
    ('reversed', 'reopened', 'return_needed', 'correction_needed', 'corrected'));
ALTER TABLE service_record DROP CONSTRAINT service_record_hours;
ALTER TABLE service_record ADD CONSTRAINT service_record_hours CHECK (hours_tenths >= 0);
";

// Records are never deleted: those that say that nothing was served stay.
const POSTGRES_NARROWER: &str = "
ALTER TABLE objection DROP CONSTRAINT objection_effect;
ALTER TABLE objection ADD CONSTRAINT objection_effect CHECK (effect IN
    ('reversed', 'reopened', 'return_needed', 'correction_needed'));
ALTER TABLE service_record DROP CONSTRAINT service_record_hours;
ALTER TABLE service_record ADD CONSTRAINT service_record_hours CHECK (hours_tenths > 0) NOT VALID;
";

const FORGOTTEN: &str = "
UPDATE objection SET effect = 'correction_needed' WHERE effect = 'corrected'";

// Written by the decision, completed once by its execution, evidence from then on.
const POSTGRES_KEPT: &str = "
CREATE FUNCTION attendance_correction_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'UPDATE'
        OR OLD.executed_at IS NOT NULL
        OR NEW.id <> OLD.id
        OR NEW.objection_id <> OLD.objection_id
        OR NEW.attendance_id <> OLD.attendance_id
        OR NEW.volunteer_id <> OLD.volunteer_id
        OR NEW.site_id <> OLD.site_id
        OR NEW.present <> OLD.present
        OR NEW.starts_at IS DISTINCT FROM OLD.starts_at
        OR NEW.ends_at IS DISTINCT FROM OLD.ends_at
        OR NEW.decided_by <> OLD.decided_by
        OR NEW.decided_at <> OLD.decided_at
    THEN
        RAISE EXCEPTION 'attendance_correction is append-only'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER attendance_correction_refuse_change
    BEFORE UPDATE OR DELETE ON attendance_correction
    FOR EACH ROW EXECUTE FUNCTION attendance_correction_kept();
CREATE TRIGGER attendance_correction_refuse_truncate BEFORE TRUNCATE ON attendance_correction
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
";

const SQLITE_KEPT: &str = "
CREATE TRIGGER attendance_correction_refuse_update
BEFORE UPDATE ON attendance_correction
WHEN OLD.executed_at IS NOT NULL
    OR NEW.id <> OLD.id
    OR NEW.objection_id <> OLD.objection_id
    OR NEW.attendance_id <> OLD.attendance_id
    OR NEW.volunteer_id <> OLD.volunteer_id
    OR NEW.site_id <> OLD.site_id
    OR NEW.present <> OLD.present
    OR NEW.starts_at IS NOT OLD.starts_at
    OR NEW.ends_at IS NOT OLD.ends_at
    OR NEW.decided_by <> OLD.decided_by
    OR NEW.decided_at <> OLD.decided_at
BEGIN SELECT RAISE(ABORT, 'attendance_correction is append-only'); END;
CREATE TRIGGER attendance_correction_refuse_delete BEFORE DELETE ON attendance_correction
BEGIN SELECT RAISE(ABORT, 'attendance_correction is append-only'); END;
";
