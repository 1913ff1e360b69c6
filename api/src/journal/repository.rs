//! Rows of the journal.

use entity::journal_event;
use sea_orm::{DatabaseTransaction, DbErr, EntityTrait};

pub(super) async fn insert(
    tx: &DatabaseTransaction,
    row: journal_event::ActiveModel,
) -> Result<(), DbErr> {
    journal_event::Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}
