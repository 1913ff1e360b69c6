//! Long work that people watch, with the files and error reports it leaves (后台任务).

use sea_orm_migration::{
    prelude::*,
    schema::{
        big_integer, big_integer_null, binary, integer, json_binary, json_binary_null, string_len,
        string_len_null, timestamp_with_time_zone, timestamp_with_time_zone_null, uuid, uuid_null,
    },
};

use crate::{
    columns::{id, one_of, reference, rule},
    sql::{drop_tables, per_backend, run, run_on_postgres},
};

/// Creates `task`, `task_chunk`, `task_error`.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(task()).await?;
        manager.create_table(task_chunk()).await?;
        manager.create_table(task_error()).await?;
        run(manager, INDEXES).await?;
        per_backend(manager, POSTGRES_END_ONCE, SQLITE_END_ONCE).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["task_error", "task_chunk", "task"]).await?;
        run_on_postgres(manager, "DROP FUNCTION task_ends_once()").await
    }
}

/// Long work that people watch (后台任务).
fn task() -> TableCreateStatement {
    Table::create()
        .table("task")
        .col(id())
        .col(string_len("kind", 40))
        .col(uuid("site_id"))
        .col(uuid_null("started_by"))
        .col(json_binary("params"))
        .col(string_len("once_key", 120))
        .col(string_len("state", 30))
        .col(big_integer("done"))
        .col(big_integer_null("total"))
        .col(json_binary_null("mark"))
        .col(json_binary_null("result"))
        .col(string_len_null("failure_code", 60))
        .col(string_len_null("failure_message", 300))
        .col(integer("error_count"))
        .col(integer("attempts"))
        .col(string_len_null("lease_holder", 60))
        .col(timestamp_with_time_zone_null("lease_until"))
        .col(big_integer("lease_token"))
        .col(timestamp_with_time_zone("touched_at"))
        .col(string_len_null("file_name", 120))
        .col(string_len_null("file_type", 120))
        .col(big_integer("file_bytes"))
        .col(integer("file_chunks"))
        .col(timestamp_with_time_zone_null("file_expires_at"))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone_null("started_at"))
        .col(timestamp_with_time_zone_null("ended_at"))
        .check(one_of(
            "task_state",
            "state",
            "queued running cancelling succeeded failed cancelled",
        ))
        .check(rule("task_progress", "done >= 0 AND (total IS NULL OR total >= done)"))
        .check(rule("task_counts", "error_count >= 0 AND attempts >= 0 AND file_chunks >= 0"))
        .check(rule(
            "task_ended",
            "(state IN ('succeeded', 'failed', 'cancelled')) = (ended_at IS NOT NULL)",
        ))
        .check(rule("task_failure", "(state = 'failed') = (failure_code IS NOT NULL)"))
        .check(rule("task_lease", "(lease_holder IS NULL) = (lease_until IS NULL)"))
        .foreign_key(&mut reference("task", "site_id", "site"))
        .foreign_key(&mut reference("task", "started_by", "account"))
        .to_owned()
}

/// The file a task made, in pieces (后台任务的结果文件).
fn task_chunk() -> TableCreateStatement {
    Table::create()
        .table("task_chunk")
        .col(uuid("task_id"))
        .col(integer("seq"))
        .col(binary("bytes"))
        .primary_key(Index::create().col("task_id").col("seq"))
        .foreign_key(&mut reference("task_chunk", "task_id", "task"))
        .to_owned()
}

/// The error report of a task (后台任务的出错明细).
fn task_error() -> TableCreateStatement {
    Table::create()
        .table("task_error")
        .col(uuid("task_id"))
        .col(integer("seq"))
        .col(big_integer("row_number"))
        .col(string_len_null("field", 100))
        .col(string_len("code", 60))
        .col(string_len("message", 300))
        .primary_key(Index::create().col("task_id").col("seq"))
        .foreign_key(&mut reference("task_error", "task_id", "task"))
        .to_owned()
}

const INDEXES: &[&str] = &[
    "CREATE UNIQUE INDEX task_once ON task (kind, site_id, once_key)
     WHERE state NOT IN ('failed', 'cancelled')",
    "CREATE INDEX task_live ON task (touched_at)
     WHERE state IN ('queued', 'running', 'cancelling')",
    "CREATE INDEX task_site ON task (site_id, id)",
    "CREATE INDEX task_old ON task (ended_at)",
];

// A task that ended is a report of what was done: it may be tidied away, never taken up again.
const POSTGRES_END_ONCE: &str = "
CREATE FUNCTION task_ends_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.ended_at IS NOT NULL AND (NEW.state <> OLD.state OR NEW.ended_at <> OLD.ended_at) THEN
        RAISE EXCEPTION 'task_ends_once'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'task_ends_once';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER task_ends_once BEFORE UPDATE ON task
    FOR EACH ROW EXECUTE FUNCTION task_ends_once();
";

const SQLITE_END_ONCE: &str = "
CREATE TRIGGER task_ends_once BEFORE UPDATE ON task
WHEN OLD.ended_at IS NOT NULL AND (NEW.state <> OLD.state OR NEW.ended_at <> OLD.ended_at)
BEGIN SELECT RAISE(ABORT, 'task_ends_once'); END;
";
