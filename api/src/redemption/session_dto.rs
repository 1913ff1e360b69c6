//! Bodies and views of redemption sessions.

use chrono::{DateTime, Utc};
use entity::ids::{GoodsId, RedemptionSessionId, SiteId};
use entity::redemption_session::{self, RedemptionSessionState};
use entity::{goods, session_item};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{bounded_number, bounded_text};

bounded_text! {
    /// 集中兑换的名称
    SessionTitle(1..=60) = "李家村十一月集中兑换";
}

bounded_number! {
    /// 兑换门槛
    PointsThreshold: i64 = 0..=1_000_000_000, 50;
    /// 所需积分
    OfferPoints: i32 = 1..=1_000_000, 30;
    /// 提供数量
    OfferQuantity: i32 = 1..=1_000_000, 40;
    /// 每人限兑数量
    PersonLimit: i32 = 1..=1_000_000, 2;
}

/// 集中兑换的安排
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RedemptionSessionPlan {
    /// 名称
    pub(super) title: SessionTitle,
    /// 开始时间
    #[schema(example = "2026-11-28T01:00:00Z")]
    #[serde(deserialize_with = "crate::platform::text::day::instant")]
    pub(super) starts_at: DateTime<Utc>,
    /// 结束时间
    #[schema(example = "2026-11-28T09:00:00Z")]
    #[serde(deserialize_with = "crate::platform::text::day::instant")]
    pub(super) ends_at: DateTime<Utc>,
    /// 兑换门槛：可用与冻结积分合计不低于此数才能兑换
    pub(super) threshold: PointsThreshold,
    /// 每人本次限兑件数；不限则不填
    #[serde(default)]
    pub(super) limit_per_person: Option<PersonLimit>,
    /// 本次兑换的最迟领取时间。每笔订单另有保留时限，可能更早，以订单的 `expires_at` 为准
    #[schema(example = "2026-12-05T09:00:00Z")]
    #[serde(deserialize_with = "crate::platform::text::day::instant")]
    pub(super) pickup_until: DateTime<Utc>,
    /// 提供的物品
    #[schema(min_items = 1, max_items = 100)]
    pub(super) items: Vec<OfferedItem>,
}

/// 一种提供的物品
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct OfferedItem {
    /// 物品编号
    pub(super) goods_id: GoodsId,
    /// 每件所需积分
    pub(super) points: OfferPoints,
    /// 提供数量
    pub(super) quantity_offered: OfferQuantity,
    /// 这种物品每人限兑件数；不限则不填
    #[serde(default)]
    pub(super) limit_per_person: Option<PersonLimit>,
}

/// 集中兑换查询条件
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct SessionQuery {
    /// 只看某一状态
    pub(super) state: Option<RedemptionSessionState>,
    /// 每页条数，默认 20，最多 100
    #[param(minimum = 1, example = 20)]
    pub(super) page_size: Option<u64>,
    /// 上一页返回的翻页标记
    #[param(max_length = 1024)]
    pub(super) page_token: Option<String>,
}

/// 集中兑换
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RedemptionSessionView {
    /// 集中兑换编号
    id: RedemptionSessionId,
    /// 所站编号
    site_id: SiteId,
    /// 名称
    #[schema(example = "李家村十一月集中兑换")]
    title: String,
    /// 状态
    state: RedemptionSessionState,
    /// 此刻能否兑换
    open_now: bool,
    /// 开始时间
    starts_at: DateTime<Utc>,
    /// 结束时间
    ends_at: DateTime<Utc>,
    /// 兑换门槛
    #[schema(minimum = 0, example = 50)]
    threshold: i64,
    /// 每人本次限兑件数
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, example = 2)]
    limit_per_person: Option<i32>,
    /// 本次兑换的最迟领取时间。每笔订单另有保留时限，可能更早，以订单的 `expires_at` 为准
    pickup_until: DateTime<Utc>,
    /// 版本，修改时作为 If-Match
    #[schema(minimum = 1, example = 1)]
    version: i32,
    /// 提供的物品
    items: Vec<SessionItemView>,
}

/// 集中兑换中的一种物品
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SessionItemView {
    /// 物品编号
    goods_id: GoodsId,
    /// 物品名称
    #[schema(example = "洗衣液（2公斤装）")]
    goods_name: String,
    /// 计量单位
    #[schema(example = "瓶")]
    unit_label: String,
    /// 图片地址
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "https://example.org/goods/detergent.jpg")]
    image_url: Option<String>,
    /// 每件所需积分
    #[schema(minimum = 1, example = 30)]
    points: i32,
    /// 提供数量
    #[schema(minimum = 1, example = 40)]
    quantity_offered: i32,
    /// 此刻还可兑换的数量：未被兑走且有现货
    #[schema(minimum = 0, example = 12)]
    quantity_left: i64,
    /// 这种物品每人限兑件数
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, example = 1)]
    limit_per_person: Option<i32>,
}

crate::page! {
    /// 一页集中兑换
    RedemptionSessionPage of RedemptionSessionView;
}

impl SessionItemView {
    /// `free` is what the site has of it that nobody reserved.
    pub(super) fn new(row: &session_item::Model, what: &goods::Model, free: i64) -> Self {
        let open = i64::from(row.quantity_offered) - i64::from(row.quantity_taken);
        Self {
            goods_id: row.goods_id,
            goods_name: what.name.clone(),
            unit_label: what.unit_label.clone(),
            image_url: what.image_url.clone(),
            points: row.points,
            quantity_offered: row.quantity_offered,
            quantity_left: open.min(free).max(0),
            limit_per_person: row.limit_per_person,
        }
    }
}

impl RedemptionSessionView {
    pub(super) fn new(
        row: redemption_session::Model,
        items: Vec<SessionItemView>,
        now: DateTime<Utc>,
    ) -> Self {
        let within = row.starts_at <= now && now < row.ends_at;
        Self {
            open_now: row.state == RedemptionSessionState::Open && within,
            id: row.id,
            site_id: row.site_id,
            title: row.title,
            state: row.state,
            starts_at: row.starts_at,
            ends_at: row.ends_at,
            threshold: row.threshold,
            limit_per_person: row.limit_per_person,
            pickup_until: row.pickup_until,
            version: row.version,
            items,
        }
    }

    pub(super) const fn id(&self) -> RedemptionSessionId {
        self.id
    }

    /// For its `ETag`.
    pub(super) const fn version(&self) -> i32 {
        self.version
    }
}
