//! Query and views of alerts.

use entity::ids::AccountId;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::domain::{Alert, AlertKind, Source};
use crate::volunteer::masked_name;

/// 查询哪个季度的预警
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct AlertQuery {
    /// 季度，如 2026Q4
    #[param(min_length = 6, max_length = 6, example = "2026Q4")]
    pub(super) quarter: String,
}

/// 一个所站的预警：只作提示，不产生任何后果
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AlertList {
    /// 季度
    #[schema(example = "2026Q4")]
    pub(super) quarter: String,
    /// 预警
    pub(super) items: Vec<AlertView>,
}

/// 一条预警
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AlertView {
    /// 种类
    kind: AlertKind,
    /// 经手的账号；按设备或代领人的没有
    #[serde(skip_serializing_if = "Option::is_none")]
    account_id: Option<AccountId>,
    /// 设备代号；按经手人或代领人的没有
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "7F83B165")]
    device: Option<String>,
    /// 代领人姓名（部分隐藏）；按经手人或设备的没有
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "李*明")]
    delegate: Option<String>,
    /// 笔数
    #[schema(minimum = 1, example = 36)]
    count: i64,
    /// 涉及的人数
    #[schema(minimum = 1, example = 21)]
    people: i64,
    /// 全站的笔数
    #[schema(minimum = 1, example = 90)]
    total: i64,
    /// 占比(%)
    #[schema(minimum = 0, maximum = 100, example = 40)]
    percent: i64,
    /// 达到多少(%)时预警
    #[schema(minimum = 5, maximum = 100, example = 30)]
    threshold_percent: i64,
}

impl From<Alert> for AlertView {
    fn from(alert: Alert) -> Self {
        let device = alert.share.source.device_label();
        let (account_id, delegate) = match &alert.share.source {
            Source::Hand(account) => (Some(*account), None),
            Source::Device(_) => (None, None),
            Source::Delegate(name) => (None, Some(masked_name(name))),
        };
        Self {
            kind: alert.kind,
            account_id,
            device,
            delegate,
            count: alert.share.count,
            people: alert.share.people,
            total: alert.total,
            percent: alert.percent,
            threshold_percent: alert.threshold_percent,
        }
    }
}
