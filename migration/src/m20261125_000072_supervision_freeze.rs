//! Freezes by supervisors (监督冻结).

use sea_orm_migration::{
    prelude::*,
    schema::{
        string_len, string_len_null, timestamp_with_time_zone, timestamp_with_time_zone_null, uuid,
        uuid_null,
    },
};

use crate::{
    columns::{id, one_of, reference, rule},
    sql::{drop_tables, run},
};

/// Creates `supervision_freeze`, and marks what is frozen on its own row, where each step looks.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const MARKED: [&str; 2] = ["claim", "redemption"];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(freeze()).await?;
        run(manager, INDEXES).await?;
        for table in MARKED {
            for column in columns() {
                let add = Table::alter().table(table).add_column(column).to_owned();
                manager.alter_table(add).await?;
            }
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in MARKED {
            for column in ["frozen_reason", "frozen_until", "frozen_at"] {
                let drop = Table::alter().table(table).drop_column(column).to_owned();
                manager.alter_table(drop).await?;
            }
        }
        drop_tables(manager, &["supervision_freeze"]).await
    }
}

fn columns() -> [ColumnDef; 3] {
    [
        timestamp_with_time_zone_null("frozen_at"),
        timestamp_with_time_zone_null("frozen_until"),
        string_len_null("frozen_reason", 200),
    ]
}

fn freeze() -> TableCreateStatement {
    Table::create()
        .table("supervision_freeze")
        .col(id())
        .col(uuid("site_id"))
        .col(string_len("subject_kind", 30))
        .col(uuid("subject_id"))
        .col(uuid("volunteer_id"))
        .col(string_len("reason", 200))
        .col(uuid("frozen_by"))
        .col(timestamp_with_time_zone("frozen_at"))
        .col(timestamp_with_time_zone("frozen_until"))
        .col(string_len_null("ended_how", 30))
        .col(uuid_null("ended_by"))
        .col(timestamp_with_time_zone_null("ended_at"))
        .col(string_len_null("end_reason", 200))
        .check(one_of(
            "supervision_freeze_subject_kind",
            "subject_kind",
            "claim redemption notice_entry",
        ))
        .check(one_of("supervision_freeze_ended_how", "ended_how", "released lapsed"))
        .check(rule("supervision_freeze_has_end", "frozen_until > frozen_at"))
        .check(rule(
            "supervision_freeze_ended_once",
            "(ended_at IS NULL) = (ended_how IS NULL) AND (ended_how IS NULL OR ended_how = \
             'lapsed' OR (ended_by IS NOT NULL AND end_reason IS NOT NULL))",
        ))
        .foreign_key(&mut reference("supervision_freeze", "site_id", "site"))
        .foreign_key(&mut reference("supervision_freeze", "volunteer_id", "volunteer"))
        .foreign_key(&mut reference("supervision_freeze", "frozen_by", "account"))
        .foreign_key(&mut reference("supervision_freeze", "ended_by", "account"))
        .to_owned()
}

const INDEXES: &[&str] = &[
    "CREATE INDEX supervision_freeze_site ON supervision_freeze (site_id, id)",
    "CREATE UNIQUE INDEX supervision_freeze_one_in_force ON supervision_freeze (subject_kind, subject_id)
        WHERE ended_at IS NULL",
];
