//! Volunteer service records; a correction is a new revision (志愿服务记录). Append-only.

use sea_orm_migration::{
    prelude::*,
    schema::{date, integer, string_len, text, text_null, timestamp_with_time_zone, uuid},
};

use crate::{
    columns::{id, reference, rule},
    sql::{append_only, drop_tables, run},
};

/// Creates `service_record`.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(service_record()).await?;
        run(manager, INDEXES).await?;
        append_only(manager, "service_record").await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["service_record"]).await
    }
}

/// Volunteer service records; a correction is a new revision (志愿服务记录). Append-only.
fn service_record() -> TableCreateStatement {
    Table::create()
        .table("service_record")
        .col(id())
        .col(uuid("attendance_id"))
        .col(integer("revision"))
        .col(uuid("volunteer_id"))
        .col(uuid("activity_id"))
        .col(uuid("site_id"))
        .col(date("served_on"))
        .col(string_len("place", 200))
        .col(text("content"))
        .col(timestamp_with_time_zone("starts_at"))
        .col(timestamp_with_time_zone("ends_at"))
        .col(integer("hours_tenths"))
        .col(string_len("organiser", 100))
        .col(string_len("person_in_charge", 60))
        .col(text_null("evaluation"))
        .col(uuid("created_by"))
        .col(timestamp_with_time_zone("created_at"))
        .check(rule("service_record_revision", "revision > 0"))
        .check(rule("service_record_hours", "hours_tenths > 0"))
        .check(rule("service_record_interval", "ends_at > starts_at"))
        .foreign_key(&mut reference("service_record", "attendance_id", "attendance"))
        .foreign_key(&mut reference("service_record", "volunteer_id", "volunteer"))
        .foreign_key(&mut reference("service_record", "activity_id", "activity"))
        .foreign_key(&mut reference("service_record", "site_id", "site"))
        .foreign_key(&mut reference("service_record", "created_by", "account"))
        .to_owned()
}

const INDEXES: &[&str] = &[
    "CREATE UNIQUE INDEX service_record_one_revision ON service_record (attendance_id, revision)",
    "CREATE INDEX service_record_volunteer ON service_record (volunteer_id, served_on)",
    "CREATE INDEX service_record_site ON service_record (site_id, served_on)",
];
