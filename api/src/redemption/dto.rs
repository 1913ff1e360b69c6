//! Bodies and views of redemptions.

use chrono::{DateTime, Utc};
use entity::ids::{
    AccountId, GoodsId, PickupDelegateId, RedemptionId, RedemptionSessionId, SiteId, VolunteerId,
};
use entity::redemption::{RedemptionState, ReturnedAs, SignatureKind};
use entity::{goods, redemption};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::domain::{
    Clerk, PICKUP, RECEIPT, RedemptionAction, counter_actions, frozen, holder_actions,
};
use crate::platform::frozen::Frozen;
use crate::{bounded_number, bounded_text};

bounded_text! {
    /// 卡号
    ShownCardNumber(4..=24) = "JF-7K3Q-X0Z1-M94";
    /// 取货码
    PickupCode(4..=24) = "QH-7K3Q-X0Z";
    /// 取消原因
    CancelReason(2..=200) = "物品临时缺货，与本人协商后取消";
    /// 退货原因
    ReturnReason(2..=200) = "领取后发现包装破损";
}

bounded_number! {
    /// 兑换数量
    RedemptionQuantity: i32 = 1..=1000, 1;
}

/// 兑换
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CreateRedemption {
    /// 集中兑换编号
    pub(super) session_id: RedemptionSessionId,
    /// 物品编号
    pub(super) goods_id: GoodsId,
    /// 数量
    pub(super) quantity: RedemptionQuantity,
}

/// 代为兑换
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RedeemForCard {
    /// 本人出示的积分卡卡号
    pub(super) card_number: ShownCardNumber,
    /// 集中兑换编号
    pub(super) session_id: RedemptionSessionId,
    /// 物品编号
    pub(super) goods_id: GoodsId,
    /// 数量
    pub(super) quantity: RedemptionQuantity,
}

/// 核销
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct FulfilRedemption {
    /// 出示的积分卡卡号；与取货码二选一
    #[serde(default)]
    pub(super) card_number: Option<ShownCardNumber>,
    /// 出示的取货码；与卡号二选一
    #[serde(default)]
    pub(super) pickup_code: Option<PickupCode>,
    /// 签收方式
    pub(super) signature: SignatureKind,
    /// 事先登记的代领人，由他人代领时填写；核对其身份证件
    #[serde(default)]
    pub(super) delegate_id: Option<PickupDelegateId>,
}

/// 取消兑换
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CancelRedemption {
    /// 原因；工作人员取消时必填
    #[serde(default)]
    pub(super) reason: Option<CancelReason>,
}

/// 退货
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ReturnRedemption {
    /// 物品状况：完好的退回货架，否则报损
    pub(super) condition: ReturnedAs,
    /// 退货原因
    pub(super) reason: ReturnReason,
}

/// 我的兑换查询条件
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct MyRedemptionQuery {
    /// 只看某一状态
    pub(super) state: Option<RedemptionState>,
    /// 每页条数，默认 20，最多 100
    #[param(minimum = 1, example = 20)]
    pub(super) page_size: Option<u64>,
    /// 上一页返回的翻页标记
    #[param(max_length = 1024)]
    pub(super) page_token: Option<String>,
}

/// 柜台查询条件
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct CounterQuery {
    /// 出示的积分卡卡号
    #[param(max_length = 24, example = "JF-7K3Q-X0Z1-M94")]
    pub(super) card_number: Option<String>,
    /// 收据号
    #[param(max_length = 24, example = "DH-7K3Q-X0Z1-M94")]
    pub(super) receipt_no: Option<String>,
    /// 只看某一状态
    pub(super) state: Option<RedemptionState>,
    /// 每页条数，默认 20，最多 100
    #[param(minimum = 1, example = 20)]
    pub(super) page_size: Option<u64>,
    /// 上一页返回的翻页标记
    #[param(max_length = 1024)]
    pub(super) page_token: Option<String>,
}

/// 已下单的兑换
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RedemptionPlaced {
    /// 兑换编号
    pub(super) id: RedemptionId,
    /// 收据号
    #[schema(example = "DH-7K3Q-X0Z1-M94")]
    receipt_no: String,
    /// 取货码，只在此处显示一次；由工作人员代办或模拟运行时没有
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "QH-7K3Q-X0Z")]
    pickup_code: Option<String>,
    /// 物品编号
    goods_id: GoodsId,
    /// 数量
    #[schema(minimum = 1, example = 1)]
    quantity: i32,
    /// 冻结的积分
    #[schema(minimum = 1, example = 30)]
    points: i64,
    /// 状态
    state: RedemptionState,
    /// 最迟领取时间，逾期自动取消并退回积分
    expires_at: DateTime<Utc>,
}

impl RedemptionPlaced {
    pub(super) fn new(row: &redemption::Model, code: Option<&str>) -> Self {
        Self {
            id: row.id,
            receipt_no: RECEIPT.grouped(&row.receipt_no),
            pickup_code: code.map(|code| PICKUP.grouped(code)),
            goods_id: row.goods_id,
            quantity: row.quantity,
            points: row.points,
            state: row.state,
            expires_at: row.expires_at,
        }
    }
}

/// 取货码
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PickupCodeView {
    /// 新的取货码；旧的随即失效
    #[schema(example = "QH-7K3Q-X0Z")]
    pub(super) pickup_code: String,
    /// 最迟领取时间
    pub(super) expires_at: DateTime<Utc>,
}

/// 兑换
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RedemptionView {
    /// 兑换编号
    id: RedemptionId,
    /// 收据号
    #[schema(example = "DH-7K3Q-X0Z1-M94")]
    receipt_no: String,
    /// 集中兑换编号
    session_id: RedemptionSessionId,
    /// 领取的所站
    site_id: SiteId,
    /// 物品编号
    goods_id: GoodsId,
    /// 物品名称
    #[schema(example = "洗衣液（2公斤装）")]
    goods_name: String,
    /// 计量单位
    #[schema(example = "瓶")]
    unit_label: String,
    /// 数量
    #[schema(minimum = 1, example = 1)]
    quantity: i32,
    /// 积分合计
    #[schema(minimum = 1, example = 30)]
    points: i64,
    /// 状态
    state: RedemptionState,
    /// 志愿者编号，只给工作人员
    #[serde(skip_serializing_if = "Option::is_none")]
    volunteer_id: Option<VolunteerId>,
    /// 志愿者姓名（部分隐藏），只给工作人员
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "张*兰")]
    volunteer_name: Option<String>,
    /// 备货完成时间
    #[serde(skip_serializing_if = "Option::is_none")]
    ready_at: Option<DateTime<Utc>>,
    /// 核销时间
    #[serde(skip_serializing_if = "Option::is_none")]
    fulfilled_at: Option<DateTime<Utc>>,
    /// 核销人账号
    #[serde(skip_serializing_if = "Option::is_none")]
    fulfilled_by: Option<AccountId>,
    /// 签收方式
    #[serde(skip_serializing_if = "Option::is_none")]
    signature: Option<SignatureKind>,
    /// 代领人编号
    #[serde(skip_serializing_if = "Option::is_none")]
    delegate_id: Option<PickupDelegateId>,
    /// 代领人姓名，领取时登记的
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "李大明")]
    delegate_name: Option<String>,
    /// 取消、过期或退货的原因
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "物品临时缺货，与本人协商后取消")]
    ended_reason: Option<String>,
    /// 取消、过期或退货的时间
    #[serde(skip_serializing_if = "Option::is_none")]
    ended_at: Option<DateTime<Utc>>,
    /// 退货时的物品状况
    #[serde(skip_serializing_if = "Option::is_none")]
    returned_as: Option<ReturnedAs>,
    /// 办理退货的账号
    #[serde(skip_serializing_if = "Option::is_none")]
    returned_by: Option<AccountId>,
    /// 最迟领取时间；冻结期间不计
    expires_at: DateTime<Utc>,
    /// 监督员冻结；未冻结时不出现
    #[serde(skip_serializing_if = "Option::is_none")]
    frozen: Option<Frozen>,
    /// 下单时间
    created_at: DateTime<Utc>,
    /// 版本
    #[schema(minimum = 1, example = 1)]
    version: i32,
    /// 当前可进行的操作
    allowed_actions: Vec<RedemptionAction>,
}

crate::page! {
    /// 一页兑换
    RedemptionPage of RedemptionView;
}

/// 各状态的兑换数
#[derive(Debug, Default, Serialize, ToSchema)]
pub(super) struct RedemptionCount {
    /// 已下单
    #[schema(minimum = 0, example = 5)]
    pub(super) created: u64,
    /// 待领取
    #[schema(minimum = 0, example = 3)]
    pub(super) ready: u64,
    /// 已核销
    #[schema(minimum = 0, example = 120)]
    pub(super) fulfilled: u64,
    /// 已取消
    #[schema(minimum = 0, example = 2)]
    pub(super) cancelled: u64,
    /// 已过期
    #[schema(minimum = 0, example = 1)]
    pub(super) expired: u64,
    /// 已退货
    #[schema(minimum = 0, example = 0)]
    pub(super) returned: u64,
}

impl RedemptionView {
    /// As its holder sees it.
    pub(super) fn of_holder(row: redemption::Model, goods: &goods::Model) -> Self {
        let allowed_actions = holder_actions(&row);
        Self { allowed_actions, ..Self::plain(row, goods) }
    }

    /// As this clerk of its counter sees it.
    pub(super) fn of_counter(
        row: redemption::Model,
        goods: &goods::Model,
        masked_name: String,
        clerk: Clerk,
    ) -> Self {
        let allowed_actions = counter_actions(&row, clerk);
        let volunteer_id = Some(row.volunteer_id);
        let volunteer_name = Some(masked_name);
        Self { volunteer_id, volunteer_name, allowed_actions, ..Self::plain(row, goods) }
    }

    /// For its `ETag`.
    pub(super) const fn version(&self) -> i32 {
        self.version
    }

    fn plain(row: redemption::Model, goods: &goods::Model) -> Self {
        let frozen = frozen(&row);
        Self {
            id: row.id,
            receipt_no: RECEIPT.grouped(&row.receipt_no),
            session_id: row.session_id,
            site_id: row.site_id,
            goods_id: row.goods_id,
            goods_name: goods.name.clone(),
            unit_label: goods.unit_label.clone(),
            quantity: row.quantity,
            points: row.points,
            state: row.state,
            volunteer_id: None,
            volunteer_name: None,
            ready_at: row.ready_at,
            fulfilled_at: row.fulfilled_at,
            fulfilled_by: row.fulfilled_by,
            signature: row.signature_kind,
            delegate_id: row.delegate_id,
            delegate_name: row.delegate_name,
            ended_reason: row.ended_reason,
            ended_at: row.ended_at,
            returned_as: row.returned_as,
            returned_by: row.returned_by,
            expires_at: row.expires_at,
            frozen,
            created_at: row.created_at,
            version: row.version,
            allowed_actions: Vec::new(),
        }
    }
}
