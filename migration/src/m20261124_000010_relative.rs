//! Relatives, for recusal, and proxies (回避关系、代办授权).

use sea_orm_migration::{
    prelude::*,
    schema::{
        date, date_null, string_len, string_len_null, timestamp_with_time_zone,
        timestamp_with_time_zone_null, uuid,
    },
};

use crate::{
    columns::{id, reference, rule},
    sql::{drop_tables, run},
};

/// Creates `relative` and `proxy`.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(relative()).await?;
        manager.create_table(proxy()).await?;
        run(manager, INDEXES).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["proxy", "relative"]).await
    }
}

/// Declared relatives, for recusal (回避关系): an account and a volunteer.
fn relative() -> TableCreateStatement {
    Table::create()
        .table("relative")
        .col(id())
        .col(uuid("account_id"))
        .col(uuid("volunteer_id"))
        .col(string_len("relation", 20))
        .col(uuid("declared_by"))
        .col(timestamp_with_time_zone("declared_at"))
        .col(timestamp_with_time_zone_null("withdrawn_at"))
        .foreign_key(&mut reference("relative", "account_id", "account"))
        .foreign_key(&mut reference("relative", "volunteer_id", "volunteer"))
        .foreign_key(&mut reference("relative", "declared_by", "account"))
        .to_owned()
}

/// Dated authorisations to act for a volunteer (代办授权).
fn proxy() -> TableCreateStatement {
    Table::create()
        .table("proxy")
        .col(id())
        .col(uuid("volunteer_id"))
        .col(uuid("proxy_account_id"))
        .col(string_len("reason", 200))
        .col(string_len_null("witness", 60))
        .col(date("starts_on"))
        .col(date_null("ends_on"))
        .col(uuid("recorded_by"))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone_null("withdrawn_at"))
        .check(rule("proxy_ends_on", "ends_on >= starts_on"))
        .foreign_key(&mut reference("proxy", "volunteer_id", "volunteer"))
        .foreign_key(&mut reference("proxy", "proxy_account_id", "account"))
        .foreign_key(&mut reference("proxy", "recorded_by", "account"))
        .to_owned()
}

const INDEXES: &[&str] = &[
    "CREATE UNIQUE INDEX relative_live ON relative (account_id, volunteer_id) WHERE withdrawn_at \
     IS NULL",
    "CREATE INDEX relative_volunteer ON relative (volunteer_id)",
    "CREATE INDEX proxy_volunteer ON proxy (volunteer_id)",
    "CREATE INDEX proxy_account ON proxy (proxy_account_id)",
];
