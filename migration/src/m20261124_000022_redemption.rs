//! Redemptions and the lots they are served from (兑换、兑换出库批次).

use sea_orm_migration::{
    prelude::*,
    schema::{
        big_integer, integer, string_len, string_len_null, timestamp_with_time_zone,
        timestamp_with_time_zone_null, uuid, uuid_null,
    },
};

use crate::{
    columns::{exact, id, one_of, reference, rule, version},
    sql::{drop_tables, run},
};

/// Creates `redemption` and `redemption_lot`.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(redemption()).await?;
        manager.create_table(redemption_lot()).await?;
        run(manager, INDEXES).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["redemption_lot", "redemption"]).await
    }
}

/// Redemptions: points for goods, with receipt (兑换).
fn redemption() -> TableCreateStatement {
    Table::create()
        .table("redemption")
        .col(id())
        .col(uuid("session_id"))
        .col(uuid("session_item_id"))
        .col(uuid("goods_id"))
        .col(uuid("site_id"))
        .col(uuid("volunteer_id"))
        .col(integer("quantity"))
        .col(big_integer("points"))
        .col(string_len("state", 30))
        .col(string_len("pickup_code_hash", 64))
        .col(string_len("receipt_no", 24))
        .col(uuid("created_by"))
        .col(string_len_null("delegate_name", 60))
        .col(uuid_null("ready_by"))
        .col(timestamp_with_time_zone_null("ready_at"))
        .col(uuid_null("fulfilled_by"))
        .col(timestamp_with_time_zone_null("fulfilled_at"))
        .col(string_len_null("signature_kind", 30))
        .col(string_len_null("ended_reason", 200))
        .col(timestamp_with_time_zone_null("ended_at"))
        .col(timestamp_with_time_zone("expires_at"))
        .col(version())
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone("updated_at"))
        .check(one_of(
            "redemption_state",
            "state",
            "created ready fulfilled cancelled expired returned",
        ))
        .check(exact("redemption_pickup_code_hash", "pickup_code_hash", 64))
        .check(one_of("redemption_signature_kind", "signature_kind", "card code paper"))
        .check(rule("redemption_quantity", "quantity > 0"))
        .check(rule("redemption_points", "points > 0"))
        .check(rule("redemption_two_persons", "created_by <> fulfilled_by"))
        .foreign_key(&mut reference("redemption", "session_id", "redemption_session"))
        .foreign_key(&mut reference("redemption", "session_item_id", "session_item"))
        .foreign_key(&mut reference("redemption", "goods_id", "goods"))
        .foreign_key(&mut reference("redemption", "site_id", "site"))
        .foreign_key(&mut reference("redemption", "volunteer_id", "volunteer"))
        .foreign_key(&mut reference("redemption", "created_by", "account"))
        .foreign_key(&mut reference("redemption", "ready_by", "account"))
        .foreign_key(&mut reference("redemption", "fulfilled_by", "account"))
        .to_owned()
}

/// From which lots a redemption is served (兑换出库批次).
fn redemption_lot() -> TableCreateStatement {
    Table::create()
        .table("redemption_lot")
        .col(uuid("redemption_id"))
        .col(uuid("stock_lot_id"))
        .col(integer("quantity"))
        .primary_key(Index::create().col("redemption_id").col("stock_lot_id"))
        .check(rule("redemption_lot_quantity", "quantity > 0"))
        .foreign_key(&mut reference("redemption_lot", "redemption_id", "redemption"))
        .foreign_key(&mut reference("redemption_lot", "stock_lot_id", "stock_lot"))
        .to_owned()
}

const INDEXES: &[&str] = &[
    "CREATE UNIQUE INDEX redemption_receipt ON redemption (receipt_no)",
    "CREATE INDEX redemption_session_state ON redemption (session_id, state, id)",
    "CREATE INDEX redemption_volunteer ON redemption (volunteer_id, id)",
    "CREATE INDEX redemption_expiry ON redemption (state, expires_at)",
    "CREATE INDEX redemption_site_state ON redemption (site_id, state, id)",
    "CREATE INDEX redemption_register ON redemption (site_id, fulfilled_at, id)",
    "CREATE INDEX redemption_lot_stock_lot ON redemption_lot (stock_lot_id)",
];
