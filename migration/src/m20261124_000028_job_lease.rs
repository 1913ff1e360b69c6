//! Leases by which one process at a time runs a job (任务租约).

use sea_orm_migration::{
    prelude::*,
    schema::{
        string_len, string_len_null, timestamp_with_time_zone, timestamp_with_time_zone_null,
    },
};

use crate::sql::drop_tables;

/// Creates `job_lease`.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(job_lease()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["job_lease"]).await
    }
}

/// Leases by which one process at a time runs a job (任务租约).
fn job_lease() -> TableCreateStatement {
    Table::create()
        .table("job_lease")
        .col(string_len("name", 60).primary_key())
        .col(string_len("holder", 60))
        .col(timestamp_with_time_zone("leased_until"))
        .col(timestamp_with_time_zone_null("last_run_at"))
        .col(string_len_null("last_result", 200))
        .to_owned()
}
