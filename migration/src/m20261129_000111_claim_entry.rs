//! By what right a claim was entered, and by whom it was submitted last (代为申请).

use sea_orm_migration::{
    prelude::*,
    schema::{string_len_null, uuid_null},
};

use crate::sql::run;

/// Adds `claim.entered_via`, `claim.entry_reason` and `claim.submitted_by`.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in [string_len_null("entry_reason", 200), uuid_null("submitted_by")] {
            let add = Table::alter().table("claim").add_column(column).to_owned();
            manager.alter_table(add).await?;
        }
        run(manager, &[ENTERED_VIA, BEFORE]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in ["entered_via", "submitted_by", "entry_reason"] {
            let drop = Table::alter().table("claim").drop_column(column).to_owned();
            manager.alter_table(drop).await?;
        }
        Ok(())
    }
}

const ENTERED_VIA: &str = r#"ALTER TABLE claim ADD COLUMN entered_via varchar(30) NOT NULL
    DEFAULT 'own' CONSTRAINT "claim_entered_via" CHECK (entered_via IN ('own', 'staff', 'proxy'))"#;
/// Until now only honours were entered by staff; everything else the volunteer entered herself.
const BEFORE: &str = "UPDATE claim SET entered_via = 'staff' WHERE award_ref IS NOT NULL";
