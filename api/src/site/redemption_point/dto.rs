//! Bodies and views of redemption points.

use chrono::NaiveDate;
use entity::ids::{RedemptionPointId, SiteId};
use entity::redemption_point;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::domain::{RedemptionPointAction, actions};
use crate::platform::text::bounded::{Line, PersonName};

/// 开设积分兑换点
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct OpenRedemptionPoint {
    /// 负责人
    pub(super) responsible_person: PersonName,
    /// 地址
    #[serde(default)]
    pub(super) address: Option<Line>,
    /// 开设日期
    #[schema(example = "2026-01-01")]
    #[serde(deserialize_with = "crate::platform::text::day::day")]
    pub(super) opened_on: NaiveDate,
}

/// 修改积分兑换点；未填的可选项会被清空
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct UpdateRedemptionPoint {
    /// 负责人
    pub(super) responsible_person: PersonName,
    /// 地址
    #[serde(default)]
    pub(super) address: Option<Line>,
}

/// 一个积分兑换点
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RedemptionPointView {
    /// 编号
    id: RedemptionPointId,
    /// 所站
    site_id: SiteId,
    /// 名称，由县、镇、村名生成
    #[schema(example = "青山县青石镇李家村新时代文明实践志愿服务积分兑换点")]
    name: String,
    /// 负责人
    #[schema(example = "李国强")]
    responsible_person: String,
    /// 地址
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "李家村文化广场")]
    address: Option<String>,
    /// 开设日期
    opened_on: NaiveDate,
    /// 版本，修改时作为 If-Match 的值
    #[schema(minimum = 1, example = 1)]
    version: i32,
    /// 当前用户可做的操作；未登录时为空
    allowed_actions: Vec<RedemptionPointAction>,
}

impl RedemptionPointView {
    /// `manages`: whether the reader manages the site.
    pub(super) fn new(row: redemption_point::Model, manages: bool) -> Self {
        Self {
            allowed_actions: actions(manages),
            id: row.id,
            site_id: row.site_id,
            name: row.name,
            responsible_person: row.responsible_person,
            address: row.address,
            opened_on: row.opened_on,
            version: row.version,
        }
    }
}
