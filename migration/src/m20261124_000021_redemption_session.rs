//! Redemption sessions, what they offer and who took how much (集中兑换).

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, integer, integer_null, string_len, timestamp_with_time_zone, uuid},
};

use crate::{
    columns::{id, one_of, reference, rule, version},
    sql::{drop_tables, run},
};

/// Creates `redemption_session`, `session_item`, `session_person`.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(redemption_session()).await?;
        manager.create_table(session_item()).await?;
        manager.create_table(session_person()).await?;
        run(manager, INDEXES).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["session_person", "session_item", "redemption_session"]).await
    }
}

/// Dates on which a site redeems points (集中兑换).
fn redemption_session() -> TableCreateStatement {
    Table::create()
        .table("redemption_session")
        .col(id())
        .col(uuid("site_id"))
        .col(string_len("title", 100))
        .col(string_len("state", 30))
        .col(timestamp_with_time_zone("starts_at"))
        .col(timestamp_with_time_zone("ends_at"))
        .col(big_integer("threshold"))
        .col(integer_null("limit_per_person"))
        .col(timestamp_with_time_zone("pickup_until"))
        .col(uuid("created_by"))
        .col(version())
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone("updated_at"))
        .check(one_of("redemption_session_state", "state", "planned open closed"))
        .check(rule("redemption_session_ends_at", "ends_at > starts_at"))
        .check(rule("redemption_session_threshold", "threshold >= 0"))
        .check(rule("redemption_session_limit", "limit_per_person > 0"))
        .foreign_key(&mut reference("redemption_session", "site_id", "site"))
        .foreign_key(&mut reference("redemption_session", "created_by", "account"))
        .to_owned()
}

/// Goods offered in a session, with price and quantity (兑换物品).
fn session_item() -> TableCreateStatement {
    Table::create()
        .table("session_item")
        .col(id())
        .col(uuid("session_id"))
        .col(uuid("goods_id"))
        .col(integer("points"))
        .col(integer("quantity_offered"))
        .col(integer("quantity_taken").default(0))
        .col(integer_null("limit_per_person"))
        .check(rule("session_item_points", "points > 0"))
        .check(rule("session_item_offered", "quantity_offered > 0"))
        .check(rule("session_item_quantity", "quantity_taken BETWEEN 0 AND quantity_offered"))
        .check(rule("session_item_limit", "limit_per_person > 0"))
        .foreign_key(&mut reference("session_item", "session_id", "redemption_session"))
        .foreign_key(&mut reference("session_item", "goods_id", "goods"))
        .to_owned()
}

/// Items one volunteer took in a session: the limit's counter (每人限兑计数).
fn session_person() -> TableCreateStatement {
    Table::create()
        .table("session_person")
        .col(uuid("session_id"))
        .col(uuid("volunteer_id"))
        .col(integer("items_taken").default(0))
        .primary_key(Index::create().col("session_id").col("volunteer_id"))
        .check(rule("session_person_items_taken", "items_taken >= 0"))
        .foreign_key(&mut reference("session_person", "session_id", "redemption_session"))
        .foreign_key(&mut reference("session_person", "volunteer_id", "volunteer"))
        .to_owned()
}

const INDEXES: &[&str] = &[
    "CREATE INDEX redemption_session_site ON redemption_session (site_id, state, starts_at)",
    "CREATE UNIQUE INDEX session_item_once ON session_item (session_id, goods_id)",
];
