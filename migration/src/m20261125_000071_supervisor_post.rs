//! Posts of supervisors and their yearly appraisals (监督员聘任与考评).

use sea_orm_migration::{
    prelude::*,
    schema::{
        date_null, integer, string_len, string_len_null, timestamp_with_time_zone,
        timestamp_with_time_zone_null, uuid, uuid_null,
    },
};

use crate::{
    columns::{id, one_of, reference, rule, version},
    sql::{append_only, drop_tables, run},
};

/// Creates `supervisor_post` and `supervisor_appraisal`.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(supervisor_post()).await?;
        manager.create_table(supervisor_appraisal()).await?;
        run(manager, INDEXES).await?;
        append_only(manager, "supervisor_appraisal").await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["supervisor_appraisal", "supervisor_post"]).await
    }
}

/// Posts, from the nomination to the end (监督员聘任).
fn supervisor_post() -> TableCreateStatement {
    let mut table = Table::create();
    table
        .table("supervisor_post")
        .col(id())
        .col(uuid("site_id"))
        .col(uuid("volunteer_id"))
        .col(uuid("account_id"))
        .col(string_len("state", 30))
        .col(string_len("recommendation", 200))
        .col(uuid("nominated_by"))
        .col(timestamp_with_time_zone("nominated_at"))
        .col(uuid_null("vetted_by"))
        .col(timestamp_with_time_zone_null("vetted_at"))
        .col(string_len_null("vetting_note", 200))
        .col(uuid_null("appointed_by"))
        .col(timestamp_with_time_zone_null("appointed_at"))
        .col(date_null("term_from"))
        .col(date_null("term_until"))
        .col(uuid_null("role_assignment_id"))
        .col(uuid_null("ended_by"))
        .col(timestamp_with_time_zone_null("ended_at"))
        .col(string_len_null("end_reason", 200))
        .col(version())
        .col(timestamp_with_time_zone("updated_at"))
        .check(one_of(
            "supervisor_post_state",
            "state",
            "nominated vetted refused appointed ended withdrawn",
        ))
        .check(rule("supervisor_post_vetted_by_another", "vetted_by <> nominated_by"))
        .check(rule("supervisor_post_appointed_by_another", "appointed_by <> nominated_by"))
        .check(rule(
            "supervisor_post_vetted_first",
            "appointed_at IS NULL OR (vetted_by IS NOT NULL AND vetted_at <= appointed_at AND \
             term_from IS NOT NULL AND term_until >= term_from)",
        ))
        .check(rule(
            "supervisor_post_ended",
            "state NOT IN ('ended', 'withdrawn') OR (ended_at IS NOT NULL AND end_reason IS NOT \
             NULL)",
        ));
    for column in ["nominated_by", "vetted_by", "appointed_by", "ended_by", "account_id"] {
        table.foreign_key(&mut reference("supervisor_post", column, "account"));
    }
    table
        .foreign_key(&mut reference("supervisor_post", "site_id", "site"))
        .foreign_key(&mut reference("supervisor_post", "volunteer_id", "volunteer"))
        .foreign_key(&mut reference("supervisor_post", "role_assignment_id", "role_assignment"))
        .to_owned()
}

/// One appraisal a year (年度考评).
fn supervisor_appraisal() -> TableCreateStatement {
    Table::create()
        .table("supervisor_appraisal")
        .col(id())
        .col(uuid("post_id"))
        .col(integer("year"))
        .col(string_len("grade", 30))
        .col(string_len("note", 200))
        .col(uuid("appraised_by"))
        .col(timestamp_with_time_zone("appraised_at"))
        .check(one_of("supervisor_appraisal_grade", "grade", "excellent competent incompetent"))
        .foreign_key(&mut reference("supervisor_appraisal", "post_id", "supervisor_post"))
        .foreign_key(&mut reference("supervisor_appraisal", "appraised_by", "account"))
        .to_owned()
}

const INDEXES: &[&str] = &[
    "CREATE INDEX supervisor_post_site ON supervisor_post (site_id, state)",
    "CREATE UNIQUE INDEX supervisor_post_one_live ON supervisor_post (site_id, account_id)
        WHERE state IN ('nominated', 'vetted', 'appointed')",
    "CREATE UNIQUE INDEX supervisor_appraisal_year ON supervisor_appraisal (post_id, year)",
];
