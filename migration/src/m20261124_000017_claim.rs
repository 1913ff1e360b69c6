//! Claims: applications for points (积分申请).

use sea_orm_migration::{
    prelude::*,
    schema::{
        integer, string_len, string_len_null, text, timestamp_with_time_zone,
        timestamp_with_time_zone_null, uuid, uuid_null,
    },
};

use crate::{
    columns::{id, one_of, reference, rule, version},
    sql::{drop_tables, run},
};

/// Creates `claim`.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(claim()).await?;
        run(manager, INDEXES).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["claim"]).await
    }
}

/// Claims: applications for points (积分申请).
fn claim() -> TableCreateStatement {
    Table::create()
        .table("claim")
        .col(id())
        .col(uuid("volunteer_id"))
        .col(uuid_null("attendance_id"))
        .col(string_len_null("award_ref", 64))
        .col(uuid("rule_item_id"))
        .col(uuid("site_id"))
        .col(string_len("state", 30))
        .col(integer("points"))
        .col(text("explanation"))
        .col(uuid("entered_by"))
        .col(timestamp_with_time_zone_null("submitted_at"))
        .col(uuid_null("decided_by"))
        .col(timestamp_with_time_zone_null("decided_at"))
        .col(string_len_null("decision_reason", 200))
        .col(version())
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone("updated_at"))
        .check(one_of(
            "claim_state",
            "state",
            "draft submitted under_review certified in_notice effective returned rejected \
             withdrawn objected recheck revoked",
        ))
        .check(rule("claim_points", "points > 0"))
        .check(rule("claim_one_ground", "(attendance_id IS NULL) <> (award_ref IS NULL)"))
        .foreign_key(&mut reference("claim", "volunteer_id", "volunteer"))
        .foreign_key(&mut reference("claim", "attendance_id", "attendance"))
        .foreign_key(&mut reference("claim", "rule_item_id", "rule_item"))
        .foreign_key(&mut reference("claim", "site_id", "site"))
        .foreign_key(&mut reference("claim", "entered_by", "account"))
        .foreign_key(&mut reference("claim", "decided_by", "account"))
        .to_owned()
}

const INDEXES: &[&str] = &[
    "CREATE UNIQUE INDEX claim_one_live_attendance ON claim (volunteer_id, attendance_id, \
     rule_item_id) WHERE attendance_id IS NOT NULL AND state NOT IN ('rejected', 'withdrawn', \
     'revoked')",
    "CREATE UNIQUE INDEX claim_one_live_award ON claim (volunteer_id, award_ref, rule_item_id) \
     WHERE award_ref IS NOT NULL AND state NOT IN ('rejected', 'withdrawn', 'revoked')",
    "CREATE INDEX claim_site_state ON claim (site_id, state, submitted_at)",
    "CREATE INDEX claim_volunteer ON claim (volunteer_id, id)",
    "CREATE INDEX claim_attendance ON claim (attendance_id)",
];
