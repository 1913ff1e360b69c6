//! What the lists of activities are narrowed to.

use chrono::NaiveDate;
use entity::activity::{ActivityKind, ActivityState};
use entity::ids::SiteId;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::platform::paging::PageQuery;

/// Narrows the public list.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct ActivityQuery {
    /// 只看这个站点及其下级
    pub(super) site_id: Option<SiteId>,
    /// 从这一天起
    #[param(example = "2026-05-01")]
    #[serde(default, deserialize_with = "crate::platform::text::day::some_day")]
    pub(super) from: Option<NaiveDate>,
    /// 到这一天止
    #[param(example = "2026-05-31")]
    #[serde(default, deserialize_with = "crate::platform::text::day::some_day")]
    pub(super) to: Option<NaiveDate>,
    /// 活动类型
    pub(super) kind: Option<ActivityKind>,
    /// 每页条数，默认 20，最多 100
    #[param(minimum = 1, example = 20)]
    page_size: Option<u64>,
    /// 上一页返回的翻页标记
    #[param(max_length = 1024)]
    page_token: Option<String>,
}

impl ActivityQuery {
    pub(super) fn page(&self) -> PageQuery {
        PageQuery { page_size: self.page_size, page_token: self.page_token.clone() }
    }
}

/// Whom to look for.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct OrganiserQuery {
    /// 积分卡卡号
    #[param(max_length = 24, example = "JF-7K2M-9XQ4-T5W")]
    pub(super) card_number: String,
}

/// Narrows the list of staff.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct ActivityManageQuery {
    /// 只看此刻处于这个状态的活动
    pub(super) state: Option<ActivityState>,
    /// 每页条数，默认 20，最多 100
    #[param(minimum = 1, example = 20)]
    page_size: Option<u64>,
    /// 上一页返回的翻页标记
    #[param(max_length = 1024)]
    page_token: Option<String>,
}

impl ActivityManageQuery {
    pub(super) fn page(&self) -> PageQuery {
        PageQuery { page_size: self.page_size, page_token: self.page_token.clone() }
    }
}
