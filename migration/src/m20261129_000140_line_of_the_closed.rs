//! A line is taken away from who has left only (仅注销者的树叶原文可删).

use sea_orm_migration::prelude::*;

use crate::sql::per_backend;

/// Has the database keep the line of everybody whose account is not closed.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        per_backend(manager, POSTGRES, SQLITE).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        per_backend(manager, POSTGRES_BEFORE, SQLITE_BEFORE).await
    }
}

const POSTGRES: &str = "
CREATE OR REPLACE FUNCTION tree_leaf_only_erased() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.line IS NOT NULL OR to_jsonb(NEW) - 'line' <> to_jsonb(OLD) - 'line'
        OR NOT EXISTS (SELECT 1 FROM volunteer
            WHERE id = OLD.volunteer_id AND state = 'closed')
    THEN
        RAISE EXCEPTION 'tree_leaf_only_erased'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'tree_leaf_only_erased';
    END IF;
    RETURN NEW;
END $$;
";

const SQLITE: &str = "
DROP TRIGGER tree_leaf_only_erased;
CREATE TRIGGER tree_leaf_only_erased BEFORE UPDATE ON tree_leaf
WHEN NEW.line IS NOT NULL
    OR NEW.site_id <> OLD.site_id
    OR NEW.leaf_index <> OLD.leaf_index
    OR NEW.kind <> OLD.kind
    OR NEW.position IS NOT OLD.position
    OR NEW.ledger_entry_id IS NOT OLD.ledger_entry_id
    OR NEW.volunteer_id <> OLD.volunteer_id
    OR NEW.quarter IS NOT OLD.quarter
    OR NEW.leaf_hash <> OLD.leaf_hash
    OR NOT EXISTS (SELECT 1 FROM volunteer WHERE id = OLD.volunteer_id AND state = 'closed')
BEGIN SELECT RAISE(ABORT, 'tree_leaf_only_erased'); END;
";

const POSTGRES_BEFORE: &str = "
CREATE OR REPLACE FUNCTION tree_leaf_only_erased() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.line IS NOT NULL OR to_jsonb(NEW) - 'line' <> to_jsonb(OLD) - 'line' THEN
        RAISE EXCEPTION 'tree_leaf_only_erased'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'tree_leaf_only_erased';
    END IF;
    RETURN NEW;
END $$;
";

const SQLITE_BEFORE: &str = "
DROP TRIGGER tree_leaf_only_erased;
CREATE TRIGGER tree_leaf_only_erased BEFORE UPDATE ON tree_leaf
WHEN NEW.line IS NOT NULL
    OR NEW.site_id <> OLD.site_id
    OR NEW.leaf_index <> OLD.leaf_index
    OR NEW.kind <> OLD.kind
    OR NEW.position IS NOT OLD.position
    OR NEW.ledger_entry_id IS NOT OLD.ledger_entry_id
    OR NEW.volunteer_id <> OLD.volunteer_id
    OR NEW.quarter IS NOT OLD.quarter
    OR NEW.leaf_hash <> OLD.leaf_hash
BEGIN SELECT RAISE(ABORT, 'tree_leaf_only_erased'); END;
";
