//! Bodies and views of goods and stock.

use chrono::{DateTime, NaiveDate, Utc};
use entity::goods::{self, GoodsState};
use entity::ids::{AccountId, GoodsId, RedemptionId, SiteId, StockLotId, StockMovementId};
use entity::stock_lot::{self, StockLotState, StockSource};
use entity::stock_movement::{self, StockMovementKind};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::domain::{
    GoodsAction, LotAction, goods_actions, is_expired, is_expiring_soon, lot_actions,
};
use crate::{bounded_number, bounded_text};

bounded_text! {
    /// 物品名称
    GoodsName(1..=60) = "洗衣液（2公斤装）";
    /// 物品类别
    GoodsCategory(1..=40) = "日用品";
    /// 计量单位
    UnitLabel(1..=10) = "瓶";
    /// 物品说明
    GoodsDescription(1..=500, lines) = "薰衣草香型，保质期三年";
    /// 图片地址
    GoodsImageUrl(9..=300) = "https://example.org/goods/detergent.jpg";
    /// 捐赠协议、收据或发票号
    StockSourceRef(1..=64) = "捐字〔2026〕第12号";
    /// 捐赠人
    DonorName(1..=100) = "青山县惠民超市";
    /// 批次备注
    StockNote(1..=500, lines) = "外箱轻微破损，内包装完好";
    /// 报损原因
    WriteOffReason(2..=200) = "运输破损，经两人清点";
}

bounded_number! {
    /// 所需积分
    GoodsPrice: i32 = 1..=1_000_000, 30;
    /// 数量
    StockQuantity: i32 = 1..=1_000_000, 20;
    /// 单价，单位为分
    UnitValueFen: i32 = 0..=100_000_000, 1290;
}

/// 物品信息
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct GoodsDetails {
    /// 名称
    pub(super) name: GoodsName,
    /// 类别
    pub(super) category: GoodsCategory,
    /// 计量单位：件、瓶、袋
    pub(super) unit_label: UnitLabel,
    /// 说明
    #[serde(default)]
    pub(super) description: Option<GoodsDescription>,
    /// 建议所需积分，每次集中兑换可另定
    pub(super) points_price: GoodsPrice,
    /// 图片地址，须为 https
    #[serde(default)]
    pub(super) image_url: Option<GoodsImageUrl>,
}

/// 入库登记
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ReceiveLot {
    /// 物品编号
    pub(super) goods_id: GoodsId,
    /// 数量
    pub(super) quantity: StockQuantity,
    /// 来源：捐赠或采购
    pub(super) source: StockSource,
    /// 捐赠协议、收据或发票号
    #[serde(default)]
    pub(super) source_ref: Option<StockSourceRef>,
    /// 捐赠人，来源为捐赠时填写
    #[serde(default)]
    pub(super) donor_name: Option<DonorName>,
    /// 单价，单位为分
    #[serde(default)]
    pub(super) unit_value_fen: Option<UnitValueFen>,
    /// 最后可发放日；不会过期的物品不填
    #[schema(example = "2027-06-30")]
    #[serde(default, deserialize_with = "crate::platform::text::day::some_day")]
    pub(super) expires_on: Option<NaiveDate>,
    /// 备注
    #[serde(default)]
    pub(super) note: Option<StockNote>,
}

/// 报损
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct WriteOffLot {
    /// 数量，不能超过未预留的部分
    pub(super) quantity: StockQuantity,
    /// 原因
    pub(super) reason: WriteOffReason,
}

/// 物品查询条件
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct GoodsQuery {
    /// 只看某一状态
    pub(super) state: Option<GoodsState>,
    /// 每页条数，默认 20，最多 100
    #[param(minimum = 1, example = 20)]
    pub(super) page_size: Option<u64>,
    /// 上一页返回的翻页标记
    #[param(max_length = 1024)]
    pub(super) page_token: Option<String>,
}

/// 批次查询条件
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct LotQuery {
    /// 只看某一状态
    pub(super) state: Option<StockLotState>,
    /// 只看某一物品
    pub(super) goods_id: Option<GoodsId>,
    /// 每页条数，默认 20，最多 100
    #[param(minimum = 1, example = 20)]
    pub(super) page_size: Option<u64>,
    /// 上一页返回的翻页标记
    #[param(max_length = 1024)]
    pub(super) page_token: Option<String>,
}

/// 物品
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct GoodsView {
    /// 物品编号
    id: GoodsId,
    /// 所属所站编号；下级站点也可使用
    site_id: SiteId,
    /// 名称
    #[schema(example = "洗衣液（2公斤装）")]
    name: String,
    /// 类别
    #[schema(example = "日用品")]
    category: String,
    /// 计量单位
    #[schema(example = "瓶")]
    unit_label: String,
    /// 说明
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "薰衣草香型，保质期三年")]
    description: Option<String>,
    /// 建议所需积分
    #[schema(minimum = 1, example = 30)]
    points_price: i32,
    /// 状态
    state: GoodsState,
    /// 图片地址
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "https://example.org/goods/detergent.jpg")]
    image_url: Option<String>,
    /// 版本，修改时作为 If-Match
    #[schema(minimum = 1, example = 1)]
    version: i32,
    /// 建立时间
    created_at: DateTime<Utc>,
    /// 最近修改时间
    updated_at: DateTime<Utc>,
    /// 当前可进行的操作
    allowed_actions: Vec<GoodsAction>,
}

/// 库存批次
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct StockLotView {
    /// 批次编号
    id: StockLotId,
    /// 物品编号
    goods_id: GoodsId,
    /// 物品名称
    #[schema(example = "洗衣液（2公斤装）")]
    goods_name: String,
    /// 计量单位
    #[schema(example = "瓶")]
    unit_label: String,
    /// 所站编号
    site_id: SiteId,
    /// 状态
    state: StockLotState,
    /// 来源
    source: StockSource,
    /// 捐赠协议、收据或发票号
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "捐字〔2026〕第12号")]
    source_ref: Option<String>,
    /// 捐赠人
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "青山县惠民超市")]
    donor_name: Option<String>,
    /// 单价，单位为分
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 0, example = 1290)]
    unit_value_fen: Option<i32>,
    /// 入库数量
    #[schema(minimum = 1, example = 20)]
    received: i32,
    /// 现有数量
    #[schema(minimum = 0, example = 15)]
    on_hand: i32,
    /// 已预留数量
    #[schema(minimum = 0, example = 3)]
    reserved: i32,
    /// 已发放数量
    #[schema(minimum = 0, example = 5)]
    issued: i32,
    /// 已报损数量
    #[schema(minimum = 0, example = 0)]
    written_off: i32,
    /// 盘盈数量
    #[schema(minimum = 0, example = 0)]
    surplus: i32,
    /// 最后可发放日
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_on: Option<NaiveDate>,
    /// 是否已过期
    expired: bool,
    /// 是否将在 30 天内过期
    expiring_soon: bool,
    /// 入库登记人账号
    received_by: AccountId,
    /// 入库时间
    received_at: DateTime<Utc>,
    /// 第一验收人账号
    #[serde(skip_serializing_if = "Option::is_none")]
    accepted_by: Option<AccountId>,
    /// 第二验收人账号
    #[serde(skip_serializing_if = "Option::is_none")]
    second_accepted_by: Option<AccountId>,
    /// 验收完成时间
    #[serde(skip_serializing_if = "Option::is_none")]
    accepted_at: Option<DateTime<Utc>>,
    /// 上架时间
    #[serde(skip_serializing_if = "Option::is_none")]
    shelved_at: Option<DateTime<Utc>>,
    /// 备注
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "外箱轻微破损，内包装完好")]
    note: Option<String>,
    /// 版本
    #[schema(minimum = 1, example = 1)]
    version: i32,
    /// 当前可进行的操作
    allowed_actions: Vec<LotAction>,
}

/// 库存变动
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct StockMovementView {
    /// 变动编号
    id: StockMovementId,
    /// 类型
    kind: StockMovementKind,
    /// 数量
    #[schema(minimum = 1, example = 2)]
    quantity: i32,
    /// 因哪一笔兑换
    #[serde(skip_serializing_if = "Option::is_none")]
    redemption_id: Option<RedemptionId>,
    /// 经办人账号；系统自动进行的没有
    #[serde(skip_serializing_if = "Option::is_none")]
    actor_account_id: Option<AccountId>,
    /// 原因
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "运输破损，经两人清点")]
    reason: Option<String>,
    /// 时间
    created_at: DateTime<Utc>,
}

crate::page! {
    /// 一页物品
    GoodsPage of GoodsView;
    /// 一页库存批次
    StockLotPage of StockLotView;
    /// 一页库存变动
    StockMovementPage of StockMovementView;
}

impl GoodsView {
    /// For its `ETag`.
    pub(super) const fn version(&self) -> i32 {
        self.version
    }

    /// The goods; what may be done is shown to whoever manages them.
    pub(super) fn new(row: goods::Model, manages: bool) -> Self {
        Self {
            id: row.id,
            site_id: row.site_id,
            name: row.name,
            category: row.category,
            unit_label: row.unit_label,
            description: row.description,
            points_price: row.points_price,
            state: row.state,
            image_url: row.image_url,
            version: row.version,
            created_at: row.created_at,
            updated_at: row.updated_at,
            allowed_actions: if manages { goods_actions(row.state) } else { Vec::new() },
        }
    }
}

/// Who looks at lots, and on which day.
#[derive(Clone, Copy, Debug)]
pub(super) struct Viewer {
    pub(super) account: AccountId,
    pub(super) manages: bool,
    pub(super) today: NaiveDate,
}

impl StockLotView {
    pub(super) const fn id(&self) -> StockLotId {
        self.id
    }

    /// For its `ETag`.
    pub(super) const fn version(&self) -> i32 {
        self.version
    }

    /// The lot as `viewer` may see it.
    pub(super) fn new(row: stock_lot::Model, goods: &goods::Model, viewer: Viewer) -> Self {
        let actions = lot_actions(&row, viewer.account, viewer.today);
        Self {
            expired: is_expired(&row, viewer.today),
            expiring_soon: is_expiring_soon(&row, viewer.today),
            allowed_actions: if viewer.manages { actions } else { Vec::new() },
            id: row.id,
            goods_id: row.goods_id,
            goods_name: goods.name.clone(),
            unit_label: goods.unit_label.clone(),
            site_id: row.site_id,
            state: row.state,
            source: row.source,
            source_ref: row.source_ref,
            donor_name: row.donor_name,
            unit_value_fen: row.unit_value_fen,
            received: row.received,
            on_hand: row.on_hand,
            reserved: row.reserved,
            issued: row.issued,
            written_off: row.written_off,
            surplus: row.surplus,
            expires_on: row.expires_on,
            received_by: row.received_by,
            received_at: row.received_at,
            accepted_by: row.accepted_by,
            second_accepted_by: row.second_accepted_by,
            accepted_at: row.accepted_at,
            shelved_at: row.shelved_at,
            note: row.note,
            version: row.version,
        }
    }
}

impl From<stock_movement::Model> for StockMovementView {
    fn from(row: stock_movement::Model) -> Self {
        Self {
            id: row.id,
            kind: row.kind,
            quantity: row.quantity,
            redemption_id: row.redemption_id,
            actor_account_id: row.actor_account_id,
            reason: row.reason,
            created_at: row.created_at,
        }
    }
}
