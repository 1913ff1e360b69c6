//! Bodies and views of appointments.

use chrono::NaiveDate;
use entity::appointment;
use entity::ids::{AppointmentId, SiteId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::domain::{AppointmentAction, actions};
use crate::platform::text::bounded::PersonName;
use crate::{bounded_text, page};

bounded_text! {
    /// 职务
    AppointmentTitle(2..=40) = "站主任";
}

/// 任职
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CreateAppointment {
    /// 职务，如组长、副组长、办公室主任、文明专干、站主任
    pub(super) title: AppointmentTitle,
    /// 姓名
    pub(super) person_name: PersonName,
    /// 开始日期
    #[schema(example = "2026-01-01")]
    #[serde(deserialize_with = "crate::platform::text::day::day")]
    pub(super) starts_on: NaiveDate,
    /// 结束日期（当天仍在任）
    #[schema(example = "2030-12-31")]
    #[serde(default, deserialize_with = "crate::platform::text::day::some_day")]
    pub(super) ends_on: Option<NaiveDate>,
}

/// 结束任职
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct EndAppointment {
    /// 最后一天；不填为今天
    #[schema(example = "2026-12-31")]
    #[serde(default, deserialize_with = "crate::platform::text::day::some_day")]
    pub(super) ends_on: Option<NaiveDate>,
}

/// 一项任职
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AppointmentView {
    /// 编号
    id: AppointmentId,
    /// 所站
    site_id: SiteId,
    /// 职务
    #[schema(example = "站主任")]
    title: String,
    /// 姓名
    #[schema(example = "李国强")]
    person_name: String,
    /// 开始日期
    starts_on: NaiveDate,
    /// 结束日期（当天仍在任）
    #[serde(skip_serializing_if = "Option::is_none")]
    ends_on: Option<NaiveDate>,
    /// 当前用户可做的操作
    allowed_actions: Vec<AppointmentAction>,
}

impl AppointmentView {
    /// `manages`: whether the reader may change appointments of the site.
    pub(super) fn new(row: appointment::Model, manages: bool, today: NaiveDate) -> Self {
        Self {
            allowed_actions: if manages { actions(&row, today) } else { vec![] },
            id: row.id,
            site_id: row.site_id,
            title: row.title,
            person_name: row.person_name,
            starts_on: row.starts_on,
            ends_on: row.ends_on,
        }
    }
}

page! {
    /// 任职的一页
    AppointmentPage of AppointmentView;
}
