//! Sign-ups for an activity, with its waitlist (报名).

use sea_orm_migration::{
    prelude::*,
    schema::{
        string_len, string_len_null, timestamp_with_time_zone, timestamp_with_time_zone_null, uuid,
    },
};

use crate::{
    columns::{id, one_of, reference, version},
    sql::{drop_tables, run},
};

/// Creates `sign_up`.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(sign_up()).await?;
        run(manager, INDEXES).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["sign_up"]).await
    }
}

/// Sign-ups for an activity, with its waitlist (报名).
fn sign_up() -> TableCreateStatement {
    Table::create()
        .table("sign_up")
        .col(id())
        .col(uuid("activity_id"))
        .col(uuid("volunteer_id"))
        .col(string_len("state", 30))
        .col(timestamp_with_time_zone("signed_up_at"))
        .col(timestamp_with_time_zone_null("promoted_at"))
        .col(timestamp_with_time_zone_null("withdrawn_at"))
        .col(uuid("entered_by"))
        .col(string_len_null("reason", 200))
        .col(version())
        .check(one_of("sign_up_state", "state", "signed_up waitlisted withdrawn"))
        .foreign_key(&mut reference("sign_up", "activity_id", "activity"))
        .foreign_key(&mut reference("sign_up", "volunteer_id", "volunteer"))
        .foreign_key(&mut reference("sign_up", "entered_by", "account"))
        .to_owned()
}

const INDEXES: &[&str] = &[
    "CREATE UNIQUE INDEX sign_up_one_live ON sign_up (activity_id, volunteer_id) WHERE state <> \
     'withdrawn'",
    "CREATE INDEX sign_up_order ON sign_up (activity_id, state, signed_up_at)",
    "CREATE INDEX sign_up_volunteer ON sign_up (volunteer_id)",
];
