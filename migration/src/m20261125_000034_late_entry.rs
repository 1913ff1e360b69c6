//! Attendances entered by hand after the fact (补录).

use sea_orm_migration::{
    prelude::*,
    schema::{
        string_len, string_len_null, timestamp_with_time_zone, timestamp_with_time_zone_null, uuid,
        uuid_null,
    },
};

use crate::{
    columns::{id, one_of, reference, rule, version},
    sql::{drop_tables, run},
};

/// Creates `late_entry`.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(late_entry()).await?;
        run(manager, INDEXES).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["late_entry"]).await
    }
}

/// Attendances entered by hand, until a second person agrees (补录).
fn late_entry() -> TableCreateStatement {
    Table::create()
        .table("late_entry")
        .col(id())
        .col(uuid("activity_id"))
        .col(uuid("volunteer_id"))
        .col(uuid("site_id"))
        .col(timestamp_with_time_zone("starts_at"))
        .col(timestamp_with_time_zone("ends_at"))
        .col(string_len("reason", 200))
        .col(string_len("evidence", 500))
        .col(string_len("state", 30))
        .col(uuid("entered_by"))
        .col(timestamp_with_time_zone("entered_at"))
        .col(uuid_null("decided_by"))
        .col(timestamp_with_time_zone_null("decided_at"))
        .col(string_len_null("decision_reason", 200))
        .col(uuid_null("attendance_id"))
        .col(version())
        .check(one_of("late_entry_state", "state", "pending approved rejected"))
        .check(rule("late_entry_interval", "ends_at > starts_at"))
        .check(rule("late_entry_two_persons", "decided_by <> entered_by"))
        .check(rule("late_entry_decided", "(state = 'pending') = (decided_by IS NULL)"))
        .check(rule("late_entry_became", "(state = 'approved') = (attendance_id IS NOT NULL)"))
        .foreign_key(&mut reference("late_entry", "activity_id", "activity"))
        .foreign_key(&mut reference("late_entry", "volunteer_id", "volunteer"))
        .foreign_key(&mut reference("late_entry", "site_id", "site"))
        .foreign_key(&mut reference("late_entry", "entered_by", "account"))
        .foreign_key(&mut reference("late_entry", "decided_by", "account"))
        .foreign_key(&mut reference("late_entry", "attendance_id", "attendance"))
        .to_owned()
}

const INDEXES: &[&str] = &[
    "CREATE UNIQUE INDEX late_entry_one_pending ON late_entry (activity_id, volunteer_id)
         WHERE state = 'pending'",
    "CREATE UNIQUE INDEX late_entry_attendance ON late_entry (attendance_id)",
    "CREATE INDEX late_entry_volunteer ON late_entry (volunteer_id, state)",
    "CREATE INDEX late_entry_site ON late_entry (site_id, id)",
];
