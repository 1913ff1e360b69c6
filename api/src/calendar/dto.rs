//! Bodies and views of the calendar.

use chrono::NaiveDate;
use entity::calendar_day::{self, DayKind};
use entity::calendar_year;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::bounded_text;

bounded_text! {
    /// 发文字号
    OrderNo(4..=60) = "国办发明电〔2025〕7号";
    /// 节日名称
    HolidayName(1..=20) = "国庆节";
}

/// 与平日不同的一天
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct DayBody {
    /// 日期
    #[schema(example = "2026-10-01")]
    pub(super) day: NaiveDate,
    /// 放假或调休上班
    pub(super) kind: DayKind,
    /// 节日名称
    pub(super) name: HolidayName,
}

/// 录入一年的节假日安排
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SetCalendarYear {
    /// 国务院办公厅通知的发文字号
    pub(super) document_no: OrderNo,
    /// 全部放假和调休上班的日期；未列出的按周一至周五上班
    #[schema(min_items = 1, max_items = 80)]
    pub(super) days: Vec<DayBody>,
}

/// 与平日不同的一天
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CalendarDayView {
    /// 日期
    day: NaiveDate,
    /// 放假或调休上班
    kind: DayKind,
    /// 节日名称
    #[schema(example = "国庆节")]
    name: String,
}

/// 一年的节假日安排
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CalendarYearView {
    /// 年份
    #[schema(example = 2026)]
    year: i32,
    /// 是否已录入；未录入时按周末和固定日期的节日计算
    entered: bool,
    /// 发文字号
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "国办发明电〔2025〕7号")]
    document_no: Option<String>,
    /// 放假和调休上班的日期
    days: Vec<CalendarDayView>,
    /// 版本；修改时放入 If-Match，未录入时为 0
    pub(super) version: i32,
}

impl CalendarYearView {
    pub(super) fn new(
        year: i32,
        row: Option<calendar_year::Model>,
        days: Vec<calendar_day::Model>,
    ) -> Self {
        let view = |row: calendar_day::Model| CalendarDayView {
            day: row.day,
            kind: row.kind,
            name: row.name,
        };
        Self {
            year,
            entered: row.is_some(),
            version: row.as_ref().map_or(0, |row| row.version),
            document_no: row.map(|row| row.document_no),
            days: days.into_iter().map(view).collect(),
        }
    }
}
