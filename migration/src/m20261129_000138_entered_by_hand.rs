//! What was entered by hand at a site in a time is found without reading everything (手工录入清单).

use sea_orm_migration::prelude::*;

use crate::sql::run;

/// Adds indexes by site and time of entry to `attendance` and `claim`.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, INDEXES).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, &["DROP INDEX claim_award_entered", "DROP INDEX attendance_entered"]).await
    }
}

// The alerts count attendances of every source, and so the first has them all.
const INDEXES: &[&str] = &[
    "CREATE INDEX attendance_entered ON attendance (site_id, created_at)",
    "CREATE INDEX claim_award_entered ON claim (site_id, created_at) WHERE attendance_id IS NULL",
];
