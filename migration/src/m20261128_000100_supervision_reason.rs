//! A supervisor's freeze of a notice entry gets a reason of its own (暂缓原因:监督员核查).

use sea_orm_migration::prelude::*;

use crate::{
    m20261125_000055_notice_entry::{INDEXES, SQLITE_FREEZE, notice_entry},
    sql::{per_backend, run},
};

const BEFORE: &str = "objection earning_suspended";
const AFTER: &str = "objection supervision earning_suspended";
/// Whatever keeps an entry back is named, but for a suspension, which concerns its holder.
const KEPT_BEFORE: &str = "(state = 'frozen') = (frozen_reason IS NOT NULL) AND (frozen_reason IS \
                           NULL) = (frozen_at IS NULL) AND (frozen_by IS NOT NULL) = \
                           (frozen_reason IS NOT NULL AND frozen_reason = 'objection')";
const KEPT_AFTER: &str = "(state = 'frozen') = (frozen_reason IS NOT NULL) AND (frozen_reason IS \
                          NULL) = (frozen_at IS NULL) AND (frozen_by IS NOT NULL) = \
                          (frozen_reason IS NOT NULL AND frozen_reason <> 'earning_suspended')";

/// Widens the words of `notice_entry.frozen_reason`, and says so of the freezes in force.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        allow(manager, AFTER, KEPT_AFTER).await?;
        let named = "UPDATE notice_entry SET frozen_reason = 'supervision'
            WHERE frozen_by IN (SELECT id FROM supervision_freeze)";
        run(manager, &[named]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let named = "UPDATE notice_entry SET frozen_reason = 'objection'
            WHERE frozen_reason = 'supervision'";
        run(manager, &[named]).await?;
        allow(manager, BEFORE, KEPT_BEFORE).await
    }
}

/// SQLite cannot change a check, so its table is written anew; nothing refers to it.
async fn allow(
    manager: &SchemaManager<'_>,
    reasons: &str,
    kept: &'static str,
) -> Result<(), DbErr> {
    let quoted: Vec<_> = reasons.split_whitespace().map(|word| format!("'{word}'")).collect();
    let postgres = format!(
        "ALTER TABLE notice_entry DROP CONSTRAINT notice_entry_frozen_reason;
         ALTER TABLE notice_entry DROP CONSTRAINT notice_entry_freeze;
         ALTER TABLE notice_entry ADD CONSTRAINT notice_entry_frozen_reason
             CHECK (frozen_reason IN ({}));
         ALTER TABLE notice_entry ADD CONSTRAINT notice_entry_freeze CHECK ({kept})",
        quoted.join(", ")
    );
    let dropped: String = INDEXES
        .iter()
        .filter_map(|index| index.split("INDEX ").nth(1)?.split(' ').next())
        .fold(String::new(), |all, name| format!("{all}DROP INDEX {name};"));
    let table = notice_entry(reasons, kept).to_string(SqliteQueryBuilder);
    let sqlite = format!(
        "{dropped}
         ALTER TABLE notice_entry RENAME TO notice_entry_before;
         {table};
         INSERT INTO notice_entry SELECT claim_id, round_id, position, volunteer_id, site_id,
             points, item_code, item_name, activity_title, served_at, state, frozen_reason,
             frozen_by, frozen_at, settled_at FROM notice_entry_before;
         DROP TABLE notice_entry_before;
         {};
         {SQLITE_FREEZE}",
        INDEXES.join(";")
    );
    per_backend(manager, &postgres, &sqlite).await
}
