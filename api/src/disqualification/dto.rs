//! Bodies and views of cases.

use chrono::{DateTime, NaiveDate, Utc};
use entity::disqualification::{self, CaseChannel, DisqualificationState, Ground, ReviewOpinion};
use entity::ids::{AccountId, DisqualificationId, VolunteerId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::domain::CaseAction;
use crate::platform::text::bounded::{Line, PersonName};
use crate::{bounded_text, page};

bounded_text! {
    /// 文书号;只记编号,不记内容
    CaseDocumentNo(2..=60) = "青公(行)罚决字〔2026〕12号";
    /// 出具单位
    CaseIssuer(2..=60) = "青山县公安局";
    /// 陈述申辩或申诉的内容
    CaseStatement(1..=2000) = "当天我不在现场,请核实。";
}

/// 提出清零
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ProposeDisqualification {
    /// 情形
    pub(super) ground: Ground,
    /// 文书号
    pub(super) document_no: CaseDocumentNo,
    /// 出具单位
    pub(super) document_issuer: CaseIssuer,
    /// 文书日期;曝光的填曝光日期
    #[schema(example = "2026-05-01")]
    #[serde(deserialize_with = "crate::platform::text::day::day")]
    pub(super) document_date: NaiveDate,
    /// 其他情形的说明;仅情形为 other 时填写
    #[serde(default)]
    pub(super) ground_note: Option<Line>,
}

/// 书面送达告知书
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct DeliverNotice {
    /// 见证人
    pub(super) witness: PersonName,
}

/// 陈述申辩或申诉
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CaseText {
    /// 内容
    pub(super) text: CaseStatement,
}

/// 监督员到场
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SuperviseReview {
    /// 监督意见
    #[serde(default)]
    pub(super) note: Option<Line>,
}

/// 复核
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ReviewCase {
    /// 意见
    pub(super) opinion: ReviewOpinion,
    /// 说明
    pub(super) note: Line,
}

/// 决定、终止或申诉决定的说明
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CaseNote {
    /// 说明
    pub(super) note: Line,
}

/// 确认并执行清零
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ExecuteCase {
    /// 再次填写文书号,以确认案件无误
    pub(super) document_no: CaseDocumentNo,
}

/// 申诉结论
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum AppealOutcome {
    /// 申诉成立,恢复积分
    Overturn,
    /// 维持原决定
    Uphold,
}

impl AppealOutcome {
    /// The step that decides so.
    pub(super) const fn action(self) -> CaseAction {
        match self {
            Self::Overturn => CaseAction::Overturn,
            Self::Uphold => CaseAction::Uphold,
        }
    }
}

/// 申诉决定
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct DecideAppeal {
    /// 结论
    pub(super) outcome: AppealOutcome,
    /// 说明
    pub(super) note: Line,
}

/// 查询条件
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct CaseQuery {
    /// 状态
    pub(super) state: Option<DisqualificationState>,
    /// 每页条数,默认 20,最多 100
    #[param(minimum = 1, example = 20)]
    pub(super) page_size: Option<u64>,
    /// 上一页返回的翻页标记
    #[param(max_length = 1024)]
    pub(super) page_token: Option<String>,
}

/// 清零案件(工作人员和监督员)
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CaseView {
    /// 编号
    id: DisqualificationId,
    /// 志愿者编号
    volunteer_id: VolunteerId,
    /// 志愿者姓名;只查看的人看到的已隐去部分
    #[schema(example = "张*兰")]
    volunteer_name: String,
    /// 状态
    state: DisqualificationState,
    /// 情形
    ground: Ground,
    /// 文书号
    #[schema(example = "青公(行)罚决字〔2026〕12号")]
    document_no: String,
    /// 出具单位
    #[schema(example = "青山县公安局")]
    document_issuer: String,
    /// 文书日期
    document_date: NaiveDate,
    /// 其他情形的说明
    #[serde(skip_serializing_if = "Option::is_none")]
    ground_note: Option<String>,
    /// 告知书全文
    notice: String,
    /// 各步骤的经办人和时间
    steps: Vec<CaseStep>,
    /// 送达方式
    #[serde(skip_serializing_if = "Option::is_none")]
    delivered_via: Option<CaseChannel>,
    /// 陈述申辩期届满的时刻
    #[serde(skip_serializing_if = "Option::is_none")]
    statement_until: Option<DateTime<Utc>>,
    /// 陈述申辩
    #[serde(skip_serializing_if = "Option::is_none")]
    statement: Option<String>,
    /// 监督意见
    #[serde(skip_serializing_if = "Option::is_none")]
    supervisor_note: Option<String>,
    /// 复核意见
    #[serde(skip_serializing_if = "Option::is_none")]
    review_opinion: Option<ReviewOpinion>,
    /// 复核说明
    #[serde(skip_serializing_if = "Option::is_none")]
    review_note: Option<String>,
    /// 决定说明
    #[serde(skip_serializing_if = "Option::is_none")]
    decision_note: Option<String>,
    /// 被清零的积分
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = 36)]
    points_taken: Option<i64>,
    /// 取消资格的最后一天
    #[serde(skip_serializing_if = "Option::is_none")]
    suspended_through: Option<NaiveDate>,
    /// 申诉
    #[serde(skip_serializing_if = "Option::is_none")]
    appeal: Option<String>,
    /// 申诉决定的说明
    #[serde(skip_serializing_if = "Option::is_none")]
    appeal_note: Option<String>,
    /// 终止原因
    #[serde(skip_serializing_if = "Option::is_none")]
    drop_reason: Option<String>,
    /// 版本
    pub(super) version: i32,
    /// 当前用户可做的操作
    allowed_actions: Vec<CaseAction>,
}

/// 案件的一步
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CaseStep {
    /// 步骤
    #[schema(example = "proposed")]
    step: &'static str,
    /// 经办账号;本人办理的不出现
    #[serde(skip_serializing_if = "Option::is_none")]
    by: Option<AccountId>,
    /// 时间
    at: DateTime<Utc>,
}

/// What a view says besides the row.
#[derive(Debug)]
pub(super) struct CaseWords {
    pub(super) volunteer_name: String,
    pub(super) notice: String,
    pub(super) allowed_actions: Vec<CaseAction>,
}

impl CaseView {
    pub(super) fn new(case: disqualification::Model, words: CaseWords) -> Self {
        Self {
            steps: steps(&case),
            id: case.id,
            volunteer_id: case.volunteer_id,
            volunteer_name: words.volunteer_name,
            state: case.state,
            ground: case.ground,
            document_no: case.document_no,
            document_issuer: case.document_issuer,
            document_date: case.document_date,
            ground_note: case.ground_note,
            notice: words.notice,
            delivered_via: case.delivered_via,
            statement_until: case.statement_until,
            statement: case.statement,
            supervisor_note: case.supervisor_note,
            review_opinion: case.review_opinion,
            review_note: case.review_note,
            decision_note: case.decision_note,
            points_taken: case.points_taken,
            suspended_through: case.suspended_through,
            appeal: case.appeal,
            appeal_note: case.appeal_note,
            drop_reason: case.drop_reason,
            version: case.version,
            allowed_actions: words.allowed_actions,
        }
    }
}

/// The steps taken so far, in order.
fn steps(case: &disqualification::Model) -> Vec<CaseStep> {
    let taken = [
        ("proposed", Some(case.proposed_by), Some(case.proposed_at)),
        ("notified", case.notified_by, case.notified_at),
        ("delivered", None, case.delivered_at),
        ("statement_made", None, case.statement_at),
        ("supervised", case.supervised_by, case.supervised_at),
        ("reviewed", case.reviewed_by, case.reviewed_at),
        ("decided", case.decided_by, case.decided_at),
        ("executed", case.executed_by, case.executed_at),
        ("appealed", None, case.appealed_at),
        ("appeal_decided", case.appeal_decided_by, case.appeal_decided_at),
        ("dropped", case.dropped_by, case.dropped_at),
        ("readmitted", None, case.readmitted_at),
    ];
    let step = |(step, by, at): (_, _, Option<_>)| Some(CaseStep { step, by, at: at? });
    taken.into_iter().filter_map(step).collect()
}

/// 我的清零案件
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MyCaseView {
    /// 编号
    id: DisqualificationId,
    /// 状态
    state: DisqualificationState,
    /// 情形
    ground: Ground,
    /// 告知书全文
    notice: String,
    /// 告知书发出时间
    #[serde(skip_serializing_if = "Option::is_none")]
    notified_at: Option<DateTime<Utc>>,
    /// 陈述申辩期届满的时刻
    #[serde(skip_serializing_if = "Option::is_none")]
    statement_until: Option<DateTime<Utc>>,
    /// 我的陈述申辩
    #[serde(skip_serializing_if = "Option::is_none")]
    statement: Option<String>,
    /// 决定说明
    #[serde(skip_serializing_if = "Option::is_none")]
    decision_note: Option<String>,
    /// 被清零的积分
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = 36)]
    points_taken: Option<i64>,
    /// 取消资格的最后一天
    #[serde(skip_serializing_if = "Option::is_none")]
    suspended_through: Option<NaiveDate>,
    /// 可以申诉的最后一天
    #[serde(skip_serializing_if = "Option::is_none")]
    appeal_until: Option<NaiveDate>,
    /// 我的申诉
    #[serde(skip_serializing_if = "Option::is_none")]
    appeal: Option<String>,
    /// 申诉决定的说明
    #[serde(skip_serializing_if = "Option::is_none")]
    appeal_note: Option<String>,
    /// 终止原因
    #[serde(skip_serializing_if = "Option::is_none")]
    drop_reason: Option<String>,
    /// 我可做的操作:deliver 表示确认收到告知书
    allowed_actions: Vec<CaseAction>,
}

impl MyCaseView {
    pub(super) fn new(
        case: disqualification::Model,
        notice: String,
        appeal_until: Option<NaiveDate>,
        allowed_actions: Vec<CaseAction>,
    ) -> Self {
        Self {
            id: case.id,
            state: case.state,
            ground: case.ground,
            notice,
            notified_at: case.notified_at,
            statement_until: case.statement_until,
            statement: case.statement,
            decision_note: case.decision_note,
            points_taken: case.points_taken,
            suspended_through: case.suspended_through,
            appeal_until,
            appeal: case.appeal,
            appeal_note: case.appeal_note,
            drop_reason: case.drop_reason,
            allowed_actions,
        }
    }
}

page! {
    /// 清零案件的一页
    CasePage of CaseView;
    /// 我的清零案件的一页
    MyCasePage of MyCaseView;
}
