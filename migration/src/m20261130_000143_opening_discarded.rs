//! Paper books that nobody is to book any more (期初结转作废).

use sea_orm_migration::prelude::*;

use crate::sql::{Rewording, change_checks, per_backend, run, run_on_postgres};

/// Lets a file of `opening_import` be discarded, for ever.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        change_checks(manager, POSTGRES_WIDER, &CHECKS).await?;
        per_backend(manager, POSTGRES_KEPT, SQLITE_KEPT).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let postgres = "DROP TRIGGER opening_import_refuse_change ON opening_import";
        per_backend(manager, postgres, "DROP TRIGGER opening_import_refuse_change").await?;
        run_on_postgres(manager, "DROP FUNCTION opening_import_kept()").await?;
        run(manager, &[FORGOTTEN]).await?;
        let back = CHECKS.map(|(table, before, after)| (table, after, before));
        change_checks(manager, POSTGRES_NARROWER, &back).await
    }
}

const CHECKS: [Rewording; 3] = [
    (
        "opening_import",
        "'faulty', 'checked', 'committing', 'committed'",
        "'faulty', 'checked', 'committing', 'committed', 'discarded'",
    ),
    (
        "opening_import",
        "(state = 'faulty') = (fault_count > 0)",
        "state = 'discarded' OR (state = 'faulty') = (fault_count > 0)",
    ),
    (
        "opening_import",
        "(state IN ('committing', 'committed')) = (committed_by IS NOT NULL)",
        "(state = 'discarded' OR (state IN ('committing', 'committed')) = \
         (committed_by IS NOT NULL))",
    ),
];

const POSTGRES_WIDER: &str = "
ALTER TABLE opening_import DROP CONSTRAINT opening_import_state;
ALTER TABLE opening_import ADD CONSTRAINT opening_import_state CHECK (state IN
    ('faulty', 'checked', 'committing', 'committed', 'discarded'));
ALTER TABLE opening_import DROP CONSTRAINT opening_import_fault_count;
ALTER TABLE opening_import ADD CONSTRAINT opening_import_fault_count CHECK
    (state = 'discarded' OR (state = 'faulty') = (fault_count > 0));
ALTER TABLE opening_import DROP CONSTRAINT opening_import_committed;
ALTER TABLE opening_import ADD CONSTRAINT opening_import_committed CHECK
    ((state = 'discarded' OR (state IN ('committing', 'committed')) = (committed_by IS NOT NULL))
    AND (committed_by IS NULL) = (committed_at IS NULL)
    AND (state = 'committed') = (finished_at IS NOT NULL));
";

const POSTGRES_NARROWER: &str = "
ALTER TABLE opening_import DROP CONSTRAINT opening_import_state;
ALTER TABLE opening_import ADD CONSTRAINT opening_import_state CHECK (state IN
    ('faulty', 'checked', 'committing', 'committed'));
ALTER TABLE opening_import DROP CONSTRAINT opening_import_fault_count;
ALTER TABLE opening_import ADD CONSTRAINT opening_import_fault_count CHECK
    ((state = 'faulty') = (fault_count > 0));
ALTER TABLE opening_import DROP CONSTRAINT opening_import_committed;
ALTER TABLE opening_import ADD CONSTRAINT opening_import_committed CHECK
    ((state IN ('committing', 'committed')) = (committed_by IS NOT NULL)
    AND (committed_by IS NULL) = (committed_at IS NULL)
    AND (state = 'committed') = (finished_at IS NOT NULL));
";

const FORGOTTEN: &str = "
UPDATE opening_import SET state = CASE WHEN fault_count > 0 THEN 'faulty'
    WHEN committed_by IS NOT NULL THEN 'committing' ELSE 'checked' END
WHERE state = 'discarded'";

// What was discarded comes to nothing: no second person finds it again.
const POSTGRES_KEPT: &str = "
CREATE FUNCTION opening_import_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state = 'discarded' THEN
        RAISE EXCEPTION 'opening_import is discarded' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER opening_import_refuse_change BEFORE UPDATE ON opening_import
    FOR EACH ROW EXECUTE FUNCTION opening_import_kept();
";

const SQLITE_KEPT: &str = "
CREATE TRIGGER opening_import_refuse_change BEFORE UPDATE ON opening_import
WHEN OLD.state = 'discarded'
BEGIN SELECT RAISE(ABORT, 'opening_import is discarded'); END;
";
