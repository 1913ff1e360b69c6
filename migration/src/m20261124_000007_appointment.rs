//! Appointments and redemption points of a site (任职、积分兑换点).

use sea_orm_migration::{
    prelude::*,
    schema::{
        date, date_null, string_len, string_len_null, timestamp_with_time_zone, uuid, uuid_null,
    },
};

use crate::{
    columns::{id, reference, rule, version},
    sql::{drop_tables, run},
};

/// Creates `appointment` and `redemption_point`.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(appointment()).await?;
        manager.create_table(redemption_point()).await?;
        run(manager, INDEXES).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["redemption_point", "appointment"]).await
    }
}

/// Dated posts of persons at a site (任职).
fn appointment() -> TableCreateStatement {
    Table::create()
        .table("appointment")
        .col(id())
        .col(uuid("site_id"))
        .col(string_len("title", 40))
        .col(string_len("person_name", 60))
        .col(uuid_null("account_id"))
        .col(date("starts_on"))
        .col(date_null("ends_on"))
        .col(timestamp_with_time_zone("created_at"))
        .col(version())
        .check(rule("appointment_ends_on", "ends_on >= starts_on"))
        .foreign_key(&mut reference("appointment", "site_id", "site"))
        .foreign_key(&mut reference("appointment", "account_id", "account"))
        .to_owned()
}

/// The place of a site where points are redeemed (积分兑换点).
fn redemption_point() -> TableCreateStatement {
    Table::create()
        .table("redemption_point")
        .col(id())
        .col(uuid("site_id"))
        .col(string_len("name", 200))
        .col(string_len("responsible_person", 60))
        .col(string_len_null("address", 200))
        .col(date("opened_on"))
        .col(version())
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone("updated_at"))
        .foreign_key(&mut reference("redemption_point", "site_id", "site"))
        .to_owned()
}

const INDEXES: &[&str] = &[
    "CREATE INDEX appointment_site ON appointment (site_id)",
    "CREATE UNIQUE INDEX redemption_point_site ON redemption_point (site_id)",
];
