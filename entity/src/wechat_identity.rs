//! WeChat identities of an account, one per mini-program (微信身份).

#![expect(missing_docs, reason = "a column whose name says it all needs no line")]

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::ids::{AccountId, WechatIdentityId};

/// One row of `wechat_identity`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "wechat_identity")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: WechatIdentityId,
    pub account_id: AccountId,
    pub appid: String,
    pub openid: String,
    pub unionid: Option<String>,
    pub created_at: DateTime<Utc>,
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
}

impl Related<super::account::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::Account.def()
    }
}

impl ActiveModelBehavior for ActiveModel {}
