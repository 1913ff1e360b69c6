//! Points cards (积分卡): one live card per volunteer.

use sea_orm_migration::{
    prelude::*,
    schema::{
        string_len, string_len_null, timestamp_with_time_zone, timestamp_with_time_zone_null, uuid,
        uuid_null,
    },
};

use crate::{
    columns::{id, one_of, reference, version},
    sql::{drop_tables, run},
};

/// Creates `card`.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(card()).await?;
        run(manager, INDEXES).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["card"]).await
    }
}

/// Points cards (积分卡): one live card per volunteer.
fn card() -> TableCreateStatement {
    Table::create()
        .table("card")
        .col(id())
        .col(string_len("number", 20))
        .col(uuid("volunteer_id"))
        .col(string_len("state", 30))
        .col(uuid_null("issued_by"))
        .col(timestamp_with_time_zone_null("issued_at"))
        .col(timestamp_with_time_zone_null("activated_at"))
        .col(timestamp_with_time_zone_null("ended_at"))
        .col(uuid_null("replaced_by"))
        .col(string_len_null("reason", 200))
        .col(version())
        .col(timestamp_with_time_zone("created_at"))
        .check(one_of(
            "card_state",
            "state",
            "requested issued active lost suspended cancelled replaced",
        ))
        .foreign_key(&mut reference("card", "volunteer_id", "volunteer"))
        .foreign_key(&mut reference("card", "issued_by", "account"))
        .foreign_key(&mut reference("card", "replaced_by", "card"))
        .to_owned()
}

const INDEXES: &[&str] = &[
    "CREATE UNIQUE INDEX card_number ON card (number)",
    "CREATE UNIQUE INDEX card_one_live ON card (volunteer_id) WHERE state IN ('requested', \
     'issued', 'active', 'lost', 'suspended')",
    "CREATE INDEX card_volunteer ON card (volunteer_id)",
];
