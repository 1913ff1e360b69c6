//! The journal of domain events, and how far it is numbered (领域事件).

use sea_orm_migration::{
    prelude::*,
    schema::{
        big_integer, big_integer_null, json_binary, small_integer, string_len,
        timestamp_with_time_zone, uuid, uuid_null,
    },
};

use crate::{
    columns::{id, rule},
    sql::{drop_tables, per_backend, run, run_on_postgres},
};

/// Creates `journal_event` and `journal_head`.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(journal_event()).await?;
        manager.create_table(journal_head()).await?;
        run(manager, INDEXES).await?;
        run(manager, &["INSERT INTO journal_head (id, position) VALUES (1, 0)"]).await?;
        per_backend(manager, POSTGRES_NUMBER_ONCE, SQLITE_NUMBER_ONCE).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["journal_head", "journal_event"]).await?;
        run_on_postgres(manager, "DROP FUNCTION journal_event_number_once()").await
    }
}

/// Domain events, written with the change they tell of (领域事件).
fn journal_event() -> TableCreateStatement {
    Table::create()
        .table("journal_event")
        .col(id())
        .col(big_integer_null("position"))
        .col(string_len("kind", 60))
        .col(string_len("subject_type", 40))
        .col(uuid("subject_id"))
        .col(uuid_null("site_id"))
        .col(json_binary("data"))
        .col(timestamp_with_time_zone("occurred_at"))
        .col(string_len("request_id", 64))
        .to_owned()
}

/// The sequencer's last position: one row (事件序号).
fn journal_head() -> TableCreateStatement {
    Table::create()
        .table("journal_head")
        .col(small_integer("id").primary_key())
        .col(big_integer("position"))
        .check(rule("journal_head_one_row", "id = 1"))
        .check(rule("journal_head_position", "position >= 0"))
        .to_owned()
}

const INDEXES: &[&str] = &[
    "CREATE UNIQUE INDEX journal_event_position ON journal_event (position)",
    "CREATE INDEX journal_event_unsequenced ON journal_event (id) WHERE position IS NULL",
];

// Consumers remember the last position they read. An event renumbered, changed
// or taken away behind them would never reach them: so an event is written
// once, numbered once, and kept.
const POSTGRES_NUMBER_ONCE: &str = "
CREATE FUNCTION journal_event_number_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.position IS NOT NULL
        OR NEW.position IS NULL
        OR to_jsonb(NEW) - 'position' <> to_jsonb(OLD) - 'position'
    THEN
        RAISE EXCEPTION 'journal_event_number_once'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'journal_event_number_once';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER journal_event_number_once BEFORE UPDATE ON journal_event
    FOR EACH ROW EXECUTE FUNCTION journal_event_number_once();
CREATE TRIGGER journal_event_refuse_delete BEFORE DELETE ON journal_event
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER journal_event_refuse_truncate BEFORE TRUNCATE ON journal_event
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
";

const SQLITE_NUMBER_ONCE: &str = "
CREATE TRIGGER journal_event_number_once BEFORE UPDATE ON journal_event
WHEN OLD.position IS NOT NULL
    OR NEW.position IS NULL
    OR NEW.id <> OLD.id
    OR NEW.kind <> OLD.kind
    OR NEW.subject_type <> OLD.subject_type
    OR NEW.subject_id <> OLD.subject_id
    OR NEW.site_id IS NOT OLD.site_id
    OR NEW.data <> OLD.data
    OR NEW.occurred_at <> OLD.occurred_at
    OR NEW.request_id <> OLD.request_id
BEGIN SELECT RAISE(ABORT, 'journal_event_number_once'); END;
CREATE TRIGGER journal_event_refuse_delete BEFORE DELETE ON journal_event
BEGIN SELECT RAISE(ABORT, 'journal_event is append-only'); END;
";
