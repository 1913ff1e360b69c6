//! The audit trail (审计记录). Append-only.

use sea_orm_migration::{
    prelude::*,
    schema::{json_binary_null, string_len, string_len_null, timestamp_with_time_zone, uuid_null},
};

use crate::{
    columns::{id, one_of},
    sql::{append_only, drop_tables, run},
};

/// Creates `audit_event`.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(audit_event()).await?;
        run(manager, INDEXES).await?;
        append_only(manager, "audit_event").await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["audit_event"]).await
    }
}

/// The audit trail (审计记录). Append-only.
fn audit_event() -> TableCreateStatement {
    Table::create()
        .table("audit_event")
        .col(id())
        .col(timestamp_with_time_zone("occurred_at"))
        .col(uuid_null("actor_account_id"))
        .col(string_len("actor_kind", 30))
        .col(string_len_null("actor_role", 40))
        .col(uuid_null("session_id"))
        .col(string_len("action", 60))
        .col(string_len("object_type", 40))
        .col(string_len_null("object_id", 64))
        .col(uuid_null("site_id"))
        .col(string_len("result", 40))
        .col(string_len("request_id", 64))
        .col(string_len_null("ip_prefix", 64))
        .col(json_binary_null("detail"))
        .check(one_of("audit_event_actor_kind", "actor_kind", "account system machine"))
        .to_owned()
}

const INDEXES: &[&str] = &[
    "CREATE INDEX audit_event_time ON audit_event (occurred_at)",
    "CREATE INDEX audit_event_site ON audit_event (site_id, id)",
    "CREATE INDEX audit_event_object ON audit_event (object_type, object_id)",
];
