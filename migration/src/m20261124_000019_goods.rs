//! Goods a site offers for points (物品).

use sea_orm_migration::{
    prelude::*,
    schema::{integer, string_len, string_len_null, timestamp_with_time_zone, uuid},
};

use crate::{
    columns::{id, one_of, reference, rule, version},
    sql::{drop_tables, run},
};

/// Creates `goods`.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(goods()).await?;
        run(manager, INDEXES).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["goods"]).await
    }
}

/// Goods a site offers for points (物品).
fn goods() -> TableCreateStatement {
    Table::create()
        .table("goods")
        .col(id())
        .col(uuid("site_id"))
        .col(string_len("name", 60))
        .col(string_len("category", 40))
        .col(string_len("unit_label", 10))
        .col(string_len_null("description", 500))
        .col(integer("points_price"))
        .col(string_len("state", 30))
        .col(string_len_null("image_url", 300))
        .col(version())
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone("updated_at"))
        .check(one_of("goods_state", "state", "active retired"))
        .check(rule("goods_points_price", "points_price > 0"))
        .foreign_key(&mut reference("goods", "site_id", "site"))
        .to_owned()
}

const INDEXES: &[&str] = &["CREATE INDEX goods_site_state ON goods (site_id, state)"];
