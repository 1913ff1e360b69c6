//! Invitations by which staff get their roles (工作人员邀请).

#![expect(missing_docs, reason = "a column whose name says it all needs no line")]

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::{
    ids::{AccountId, SiteId, StaffInvitationId},
    role_assignment::RoleList,
};

/// One row of `staff_invitation`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "staff_invitation")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: StaffInvitationId,
    pub site_id: SiteId,
    #[sea_orm(column_type = "JsonBinary")]
    pub roles: RoleList,
    pub invitee_name: String,
    pub code_hash: String,
    pub created_by: Option<AccountId>,
    pub created_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
    pub accepted_by: Option<AccountId>,
    pub accepted_at: Option<DateTime<Utc>>,
    pub revoked_at: Option<DateTime<Utc>>,
}

/// No joins start here.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
