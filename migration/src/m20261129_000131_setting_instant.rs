//! A value taken back before its time leaves that time free for another (设置撤回后时间可再用).

use sea_orm_migration::prelude::*;

use crate::sql::{per_backend, run, run_on_postgres};

/// Keeps one value in force for each instant instead of one row.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, &["DROP INDEX setting_effective", BY_INSTANT]).await?;
        per_backend(manager, POSTGRES, SQLITE).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        per_backend(
            manager,
            "DROP TRIGGER setting_instant_once ON setting",
            "DROP TRIGGER setting_instant_once",
        )
        .await?;
        run_on_postgres(manager, "DROP FUNCTION setting_instant_once()").await?;
        run(manager, &["DROP INDEX setting_by_instant", ONCE]).await
    }
}

const BY_INSTANT: &str =
    "CREATE INDEX setting_by_instant ON setting (site_id, key, effective_from)";

const ONCE: &str =
    "CREATE UNIQUE INDEX setting_effective ON setting (site_id, key, effective_from)";

// Settings of a site are written under its lock, so that no two come at once.
const POSTGRES: &str = "
CREATE FUNCTION setting_instant_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM setting s WHERE s.site_id = NEW.site_id AND s.key = NEW.key
            AND s.effective_from = NEW.effective_from
            AND NOT EXISTS (SELECT 1 FROM setting_withdrawal w WHERE w.setting_id = s.id)) THEN
        RAISE EXCEPTION 'setting_instant_once'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'setting_instant_once';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER setting_instant_once BEFORE INSERT ON setting
    FOR EACH ROW EXECUTE FUNCTION setting_instant_once();
";

const SQLITE: &str = "
CREATE TRIGGER setting_instant_once BEFORE INSERT ON setting
WHEN EXISTS (SELECT 1 FROM setting s WHERE s.site_id = NEW.site_id AND s.key = NEW.key
    AND s.effective_from = NEW.effective_from
    AND NOT EXISTS (SELECT 1 FROM setting_withdrawal w WHERE w.setting_id = s.id))
BEGIN
    SELECT RAISE(ABORT, 'setting_instant_once');
END;
";
