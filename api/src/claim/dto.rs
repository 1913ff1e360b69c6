//! Bodies and views of claims.

use std::collections::HashSet;
use std::hash::Hash;

use chrono::{DateTime, Utc};
use entity::claim::{ClaimState, EnteredVia};
use entity::ids::{AccountId, ActivityId, AttendanceId, ClaimId, SiteId, VolunteerId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::domain::{Case, ClaimAction, ClaimRefusal};
use super::earlier_dto::EarlierDecision;
use super::freezing;
use crate::platform::frozen::Frozen;
use crate::platform::text::bounded::Line;
use crate::{bounded_text, page};

bounded_text! {
    /// 荣誉及其依据
    AwardRef(1..=60) = "2026年度身边好人（县文明办〔2026〕12号）";
    /// 细则条目代码
    ClaimItemCode(1..=20) = "RY01";
}

/// 1 to `MAX` ids, none of them twice.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "Vec<T>", bound(deserialize = "T: Deserialize<'de> + Eq + Hash"))]
pub(super) struct Ids<T, const MAX: usize>(Vec<T>);

impl<T: Clone, const MAX: usize> Ids<T, MAX> {
    /// The ids in the order sent.
    pub(super) fn to_vec(&self) -> Vec<T> {
        self.0.clone()
    }
}

impl<T: Eq + Hash, const MAX: usize> TryFrom<Vec<T>> for Ids<T, MAX> {
    type Error = String;

    fn try_from(ids: Vec<T>) -> Result<Self, String> {
        if ids.is_empty() || ids.len() > MAX {
            return Err(format!("每次1至{MAX}条"));
        }
        if ids.iter().collect::<HashSet<_>>().len() < ids.len() {
            return Err("同一条不能列两次".into());
        }
        Ok(Self(ids))
    }
}

/// 申请积分：一次可以申请多条
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CreateClaims {
    /// 签到记录编号
    #[schema(value_type = Vec<AttendanceId>, min_items = 1, max_items = 50)]
    pub(super) attendance_ids: Ids<AttendanceId, 50>,
}

/// 登记荣誉积分申请
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CreateAwardClaim {
    /// 志愿者编号
    pub(super) volunteer_id: VolunteerId,
    /// 现行细则中按荣誉计分的条目
    pub(super) rule_item_code: ClaimItemCode,
    /// 荣誉及其依据
    pub(super) award_ref: AwardRef,
    /// 登记说明
    pub(super) reason: Line,
}

/// 批量认定
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CertifyClaims {
    /// 积分申请编号
    #[schema(value_type = Vec<ClaimId>, min_items = 1, max_items = 100)]
    pub(super) claim_ids: Ids<ClaimId, 100>,
}

/// 批量退回或不予认定
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct DeclineClaims {
    /// 积分申请编号
    #[schema(value_type = Vec<ClaimId>, min_items = 1, max_items = 100)]
    pub(super) claim_ids: Ids<ClaimId, 100>,
    /// 原因，申请人可以看到
    pub(super) reason: Line,
}

impl DeclineClaims {
    /// Each claim with the reason for all of them.
    pub(super) fn items(&self) -> Vec<(ClaimId, Line)> {
        self.claim_ids.0.iter().map(|id| (*id, self.reason.clone())).collect()
    }
}

/// 撤销认定
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RevokeClaim {
    /// 原因，申请人可以看到
    pub(super) reason: Line,
}

/// 看谁的：本人和现由本人代办的人
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct WhoseQuery {
    /// 只看这名志愿者：本人，或现由本人代办的人；不填则都列出
    pub(super) volunteer_id: Option<VolunteerId>,
    /// 每页条数，默认 20，最多 100
    #[param(minimum = 1, example = 20)]
    pub(super) page_size: Option<u64>,
    /// 上一页返回的翻页标记
    #[param(max_length = 1024)]
    pub(super) page_token: Option<String>,
}

/// 积分申请的筛选与翻页
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct ClaimQuery {
    /// 只看某一状态
    pub(super) state: Option<ClaimState>,
    /// 每页条数，默认 20，最多 100
    #[param(minimum = 1, example = 20)]
    pub(super) page_size: Option<u64>,
    /// 上一页返回的翻页标记
    #[param(max_length = 1024)]
    pub(super) page_token: Option<String>,
}

/// 一条积分申请
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ClaimView {
    /// 积分申请编号
    id: ClaimId,
    /// 状态；`objected` 而有 `frozen` 的，是监督员正在核查，并非有人提出异议
    state: ClaimState,
    /// 积分，由系统按细则计算
    #[schema(minimum = 1, example = 5)]
    points: i32,
    /// 计算过程
    #[schema(example = "参加“清扫村道”2.5小时，按“环境卫生”每小时2分计5分")]
    explanation: String,
    /// 志愿者编号
    volunteer_id: VolunteerId,
    /// 志愿者姓名；无认定权限者只看到部分
    #[schema(example = "张秀兰")]
    volunteer_name: String,
    /// 受理所站编号
    site_id: SiteId,
    /// 受理所站
    #[schema(example = "青石镇李家村新时代文明实践站")]
    site_name: String,
    /// 细则条目代码
    #[schema(example = "HJ01")]
    rule_item_code: String,
    /// 细则条目
    #[schema(example = "环境卫生")]
    rule_item_name: String,
    /// 签到记录编号；荣誉申请没有
    #[serde(skip_serializing_if = "Option::is_none")]
    attendance_id: Option<AttendanceId>,
    /// 活动编号
    #[serde(skip_serializing_if = "Option::is_none")]
    activity_id: Option<ActivityId>,
    /// 活动名称
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "清扫村道")]
    activity_title: Option<String>,
    /// 活动开始时间
    #[serde(skip_serializing_if = "Option::is_none")]
    activity_starts_at: Option<DateTime<Utc>>,
    /// 服务时长（0.1小时）
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 0, example = 25)]
    hours_tenths: Option<i32>,
    /// 荣誉及其依据
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "2026年度身边好人（县文明办〔2026〕12号）")]
    award_ref: Option<String>,
    /// 由谁提出：本人、工作人员代为申请或代办人
    entered_via: EnteredVia,
    /// 提出申请的账号；代为申请的人不能认定
    entered_by: AccountId,
    /// 工作人员代为申请的原因
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "本人没有手机，持卡到站申请")]
    entry_reason: Option<String>,
    /// 提交时间
    #[serde(skip_serializing_if = "Option::is_none")]
    submitted_at: Option<DateTime<Utc>>,
    /// 处理时间
    #[serde(skip_serializing_if = "Option::is_none")]
    decided_at: Option<DateTime<Utc>>,
    /// 退回、不予认定或撤销的原因
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "签退时间有误，请与组织者核对")]
    decision_reason: Option<String>,
    /// 监督员冻结；未冻结时不出现
    #[serde(skip_serializing_if = "Option::is_none")]
    frozen: Option<Frozen>,
    /// 当前工作人员是否须回避；本人查看时不出现
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = false)]
    must_recuse: Option<bool>,
    /// 同一事项此前申请的最近一次处理；没有，或查看的人没有认定权限时不出现
    #[serde(skip_serializing_if = "Option::is_none")]
    earlier: Option<EarlierDecision>,
    /// 当前用户可以进行的操作
    allowed_actions: Vec<ClaimAction>,
    /// 修订号，与 `ETag` 相同
    #[schema(minimum = 1, example = 1)]
    version: i32,
}

/// What depends on who is looking.
pub(super) struct StaffPart {
    pub(super) must_recuse: Option<bool>,
    pub(super) earlier: Option<EarlierDecision>,
    pub(super) allowed_actions: Vec<ClaimAction>,
}

impl ClaimView {
    pub(super) fn new(case: Case, volunteer_name: String, part: StaffPart) -> Self {
        let claim = case.claim;
        let frozen = freezing::frozen(&claim);
        Self {
            id: claim.id,
            state: claim.state,
            points: claim.points,
            explanation: claim.explanation,
            volunteer_id: claim.volunteer_id,
            volunteer_name,
            site_id: claim.site_id,
            site_name: case.site_name,
            rule_item_code: case.item_code,
            rule_item_name: case.item_name,
            attendance_id: claim.attendance_id,
            activity_id: case.activity_id,
            activity_title: case.activity_title,
            activity_starts_at: case.activity_starts_at,
            hours_tenths: case.hours_tenths,
            award_ref: claim.award_ref,
            entered_via: claim.entered_via,
            entered_by: claim.entered_by,
            entry_reason: claim.entry_reason,
            submitted_at: claim.submitted_at,
            decided_at: claim.decided_at,
            decision_reason: claim.decision_reason,
            frozen,
            must_recuse: part.must_recuse,
            earlier: part.earlier,
            allowed_actions: part.allowed_actions,
            version: claim.version,
        }
    }

    /// The row's version.
    pub(super) const fn version(&self) -> i32 {
        self.version
    }

    /// Where it is read.
    pub(super) fn location(&self) -> String {
        format!("/v1/claims/{}", self.id)
    }
}

/// 一条可申请（或说明为何不可申请）的签到记录
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ClaimableView {
    /// 签到记录编号
    pub(super) attendance_id: AttendanceId,
    /// 是谁的：志愿者编号
    pub(super) volunteer_id: VolunteerId,
    /// 是谁的：志愿者姓名；工作人员只看到部分
    #[schema(example = "张秀兰")]
    pub(super) volunteer_name: String,
    /// 活动编号
    pub(super) activity_id: ActivityId,
    /// 活动名称
    #[schema(example = "清扫村道")]
    pub(super) activity_title: String,
    /// 开始时间
    pub(super) starts_at: DateTime<Utc>,
    /// 服务时长（0.1小时）
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 0, example = 25)]
    pub(super) hours_tenths: Option<i32>,
    /// 细则条目
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "环境卫生")]
    pub(super) rule_item_name: Option<String>,
    /// 申请截止时间
    pub(super) claim_by: DateTime<Utc>,
    /// 现在能否申请
    #[schema(example = true)]
    pub(super) claimable: bool,
    /// 现在单独申请可得的积分
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, example = 5)]
    pub(super) points: Option<i32>,
    /// 计算过程
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "参加“清扫村道”2.5小时，按“环境卫生”每小时2分计5分")]
    pub(super) explanation: Option<String>,
    /// 不能申请的原因
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) reason: Option<NotClaimable>,
}

/// 不能申请的原因
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct NotClaimable {
    /// 原因代码，与申请时的问题代码相同
    #[schema(example = "already_claimed")]
    code: &'static str,
    /// 说明
    #[schema(example = "这项积分已经申请过")]
    message: String,
    /// 已有的积分申请编号
    #[serde(skip_serializing_if = "Option::is_none")]
    claim_id: Option<ClaimId>,
}

impl From<&ClaimRefusal> for NotClaimable {
    fn from(refusal: &ClaimRefusal) -> Self {
        let code = refusal.code();
        let (message, claim_id) = match refusal {
            ClaimRefusal::NoPointsLeft(explanation) => (explanation.clone(), None),
            ClaimRefusal::AlreadyClaimed(claim) => (code.title.to_owned(), Some(*claim)),
            ClaimRefusal::WrongState(_)
            | ClaimRefusal::Struck
            | ClaimRefusal::MustRecuse
            | ClaimRefusal::Stale
            | ClaimRefusal::NotConfirmed
            | ClaimRefusal::WindowClosed
            | ClaimRefusal::EarnsNoPoints
            | ClaimRefusal::EarningSuspended
            | ClaimRefusal::NoRules => (code.title.to_owned(), None),
        };
        Self { code: code.name, message, claim_id }
    }
}

/// 各状态的申请数
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ClaimStateCount {
    /// 状态
    pub(super) state: ClaimState,
    /// 条数
    #[schema(minimum = 1, example = 12)]
    pub(super) count: i64,
}

/// 积分申请数
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ClaimCountView {
    /// 等待认定的条数
    #[schema(minimum = 0, example = 12)]
    pub(super) waiting: i64,
    /// 各状态的条数；没有的状态不列出
    pub(super) by_state: Vec<ClaimStateCount>,
}

page! {
    /// 积分申请列表，先提交的在前
    ClaimPage of ClaimView;
    /// 我的积分申请，含代办的，最近的在前
    MyClaimPage of ClaimView;
    /// 签到记录及可申请的积分，含代办的，最近的在前
    ClaimablePage of ClaimableView;
}
