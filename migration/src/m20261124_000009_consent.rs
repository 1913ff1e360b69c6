//! Consents, and the guardians of minors (单独同意、监护人).

use sea_orm_migration::{
    prelude::*,
    schema::{
        string_len, string_len_null, text, text_null, timestamp_with_time_zone,
        timestamp_with_time_zone_null, uuid, uuid_null,
    },
};

use crate::{
    columns::{id, one_of, reference},
    sql::{drop_tables, run},
};

/// Creates `consent` and `guardian`.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(consent()).await?;
        manager.create_table(guardian()).await?;
        run(manager, INDEXES).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["guardian", "consent"]).await
    }
}

/// Consents of a volunteer, one row per purpose (单独同意).
fn consent() -> TableCreateStatement {
    Table::create()
        .table("consent")
        .col(id())
        .col(uuid("volunteer_id"))
        .col(string_len("purpose", 30))
        .col(string_len("text_version", 20))
        .col(string_len("channel", 30))
        .col(string_len_null("witness", 60))
        .col(timestamp_with_time_zone("granted_at"))
        .col(uuid_null("granted_by"))
        .col(timestamp_with_time_zone_null("withdrawn_at"))
        .col(string_len_null("withdrawal_channel", 30))
        .col(string_len_null("withdrawal_witness", 60))
        .col(uuid_null("withdrawn_by"))
        .check(one_of(
            "consent_purpose",
            "purpose",
            "enrol named_publication leaderboard share_with_county sms photo_use guardian",
        ))
        .check(one_of("consent_channel", "channel", "mini_program paper staff"))
        .foreign_key(&mut reference("consent", "volunteer_id", "volunteer"))
        .check(one_of(
            "consent_withdrawal_channel",
            "withdrawal_channel",
            "mini_program paper staff",
        ))
        .foreign_key(&mut reference("consent", "granted_by", "account"))
        .foreign_key(&mut reference("consent", "withdrawn_by", "account"))
        .to_owned()
}

/// Guardians of minors (监护人).
fn guardian() -> TableCreateStatement {
    Table::create()
        .table("guardian")
        .col(id())
        .col(uuid("volunteer_id"))
        .col(string_len("name", 60))
        .col(string_len("relation", 20))
        .col(text("phone_sealed"))
        .col(text_null("id_number_sealed"))
        .col(timestamp_with_time_zone_null("consented_at"))
        .col(string_len_null("channel", 30))
        .col(string_len_null("witness", 60))
        .col(uuid("recorded_by"))
        .col(timestamp_with_time_zone("created_at"))
        .check(one_of("guardian_channel", "channel", "mini_program paper staff"))
        .foreign_key(&mut reference("guardian", "volunteer_id", "volunteer"))
        .foreign_key(&mut reference("guardian", "recorded_by", "account"))
        .to_owned()
}

const INDEXES: &[&str] = &[
    "CREATE UNIQUE INDEX consent_live ON consent (volunteer_id, purpose) WHERE withdrawn_at IS \
     NULL",
    "CREATE UNIQUE INDEX guardian_once ON guardian (volunteer_id, name)",
];
