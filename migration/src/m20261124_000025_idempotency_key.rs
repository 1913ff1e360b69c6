//! Answers already given, by caller and key (幂等键).

use sea_orm_migration::{
    prelude::*,
    schema::{small_integer, string_len, string_len_null, text, timestamp_with_time_zone},
};

use crate::{
    columns::exact,
    sql::{drop_tables, run},
};

/// Creates `idempotency_key`.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(idempotency_key()).await?;
        run(manager, INDEXES).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["idempotency_key"]).await
    }
}

/// Answers already given, by caller and key (幂等键).
fn idempotency_key() -> TableCreateStatement {
    Table::create()
        .table("idempotency_key")
        .col(string_len("principal", 80))
        .col(string_len("key", 64))
        .col(string_len("fingerprint", 64))
        .col(small_integer("status"))
        .col(text("body_sealed"))
        .col(string_len_null("etag", 80))
        .col(string_len_null("location", 200))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone("expires_at"))
        .primary_key(Index::create().col("principal").col("key"))
        .check(exact("idempotency_key_fingerprint", "fingerprint", 64))
        .to_owned()
}

const INDEXES: &[&str] = &["CREATE INDEX idempotency_key_expiry ON idempotency_key (expires_at)"];
