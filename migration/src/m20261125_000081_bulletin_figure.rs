//! The figures of a bulletin: one row for the whole, one for each site (公开统计).

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, integer, uuid},
};

use crate::{
    columns::{reference, rule},
    sql::{drop_tables, per_backend, run_on_postgres},
};

/// Creates `bulletin_figure`.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(bulletin_figure()).await?;
        per_backend(manager, POSTGRES_FREEZE, SQLITE_FREEZE).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["bulletin_figure"]).await?;
        run_on_postgres(manager, "DROP FUNCTION bulletin_content_frozen()").await
    }
}

fn bulletin_figure() -> TableCreateStatement {
    let mut table = Table::create();
    table
        .table("bulletin_figure")
        .col(uuid("bulletin_id"))
        .col(integer("position"))
        .col(uuid("site_id"));
    for count in ["volunteers", "participants", "activities"] {
        table.col(integer(count));
    }
    table.col(big_integer("hours_tenths"));
    for sum in [
        "opening",
        "earned",
        "taken_over",
        "redeemed",
        "given_back",
        "expired",
        "zeroed",
        "restored",
        "reversed",
        "closing",
    ] {
        table.col(big_integer(sum));
    }
    table
        .col(integer("handed_out"))
        .col(big_integer("handed_out_points"))
        .primary_key(Index::create().col("bulletin_id").col("position"))
        .check(rule("bulletin_figure_position", "position >= 0"))
        .check(rule(
            "bulletin_figure_counts",
            "volunteers >= 0 AND participants >= 0 AND activities >= 0 AND hours_tenths >= 0 \
             AND handed_out >= 0 AND handed_out_points >= 0",
        ))
        .check(rule(
            "bulletin_figure_flows",
            "earned >= 0 AND taken_over >= 0 AND redeemed >= 0 AND given_back >= 0 \
             AND expired >= 0 AND zeroed >= 0 AND restored >= 0 AND reversed >= 0",
        ))
        // Whatever program writes: the sums lead from the beginning to the end.
        .check(rule(
            "bulletin_figure_adds_up",
            "opening + earned + taken_over - redeemed + given_back - expired - zeroed + restored \
             - reversed = closing",
        ))
        .foreign_key(&mut reference("bulletin_figure", "bulletin_id", "bulletin"))
        .foreign_key(&mut reference("bulletin_figure", "site_id", "site"))
        .to_owned()
}

// Of a published bulletin no figure is changed, added or taken away.
const POSTGRES_FREEZE: &str = "
CREATE FUNCTION bulletin_content_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM bulletin WHERE state IN ('published', 'archived') AND id IN (
        CASE TG_OP WHEN 'INSERT' THEN NEW.bulletin_id ELSE OLD.bulletin_id END,
        CASE TG_OP WHEN 'DELETE' THEN OLD.bulletin_id ELSE NEW.bulletin_id END))
    THEN
        RAISE EXCEPTION 'bulletin_content_frozen'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'bulletin_content_frozen';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER bulletin_figure_frozen BEFORE INSERT OR UPDATE OR DELETE ON bulletin_figure
    FOR EACH ROW EXECUTE FUNCTION bulletin_content_frozen();
";

const SQLITE_FREEZE: &str = "
CREATE TRIGGER bulletin_figure_frozen_insert BEFORE INSERT ON bulletin_figure
WHEN EXISTS (SELECT 1 FROM bulletin WHERE id = NEW.bulletin_id AND state IN ('published', 'archived'))
BEGIN SELECT RAISE(ABORT, 'bulletin_content_frozen'); END;
CREATE TRIGGER bulletin_figure_frozen_update BEFORE UPDATE ON bulletin_figure
WHEN EXISTS (SELECT 1 FROM bulletin WHERE id IN (OLD.bulletin_id, NEW.bulletin_id)
    AND state IN ('published', 'archived'))
BEGIN SELECT RAISE(ABORT, 'bulletin_content_frozen'); END;
CREATE TRIGGER bulletin_figure_frozen_delete BEFORE DELETE ON bulletin_figure
WHEN EXISTS (SELECT 1 FROM bulletin WHERE id = OLD.bulletin_id AND state IN ('published', 'archived'))
BEGIN SELECT RAISE(ABORT, 'bulletin_content_frozen'); END;
";
