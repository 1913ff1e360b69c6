//! Consents of a volunteer, one row per purpose (单独同意).

#![expect(missing_docs, reason = "a column whose name says it all needs no line")]

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::{
    ids::{AccountId, ConsentId, VolunteerId},
    value_enum::value_enum,
};

value_enum! {
    /// What a consent is for (同意事项).
    ConsentPurpose {
        /// 注册为志愿者
        Enrol = "enrol",
        /// 实名公示
        NamedPublication = "named_publication",
        /// 参加排行榜
        Leaderboard = "leaderboard",
        /// 与县级平台共享
        ShareWithCounty = "share_with_county",
        /// 接收短信
        Sms = "sms",
        /// 使用照片
        PhotoUse = "photo_use",
        /// 监护人同意
        Guardian = "guardian",
    }
}

value_enum! {
    /// How a consent was given (同意方式).
    ConsentChannel {
        /// 小程序
        MiniProgram = "mini_program",
        /// 纸质
        Paper = "paper",
        /// 工作人员代录
        Staff = "staff",
    }
}

/// One row of `consent`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "consent")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ConsentId,
    pub volunteer_id: VolunteerId,
    pub purpose: ConsentPurpose,
    pub text_version: String,
    pub channel: ConsentChannel,
    pub witness: Option<String>,
    pub granted_at: DateTime<Utc>,
    pub granted_by: Option<AccountId>,
    pub withdrawn_at: Option<DateTime<Utc>>,
    /// How it was withdrawn; none when a newer text took its place.
    pub withdrawal_channel: Option<ConsentChannel>,
    pub withdrawal_witness: Option<String>,
    pub withdrawn_by: Option<AccountId>,
}

/// No joins start here.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
