//! An appeal that was taken back does not use up the one appeal (申诉撤回后可再次申诉).

use sea_orm_migration::prelude::*;

use crate::sql::run;

/// Narrows the index of appeals to those that stand. It gets another name: a pooled connection of
/// SQLite that has not seen the old one go would refuse to make it anew.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, &["DROP INDEX objection_one_appeal", THAT_STANDS]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, &["DROP INDEX objection_one_standing_appeal", OF_ALL]).await
    }
}

const THAT_STANDS: &str = "CREATE UNIQUE INDEX objection_one_standing_appeal
    ON objection (appeal_of) WHERE state <> 'withdrawn'";
const OF_ALL: &str = "CREATE UNIQUE INDEX objection_one_appeal ON objection (appeal_of)";
