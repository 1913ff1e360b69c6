//! Rule sets, their dated versions and the items points are given for (积分细则).

use sea_orm_migration::{
    prelude::*,
    schema::{
        boolean, date_null, integer, integer_null, string_len, string_len_null,
        timestamp_with_time_zone, timestamp_with_time_zone_null, uuid, uuid_null,
    },
};

use crate::{
    columns::{id, one_of, reference, rule, version},
    sql::{drop_tables, per_backend, run, run_on_postgres},
};

/// Creates `rule_set`, `rule_version`, `rule_item`.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(rule_set()).await?;
        manager.create_table(rule_version()).await?;
        manager.create_table(rule_item()).await?;
        run(manager, INDEXES).await?;
        per_backend(manager, POSTGRES_FREEZE, SQLITE_FREEZE).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["rule_item", "rule_version", "rule_set"]).await?;
        run_on_postgres(
            manager,
            "DROP FUNCTION rule_version_frozen(); DROP FUNCTION rule_item_frozen()",
        )
        .await
    }
}

/// A town's rule set (积分细则).
fn rule_set() -> TableCreateStatement {
    Table::create()
        .table("rule_set")
        .col(id())
        .col(uuid("site_id"))
        .col(string_len("name", 100))
        .col(timestamp_with_time_zone("created_at"))
        .foreign_key(&mut reference("rule_set", "site_id", "site"))
        .to_owned()
}

/// Dated versions of a rule set; published ones are frozen (细则版本).
fn rule_version() -> TableCreateStatement {
    Table::create()
        .table("rule_version")
        .col(id())
        .col(uuid("rule_set_id"))
        .col(integer("number"))
        .col(string_len("state", 30))
        .col(date_null("effective_from"))
        .col(string_len_null("note", 500))
        .col(uuid("created_by"))
        .col(timestamp_with_time_zone("created_at"))
        .col(uuid_null("published_by"))
        .col(timestamp_with_time_zone_null("published_at"))
        .col(version())
        .check(one_of("rule_version_state", "state", "draft published retired"))
        .check(rule("rule_version_number", "number > 0"))
        .check(rule("rule_version_dated", "state = 'draft' OR effective_from IS NOT NULL"))
        .foreign_key(&mut reference("rule_version", "rule_set_id", "rule_set"))
        .foreign_key(&mut reference("rule_version", "created_by", "account"))
        .foreign_key(&mut reference("rule_version", "published_by", "account"))
        .to_owned()
}

/// What a rule version gives points for (细则条目).
fn rule_item() -> TableCreateStatement {
    Table::create()
        .table("rule_item")
        .col(id())
        .col(uuid("rule_version_id"))
        .col(string_len("code", 20))
        .col(string_len("category", 40))
        .col(string_len("name", 60))
        .col(string_len("unit", 30))
        .col(integer("points"))
        .col(integer_null("max_per_activity"))
        .col(integer_null("max_per_day"))
        .col(integer_null("max_per_month"))
        .col(boolean("counts_as_service"))
        .col(boolean("needs_attendance"))
        .col(boolean("evidence_needed"))
        .col(integer("sort"))
        .check(one_of("rule_item_unit", "unit", "per_hour per_attendance per_award"))
        .check(rule("rule_item_points", "points > 0"))
        .check(rule("rule_item_max_per_activity", "max_per_activity > 0"))
        .check(rule("rule_item_max_per_day", "max_per_day > 0"))
        .check(rule("rule_item_max_per_month", "max_per_month > 0"))
        .foreign_key(&mut reference("rule_item", "rule_version_id", "rule_version"))
        .to_owned()
}

const INDEXES: &[&str] = &[
    "CREATE UNIQUE INDEX rule_set_site ON rule_set (site_id)",
    "CREATE UNIQUE INDEX rule_version_one_number ON rule_version (rule_set_id, number)",
    "CREATE UNIQUE INDEX rule_item_code ON rule_item (rule_version_id, code)",
];

// Points already given must stay explainable by the text they were given by:
// once a version leaves `draft`, its number, date and items are fixed for good.
const POSTGRES_FREEZE: &str = "
CREATE FUNCTION rule_version_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state = 'draft' THEN
        RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    IF TG_OP = 'DELETE'
        OR NEW.state = 'draft'
        OR NEW.rule_set_id <> OLD.rule_set_id
        OR NEW.number <> OLD.number
        OR NEW.effective_from <> OLD.effective_from
    THEN
        RAISE EXCEPTION 'rule_version_frozen'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'rule_version_frozen';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER rule_version_frozen BEFORE UPDATE OR DELETE ON rule_version
    FOR EACH ROW EXECUTE FUNCTION rule_version_frozen();

CREATE FUNCTION rule_item_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (TG_OP <> 'INSERT' AND EXISTS (
            SELECT 1 FROM rule_version WHERE id = OLD.rule_version_id AND state <> 'draft'))
        OR (TG_OP <> 'DELETE' AND EXISTS (
            SELECT 1 FROM rule_version WHERE id = NEW.rule_version_id AND state <> 'draft'))
    THEN
        RAISE EXCEPTION 'rule_item_frozen'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'rule_item_frozen';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER rule_item_frozen BEFORE INSERT OR UPDATE OR DELETE ON rule_item
    FOR EACH ROW EXECUTE FUNCTION rule_item_frozen();
";

const SQLITE_FREEZE: &str = "
CREATE TRIGGER rule_version_frozen_update BEFORE UPDATE ON rule_version
WHEN OLD.state <> 'draft' AND (
    NEW.state = 'draft'
    OR NEW.rule_set_id <> OLD.rule_set_id
    OR NEW.number <> OLD.number
    OR NEW.effective_from <> OLD.effective_from)
BEGIN SELECT RAISE(ABORT, 'rule_version_frozen'); END;
CREATE TRIGGER rule_version_frozen_delete BEFORE DELETE ON rule_version
WHEN OLD.state <> 'draft'
BEGIN SELECT RAISE(ABORT, 'rule_version_frozen'); END;

CREATE TRIGGER rule_item_frozen_insert BEFORE INSERT ON rule_item
WHEN EXISTS (SELECT 1 FROM rule_version WHERE id = NEW.rule_version_id AND state <> 'draft')
BEGIN SELECT RAISE(ABORT, 'rule_item_frozen'); END;
CREATE TRIGGER rule_item_frozen_update BEFORE UPDATE ON rule_item
WHEN EXISTS (
    SELECT 1 FROM rule_version
    WHERE id IN (OLD.rule_version_id, NEW.rule_version_id) AND state <> 'draft')
BEGIN SELECT RAISE(ABORT, 'rule_item_frozen'); END;
CREATE TRIGGER rule_item_frozen_delete BEFORE DELETE ON rule_item
WHEN EXISTS (SELECT 1 FROM rule_version WHERE id = OLD.rule_version_id AND state <> 'draft')
BEGIN SELECT RAISE(ABORT, 'rule_item_frozen'); END;
";
