//! Cases in which points are taken and a year is lost (清零与取消积分资格).

use sea_orm_migration::{
    prelude::*,
    schema::{
        big_integer_null, date, date_null, string_len, string_len_null, text_null,
        timestamp_with_time_zone, timestamp_with_time_zone_null, uuid, uuid_null,
    },
};

use crate::{
    columns::{id, one_of, reference, rule, version},
    sql::{drop_tables, run},
};

/// Creates `disqualification`.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(disqualification()).await?;
        run(manager, INDEXES).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["disqualification"]).await
    }
}

fn disqualification() -> TableCreateStatement {
    let mut table = Table::create();
    table.table("disqualification");
    columns(&mut table);
    rules(&mut table);
    for column in PEOPLE {
        table.foreign_key(&mut reference("disqualification", column, "account"));
    }
    table
        .foreign_key(&mut reference("disqualification", "volunteer_id", "volunteer"))
        .foreign_key(&mut reference("disqualification", "site_id", "site"))
        .to_owned()
}

const PEOPLE: [&str; 8] = [
    "proposed_by",
    "notified_by",
    "supervised_by",
    "reviewed_by",
    "decided_by",
    "executed_by",
    "appeal_decided_by",
    "dropped_by",
];

fn columns(table: &mut TableCreateStatement) {
    table
        .col(id())
        .col(uuid("volunteer_id"))
        .col(uuid("site_id"))
        .col(string_len("state", 30))
        .col(string_len("ground", 30))
        .col(string_len("document_no", 60))
        .col(string_len("document_issuer", 60))
        .col(date("document_date"))
        .col(string_len_null("ground_note", 200))
        .col(uuid("proposed_by"))
        .col(timestamp_with_time_zone("proposed_at"))
        .col(uuid_null("notified_by"))
        .col(timestamp_with_time_zone_null("notified_at"))
        .col(string_len_null("delivered_via", 30))
        .col(timestamp_with_time_zone_null("delivered_at"))
        .col(string_len_null("delivery_witness", 30))
        .col(timestamp_with_time_zone_null("statement_until"))
        .col(text_null("statement"))
        .col(string_len_null("statement_via", 30))
        .col(timestamp_with_time_zone_null("statement_at"))
        .col(uuid_null("supervised_by"))
        .col(timestamp_with_time_zone_null("supervised_at"))
        .col(string_len_null("supervisor_note", 200))
        .col(uuid_null("reviewed_by"))
        .col(timestamp_with_time_zone_null("reviewed_at"))
        .col(string_len_null("review_opinion", 30))
        .col(string_len_null("review_note", 200))
        .col(uuid_null("decided_by"))
        .col(timestamp_with_time_zone_null("decided_at"))
        .col(string_len_null("decision_note", 200))
        .col(uuid_null("executed_by"))
        .col(timestamp_with_time_zone_null("executed_at"))
        .col(big_integer_null("points_taken"))
        .col(date_null("suspended_through"))
        .col(string_len_null("state_before", 30))
        .col(timestamp_with_time_zone_null("readmitted_at"))
        .col(text_null("appeal"))
        .col(string_len_null("appeal_via", 30))
        .col(timestamp_with_time_zone_null("appealed_at"))
        .col(uuid_null("appeal_decided_by"))
        .col(timestamp_with_time_zone_null("appeal_decided_at"))
        .col(string_len_null("appeal_note", 200))
        .col(uuid_null("dropped_by"))
        .col(timestamp_with_time_zone_null("dropped_at"))
        .col(string_len_null("drop_reason", 200))
        .col(version())
        .col(timestamp_with_time_zone("updated_at"));
}

fn rules(table: &mut TableCreateStatement) {
    table
        .check(one_of(
            "disqualification_state",
            "state",
            "proposed notified statement_period reviewed decided executed appealed overturned \
             upheld dropped ended",
        ))
        .check(one_of(
            "disqualification_ground",
            "ground",
            "violation_of_law exposed_misconduct other",
        ))
        .check(one_of("disqualification_delivered_via", "delivered_via", "app paper"))
        .check(one_of("disqualification_statement_via", "statement_via", "app paper"))
        .check(one_of("disqualification_appeal_via", "appeal_via", "app paper"))
        .check(one_of("disqualification_review_opinion", "review_opinion", "proceed drop"))
        .check(one_of("disqualification_state_before", "state_before", "active suspended"))
        .check(rule("disqualification_points_taken", "points_taken >= 0"))
        // Whatever program writes: nothing is taken before she could speak, without a
        // supervisor's presence, or by fewer than three persons.
        .check(rule(
            "disqualification_heard_first",
            "executed_at IS NULL OR (statement_until IS NOT NULL AND reviewed_at >= \
             statement_until AND decided_at IS NOT NULL AND points_taken IS NOT NULL AND \
             suspended_through IS NOT NULL AND state_before IS NOT NULL)",
        ))
        .check(rule(
            "disqualification_supervised",
            "reviewed_at IS NULL OR (supervised_by IS NOT NULL AND supervised_by <> reviewed_by)",
        ))
        .check(rule("disqualification_decided_by_another", "decided_by <> proposed_by"))
        .check(rule(
            "disqualification_confirmed_by_another",
            "executed_by <> decided_by AND executed_by <> proposed_by",
        ))
        .check(rule(
            "disqualification_appeal_by_another",
            "appeal_decided_by <> decided_by AND appeal_decided_by <> executed_by AND \
             appeal_decided_by <> proposed_by AND appeal_decided_by <> reviewed_by",
        ));
}

const INDEXES: &[&str] = &[
    "CREATE INDEX disqualification_site ON disqualification (site_id, state)",
    "CREATE UNIQUE INDEX disqualification_one_open ON disqualification (volunteer_id)
        WHERE state IN ('proposed', 'notified', 'statement_period', 'reviewed', 'decided',
            'executed', 'appealed')",
];
