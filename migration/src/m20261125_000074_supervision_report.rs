//! Supervisors' reports of a quarter (监督报告).

use sea_orm_migration::{
    prelude::*,
    schema::{
        json_binary_null, string_len, text, text_null, timestamp_with_time_zone,
        timestamp_with_time_zone_null, uuid, uuid_null,
    },
};

use crate::{
    columns::{id, one_of, reference, rule, version},
    sql::{drop_tables, run},
};

/// Creates `supervision_report`.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(supervision_report()).await?;
        run(manager, INDEXES).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["supervision_report"]).await
    }
}

fn supervision_report() -> TableCreateStatement {
    Table::create()
        .table("supervision_report")
        .col(id())
        .col(uuid("site_id"))
        .col(string_len("quarter", 6))
        .col(string_len("state", 30))
        .col(text("text"))
        .col(json_binary_null("counts"))
        .col(uuid("written_by"))
        .col(timestamp_with_time_zone("written_at"))
        .col(timestamp_with_time_zone_null("filed_at"))
        .col(text_null("answer"))
        .col(uuid_null("answered_by"))
        .col(timestamp_with_time_zone_null("answered_at"))
        .col(version())
        .col(timestamp_with_time_zone("updated_at"))
        .check(one_of("supervision_report_state", "state", "draft filed answered"))
        .check(rule(
            "supervision_report_filed",
            "(state = 'draft') = (filed_at IS NULL) AND (filed_at IS NULL) = (counts IS NULL)",
        ))
        .check(rule(
            "supervision_report_answered",
            "(state = 'answered') = (answered_at IS NOT NULL) AND (answered_at IS NULL OR \
             (answer IS NOT NULL AND answered_by <> written_by))",
        ))
        .foreign_key(&mut reference("supervision_report", "site_id", "site"))
        .foreign_key(&mut reference("supervision_report", "written_by", "account"))
        .foreign_key(&mut reference("supervision_report", "answered_by", "account"))
        .to_owned()
}

const INDEXES: &[&str] = &["CREATE UNIQUE INDEX supervision_report_of ON supervision_report
        (site_id, quarter, written_by)"];
