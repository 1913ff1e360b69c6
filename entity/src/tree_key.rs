//! Keys that sign or cosign the heads of a tree (签名与联署公钥).

#![expect(missing_docs, reason = "a column whose name says it all needs no line")]

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;

use crate::{
    ids::{AccountId, SiteId, TreeKeyId},
    value_enum::value_enum,
};

value_enum! {
    /// Whose key it is (公钥所属).
    TreeKeyRole {
        /// 本系统
        Log = "log",
        /// 县级平台
        County = "county",
        /// 监督员
        Supervisor = "supervisor",
    }
}

value_enum! {
    /// How a key signs (签名方式).
    KeyAlgorithm {
        /// 直接签署树头
        Ed25519 = "ed25519",
        /// 连同时间签署树头(C2SP cosignature/v1)
        CosignatureV1 = "cosignature_v1",
    }
}

value_enum! {
    /// State of a key (公钥状态).
    TreeKeyState {
        /// 待复核
        Proposed = "proposed",
        /// 使用中
        Active = "active",
        /// 已停用
        Revoked = "revoked",
    }
}

/// One row of `tree_key`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "tree_key")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: TreeKeyId,
    pub site_id: SiteId,
    pub role: TreeKeyRole,
    pub name: String,
    pub algorithm: KeyAlgorithm,
    /// 32 bytes in hexadecimal.
    pub public_key: String,
    /// Four bytes by which a signature names the key.
    pub key_id: String,
    pub state: TreeKeyState,
    pub valid_from: NaiveDate,
    pub valid_to: Option<NaiveDate>,
    pub proposed_by: Option<AccountId>,
    pub proposed_at: DateTime<Utc>,
    pub approved_by: Option<AccountId>,
    pub approved_at: Option<DateTime<Utc>>,
    pub revoked_by: Option<AccountId>,
    pub revoked_at: Option<DateTime<Utc>>,
    pub version: i32,
}

/// No joins start here.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
