//! What each volunteer would gain or lose under a draft (细则重算的结果).

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, json_binary, uuid},
};

use crate::{
    columns::{reference, rule},
    sql::{drop_tables, run},
};

/// Creates `replay_line`.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(replay_line()).await?;
        let by_delta =
            "CREATE INDEX replay_line_delta ON replay_line (task_id, delta, volunteer_id)";
        run(manager, &[by_delta]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["replay_line"]).await
    }
}

/// One line per volunteer; they go with their task.
fn replay_line() -> TableCreateStatement {
    let mut task = reference("replay_line", "task_id", "task");
    Table::create()
        .table("replay_line")
        .col(uuid("task_id"))
        .col(uuid("volunteer_id"))
        .col(big_integer("before_points"))
        .col(big_integer("after_points"))
        .col(big_integer("delta"))
        .col(json_binary("items"))
        .check(rule("replay_line_points", "before_points >= 0 AND after_points >= 0"))
        .check(rule("replay_line_delta", "delta = after_points - before_points"))
        .primary_key(Index::create().col("task_id").col("volunteer_id"))
        .foreign_key(task.on_delete(ForeignKeyAction::Cascade))
        .foreign_key(&mut reference("replay_line", "volunteer_id", "volunteer"))
        .to_owned()
}
