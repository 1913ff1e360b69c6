//! Random samples that anybody can draw again, and what was found in them (监督抽查).

use sea_orm_migration::{
    prelude::*,
    schema::{
        integer, integer_null, string_len, string_len_null, timestamp_with_time_zone,
        timestamp_with_time_zone_null, uuid, uuid_null,
    },
};

use crate::{
    columns::{exact, id, one_of, reference, rule},
    sql::{drop_tables, run},
};

/// Creates `supervision_sample` and `supervision_sample_case`.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(supervision_sample()).await?;
        manager.create_table(supervision_sample_case()).await?;
        run(manager, INDEXES).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["supervision_sample_case", "supervision_sample"]).await
    }
}

/// A sample: the promise of a seed, the population, the seed (抽查).
fn supervision_sample() -> TableCreateStatement {
    Table::create()
        .table("supervision_sample")
        .col(id())
        .col(string_len("number", 30))
        .col(uuid("site_id"))
        .col(string_len("kind", 30))
        .col(string_len("quarter", 6))
        .col(integer("size"))
        .col(string_len("commitment", 64))
        .col(string_len("nonce", 64))
        .col(integer("population_count"))
        .col(string_len("population_digest", 64))
        .col(string_len("state", 30))
        .col(string_len_null("seed", 64))
        .col(uuid("committed_by"))
        .col(timestamp_with_time_zone("committed_at"))
        .col(timestamp_with_time_zone("reveal_by"))
        .col(timestamp_with_time_zone_null("drawn_at"))
        .check(one_of("supervision_sample_kind", "kind", "claim redemption"))
        .check(one_of("supervision_sample_state", "state", "committed drawn lapsed"))
        .check(exact("supervision_sample_commitment", "commitment", 64))
        .check(exact("supervision_sample_nonce", "nonce", 64))
        .check(exact("supervision_sample_digest", "population_digest", 64))
        .check(rule("supervision_sample_size", "size > 0 AND size <= population_count"))
        .check(rule(
            "supervision_sample_revealed",
            "(state = 'drawn') = (seed IS NOT NULL) AND (state = 'drawn') = (drawn_at IS NOT NULL)",
        ))
        .foreign_key(&mut reference("supervision_sample", "site_id", "site"))
        .foreign_key(&mut reference("supervision_sample", "committed_by", "account"))
        .to_owned()
}

/// A case of the population; what was found in those that were drawn (抽查总体与结论).
fn supervision_sample_case() -> TableCreateStatement {
    Table::create()
        .table("supervision_sample_case")
        .col(uuid("sample_id"))
        .col(integer("position"))
        .col(uuid("case_id"))
        .col(uuid("volunteer_id"))
        .col(string_len("line", 64))
        .col(integer_null("draw_order"))
        .col(string_len_null("verdict", 30))
        .col(string_len_null("reason", 200))
        .col(uuid_null("judged_by"))
        .col(timestamp_with_time_zone_null("judged_at"))
        .col(string_len_null("follow_up", 30))
        .col(uuid_null("freeze_id"))
        .col(string_len_null("follow_up_note", 200))
        .col(uuid_null("settled_by"))
        .col(timestamp_with_time_zone_null("settled_at"))
        .primary_key(Index::create().col("sample_id").col("position"))
        .check(one_of("supervision_sample_case_verdict", "verdict", "in_order defect"))
        .check(one_of("supervision_sample_case_follow_up", "follow_up", "open settled"))
        .check(exact("supervision_sample_case_line", "line", 64))
        .check(rule("supervision_sample_case_position", "position > 0"))
        .check(rule(
            "supervision_sample_case_judged",
            "verdict IS NULL OR (draw_order IS NOT NULL AND judged_by IS NOT NULL AND judged_at \
             IS NOT NULL)",
        ))
        .check(rule(
            "supervision_sample_case_defect",
            "(follow_up IS NOT NULL) = (verdict IS NOT NULL AND verdict = 'defect') AND (verdict \
             IS NULL OR verdict <> 'defect' OR reason IS NOT NULL)",
        ))
        .check(rule(
            "supervision_sample_case_settled",
            "follow_up IS NULL OR follow_up <> 'settled' OR (settled_by IS NOT NULL AND settled_by \
             <> judged_by AND follow_up_note IS NOT NULL)",
        ))
        .foreign_key(&mut reference("supervision_sample_case", "sample_id", "supervision_sample"))
        .foreign_key(&mut reference("supervision_sample_case", "volunteer_id", "volunteer"))
        .foreign_key(&mut reference("supervision_sample_case", "freeze_id", "supervision_freeze"))
        .foreign_key(&mut reference("supervision_sample_case", "judged_by", "account"))
        .foreign_key(&mut reference("supervision_sample_case", "settled_by", "account"))
        .to_owned()
}

const INDEXES: &[&str] = &[
    "CREATE UNIQUE INDEX supervision_sample_number ON supervision_sample (number)",
    "CREATE INDEX supervision_sample_site ON supervision_sample (site_id, quarter)",
    "CREATE UNIQUE INDEX supervision_sample_one_open ON supervision_sample (site_id, kind, quarter)
        WHERE state = 'committed'",
    "CREATE UNIQUE INDEX supervision_sample_case_once ON supervision_sample_case
        (sample_id, case_id)",
    "CREATE UNIQUE INDEX supervision_sample_case_drawn ON supervision_sample_case
        (sample_id, draw_order) WHERE draw_order IS NOT NULL",
];
