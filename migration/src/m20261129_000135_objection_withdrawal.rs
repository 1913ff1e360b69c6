//! What a filer wrote when she took her objection back goes with her account (撤回异议的说明).

use sea_orm_migration::prelude::*;

use crate::sql::per_backend;

/// Lets `objection_step.reason` of a withdrawal be emptied; the trail stays append-only otherwise.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        per_backend(manager, POSTGRES_KEPT, SQLITE_KEPT).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        per_backend(manager, POSTGRES_BEFORE, SQLITE_BEFORE).await
    }
}

// Only who filed it withdraws it, and no account of the staff stands beside that step: the words
// are hers, and the law lets her take them with her. That she withdrew, and when, remains.
const POSTGRES_KEPT: &str = "
CREATE FUNCTION objection_step_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'UPDATE'
        OR OLD.action <> 'withdraw'
        OR OLD.by_account IS NOT NULL
        OR NEW.reason IS NOT NULL
        OR NEW.id <> OLD.id
        OR NEW.objection_id <> OLD.objection_id
        OR NEW.action <> OLD.action
        OR NEW.state <> OLD.state
        OR NEW.by_account IS NOT NULL
        OR NEW.at <> OLD.at
    THEN
        RAISE EXCEPTION 'objection_step is append-only'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
DROP TRIGGER objection_step_refuse_change ON objection_step;
CREATE TRIGGER objection_step_refuse_change
    BEFORE UPDATE OR DELETE ON objection_step
    FOR EACH ROW EXECUTE FUNCTION objection_step_kept();
";

const SQLITE_KEPT: &str = "
DROP TRIGGER objection_step_refuse_update;
CREATE TRIGGER objection_step_refuse_update
BEFORE UPDATE ON objection_step
WHEN OLD.action <> 'withdraw'
    OR OLD.by_account IS NOT NULL
    OR NEW.reason IS NOT NULL
    OR NEW.id <> OLD.id
    OR NEW.objection_id <> OLD.objection_id
    OR NEW.action <> OLD.action
    OR NEW.state <> OLD.state
    OR NEW.by_account IS NOT NULL
    OR NEW.at <> OLD.at
BEGIN SELECT RAISE(ABORT, 'objection_step is append-only'); END;
";

const POSTGRES_BEFORE: &str = "
DROP TRIGGER objection_step_refuse_change ON objection_step;
CREATE TRIGGER objection_step_refuse_change
    BEFORE UPDATE OR DELETE ON objection_step
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
DROP FUNCTION objection_step_kept();
";

const SQLITE_BEFORE: &str = "
DROP TRIGGER objection_step_refuse_update;
CREATE TRIGGER objection_step_refuse_update BEFORE UPDATE ON objection_step
BEGIN SELECT RAISE(ABORT, 'objection_step is append-only'); END;
";
