//! Redemptions: points for goods, with receipt (兑换).

#![expect(missing_docs, reason = "a column whose name says it all needs no line")]

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::{
    ids::{
        AccountId, GoodsId, PickupDelegateId, RedemptionId, RedemptionSessionId, SessionItemId,
        SiteId, VolunteerId,
    },
    value_enum::value_enum,
};

value_enum! {
    /// State of a redemption (兑换状态).
    RedemptionState {
        /// 已下单
        Created = "created",
        /// 待领取
        Ready = "ready",
        /// 已核销
        Fulfilled = "fulfilled",
        /// 已取消
        Cancelled = "cancelled",
        /// 已过期
        Expired = "expired",
        /// 已退货
        Returned = "returned",
    }
}

value_enum! {
    /// How the recipient signed (签收方式).
    SignatureKind {
        /// 积分卡
        Card = "card",
        /// 取货码
        Code = "code",
        /// 纸质签字
        Paper = "paper",
    }
}

value_enum! {
    /// How goods came back (退货时的物品状况).
    ReturnedAs {
        /// 完好，退回货架
        Sound = "sound",
        /// 损坏或不能再用，报损
        Damaged = "damaged",
    }
}

/// One row of `redemption`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "redemption")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: RedemptionId,
    pub session_id: RedemptionSessionId,
    pub session_item_id: SessionItemId,
    pub goods_id: GoodsId,
    pub site_id: SiteId,
    pub volunteer_id: VolunteerId,
    pub quantity: i32,
    /// Total of the redemption.
    pub points: i64,
    pub state: RedemptionState,
    pub pickup_code_hash: String,
    pub receipt_no: String,
    pub created_by: AccountId,
    pub delegate_name: Option<String>,
    pub ready_by: Option<AccountId>,
    pub ready_at: Option<DateTime<Utc>>,
    pub fulfilled_by: Option<AccountId>,
    pub fulfilled_at: Option<DateTime<Utc>>,
    pub signature_kind: Option<SignatureKind>,
    pub ended_reason: Option<String>,
    pub ended_at: Option<DateTime<Utc>>,
    pub returned_by: Option<AccountId>,
    pub returned_as: Option<ReturnedAs>,
    pub expires_at: DateTime<Utc>,
    pub version: i32,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    /// While a supervisor keeps it from going on.
    pub frozen_at: Option<DateTime<Utc>>,
    pub frozen_until: Option<DateTime<Utc>>,
    pub frozen_reason: Option<String>,
    /// To which registered delegate it was handed; her name as it was then is `delegate_name`.
    pub delegate_id: Option<PickupDelegateId>,
}

/// The joins that start here.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    /// By `volunteer_id`.
    #[sea_orm(
        belongs_to = "super::volunteer::Entity",
        from = "Column::VolunteerId",
        to = "super::volunteer::Column::Id"
    )]
    Volunteer,
    /// By `goods_id`.
    #[sea_orm(
        belongs_to = "super::goods::Entity",
        from = "Column::GoodsId",
        to = "super::goods::Column::Id"
    )]
    Goods,
    /// By `session_item_id`.
    #[sea_orm(
        belongs_to = "super::session_item::Entity",
        from = "Column::SessionItemId",
        to = "super::session_item::Column::Id"
    )]
    SessionItem,
    /// By `fulfilled_by`: who handed the goods over.
    #[sea_orm(
        belongs_to = "super::account::Entity",
        from = "Column::FulfilledBy",
        to = "super::account::Column::Id"
    )]
    Clerk,
}

impl Related<super::volunteer::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::Volunteer.def()
    }
}

impl Related<super::goods::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::Goods.def()
    }
}

impl Related<super::session_item::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::SessionItem.def()
    }
}

impl ActiveModelBehavior for ActiveModel {}
