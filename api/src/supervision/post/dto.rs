//! Bodies and views of supervisors' posts.

use chrono::{DateTime, NaiveDate, Utc};
use entity::ids::{AccountId, SiteId, SupervisorPostId, VolunteerId};
use entity::supervisor_appraisal::{self, AppraisalGrade};
use entity::supervisor_post::{self, PostState};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::domain::PostAction;
use crate::page;
use crate::platform::text::bounded::Line;

/// 提名监督员
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NominateSupervisor {
    /// 被提名的志愿者；须已开通账号，且不是本所站工作人员及其亲属
    pub(super) volunteer_id: VolunteerId,
    /// 推荐意见
    pub(super) recommendation: Line,
}

/// 审核、撤回或解聘的说明
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PostNote {
    /// 说明
    pub(super) note: Line,
}

/// 聘任监督员
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct AppointSupervisor {
    /// 任期的第一天
    #[schema(example = "2026-12-01")]
    #[serde(deserialize_with = "crate::platform::text::day::day")]
    pub(super) from: NaiveDate,
    /// 任期的最后一天
    #[schema(example = "2028-11-30")]
    #[serde(deserialize_with = "crate::platform::text::day::day")]
    pub(super) until: NaiveDate,
}

/// 年度考评
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct AppraiseSupervisor {
    /// 考评年度
    #[schema(minimum = 2022, maximum = 2100, example = 2026)]
    pub(super) year: i32,
    /// 等次
    pub(super) grade: AppraisalGrade,
    /// 评语
    pub(super) note: Line,
}

/// 监督员的筛选与翻页
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct PostQuery {
    /// 只看某一状态
    pub(super) state: Option<PostState>,
    /// 每页条数，默认 20，最多 100
    #[param(minimum = 1, example = 20)]
    pub(super) page_size: Option<u64>,
    /// 上一页返回的翻页标记
    #[param(max_length = 1024)]
    pub(super) page_token: Option<String>,
}

/// 监督员的提名与聘任
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SupervisorPostView {
    /// 编号
    pub(super) id: SupervisorPostId,
    /// 所监督的所站
    site_id: SiteId,
    /// 志愿者编号
    volunteer_id: VolunteerId,
    /// 姓名；不参与提名、审核、聘任的人只看到部分
    #[schema(example = "彭*福")]
    name: String,
    /// 状态
    state: PostState,
    /// 推荐意见
    #[schema(example = "为人公道，熟悉村情")]
    recommendation: String,
    /// 提名账号
    nominated_by: AccountId,
    /// 提名时间
    nominated_at: DateTime<Utc>,
    /// 审核账号
    #[serde(skip_serializing_if = "Option::is_none")]
    vetted_by: Option<AccountId>,
    /// 审核时间
    #[serde(skip_serializing_if = "Option::is_none")]
    vetted_at: Option<DateTime<Utc>>,
    /// 审核意见
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "符合条件")]
    vetting_note: Option<String>,
    /// 聘任账号
    #[serde(skip_serializing_if = "Option::is_none")]
    appointed_by: Option<AccountId>,
    /// 任期的第一天
    #[serde(skip_serializing_if = "Option::is_none")]
    term_from: Option<NaiveDate>,
    /// 任期的最后一天
    #[serde(skip_serializing_if = "Option::is_none")]
    term_until: Option<NaiveDate>,
    /// 离任或撤回时间
    #[serde(skip_serializing_if = "Option::is_none")]
    ended_at: Option<DateTime<Utc>>,
    /// 离任或撤回原因
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "任期届满")]
    end_reason: Option<String>,
    /// 历年考评
    appraisals: Vec<SupervisorAppraisalView>,
    /// 版本
    #[schema(minimum = 1, example = 1)]
    version: i32,
    /// 当前用户可做的操作
    allowed_actions: Vec<PostAction>,
}

/// 一次年度考评
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SupervisorAppraisalView {
    /// 年度
    #[schema(example = 2026)]
    year: i32,
    /// 等次
    grade: AppraisalGrade,
    /// 评语
    #[schema(example = "全年抽查六次，认真负责")]
    note: String,
    /// 考评账号
    appraised_by: AccountId,
    /// 考评时间
    appraised_at: DateTime<Utc>,
}

impl From<supervisor_appraisal::Model> for SupervisorAppraisalView {
    fn from(row: supervisor_appraisal::Model) -> Self {
        Self {
            year: row.year,
            grade: row.grade,
            note: row.note,
            appraised_by: row.appraised_by,
            appraised_at: row.appraised_at,
        }
    }
}

impl SupervisorPostView {
    pub(super) fn new(
        post: supervisor_post::Model,
        name: String,
        appraisals: Vec<supervisor_appraisal::Model>,
        allowed_actions: Vec<PostAction>,
    ) -> Self {
        Self {
            id: post.id,
            site_id: post.site_id,
            volunteer_id: post.volunteer_id,
            name,
            state: post.state,
            recommendation: post.recommendation,
            nominated_by: post.nominated_by,
            nominated_at: post.nominated_at,
            vetted_by: post.vetted_by,
            vetted_at: post.vetted_at,
            vetting_note: post.vetting_note,
            appointed_by: post.appointed_by,
            term_from: post.term_from,
            term_until: post.term_until,
            ended_at: post.ended_at,
            end_reason: post.end_reason,
            appraisals: appraisals.into_iter().map(Into::into).collect(),
            version: post.version,
            allowed_actions,
        }
    }
}

page! {
    /// 一页监督员
    SupervisorPostPage of SupervisorPostView;
}
