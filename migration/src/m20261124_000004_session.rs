//! Signed-in sessions and their refresh tokens (登录会话、刷新令牌).

use sea_orm_migration::{
    prelude::*,
    schema::{
        integer, string_len, string_len_null, text_null, timestamp_with_time_zone,
        timestamp_with_time_zone_null, uuid,
    },
};

use crate::{
    columns::{exact, id, one_of, reference},
    sql::{drop_tables, run},
};

/// Creates `session` and `refresh_token`.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(session()).await?;
        manager.create_table(refresh_token()).await?;
        run(manager, INDEXES).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["refresh_token", "session"]).await
    }
}

/// Signed-in sessions, one per device (登录会话).
fn session() -> TableCreateStatement {
    Table::create()
        .table("session")
        .col(id())
        .col(uuid("account_id"))
        .col(string_len("audience", 30))
        .col(string_len_null("device_hash", 64))
        .col(string_len_null("user_agent", 200))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone("last_seen_at"))
        .col(timestamp_with_time_zone("idle_expires_at"))
        .col(timestamp_with_time_zone("absolute_expires_at"))
        .col(timestamp_with_time_zone_null("revoked_at"))
        .col(string_len_null("revoked_reason", 60))
        .check(one_of("session_audience", "audience", "volunteer staff"))
        .check(exact("session_device_hash", "device_hash", 64))
        .foreign_key(&mut reference("session", "account_id", "account"))
        .to_owned()
}

/// Refresh tokens of a session: each generation is used once (刷新令牌).
fn refresh_token() -> TableCreateStatement {
    Table::create()
        .table("refresh_token")
        .col(id())
        .col(uuid("session_id"))
        .col(integer("generation"))
        .col(string_len("token_hash", 64))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone_null("used_at"))
        .col(text_null("successor_sealed"))
        .check(exact("refresh_token_token_hash", "token_hash", 64))
        .foreign_key(&mut reference("refresh_token", "session_id", "session"))
        .to_owned()
}

const INDEXES: &[&str] = &[
    "CREATE INDEX session_account ON session (account_id)",
    "CREATE UNIQUE INDEX refresh_token_generation ON refresh_token (session_id, generation)",
    "CREATE UNIQUE INDEX refresh_token_hash ON refresh_token (token_hash)",
];
