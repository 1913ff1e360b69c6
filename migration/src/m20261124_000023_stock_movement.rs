//! Movements of stock (库存变动). Append-only.

use sea_orm_migration::{
    prelude::*,
    schema::{integer, string_len, string_len_null, timestamp_with_time_zone, uuid, uuid_null},
};

use crate::{
    columns::{id, one_of, reference, rule},
    sql::{append_only, drop_tables, run},
};

/// Creates `stock_movement`.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(stock_movement()).await?;
        run(manager, INDEXES).await?;
        append_only(manager, "stock_movement").await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["stock_movement"]).await
    }
}

/// Movements of stock (库存变动). Append-only.
fn stock_movement() -> TableCreateStatement {
    Table::create()
        .table("stock_movement")
        .col(id())
        .col(uuid("stock_lot_id"))
        .col(string_len("kind", 30))
        .col(integer("quantity"))
        .col(uuid_null("redemption_id"))
        .col(uuid_null("actor_account_id"))
        .col(string_len_null("reason", 200))
        .col(timestamp_with_time_zone("created_at"))
        .check(one_of(
            "stock_movement_kind",
            "kind",
            "receive accept shelve reserve unreserve issue write_off count_loss count_surplus return",
        ))
        .check(rule("stock_movement_quantity", "quantity > 0"))
        .foreign_key(&mut reference("stock_movement", "stock_lot_id", "stock_lot"))
        .foreign_key(&mut reference("stock_movement", "redemption_id", "redemption"))
        .foreign_key(&mut reference("stock_movement", "actor_account_id", "account"))
        .to_owned()
}

const INDEXES: &[&str] = &[
    "CREATE INDEX stock_movement_lot ON stock_movement (stock_lot_id, id)",
    "CREATE INDEX stock_movement_redemption ON stock_movement (redemption_id)",
];
