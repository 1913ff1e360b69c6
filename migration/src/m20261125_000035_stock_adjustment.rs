//! Write-offs and counts of stock that two persons sign (报损、盘点).

use sea_orm_migration::{
    prelude::*,
    schema::{
        integer, string_len, string_len_null, timestamp_with_time_zone,
        timestamp_with_time_zone_null, uuid, uuid_null,
    },
};

use crate::{
    columns::{id, one_of, reference, rule, version},
    sql::{drop_tables, run},
};

/// Creates `stock_adjustment`.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(stock_adjustment()).await?;
        run(manager, INDEXES).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["stock_adjustment"]).await
    }
}

/// Changes of stock that two persons sign (库存调整).
fn stock_adjustment() -> TableCreateStatement {
    Table::create()
        .table("stock_adjustment")
        .col(id())
        .col(uuid("stock_lot_id"))
        .col(uuid("site_id"))
        .col(string_len("kind", 30))
        .col(integer("quantity"))
        .col(integer("on_hand_seen"))
        .col(string_len("reason", 200))
        .col(string_len("state", 30))
        .col(uuid("proposed_by"))
        .col(timestamp_with_time_zone("proposed_at"))
        .col(uuid_null("decided_by"))
        .col(timestamp_with_time_zone_null("decided_at"))
        .col(string_len_null("decision_reason", 200))
        .col(version())
        .check(one_of("stock_adjustment_kind", "kind", "write_off count"))
        .check(one_of("stock_adjustment_state", "state", "proposed confirmed rejected"))
        .check(rule("stock_adjustment_quantity", "quantity >= 0"))
        .check(rule("stock_adjustment_two_persons", "decided_by <> proposed_by"))
        .check(rule("stock_adjustment_decided", "(state = 'proposed') = (decided_by IS NULL)"))
        .foreign_key(&mut reference("stock_adjustment", "stock_lot_id", "stock_lot"))
        .foreign_key(&mut reference("stock_adjustment", "site_id", "site"))
        .foreign_key(&mut reference("stock_adjustment", "proposed_by", "account"))
        .foreign_key(&mut reference("stock_adjustment", "decided_by", "account"))
        .to_owned()
}

const INDEXES: &[&str] = &[
    "CREATE UNIQUE INDEX stock_adjustment_one_proposed ON stock_adjustment (stock_lot_id)
         WHERE state = 'proposed'",
    "CREATE INDEX stock_adjustment_site ON stock_adjustment (site_id, id)",
];
