//! Attendances, and the check-ins that were refused (签到记录、签到拒绝).

use sea_orm_migration::{
    prelude::*,
    schema::{
        boolean, integer_null, string_len, string_len_null, timestamp_with_time_zone,
        timestamp_with_time_zone_null, uuid, uuid_null,
    },
};

use crate::{
    columns::{id, one_of, reference, rule, version},
    sql::{drop_tables, run},
};

/// Creates `attendance` and `check_in_refusal`.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(attendance()).await?;
        manager.create_table(check_in_refusal()).await?;
        run(manager, INDEXES).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["check_in_refusal", "attendance"]).await
    }
}

/// Who was at an activity, and for how long (签到记录).
fn attendance() -> TableCreateStatement {
    Table::create()
        .table("attendance")
        .col(id())
        .col(uuid("activity_id"))
        .col(uuid("volunteer_id"))
        .col(uuid("site_id"))
        .col(string_len("source", 30))
        .col(string_len("state", 30))
        .col(timestamp_with_time_zone_null("checked_in_at"))
        .col(timestamp_with_time_zone_null("checked_out_at"))
        .col(uuid_null("checked_out_by"))
        .col(boolean("is_inside").default(false))
        .col(timestamp_with_time_zone_null("starts_at"))
        .col(timestamp_with_time_zone_null("ends_at"))
        .col(integer_null("hours_tenths"))
        .col(boolean("nonce_unverified"))
        .col(uuid("entered_by"))
        .col(uuid_null("approved_by"))
        .col(uuid_null("confirmed_by"))
        .col(timestamp_with_time_zone_null("confirmed_at"))
        .col(string_len_null("dispute_reason", 200))
        .col(string_len_null("explanation", 500))
        .col(version())
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone("updated_at"))
        .check(one_of("attendance_source", "source", "qr roll_call offline_batch late_entry"))
        .check(one_of(
            "attendance_state",
            "state",
            "checked_in checked_out confirmed disputed no_show",
        ))
        .check(rule("attendance_interval", "ends_at >= starts_at"))
        .check(rule("attendance_hours", "hours_tenths >= 0"))
        .check(rule("attendance_inside", "state = 'checked_in' OR NOT is_inside"))
        .check(rule("attendance_two_persons", "approved_by <> entered_by"))
        .check(rule("attendance_late_entry", "source <> 'late_entry' OR approved_by IS NOT NULL"))
        .foreign_key(&mut reference("attendance", "activity_id", "activity"))
        .foreign_key(&mut reference("attendance", "volunteer_id", "volunteer"))
        .foreign_key(&mut reference("attendance", "site_id", "site"))
        .foreign_key(&mut reference("attendance", "entered_by", "account"))
        .foreign_key(&mut reference("attendance", "checked_out_by", "account"))
        .foreign_key(&mut reference("attendance", "approved_by", "account"))
        .foreign_key(&mut reference("attendance", "confirmed_by", "account"))
        .to_owned()
}

/// Refused check-ins, once per scan and reason (签到拒绝).
fn check_in_refusal() -> TableCreateStatement {
    Table::create()
        .table("check_in_refusal")
        .col(id())
        .col(uuid_null("activity_id"))
        .col(uuid("account_id"))
        .col(string_len("nonce", 32))
        .col(string_len("reason", 40))
        .col(timestamp_with_time_zone("created_at"))
        .foreign_key(&mut reference("check_in_refusal", "activity_id", "activity"))
        .foreign_key(&mut reference("check_in_refusal", "account_id", "account"))
        .to_owned()
}

const INDEXES: &[&str] = &[
    "CREATE UNIQUE INDEX attendance_once ON attendance (activity_id, volunteer_id)",
    "CREATE UNIQUE INDEX attendance_one_inside ON attendance (volunteer_id) WHERE is_inside",
    "CREATE INDEX attendance_volunteer ON attendance (volunteer_id, state)",
    "CREATE UNIQUE INDEX check_in_refusal_once ON check_in_refusal (account_id, nonce, reason)",
    "CREATE INDEX check_in_refusal_activity ON check_in_refusal (activity_id)",
];
