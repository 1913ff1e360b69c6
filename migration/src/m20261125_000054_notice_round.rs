//! Notice rounds: a month's certified points, shown to everybody (公示).

use sea_orm_migration::{
    prelude::*,
    schema::{
        big_integer, date, integer, integer_null, string_len, string_len_null,
        timestamp_with_time_zone, timestamp_with_time_zone_null, uuid, uuid_null,
    },
};

use crate::{
    columns::{exact, id, one_of, reference, rule, version},
    sql::{drop_tables, per_backend, run, run_on_postgres},
};

/// Creates `notice_round`.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(notice_round()).await?;
        run(manager, INDEXES).await?;
        per_backend(manager, POSTGRES_FREEZE, SQLITE_FREEZE).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["notice_round"]).await?;
        run_on_postgres(manager, "DROP FUNCTION notice_round_frozen()").await
    }
}

fn notice_round() -> TableCreateStatement {
    let mut table = Table::create();
    table
        .table("notice_round")
        .col(id())
        .col(string_len("number", 20))
        .col(uuid("site_id"))
        .col(date("period"))
        .col(string_len("state", 30))
        .col(integer("entry_count"))
        .col(big_integer("points_total"))
        .col(string_len_null("digest", 64))
        .col(integer_null("notice_days"))
        .col(uuid_null("drafted_by"))
        .col(timestamp_with_time_zone("drafted_at"))
        .col(uuid_null("opened_by"))
        .col(timestamp_with_time_zone_null("opened_at"))
        .col(timestamp_with_time_zone_null("closes_at"))
        .col(uuid_null("closed_by"))
        .col(timestamp_with_time_zone_null("closed_at"))
        .col(timestamp_with_time_zone_null("settled_at"))
        .col(uuid_null("archived_by"))
        .col(timestamp_with_time_zone_null("archived_at"))
        .col(version())
        .col(timestamp_with_time_zone("updated_at"));
    rules(&mut table);
    for person in ["drafted_by", "opened_by", "closed_by", "archived_by"] {
        table.foreign_key(&mut reference("notice_round", person, "account"));
    }
    table.foreign_key(&mut reference("notice_round", "site_id", "site")).to_owned()
}

fn rules(table: &mut TableCreateStatement) {
    table
        .check(one_of("notice_round_state", "state", "drafting open closed archived"))
        .check(rule("notice_round_counts", "entry_count >= 0 AND points_total >= 0"))
        .check(exact("notice_round_digest", "digest", 64))
        // Whatever program writes: a person opens it, it stays open for a week at least, and
        // it is not closed before its time.
        .check(rule(
            "notice_round_opened",
            "(state = 'drafting') = (opened_at IS NULL) AND (opened_at IS NULL) = (digest IS NULL) \
             AND (opened_at IS NULL) = (opened_by IS NULL) AND (opened_at IS NULL) = \
             (closes_at IS NULL) AND (opened_at IS NULL) = (notice_days IS NULL)",
        ))
        .check(rule("notice_round_days", "notice_days >= 7 AND closes_at > opened_at"))
        .check(rule(
            "notice_round_closed",
            "(state IN ('closed', 'archived')) = (closed_at IS NOT NULL)",
        ))
        .check(rule("notice_round_not_early", "closed_at >= closes_at"))
        .check(rule("notice_round_settled", "settled_at >= closed_at"))
        .check(rule(
            "notice_round_archived",
            "(state = 'archived') = (archived_at IS NOT NULL) AND (archived_at IS NULL) = \
             (archived_by IS NULL) AND (archived_at IS NULL OR settled_at IS NOT NULL)",
        ));
}

const INDEXES: &[&str] = &[
    "CREATE UNIQUE INDEX notice_round_number ON notice_round (number)",
    "CREATE UNIQUE INDEX notice_round_one_a_month ON notice_round (site_id, period)",
    "CREATE INDEX notice_round_live ON notice_round (closes_at) WHERE settled_at IS NULL",
];

// What was shown to everybody is fixed for good; only its state goes on, and never back.
const POSTGRES_FREEZE: &str = "
CREATE FUNCTION notice_round_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state = 'drafting' THEN
        RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    IF TG_OP = 'DELETE'
        OR NEW.state = 'drafting'
        OR (OLD.state <> 'open' AND NEW.state = 'open')
        OR (OLD.state = 'archived' AND NEW.state <> 'archived')
        OR NEW.number <> OLD.number
        OR NEW.site_id <> OLD.site_id
        OR NEW.period <> OLD.period
        OR NEW.entry_count <> OLD.entry_count
        OR NEW.points_total <> OLD.points_total
        OR NEW.digest <> OLD.digest
        OR NEW.opened_at <> OLD.opened_at
        OR NEW.closes_at <> OLD.closes_at
    THEN
        RAISE EXCEPTION 'notice_round_frozen'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'notice_round_frozen';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER notice_round_frozen BEFORE UPDATE OR DELETE ON notice_round
    FOR EACH ROW EXECUTE FUNCTION notice_round_frozen();
";

const SQLITE_FREEZE: &str = "
CREATE TRIGGER notice_round_frozen_update BEFORE UPDATE ON notice_round
WHEN OLD.state <> 'drafting' AND (
    NEW.state = 'drafting'
    OR (OLD.state <> 'open' AND NEW.state = 'open')
    OR (OLD.state = 'archived' AND NEW.state <> 'archived')
    OR NEW.number <> OLD.number
    OR NEW.site_id <> OLD.site_id
    OR NEW.period <> OLD.period
    OR NEW.entry_count <> OLD.entry_count
    OR NEW.points_total <> OLD.points_total
    OR NEW.digest <> OLD.digest
    OR NEW.opened_at <> OLD.opened_at
    OR NEW.closes_at <> OLD.closes_at)
BEGIN SELECT RAISE(ABORT, 'notice_round_frozen'); END;
CREATE TRIGGER notice_round_frozen_delete BEFORE DELETE ON notice_round
WHEN OLD.state <> 'drafting'
BEGIN SELECT RAISE(ABORT, 'notice_round_frozen'); END;
";
