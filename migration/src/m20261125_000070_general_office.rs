//! The town's general office gets a role of its own (党政综合办).

use sea_orm_migration::{
    prelude::*,
    schema::{
        string_len, timestamp_with_time_zone, timestamp_with_time_zone_null, uuid, uuid_null,
    },
};

use crate::{
    columns::{id, one_of, reference},
    sql::{per_backend, run},
};

const BEFORE: &str = "county_admin town_admin station_manager certifier clerk supervisor \
                      security_admin auditor";
const AFTER: &str = "county_admin town_admin station_manager certifier clerk supervisor \
                     security_admin auditor general_office";

/// Widens the words of `role_assignment.role`.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        allow(manager, AFTER).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, &["DELETE FROM role_assignment WHERE role = 'general_office'"]).await?;
        allow(manager, BEFORE).await
    }
}

/// SQLite cannot change a check, so its table is written anew; nothing refers to it.
async fn allow(manager: &SchemaManager<'_>, words: &'static str) -> Result<(), DbErr> {
    let quoted: Vec<_> = words.split_whitespace().map(|word| format!("'{word}'")).collect();
    let postgres = format!(
        "ALTER TABLE role_assignment DROP CONSTRAINT role_assignment_role;
         ALTER TABLE role_assignment ADD CONSTRAINT role_assignment_role
             CHECK (role IN ({}))",
        quoted.join(", ")
    );
    let table = role_assignment(words).to_string(SqliteQueryBuilder);
    let sqlite = format!(
        "DROP INDEX role_assignment_live;
         DROP INDEX role_assignment_site;
         ALTER TABLE role_assignment RENAME TO role_assignment_before;
         {table};
         INSERT INTO role_assignment SELECT id, account_id, role, site_id, granted_by, granted_at,
             revoked_at, revoked_by FROM role_assignment_before;
         DROP TABLE role_assignment_before;
         CREATE UNIQUE INDEX role_assignment_live ON role_assignment (account_id, role, site_id)
             WHERE revoked_at IS NULL;
         CREATE INDEX role_assignment_site ON role_assignment (site_id)"
    );
    per_backend(manager, &postgres, &sqlite).await
}

fn role_assignment(words: &'static str) -> TableCreateStatement {
    Table::create()
        .table("role_assignment")
        .col(id())
        .col(uuid("account_id"))
        .col(string_len("role", 30))
        .col(uuid("site_id"))
        .col(uuid_null("granted_by"))
        .col(timestamp_with_time_zone("granted_at"))
        .col(timestamp_with_time_zone_null("revoked_at"))
        .col(uuid_null("revoked_by"))
        .check(one_of("role_assignment_role", "role", words))
        .foreign_key(&mut reference("role_assignment", "account_id", "account"))
        .foreign_key(&mut reference("role_assignment", "site_id", "site"))
        .foreign_key(&mut reference("role_assignment", "granted_by", "account"))
        .foreign_key(&mut reference("role_assignment", "revoked_by", "account"))
        .to_owned()
}
