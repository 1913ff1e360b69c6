//! Corrections of notice rounds, for everybody to see (公示更正).

use sea_orm_migration::{
    prelude::*,
    schema::{integer, string_len, timestamp_with_time_zone, uuid, uuid_null},
};

use crate::{
    columns::{id, one_of, reference, rule},
    sql::{append_only, drop_tables, run},
};

/// Creates `notice_correction`.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(notice_correction()).await?;
        run(manager, INDEXES).await?;
        append_only(manager, "notice_correction").await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["notice_correction"]).await
    }
}

fn notice_correction() -> TableCreateStatement {
    Table::create()
        .table("notice_correction")
        .col(id())
        .col(uuid("round_id"))
        .col(uuid("claim_id"))
        .col(integer("position"))
        .col(string_len("kind", 30))
        .col(integer("points_before"))
        .col(integer("points_after"))
        .col(string_len("reason", 200))
        .col(uuid_null("caused_by"))
        .col(uuid_null("made_by"))
        .col(timestamp_with_time_zone("made_at"))
        .check(one_of("notice_correction_kind", "kind", "withdrawn reversed"))
        .check(rule(
            "notice_correction_points",
            "points_before > 0 AND points_after >= 0 AND points_after <> points_before",
        ))
        .foreign_key(&mut reference("notice_correction", "round_id", "notice_round"))
        .foreign_key(&mut reference("notice_correction", "claim_id", "claim"))
        .foreign_key(&mut reference("notice_correction", "made_by", "account"))
        .to_owned()
}

const INDEXES: &[&str] = &[
    "CREATE UNIQUE INDEX notice_correction_once ON notice_correction (claim_id)",
    "CREATE INDEX notice_correction_round ON notice_correction (round_id, id)",
];
