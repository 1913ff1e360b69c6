//! Corrections of published bulletins, for everybody to see (季度公开更正).

use sea_orm_migration::{
    prelude::*,
    schema::{integer_null, string_len, timestamp_with_time_zone, uuid, uuid_null},
};

use crate::{
    columns::{id, one_of, reference, rule},
    sql::{append_only, drop_tables, run},
};

/// Creates `bulletin_correction`.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(bulletin_correction()).await?;
        run(manager, INDEXES).await?;
        append_only(manager, "bulletin_correction").await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["bulletin_correction"]).await
    }
}

fn bulletin_correction() -> TableCreateStatement {
    Table::create()
        .table("bulletin_correction")
        .col(id())
        .col(uuid("bulletin_id"))
        .col(integer_null("position"))
        .col(string_len("kind", 30))
        .col(string_len("reason", 200))
        .col(uuid_null("made_by"))
        .col(timestamp_with_time_zone("made_at"))
        .check(one_of("bulletin_correction_kind", "kind", "returned stated"))
        .check(rule("bulletin_correction_returned", "kind <> 'returned' OR position IS NOT NULL"))
        .check(rule("bulletin_correction_stated", "kind <> 'stated' OR made_by IS NOT NULL"))
        .foreign_key(&mut reference("bulletin_correction", "bulletin_id", "bulletin"))
        .foreign_key(&mut reference("bulletin_correction", "made_by", "account"))
        .to_owned()
}

const INDEXES: &[&str] = &[
    "CREATE UNIQUE INDEX bulletin_correction_returned_once ON bulletin_correction \
     (bulletin_id, position) WHERE kind = 'returned'",
    "CREATE INDEX bulletin_correction_bulletin ON bulletin_correction (bulletin_id, id)",
];
