//! Entries of notice rounds (公示条目).

use sea_orm_migration::{
    prelude::*,
    schema::{
        integer, string_len, string_len_null, timestamp_with_time_zone,
        timestamp_with_time_zone_null, uuid, uuid_null,
    },
};

use crate::{
    columns::{one_of, reference, rule},
    sql::{drop_tables, per_backend, run, run_on_postgres},
};

/// Creates `notice_entry`.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(notice_entry(REASONS, KEPT)).await?;
        run(manager, INDEXES).await?;
        per_backend(manager, POSTGRES_FREEZE, SQLITE_FREEZE).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["notice_entry"]).await?;
        run_on_postgres(manager, "DROP FUNCTION notice_entry_frozen()").await
    }
}

const REASONS: &str = "objection earning_suspended";
const KEPT: &str = "(state = 'frozen') = (frozen_reason IS NOT NULL) AND (frozen_reason IS NULL) = \
                    (frozen_at IS NULL) AND (frozen_by IS NOT NULL) = (frozen_reason IS NOT NULL \
                    AND frozen_reason = 'objection')";

/// The table, for these reasons to keep an entry back and what they ask of its other columns.
pub(crate) fn notice_entry(reasons: &str, kept: &'static str) -> TableCreateStatement {
    Table::create()
        .table("notice_entry")
        .col(uuid("claim_id").primary_key())
        .col(uuid("round_id"))
        .col(integer("position"))
        .col(uuid("volunteer_id"))
        .col(uuid("site_id"))
        .col(integer("points"))
        .col(string_len("item_code", 20))
        .col(string_len("item_name", 100))
        .col(string_len_null("activity_title", 200))
        .col(timestamp_with_time_zone("served_at"))
        .col(string_len("state", 30))
        .col(string_len_null("frozen_reason", 30))
        .col(uuid_null("frozen_by"))
        .col(timestamp_with_time_zone_null("frozen_at"))
        .col(timestamp_with_time_zone_null("settled_at"))
        .check(one_of("notice_entry_state", "state", "listed frozen withdrawn corrected"))
        .check(one_of("notice_entry_frozen_reason", "frozen_reason", reasons))
        .check(rule("notice_entry_points", "points > 0"))
        .check(rule("notice_entry_position", "position > 0"))
        .check(rule("notice_entry_freeze", kept))
        .check(rule(
            "notice_entry_settled",
            "(state = 'listed' OR (state = 'frozen') = (settled_at IS NULL))",
        ))
        .foreign_key(&mut reference("notice_entry", "claim_id", "claim"))
        .foreign_key(&mut reference("notice_entry", "round_id", "notice_round"))
        .foreign_key(&mut reference("notice_entry", "volunteer_id", "volunteer"))
        .foreign_key(&mut reference("notice_entry", "site_id", "site"))
        .to_owned()
}

pub(crate) const INDEXES: &[&str] = &[
    "CREATE UNIQUE INDEX notice_entry_position ON notice_entry (round_id, position)",
    "CREATE INDEX notice_entry_volunteer ON notice_entry (volunteer_id)",
    "CREATE INDEX notice_entry_waiting ON notice_entry (round_id, volunteer_id, claim_id)
        WHERE state = 'listed' AND settled_at IS NULL",
    "CREATE INDEX notice_entry_kept ON notice_entry (frozen_reason) WHERE state = 'frozen'",
];

// From the opening on, what an entry says is fixed; only what becomes of it may change.
const POSTGRES_FREEZE: &str = "
CREATE FUNCTION notice_entry_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM notice_round WHERE state <> 'drafting' AND id =
        CASE TG_OP WHEN 'INSERT' THEN NEW.round_id ELSE OLD.round_id END)
    THEN
        RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    IF TG_OP <> 'UPDATE'
        OR NEW.claim_id <> OLD.claim_id
        OR NEW.round_id <> OLD.round_id
        OR NEW.position <> OLD.position
        OR NEW.volunteer_id <> OLD.volunteer_id
        OR NEW.site_id <> OLD.site_id
        OR NEW.points <> OLD.points
        OR NEW.item_code <> OLD.item_code
        OR NEW.item_name <> OLD.item_name
        OR NEW.activity_title IS DISTINCT FROM OLD.activity_title
        OR NEW.served_at <> OLD.served_at
    THEN
        RAISE EXCEPTION 'notice_entry_frozen'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'notice_entry_frozen';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER notice_entry_frozen BEFORE INSERT OR UPDATE OR DELETE ON notice_entry
    FOR EACH ROW EXECUTE FUNCTION notice_entry_frozen();
";

pub(crate) const SQLITE_FREEZE: &str = "
CREATE TRIGGER notice_entry_frozen_insert BEFORE INSERT ON notice_entry
WHEN EXISTS (SELECT 1 FROM notice_round WHERE id = NEW.round_id AND state <> 'drafting')
BEGIN SELECT RAISE(ABORT, 'notice_entry_frozen'); END;
CREATE TRIGGER notice_entry_frozen_delete BEFORE DELETE ON notice_entry
WHEN EXISTS (SELECT 1 FROM notice_round WHERE id = OLD.round_id AND state <> 'drafting')
BEGIN SELECT RAISE(ABORT, 'notice_entry_frozen'); END;
CREATE TRIGGER notice_entry_frozen_update BEFORE UPDATE ON notice_entry
WHEN EXISTS (SELECT 1 FROM notice_round WHERE id = OLD.round_id AND state <> 'drafting') AND (
    NEW.claim_id <> OLD.claim_id
    OR NEW.round_id <> OLD.round_id
    OR NEW.position <> OLD.position
    OR NEW.volunteer_id <> OLD.volunteer_id
    OR NEW.site_id <> OLD.site_id
    OR NEW.points <> OLD.points
    OR NEW.item_code <> OLD.item_code
    OR NEW.item_name <> OLD.item_name
    OR NEW.activity_title IS NOT OLD.activity_title
    OR NEW.served_at <> OLD.served_at)
BEGIN SELECT RAISE(ABORT, 'notice_entry_frozen'); END;
";
