//! Quarterly bulletins: points statistics and the redemption register of a site (季度公开).

use sea_orm_migration::{
    prelude::*,
    schema::{
        big_integer, big_integer_null, date, integer, string_len, string_len_null, text_null,
        timestamp_with_time_zone, timestamp_with_time_zone_null, uuid, uuid_null,
    },
};

use crate::{
    columns::{exact, id, one_of, reference, rule, version},
    sql::{drop_tables, per_backend, run, run_on_postgres},
};

/// Creates `bulletin`.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(bulletin()).await?;
        run(manager, INDEXES).await?;
        per_backend(manager, POSTGRES_FREEZE, SQLITE_FREEZE).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["bulletin"]).await?;
        run_on_postgres(manager, "DROP FUNCTION bulletin_frozen()").await
    }
}

fn bulletin() -> TableCreateStatement {
    let mut table = Table::create();
    table
        .table("bulletin")
        .col(id())
        .col(string_len("number", 20))
        .col(uuid("site_id"))
        .col(date("quarter"))
        .col(string_len("state", 30))
        .col(integer("line_count"))
        .col(big_integer("line_points"))
        .col(string_len_null("digest", 64))
        .col(string_len_null("tree", 20))
        .col(big_integer_null("tree_size"))
        .col(string_len_null("tree_root", 64))
        .col(text_null("checkpoint"))
        .col(uuid_null("drafted_by"))
        .col(timestamp_with_time_zone("drafted_at"))
        .col(timestamp_with_time_zone_null("compiled_at"))
        .col(uuid_null("published_by"))
        .col(timestamp_with_time_zone_null("published_at"))
        .col(uuid_null("archived_by"))
        .col(timestamp_with_time_zone_null("archived_at"))
        .col(version())
        .col(timestamp_with_time_zone("updated_at"));
    rules(&mut table);
    for person in ["drafted_by", "published_by", "archived_by"] {
        table.foreign_key(&mut reference("bulletin", person, "account"));
    }
    table.foreign_key(&mut reference("bulletin", "site_id", "site")).to_owned()
}

fn rules(table: &mut TableCreateStatement) {
    table
        .check(one_of("bulletin_state", "state", "compiling drafting published archived"))
        .check(rule("bulletin_counts", "line_count >= 0 AND line_points >= 0"))
        .check(exact("bulletin_digest", "digest", 64))
        .check(exact("bulletin_tree_root", "tree_root", 64))
        // Whatever program writes: a person publishes what was compiled.
        .check(rule("bulletin_compiled", "(state = 'compiling') = (compiled_at IS NULL)"))
        .check(rule(
            "bulletin_published",
            "(state IN ('published', 'archived')) = (published_at IS NOT NULL) AND \
             (published_at IS NULL) = (published_by IS NULL) AND \
             (published_at IS NULL) = (digest IS NULL)",
        ))
        .check(rule(
            "bulletin_head",
            "(tree IS NULL) = (tree_size IS NULL) AND (tree IS NULL) = (tree_root IS NULL) AND \
             (tree IS NULL) = (checkpoint IS NULL) AND (tree IS NULL OR published_at IS NOT NULL)",
        ))
        .check(rule(
            "bulletin_archived",
            "(state = 'archived') = (archived_at IS NOT NULL) AND \
             (archived_at IS NULL) = (archived_by IS NULL)",
        ));
}

const INDEXES: &[&str] = &[
    "CREATE UNIQUE INDEX bulletin_number ON bulletin (number)",
    "CREATE UNIQUE INDEX bulletin_one_a_quarter ON bulletin (site_id, quarter)",
    "CREATE INDEX bulletin_state ON bulletin (state, id)",
];

// What was shown to everybody is fixed for good; only its state goes on, and never back.
const POSTGRES_FREEZE: &str = "
CREATE FUNCTION bulletin_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state IN ('compiling', 'drafting') THEN
        RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    IF TG_OP = 'DELETE'
        OR NEW.state NOT IN ('published', 'archived')
        OR (OLD.state = 'archived' AND NEW.state <> 'archived')
        OR NEW.number <> OLD.number
        OR NEW.site_id <> OLD.site_id
        OR NEW.quarter <> OLD.quarter
        OR NEW.line_count <> OLD.line_count
        OR NEW.line_points <> OLD.line_points
        OR NEW.digest <> OLD.digest
        OR NEW.tree IS DISTINCT FROM OLD.tree
        OR NEW.tree_size IS DISTINCT FROM OLD.tree_size
        OR NEW.tree_root IS DISTINCT FROM OLD.tree_root
        OR NEW.checkpoint IS DISTINCT FROM OLD.checkpoint
        OR NEW.compiled_at <> OLD.compiled_at
        OR NEW.published_at <> OLD.published_at
        OR NEW.published_by <> OLD.published_by
    THEN
        RAISE EXCEPTION 'bulletin_frozen'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'bulletin_frozen';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER bulletin_frozen BEFORE UPDATE OR DELETE ON bulletin
    FOR EACH ROW EXECUTE FUNCTION bulletin_frozen();
";

const SQLITE_FREEZE: &str = "
CREATE TRIGGER bulletin_frozen_update BEFORE UPDATE ON bulletin
WHEN OLD.state IN ('published', 'archived') AND (
    NEW.state NOT IN ('published', 'archived')
    OR (OLD.state = 'archived' AND NEW.state <> 'archived')
    OR NEW.number <> OLD.number
    OR NEW.site_id <> OLD.site_id
    OR NEW.quarter <> OLD.quarter
    OR NEW.line_count <> OLD.line_count
    OR NEW.line_points <> OLD.line_points
    OR NEW.digest <> OLD.digest
    OR NEW.tree IS NOT OLD.tree
    OR NEW.tree_size IS NOT OLD.tree_size
    OR NEW.tree_root IS NOT OLD.tree_root
    OR NEW.checkpoint IS NOT OLD.checkpoint
    OR NEW.compiled_at <> OLD.compiled_at
    OR NEW.published_at <> OLD.published_at
    OR NEW.published_by <> OLD.published_by)
BEGIN SELECT RAISE(ABORT, 'bulletin_frozen'); END;
CREATE TRIGGER bulletin_frozen_delete BEFORE DELETE ON bulletin
WHEN OLD.state IN ('published', 'archived')
BEGIN SELECT RAISE(ABORT, 'bulletin_frozen'); END;
";
