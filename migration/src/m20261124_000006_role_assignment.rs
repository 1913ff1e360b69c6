//! Roles, and the invitations that give them (角色分配、工作人员邀请).

use sea_orm_migration::{
    prelude::*,
    schema::{
        json_binary, string_len, timestamp_with_time_zone, timestamp_with_time_zone_null, uuid,
        uuid_null,
    },
};

use crate::{
    columns::{exact, id, one_of, reference},
    sql::{drop_tables, run},
};

/// Creates `role_assignment` and `staff_invitation`.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(role_assignment()).await?;
        manager.create_table(staff_invitation()).await?;
        run(manager, INDEXES).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["staff_invitation", "role_assignment"]).await
    }
}

/// Roles held at a site and its subtree (角色分配).
fn role_assignment() -> TableCreateStatement {
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
        .check(one_of(
            "role_assignment_role",
            "role",
            "county_admin town_admin station_manager certifier clerk supervisor security_admin \
             auditor",
        ))
        .foreign_key(&mut reference("role_assignment", "account_id", "account"))
        .foreign_key(&mut reference("role_assignment", "site_id", "site"))
        .foreign_key(&mut reference("role_assignment", "granted_by", "account"))
        .foreign_key(&mut reference("role_assignment", "revoked_by", "account"))
        .to_owned()
}

/// Invitations by which staff get their roles (工作人员邀请).
fn staff_invitation() -> TableCreateStatement {
    Table::create()
        .table("staff_invitation")
        .col(id())
        .col(uuid("site_id"))
        .col(json_binary("roles"))
        .col(string_len("invitee_name", 60))
        .col(string_len("code_hash", 64))
        .col(uuid_null("created_by"))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone("expires_at"))
        .col(uuid_null("accepted_by"))
        .col(timestamp_with_time_zone_null("accepted_at"))
        .col(timestamp_with_time_zone_null("revoked_at"))
        .check(exact("staff_invitation_code_hash", "code_hash", 64))
        .foreign_key(&mut reference("staff_invitation", "site_id", "site"))
        .foreign_key(&mut reference("staff_invitation", "created_by", "account"))
        .foreign_key(&mut reference("staff_invitation", "accepted_by", "account"))
        .to_owned()
}

const INDEXES: &[&str] = &[
    "CREATE UNIQUE INDEX role_assignment_live ON role_assignment (account_id, role, site_id) \
     WHERE revoked_at IS NULL",
    "CREATE INDEX role_assignment_site ON role_assignment (site_id)",
    "CREATE UNIQUE INDEX staff_invitation_code ON staff_invitation (code_hash)",
    "CREATE INDEX staff_invitation_site ON staff_invitation (site_id)",
];
