//! Settings of a site from an instant on; children inherit (设置). Append-only.

use sea_orm_migration::{
    prelude::*,
    schema::{json_binary, string_len, timestamp_with_time_zone, uuid, uuid_null},
};

use crate::{
    columns::{id, reference},
    sql::{append_only, drop_tables, run},
};

/// Creates `setting`.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(setting()).await?;
        run(manager, INDEXES).await?;
        append_only(manager, "setting").await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["setting"]).await
    }
}

/// Settings of a site from an instant on; children inherit (设置). Append-only.
fn setting() -> TableCreateStatement {
    Table::create()
        .table("setting")
        .col(id())
        .col(uuid("site_id"))
        .col(string_len("key", 64))
        .col(json_binary("value"))
        .col(timestamp_with_time_zone("effective_from"))
        .col(uuid_null("set_by"))
        .col(timestamp_with_time_zone("created_at"))
        .foreign_key(&mut reference("setting", "site_id", "site"))
        .foreign_key(&mut reference("setting", "set_by", "account"))
        .to_owned()
}

const INDEXES: &[&str] =
    &["CREATE UNIQUE INDEX setting_effective ON setting (site_id, key, effective_from)"];
