//! Objections, appeals and corrections (异议、申诉与更正).

use sea_orm_migration::{
    prelude::*,
    schema::{
        date, date_null, string_len, string_len_null, text, text_null, timestamp_with_time_zone,
        timestamp_with_time_zone_null, uuid, uuid_null,
    },
};

use crate::{
    columns::{exact, id, one_of, reference, rule, version},
    sql::{drop_tables, run},
};

/// Creates `objection`.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(objection()).await?;
        run(manager, INDEXES).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["objection"]).await
    }
}

fn objection() -> TableCreateStatement {
    let mut table = Table::create();
    table.table("objection");
    columns(&mut table);
    sets(&mut table);
    rules(&mut table);
    for column in PEOPLE {
        table.foreign_key(&mut reference("objection", column, "account"));
    }
    table
        .foreign_key(&mut reference("objection", "filer_volunteer_id", "volunteer"))
        .foreign_key(&mut reference("objection", "subject_volunteer_id", "volunteer"))
        .foreign_key(&mut reference("objection", "site_id", "site"))
        .foreign_key(&mut reference("objection", "appeal_of", "objection"))
        .to_owned()
}

const PEOPLE: [&str; 8] = [
    "filed_by",
    "entered_by",
    "first_decider",
    "admitted_by",
    "investigated_by",
    "decided_by",
    "executed_by",
    "closed_by",
];

fn columns(table: &mut TableCreateStatement) {
    table
        .col(id())
        .col(string_len("kind", 30))
        .col(string_len("channel", 30))
        .col(uuid_null("filed_by"))
        .col(uuid_null("filer_volunteer_id"))
        .col(string_len_null("filer_key", 60))
        .col(uuid_null("entered_by"))
        .col(string_len_null("witness", 30))
        .col(string_len_null("receipt_hash", 64))
        .col(text_null("contact_sealed"))
        .col(string_len("subject_kind", 30))
        .col(uuid("subject_id"))
        .col(uuid("subject_volunteer_id"))
        .col(uuid_null("first_decider"))
        .col(uuid("site_id"))
        .col(string_len("state", 30))
        .col(text("text"))
        .col(date("accept_due"))
        .col(date_null("decide_due"))
        .col(uuid_null("admitted_by"))
        .col(timestamp_with_time_zone_null("admitted_at"))
        .col(uuid_null("investigated_by"))
        .col(uuid_null("decided_by"))
        .col(timestamp_with_time_zone_null("decided_at"))
        .col(string_len_null("outcome", 30))
        .col(uuid_null("executed_by"))
        .col(timestamp_with_time_zone_null("executed_at"))
        .col(string_len_null("effect", 30))
        .col(uuid_null("closed_by"))
        .col(uuid_null("appeal_of"))
        .col(timestamp_with_time_zone("filed_at"))
        .col(version())
        .col(timestamp_with_time_zone("updated_at"));
}

fn sets(table: &mut TableCreateStatement) {
    table
        .check(one_of("objection_kind", "kind", "objection appeal correction"))
        .check(one_of("objection_channel", "channel", "app anonymous paper"))
        .check(one_of(
            "objection_subject_kind",
            "subject_kind",
            "claim ledger_entry attendance redemption notice_entry",
        ))
        .check(one_of(
            "objection_state",
            "state",
            "filed accepted not_accepted investigating decided executed closed withdrawn",
        ))
        .check(one_of("objection_outcome", "outcome", "upheld partly rejected"))
        .check(one_of(
            "objection_effect",
            "effect",
            "reversed reopened return_needed correction_needed",
        ))
        .check(exact("objection_receipt_hash", "receipt_hash", 64));
}

fn rules(table: &mut TableCreateStatement) {
    table
        // Nothing of an anonymous filer is kept but what she chose to leave.
        .check(rule(
            "objection_filer",
            "CASE channel WHEN 'anonymous' THEN filed_by IS NULL AND filer_volunteer_id IS NULL \
             AND filer_key IS NULL AND entered_by IS NULL AND receipt_hash IS NOT NULL \
             WHEN 'paper' THEN filed_by IS NULL AND filer_key IS NOT NULL \
             AND entered_by IS NOT NULL AND witness IS NOT NULL AND receipt_hash IS NULL \
             ELSE filed_by IS NOT NULL AND filer_key IS NOT NULL AND entered_by IS NULL \
             AND receipt_hash IS NULL END",
        ))
        .check(rule("objection_appeal", "(kind = 'appeal') = (appeal_of IS NOT NULL)"))
        .check(rule(
            "objection_decided",
            "(outcome IS NULL) = (decided_by IS NULL) AND (outcome IS NULL) = (decided_at IS \
             NULL) AND (outcome IS NULL OR (admitted_by IS NOT NULL AND investigated_by IS NOT \
             NULL))",
        ))
        .check(rule(
            "objection_executed",
            "(effect IS NULL) = (executed_by IS NULL) AND (effect IS NULL) = (executed_at IS \
             NULL) AND (effect IS NULL OR outcome IN ('upheld', 'partly'))",
        ))
        // Whatever program writes: who decided first handles nothing of it, nobody handles
        // her own, and who decides does not execute.
        .check(rule(
            "objection_not_the_first_decider",
            "admitted_by <> first_decider AND investigated_by <> first_decider AND decided_by <> \
             first_decider AND executed_by <> first_decider",
        ))
        .check(rule(
            "objection_not_ones_own",
            "admitted_by <> filed_by AND investigated_by <> filed_by AND decided_by <> filed_by \
             AND executed_by <> filed_by",
        ))
        .check(rule("objection_entered_by_another", "decided_by <> entered_by"))
        .check(rule("objection_executed_by_another", "executed_by <> decided_by"));
}

const INDEXES: &[&str] = &[
    "CREATE UNIQUE INDEX objection_one_open ON objection (filer_key, subject_kind, subject_id)
        WHERE kind <> 'appeal' AND state IN ('filed', 'accepted', 'investigating', 'decided',
            'executed')",
    "CREATE UNIQUE INDEX objection_one_appeal ON objection (appeal_of)",
    "CREATE UNIQUE INDEX objection_receipt ON objection (receipt_hash)",
    "CREATE INDEX objection_site ON objection (site_id, state)",
    "CREATE INDEX objection_filed_by ON objection (filed_by, id)",
    "CREATE INDEX objection_filer_volunteer ON objection (filer_volunteer_id, id)",
    "CREATE INDEX objection_subject ON objection (subject_kind, subject_id)",
];
