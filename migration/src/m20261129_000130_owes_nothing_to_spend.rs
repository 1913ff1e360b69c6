//! Who owes points has none to spend: whatever becomes available pays first (应收回积分优先扣回).

use sea_orm_migration::prelude::*;

use crate::sql::per_backend;

/// Has the database refuse an account that owes points and can spend some.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        per_backend(manager, POSTGRES, SQLITE).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let postgres = "ALTER TABLE points_account DROP CONSTRAINT points_account_owes";
        per_backend(manager, postgres, "DROP TRIGGER points_account_owes").await
    }
}

const POSTGRES: &str = "ALTER TABLE points_account ADD CONSTRAINT points_account_owes
    CHECK (available = 0 OR recovery_due = 0)";

// SQLite cannot add a check to a table that is there. Accounts begin with nothing.
const SQLITE: &str = "
CREATE TRIGGER points_account_owes BEFORE UPDATE ON points_account
WHEN NEW.available > 0 AND NEW.recovery_due > 0
BEGIN
    SELECT RAISE(ABORT, 'points_account_owes');
END;
";
