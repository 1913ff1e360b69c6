//! Volunteers with their verified basic data (志愿者).

#![expect(missing_docs, reason = "a column whose name says it all needs no line")]

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;

use crate::{
    ids::{AccountId, SiteId, VolunteerId},
    string_list::StringList,
    value_enum::value_enum,
};

value_enum! {
    /// State of a volunteer (志愿者状态).
    VolunteerState {
        /// 待核验
        PendingVerification = "pending_verification",
        /// 正常
        Active = "active",
        /// 暂停
        Suspended = "suspended",
        /// 取消积分资格
        Disqualified = "disqualified",
        /// 已注销
        Closed = "closed",
    }
}

value_enum! {
    /// Kind of identity document (证件类型).
    IdType {
        /// 居民身份证
        ResidentId = "resident_id",
        /// 港澳台居民居住证
        Permit = "permit",
        /// 护照
        Passport = "passport",
        /// 其他证件
        Other = "other",
    }
}

value_enum! {
    /// How a volunteer was registered (登记方式).
    RegisteredVia {
        /// 本人登记
        SelfService = "self_service",
        /// 工作人员协助登记
        Assisted = "assisted",
    }
}

/// One row of `volunteer`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "volunteer")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: VolunteerId,
    pub account_id: Option<AccountId>,
    /// Residence station (常住地所站).
    pub site_id: SiteId,
    pub state: VolunteerState,
    pub name: String,
    /// GB/T 2261.1: 0, 1, 2 or 9.
    pub gender: i16,
    pub birth_date: NaiveDate,
    pub id_type: IdType,
    /// Encrypted document number (证件号码); none once closed.
    #[sea_orm(column_type = "Text")]
    pub id_number_sealed: Option<String>,
    /// Keyed hash of the document number: one volunteer per document.
    pub id_number_index: Option<String>,
    #[sea_orm(column_type = "Text")]
    pub phone_sealed: Option<String>,
    pub phone_index: Option<String>,
    pub phone_verified: bool,
    /// Number from the national volunteer website (志愿者编号).
    pub external_volunteer_no: Option<String>,
    /// 群体, such as 党员 or 五老.
    #[sea_orm(column_type = "JsonBinary")]
    pub groups: StringList,
    /// 特长.
    #[sea_orm(column_type = "JsonBinary")]
    pub skills: StringList,
    /// 服务类型.
    #[sea_orm(column_type = "JsonBinary")]
    pub service_types: StringList,
    pub registered_via: RegisteredVia,
    pub assisted_by: Option<AccountId>,
    pub assisted_reason: Option<String>,
    pub assisted_witness: Option<String>,
    /// The clerk who typed in who she is, if it was not herself.
    pub identity_by: Option<AccountId>,
    pub verified_by: Option<AccountId>,
    pub verified_at: Option<DateTime<Utc>>,
    /// When she was verified first: a correction has her wait again, and takes nothing of it back.
    pub admitted_at: Option<DateTime<Utc>>,
    pub state_reason: Option<String>,
    pub version: i32,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
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

impl Related<super::site::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::Site.def()
    }
}

impl ActiveModelBehavior for ActiveModel {}
