//! Batches of goods with one source and expiry (库存批次).

use sea_orm_migration::{
    prelude::*,
    schema::{
        date_null, integer, integer_null, string_len, string_len_null, timestamp_with_time_zone,
        timestamp_with_time_zone_null, uuid, uuid_null,
    },
};

use crate::{
    columns::{id, one_of, reference, rule, version},
    sql::{drop_tables, run},
};

/// Creates `stock_lot`.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(stock_lot()).await?;
        run(manager, INDEXES).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["stock_lot"]).await
    }
}

/// Batches of goods with one source and expiry (库存批次).
fn stock_lot() -> TableCreateStatement {
    Table::create()
        .table("stock_lot")
        .col(id())
        .col(uuid("goods_id"))
        .col(uuid("site_id"))
        .col(string_len("state", 30))
        .col(string_len("source", 30))
        .col(string_len_null("source_ref", 64))
        .col(string_len_null("donor_name", 100))
        .col(integer_null("unit_value_fen"))
        .col(integer("received"))
        .col(integer("on_hand"))
        .col(integer("reserved"))
        .col(integer("issued"))
        .col(integer("written_off"))
        .col(integer("surplus").default(0))
        .col(date_null("expires_on"))
        .col(uuid("received_by"))
        .col(timestamp_with_time_zone("received_at"))
        .col(uuid_null("accepted_by"))
        .col(uuid_null("second_accepted_by"))
        .col(timestamp_with_time_zone_null("accepted_at"))
        .col(timestamp_with_time_zone_null("shelved_at"))
        .col(string_len_null("note", 500))
        .col(version())
        .check(one_of(
            "stock_lot_state",
            "state",
            "quarantine accepted on_shelf exhausted written_off",
        ))
        .check(one_of("stock_lot_source", "source", "donation purchase"))
        .check(rule("stock_lot_received", "received > 0"))
        .check(rule("stock_lot_reserved", "reserved >= 0"))
        .check(rule("stock_lot_on_hand", "on_hand >= reserved"))
        .check(rule("stock_lot_balance", "received + surplus = on_hand + issued + written_off"))
        .check(rule("stock_lot_outflow", "issued >= 0 AND written_off >= 0 AND surplus >= 0"))
        .check(rule("stock_lot_unit_value", "unit_value_fen >= 0"))
        .check(rule("stock_lot_two_persons", "accepted_by <> second_accepted_by"))
        .foreign_key(&mut reference("stock_lot", "goods_id", "goods"))
        .foreign_key(&mut reference("stock_lot", "site_id", "site"))
        .foreign_key(&mut reference("stock_lot", "received_by", "account"))
        .foreign_key(&mut reference("stock_lot", "accepted_by", "account"))
        .foreign_key(&mut reference("stock_lot", "second_accepted_by", "account"))
        .to_owned()
}

const INDEXES: &[&str] =
    &["CREATE INDEX stock_lot_pick ON stock_lot (goods_id, site_id, state, expires_on)"];
