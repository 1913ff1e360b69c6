//! The trail of an objection (异议办理过程).

use sea_orm_migration::{
    prelude::*,
    schema::{string_len, string_len_null, timestamp_with_time_zone, uuid, uuid_null},
};

use crate::{
    columns::{id, one_of, reference},
    sql::{append_only, drop_tables, run},
};

/// Creates `objection_step`.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(objection_step()).await?;
        run(manager, INDEXES).await?;
        append_only(manager, "objection_step").await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["objection_step"]).await
    }
}

fn objection_step() -> TableCreateStatement {
    Table::create()
        .table("objection_step")
        .col(id())
        .col(uuid("objection_id"))
        .col(string_len("action", 30))
        .col(string_len("state", 30))
        .col(uuid_null("by_account"))
        .col(string_len_null("reason", 200))
        .col(timestamp_with_time_zone("at"))
        .check(one_of(
            "objection_step_action",
            "action",
            "file accept refuse investigate decide execute close withdraw appeal",
        ))
        .check(one_of(
            "objection_step_state",
            "state",
            "filed accepted not_accepted investigating decided executed closed withdrawn",
        ))
        .foreign_key(&mut reference("objection_step", "objection_id", "objection"))
        .foreign_key(&mut reference("objection_step", "by_account", "account"))
        .to_owned()
}

const INDEXES: &[&str] = &["CREATE INDEX objection_step_of ON objection_step (objection_id, id)"];
