//! Lines of a bulletin's redemption register, without names (公开台账).

use sea_orm_migration::{
    prelude::*,
    schema::{
        big_integer, integer, string_len, timestamp_with_time_zone, timestamp_with_time_zone_null,
        uuid,
    },
};

use crate::{
    columns::{reference, rule},
    sql::{drop_tables, per_backend, run},
};

/// Creates `bulletin_line`.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(bulletin_line()).await?;
        run(manager, INDEXES).await?;
        per_backend(manager, POSTGRES_FREEZE, SQLITE_FREEZE).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["bulletin_line"]).await
    }
}

fn bulletin_line() -> TableCreateStatement {
    Table::create()
        .table("bulletin_line")
        .col(uuid("bulletin_id"))
        .col(integer("position"))
        .col(uuid("redemption_id"))
        .col(uuid("volunteer_id"))
        .col(uuid("site_id"))
        .col(string_len("goods_name", 60))
        .col(string_len("unit_label", 10))
        .col(integer("quantity"))
        .col(big_integer("points"))
        .col(timestamp_with_time_zone("handed_at"))
        .col(timestamp_with_time_zone_null("returned_at"))
        .primary_key(Index::create().col("bulletin_id").col("position"))
        .check(rule("bulletin_line_position", "position > 0"))
        .check(rule("bulletin_line_amounts", "quantity > 0 AND points >= 0"))
        .foreign_key(&mut reference("bulletin_line", "bulletin_id", "bulletin"))
        .foreign_key(&mut reference("bulletin_line", "redemption_id", "redemption"))
        .foreign_key(&mut reference("bulletin_line", "volunteer_id", "volunteer"))
        .foreign_key(&mut reference("bulletin_line", "site_id", "site"))
        .to_owned()
}

const INDEXES: &[&str] = &[
    "CREATE UNIQUE INDEX bulletin_line_once ON bulletin_line (bulletin_id, redemption_id)",
    "CREATE INDEX bulletin_line_redemption ON bulletin_line (redemption_id)",
];

// Of a published bulletin no line is changed, added or taken away.
const POSTGRES_FREEZE: &str = "
CREATE TRIGGER bulletin_line_frozen BEFORE INSERT OR UPDATE OR DELETE ON bulletin_line
    FOR EACH ROW EXECUTE FUNCTION bulletin_content_frozen();
";

const SQLITE_FREEZE: &str = "
CREATE TRIGGER bulletin_line_frozen_insert BEFORE INSERT ON bulletin_line
WHEN EXISTS (SELECT 1 FROM bulletin WHERE id = NEW.bulletin_id AND state IN ('published', 'archived'))
BEGIN SELECT RAISE(ABORT, 'bulletin_content_frozen'); END;
CREATE TRIGGER bulletin_line_frozen_update BEFORE UPDATE ON bulletin_line
WHEN EXISTS (SELECT 1 FROM bulletin WHERE id IN (OLD.bulletin_id, NEW.bulletin_id)
    AND state IN ('published', 'archived'))
BEGIN SELECT RAISE(ABORT, 'bulletin_content_frozen'); END;
CREATE TRIGGER bulletin_line_frozen_delete BEFORE DELETE ON bulletin_line
WHEN EXISTS (SELECT 1 FROM bulletin WHERE id = OLD.bulletin_id AND state IN ('published', 'archived'))
BEGIN SELECT RAISE(ABORT, 'bulletin_content_frozen'); END;
";
