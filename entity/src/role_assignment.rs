//! Roles held at a site and its subtree (角色分配).

#![expect(missing_docs, reason = "a column whose name says it all needs no line")]

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    ids::{AccountId, RoleAssignmentId, SiteId},
    value_enum::value_enum,
};

value_enum! {
    /// What an account may do at a site and below (角色).
    Role {
        /// 县级管理员
        CountyAdmin = "county_admin",
        /// 镇级管理员
        TownAdmin = "town_admin",
        /// 站管理员
        StationManager = "station_manager",
        /// 认定员
        Certifier = "certifier",
        /// 办事员
        Clerk = "clerk",
        /// 监督员
        Supervisor = "supervisor",
        /// 安全管理员
        SecurityAdmin = "security_admin",
        /// 审计员
        Auditor = "auditor",
        /// 党政综合办
        GeneralOffice = "general_office",
    }
}

/// Several roles, kept as a JSON list (角色列表).
#[derive(
    Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema, FromJsonQueryResult,
)]
#[serde(transparent)]
pub struct RoleList(pub Vec<Role>);

/// One row of `role_assignment`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "role_assignment")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: RoleAssignmentId,
    pub account_id: AccountId,
    pub role: Role,
    pub site_id: SiteId,
    pub granted_by: Option<AccountId>,
    pub granted_at: DateTime<Utc>,
    pub revoked_at: Option<DateTime<Utc>>,
    pub revoked_by: Option<AccountId>,
}

/// The joins that start here.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    /// By `account_id`.
    #[sea_orm(
        belongs_to = "super::account::Entity",
        from = "Column::AccountId",
        to = "super::account::Column::Id"
    )]
    Account,
    /// By `site_id`.
    #[sea_orm(
        belongs_to = "super::site::Entity",
        from = "Column::SiteId",
        to = "super::site::Column::Id"
    )]
    Site,
}

impl Related<super::account::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::Account.def()
    }
}

impl Related<super::site::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::Site.def()
    }
}

impl ActiveModelBehavior for ActiveModel {}
