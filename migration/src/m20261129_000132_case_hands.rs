//! Who recorded what reached or left a volunteer on paper (书面送达、书面申诉的经办人).

use sea_orm_migration::{prelude::*, schema::uuid_null};

use crate::sql::run_on_postgres;

const COLUMNS: [&str; 2] = ["delivered_by", "appeal_entered_by"];

/// Adds `disqualification.delivered_by` and `.appeal_entered_by`.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in COLUMNS {
            let table = Table::alter().table("disqualification").to_owned();
            manager.alter_table(table.clone().add_column(uuid_null(column)).to_owned()).await?;
        }
        run_on_postgres(manager, REFERENCES).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run_on_postgres(manager, "ALTER TABLE claim DROP CONSTRAINT claim_submitted_by").await?;
        for column in COLUMNS {
            let drop = Table::alter().table("disqualification").drop_column(column).to_owned();
            manager.alter_table(drop).await?;
        }
        Ok(())
    }
}

// SQLite cannot add a reference to a table that is there; `claim.submitted_by` came without one.
const REFERENCES: &str = "
ALTER TABLE disqualification
    ADD CONSTRAINT disqualification_delivered_by FOREIGN KEY (delivered_by) REFERENCES account (id),
    ADD CONSTRAINT disqualification_appeal_entered_by
        FOREIGN KEY (appeal_entered_by) REFERENCES account (id);
ALTER TABLE claim
    ADD CONSTRAINT claim_submitted_by FOREIGN KEY (submitted_by) REFERENCES account (id)";
