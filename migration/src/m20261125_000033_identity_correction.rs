//! What was corrected in who a volunteer is, masked (身份信息更正).

use sea_orm_migration::{
    prelude::*,
    schema::{json_binary, string_len, timestamp_with_time_zone, uuid},
};

use crate::{
    columns::{id, reference},
    sql::{drop_tables, run},
};

/// Creates `identity_correction`.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(identity_correction()).await?;
        run(manager, INDEXES).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["identity_correction"]).await
    }
}

/// Corrections of names, birth dates, genders, documents and phones (身份信息更正).
fn identity_correction() -> TableCreateStatement {
    Table::create()
        .table("identity_correction")
        .col(id())
        .col(uuid("volunteer_id"))
        .col(json_binary("changes"))
        .col(string_len("reason", 200))
        .col(uuid("corrected_by"))
        .col(timestamp_with_time_zone("created_at"))
        .foreign_key(&mut reference("identity_correction", "volunteer_id", "volunteer"))
        .foreign_key(&mut reference("identity_correction", "corrected_by", "account"))
        .to_owned()
}

const INDEXES: &[&str] =
    &["CREATE INDEX identity_correction_volunteer ON identity_correction (volunteer_id)"];
