//! Bodies and views of freezes.

use chrono::{DateTime, Utc};
use entity::freeze::{self, FreezeEnd, FreezeSubject};
use entity::ids::{AccountId, FreezeId, SiteId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::page;
use crate::platform::text::bounded::Line;

/// 冻结的对象
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct FreezeTarget {
    /// 种类；公示中的积分申请按公示条目冻结
    pub(super) kind: FreezeSubject,
    /// 积分申请或兑换的编号；公示条目填其积分申请编号
    pub(super) id: Uuid,
}

/// 冻结
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CreateFreeze {
    /// 对象
    pub(super) subject: FreezeTarget,
    /// 原因，当事人可以看到
    pub(super) reason: Line,
    /// 冻结几天，不超过设置的最长天数
    #[schema(minimum = 1, maximum = 60, example = 5)]
    pub(super) days: i64,
}

/// 解除冻结
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct LiftFreeze {
    /// 说明
    pub(super) reason: Line,
}

/// 冻结的筛选与翻页
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct FreezeQuery {
    /// 只看冻结中的(true)或已结束的(false)
    pub(super) in_force: Option<bool>,
    /// 每页条数，默认 20，最多 100
    #[param(minimum = 1, example = 20)]
    pub(super) page_size: Option<u64>,
    /// 上一页返回的翻页标记
    #[param(max_length = 1024)]
    pub(super) page_token: Option<String>,
}

/// 一次冻结
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct FreezeView {
    /// 编号
    pub(super) id: FreezeId,
    /// 所站
    site_id: SiteId,
    /// 对象种类
    subject_kind: FreezeSubject,
    /// 对象编号
    subject_id: Uuid,
    /// 当事人姓名（部分隐藏）
    #[schema(example = "张*兰")]
    volunteer_name: String,
    /// 原因
    #[schema(example = "签到时间与现场照片不一致，待核实")]
    reason: String,
    /// 冻结的监督员账号
    frozen_by: AccountId,
    /// 冻结时间
    frozen_at: DateTime<Utc>,
    /// 最迟到何时自动解除
    frozen_until: DateTime<Utc>,
    /// 结束方式；冻结中的没有
    #[serde(skip_serializing_if = "Option::is_none")]
    ended_how: Option<FreezeEnd>,
    /// 解除人账号
    #[serde(skip_serializing_if = "Option::is_none")]
    ended_by: Option<AccountId>,
    /// 结束时间
    #[serde(skip_serializing_if = "Option::is_none")]
    ended_at: Option<DateTime<Utc>>,
    /// 解除说明
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "已核实无误")]
    end_reason: Option<String>,
    /// 当前用户能否解除
    may_lift: bool,
}

impl FreezeView {
    pub(super) fn new(row: freeze::Model, volunteer_name: String, may_lift: bool) -> Self {
        Self {
            id: row.id,
            site_id: row.site_id,
            subject_kind: row.subject_kind,
            subject_id: row.subject_id,
            volunteer_name,
            reason: row.reason,
            frozen_by: row.frozen_by,
            frozen_at: row.frozen_at,
            frozen_until: row.frozen_until,
            ended_how: row.ended_how,
            ended_by: row.ended_by,
            ended_at: row.ended_at,
            end_reason: row.end_reason,
            may_lift,
        }
    }
}

page! {
    /// 一页冻结
    FreezePage of FreezeView;
}
