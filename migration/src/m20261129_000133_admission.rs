//! Who was verified once, and why a registration was refused (首次核验、登记不予通过).

use sea_orm_migration::{
    prelude::*,
    schema::{string_len_null, timestamp_with_time_zone_null},
};

use crate::sql::run;

/// Adds `volunteer.admitted_at` and what an account is told of a refused registration.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (table, column) in [
            ("volunteer", timestamp_with_time_zone_null("admitted_at")),
            ("account", timestamp_with_time_zone_null("registration_refused_at")),
            ("account", string_len_null("registration_refused_reason", 200)),
        ] {
            let add = Table::alter().table(table).add_column(column).to_owned();
            manager.alter_table(add).await?;
        }
        run(manager, &[ADMITTED_SO_FAR]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (table, column) in [
            ("account", "registration_refused_reason"),
            ("account", "registration_refused_at"),
            ("volunteer", "admitted_at"),
        ] {
            let drop = Table::alter().table(table).drop_column(column).to_owned();
            manager.alter_table(drop).await?;
        }
        Ok(())
    }
}

// A correction forgot when she was verified. Only who was verified once has another state than
// waiting, a card, or points.
const ADMITTED_SO_FAR: &str = "
UPDATE volunteer SET admitted_at = coalesce(verified_at, created_at)
WHERE verified_at IS NOT NULL OR state IN ('active', 'suspended', 'disqualified')
    OR EXISTS (SELECT 1 FROM card c WHERE c.volunteer_id = volunteer.id)
    OR EXISTS (SELECT 1 FROM ledger_entry e WHERE e.volunteer_id = volunteer.id)";
