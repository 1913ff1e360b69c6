//! Codes by which a volunteer registered on paper gets an account (账号绑定码).

use sea_orm_migration::{
    prelude::*,
    schema::{
        string_len, timestamp_with_time_zone, timestamp_with_time_zone_null, uuid, uuid_null,
    },
};

use crate::{
    columns::{exact, id, reference},
    sql::{drop_tables, run},
};

/// Creates `volunteer_binding`.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(volunteer_binding()).await?;
        run(manager, INDEXES).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["volunteer_binding"]).await
    }
}

/// One-time codes handed out at the counter (账号绑定码).
fn volunteer_binding() -> TableCreateStatement {
    Table::create()
        .table("volunteer_binding")
        .col(id())
        .col(uuid("volunteer_id"))
        .col(string_len("code_hash", 64))
        .col(uuid("created_by"))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone("expires_at"))
        .col(uuid_null("used_by"))
        .col(timestamp_with_time_zone_null("used_at"))
        .col(timestamp_with_time_zone_null("revoked_at"))
        .check(exact("volunteer_binding_code_hash", "code_hash", 64))
        .foreign_key(&mut reference("volunteer_binding", "volunteer_id", "volunteer"))
        .foreign_key(&mut reference("volunteer_binding", "created_by", "account"))
        .foreign_key(&mut reference("volunteer_binding", "used_by", "account"))
        .to_owned()
}

const INDEXES: &[&str] = &[
    "CREATE UNIQUE INDEX volunteer_binding_code ON volunteer_binding (code_hash)",
    "CREATE UNIQUE INDEX volunteer_binding_live ON volunteer_binding (volunteer_id) WHERE used_at \
     IS NULL AND revoked_at IS NULL",
    "CREATE INDEX volunteer_binding_volunteer ON volunteer_binding (volunteer_id)",
];
