//! Why an account was disabled or enabled, when and by whom (账号停用与启用).

use sea_orm_migration::{
    prelude::*,
    schema::{string_len_null, timestamp_with_time_zone_null, uuid_null},
};

/// Adds what is known of the last change of an account's status.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const TABLE: &str = "account";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // One at a time: SQLite adds no two columns in one statement. The changer is another
        // account; SQLite cannot add a reference to a table that has rows, so there is none.
        for column in [
            string_len_null("status_reason", 200),
            timestamp_with_time_zone_null("status_changed_at"),
            uuid_null("status_changed_by"),
        ] {
            let add = Table::alter().table(TABLE).add_column(column).to_owned();
            manager.alter_table(add).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in ["status_changed_by", "status_changed_at", "status_reason"] {
            let drop = Table::alter().table(TABLE).drop_column(column).to_owned();
            manager.alter_table(drop).await?;
        }
        Ok(())
    }
}
