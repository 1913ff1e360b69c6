//! Values of settings taken back before they came into force (设置撤回). Append-only.

use sea_orm_migration::{
    prelude::*,
    schema::{timestamp_with_time_zone, uuid, uuid_null},
};

use crate::{
    columns::reference,
    sql::{append_only, drop_tables},
};

/// Creates `setting_withdrawal`.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(setting_withdrawal()).await?;
        append_only(manager, "setting_withdrawal").await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["setting_withdrawal"]).await
    }
}

/// One row a value taken back; the value's own row stays on record (设置撤回).
fn setting_withdrawal() -> TableCreateStatement {
    Table::create()
        .table("setting_withdrawal")
        .col(uuid("setting_id").primary_key())
        .col(uuid_null("withdrawn_by"))
        .col(timestamp_with_time_zone("withdrawn_at"))
        .foreign_key(&mut reference("setting_withdrawal", "setting_id", "setting"))
        .foreign_key(&mut reference("setting_withdrawal", "withdrawn_by", "account"))
        .to_owned()
}
