//! Views of service records.

use chrono::{DateTime, Utc};
use entity::ids::{ActivityId, ServiceRecordId};
use entity::{activity, service_record};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// 我的一条志愿服务记录
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ServiceRecordView {
    /// 记录编号
    id: ServiceRecordId,
    /// 第几版；更正产生新版，旧版保留
    #[schema(minimum = 1, example = 1)]
    revision: i32,
    /// 活动编号
    activity_id: ActivityId,
    /// 服务日期
    served_on: chrono::NaiveDate,
    /// 地点
    #[schema(example = "李家村文化广场")]
    place: String,
    /// 服务内容
    #[schema(example = "清扫主干道两侧垃圾")]
    content: String,
    /// 开始时间
    starts_at: DateTime<Utc>,
    /// 结束时间
    ends_at: DateTime<Utc>,
    /// 时长，单位 0.1 小时
    #[schema(minimum = 1, example = 25)]
    hours_tenths: i32,
    /// 组织单位
    #[schema(example = "青石镇李家村新时代文明实践站")]
    organiser: String,
    /// 负责人
    #[schema(example = "李建国")]
    person_in_charge: String,
    /// 服务评价
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "认真负责")]
    evaluation: Option<String>,
}

impl ServiceRecordView {
    /// The evaluation is written for the whole activity when it is recorded, after the
    /// records of those who took part.
    pub(super) fn new(row: service_record::Model, of: Option<activity::Model>) -> Self {
        let evaluation = row.evaluation.or_else(|| of.and_then(|of| of.evaluation));
        Self {
            id: row.id,
            revision: row.revision,
            activity_id: row.activity_id,
            served_on: row.served_on,
            place: row.place,
            content: row.content,
            starts_at: row.starts_at,
            ends_at: row.ends_at,
            hours_tenths: row.hours_tenths,
            organiser: row.organiser,
            person_in_charge: row.person_in_charge,
            evaluation,
        }
    }
}

/// 我的志愿服务记录
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ServiceRecordPage {
    /// 本页内容，每次服务只列最新一版
    pub(super) items: Vec<ServiceRecordView>,
    /// 下一页的翻页标记；没有下一页时不出现
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) next_page_token: Option<String>,
    /// 年份
    #[schema(example = 2026)]
    pub(super) year: i32,
    /// 全年时长合计，单位 0.1 小时
    #[schema(minimum = 0, example = 235)]
    pub(super) year_hours_tenths: i64,
}

/// 查询志愿服务记录
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct ServiceRecordQuery {
    /// 年份，默认今年
    #[param(minimum = 2000, maximum = 2100, example = 2026)]
    pub(super) year: Option<i32>,
    /// 每页条数，默认 20，最多 100
    #[param(minimum = 1, example = 20)]
    pub(super) page_size: Option<u64>,
    /// 上一页返回的翻页标记
    #[param(max_length = 1024)]
    pub(super) page_token: Option<String>,
}
