//! The function behind every append-only table on PostgreSQL.

use sea_orm_migration::prelude::*;

use crate::sql::run_on_postgres;

/// Creates `refuse_change()`. SQLite needs none: its triggers hold their text.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run_on_postgres(manager, REFUSE_CHANGE).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run_on_postgres(manager, "DROP FUNCTION refuse_change()").await
    }
}

const REFUSE_CHANGE: &str = "
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
";
