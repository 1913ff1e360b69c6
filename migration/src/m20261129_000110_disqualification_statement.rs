//! What a volunteer said in her case, each time for good (陈述申辩).

use sea_orm_migration::{
    prelude::*,
    schema::{string_len, string_len_null, text_null, timestamp_with_time_zone, uuid, uuid_null},
};

use crate::{
    columns::{id, one_of, reference, rule},
    sql::{drop_tables, per_backend, run, run_on_postgres},
};

/// Creates `disqualification_statement` and moves there what stood in the case's own row,
/// where a later statement wrote over an earlier one.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(disqualification_statement()).await?;
        run(manager, MOVED).await?;
        per_backend(manager, POSTGRES_KEPT, SQLITE_KEPT).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, &[MOVED_BACK]).await?;
        drop_tables(manager, &["disqualification_statement"]).await?;
        run_on_postgres(manager, "DROP FUNCTION disqualification_statement_kept()").await
    }
}

fn disqualification_statement() -> TableCreateStatement {
    Table::create()
        .table("disqualification_statement")
        .col(id())
        .col(uuid("disqualification_id"))
        .col(uuid("volunteer_id"))
        .col(string_len("via", 30))
        .col(text_null("text"))
        .col(uuid_null("by_account"))
        .col(string_len_null("witness", 30))
        .col(timestamp_with_time_zone("at"))
        .check(one_of("disqualification_statement_via", "via", "app paper"))
        // What she says herself needs no witness.
        .check(rule("disqualification_statement_witness", "witness IS NULL OR via = 'paper'"))
        .foreign_key(&mut reference(
            "disqualification_statement",
            "disqualification_id",
            "disqualification",
        ))
        .foreign_key(&mut reference("disqualification_statement", "volunteer_id", "volunteer"))
        .foreign_key(&mut reference("disqualification_statement", "by_account", "account"))
        .to_owned()
}

/// Who entered the old ones was not kept. The case's id is a key like any other.
const MOVED: &[&str] = &[
    "CREATE INDEX disqualification_statement_of
        ON disqualification_statement (disqualification_id, id)",
    "CREATE INDEX disqualification_statement_hers ON disqualification_statement (volunteer_id)",
    "INSERT INTO disqualification_statement
        (id, disqualification_id, volunteer_id, via, text, by_account, witness, at)
        SELECT id, id, volunteer_id, COALESCE(statement_via, 'app'), statement, NULL, NULL,
            COALESCE(statement_at, updated_at)
        FROM disqualification WHERE statement IS NOT NULL",
    "UPDATE disqualification SET statement = NULL, statement_via = NULL, statement_at = NULL
        WHERE statement IS NOT NULL",
];

/// The old row has room for the last one.
const MOVED_BACK: &str = "UPDATE disqualification SET
    statement = (SELECT s.text FROM disqualification_statement s
        WHERE s.disqualification_id = disqualification.id ORDER BY s.id DESC LIMIT 1),
    statement_via = (SELECT s.via FROM disqualification_statement s
        WHERE s.disqualification_id = disqualification.id ORDER BY s.id DESC LIMIT 1),
    statement_at = (SELECT s.at FROM disqualification_statement s
        WHERE s.disqualification_id = disqualification.id ORDER BY s.id DESC LIMIT 1)
    WHERE EXISTS (SELECT 1 FROM disqualification_statement s
        WHERE s.disqualification_id = disqualification.id)";

// Append-only like its neighbours, but for the words of somebody who has left: the law lets her
// take them with her. What remains says that she spoke, when and how.
const POSTGRES_KEPT: &str = "
CREATE FUNCTION disqualification_statement_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'UPDATE'
        OR NEW.text IS NOT NULL
        OR NEW.id <> OLD.id
        OR NEW.disqualification_id <> OLD.disqualification_id
        OR NEW.volunteer_id <> OLD.volunteer_id
        OR NEW.via <> OLD.via
        OR NEW.by_account IS DISTINCT FROM OLD.by_account
        OR NEW.witness IS DISTINCT FROM OLD.witness
        OR NEW.at <> OLD.at
    THEN
        RAISE EXCEPTION 'disqualification_statement is append-only'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER disqualification_statement_refuse_change
    BEFORE UPDATE OR DELETE ON disqualification_statement
    FOR EACH ROW EXECUTE FUNCTION disqualification_statement_kept();
CREATE TRIGGER disqualification_statement_refuse_truncate
    BEFORE TRUNCATE ON disqualification_statement
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
";

const SQLITE_KEPT: &str = "
CREATE TRIGGER disqualification_statement_refuse_update
BEFORE UPDATE ON disqualification_statement
WHEN NEW.text IS NOT NULL
    OR NEW.id <> OLD.id
    OR NEW.disqualification_id <> OLD.disqualification_id
    OR NEW.volunteer_id <> OLD.volunteer_id
    OR NEW.via <> OLD.via
    OR NEW.by_account IS NOT OLD.by_account
    OR NEW.witness IS NOT OLD.witness
    OR NEW.at <> OLD.at
BEGIN SELECT RAISE(ABORT, 'disqualification_statement is append-only'); END;
CREATE TRIGGER disqualification_statement_refuse_delete
BEFORE DELETE ON disqualification_statement
BEGIN SELECT RAISE(ABORT, 'disqualification_statement is append-only'); END;
";
