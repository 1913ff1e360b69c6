//! Delegates for pick-up, registered beforehand (代领人).

use sea_orm_migration::{
    prelude::*,
    schema::{
        integer, string_len, string_len_null, timestamp_with_time_zone,
        timestamp_with_time_zone_null, uuid, uuid_null,
    },
};

use crate::{
    columns::{id, one_of, reference, rule, version},
    sql::{drop_tables, run, run_on_postgres},
};

/// Creates `pickup_delegate`, and says on a redemption which of them it was handed to.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(pickup_delegate()).await?;
        run(manager, INDEXES).await?;
        let column = uuid_null("delegate_id");
        let add = Table::alter().table("redemption").add_column(column).to_owned();
        manager.alter_table(add).await?;
        // SQLite adds no reference to a table that has rows already.
        run_on_postgres(manager, REFERENCE).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let drop = Table::alter().table("redemption").drop_column("delegate_id").to_owned();
        manager.alter_table(drop).await?;
        drop_tables(manager, &["pickup_delegate"]).await
    }
}

/// Who may pick up for a volunteer (代领人). A holder has five places; one that is taken is
/// free again when the delegate's time has ended.
fn pickup_delegate() -> TableCreateStatement {
    Table::create()
        .table("pickup_delegate")
        .col(id())
        .col(uuid("volunteer_id"))
        .col(integer("slot"))
        .col(string_len("name", 60))
        .col(string_len("relation", 30))
        .col(string_len("registered_via", 30))
        .col(uuid("registered_by"))
        .col(string_len_null("reason", 200))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone_null("ended_at"))
        .col(uuid_null("ended_by"))
        .col(string_len_null("end_reason", 200))
        .col(version())
        .check(one_of(
            "pickup_delegate_relation",
            "relation",
            "family neighbour fellow_volunteer other",
        ))
        .check(one_of("pickup_delegate_registered_via", "registered_via", "self_service assisted"))
        .check(rule("pickup_delegate_slot", "slot BETWEEN 1 AND 5"))
        .check(rule("pickup_delegate_name", "name <> ''"))
        .check(rule(
            "pickup_delegate_assisted_reason",
            "(registered_via = 'assisted') = (reason IS NOT NULL)",
        ))
        .check(rule(
            "pickup_delegate_ended",
            "(ended_at IS NULL) = (ended_by IS NULL) \
             AND (end_reason IS NULL OR ended_at IS NOT NULL)",
        ))
        .foreign_key(&mut reference("pickup_delegate", "volunteer_id", "volunteer"))
        .foreign_key(&mut reference("pickup_delegate", "registered_by", "account"))
        .foreign_key(&mut reference("pickup_delegate", "ended_by", "account"))
        .to_owned()
}

const INDEXES: &[&str] = &[
    "CREATE UNIQUE INDEX pickup_delegate_place ON pickup_delegate (volunteer_id, slot) WHERE \
     ended_at IS NULL",
    "CREATE UNIQUE INDEX pickup_delegate_active_name ON pickup_delegate (volunteer_id, name) \
     WHERE ended_at IS NULL",
    "CREATE INDEX pickup_delegate_volunteer ON pickup_delegate (volunteer_id, id)",
];

const REFERENCE: &str = "ALTER TABLE redemption ADD CONSTRAINT redemption_delegate_id_fkey \
                         FOREIGN KEY (delegate_id) REFERENCES pickup_delegate (id)";
