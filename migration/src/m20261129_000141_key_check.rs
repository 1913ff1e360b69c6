//! Which master key a database was begun with (主密钥核对).

use sea_orm_migration::{
    prelude::*,
    schema::{string_len, text, timestamp_with_time_zone},
};

use crate::sql::drop_tables;

/// Creates `key_check`.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(key_check()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["key_check"]).await
    }
}

/// A text everybody knows, sealed with the master key: what opens it is that key.
fn key_check() -> TableCreateStatement {
    Table::create()
        .table("key_check")
        .col(string_len("kid", 16).primary_key())
        .col(text("proof_sealed"))
        .col(timestamp_with_time_zone("created_at"))
        .to_owned()
}
