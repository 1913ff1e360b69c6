//! Views of cases: the staff's and supervisors', and her own.

use chrono::{DateTime, NaiveDate, Utc};
use entity::disqualification::{self, CaseChannel, DisqualificationState, Ground, ReviewOpinion};
use entity::disqualification_statement;
use entity::ids::{AccountId, DisqualificationId, VolunteerId};
use serde::Serialize;
use utoipa::ToSchema;

use super::domain::CaseAction;
use crate::page;

/// 清零案件（工作人员和监督员）
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CaseView {
    /// 编号
    id: DisqualificationId,
    /// 志愿者编号
    volunteer_id: VolunteerId,
    /// 志愿者姓名；只查看的人看到的已隐去部分
    #[schema(example = "张*兰")]
    volunteer_name: String,
    /// 状态
    state: DisqualificationState,
    /// 情形
    ground: Ground,
    /// 文书号
    #[schema(example = "青公（行）罚决字〔2026〕12号")]
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
    /// 书面送达的见证人
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "王建军")]
    delivery_witness: Option<String>,
    /// 陈述申辩期届满的时刻
    #[serde(skip_serializing_if = "Option::is_none")]
    statement_until: Option<DateTime<Utc>>,
    /// 历次陈述申辩，按时间先后；只增不改
    statements: Vec<CaseStatementView>,
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
    /// 取消资格的最后一天：立案当年的12月31日
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
    /// 经办账号；本人办理的不出现
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
    pub(super) fn new(
        case: disqualification::Model,
        said: Vec<disqualification_statement::Model>,
        words: CaseWords,
    ) -> Self {
        let statements: Vec<_> = said.into_iter().map(CaseStatementView::from).collect();
        Self {
            steps: steps(&case, &statements),
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
            delivery_witness: case.delivery_witness,
            statement_until: case.statement_until,
            statements,
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

/// The steps taken so far, in order; one for each statement.
fn steps(case: &disqualification::Model, said: &[CaseStatementView]) -> Vec<CaseStep> {
    let before = [
        ("proposed", Some(case.proposed_by), Some(case.proposed_at)),
        ("notified", case.notified_by, case.notified_at),
        ("delivered", case.delivered_by, case.delivered_at),
    ];
    let spoken = said.iter().map(|one| ("statement_made", one.entered_by, Some(one.at)));
    let after = [
        ("supervised", case.supervised_by, case.supervised_at),
        ("reviewed", case.reviewed_by, case.reviewed_at),
        ("decided", case.decided_by, case.decided_at),
        ("executed", case.executed_by, case.executed_at),
        ("appealed", case.appeal_entered_by, case.appealed_at),
        ("appeal_decided", case.appeal_decided_by, case.appeal_decided_at),
        ("dropped", case.dropped_by, case.dropped_at),
        ("readmitted", None, case.readmitted_at),
    ];
    let step = |(step, by, at): (_, _, Option<_>)| Some(CaseStep { step, by, at: at? });
    let mut taken: Vec<_> =
        before.into_iter().chain(spoken).chain(after).filter_map(step).collect();
    // She may speak until the review, also after the supervisor came.
    taken.sort_by_key(|step| step.at);
    taken
}

/// 一次陈述申辩
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CaseStatementView {
    /// 内容；本人注销账户后不再保留
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "当天我不在现场，请核实。")]
    text: Option<String>,
    /// 方式：app 为本人在小程序中提交，paper 为工作人员代为录入
    via: CaseChannel,
    /// 代为录入的账号；本人提交的不出现
    #[serde(skip_serializing_if = "Option::is_none")]
    entered_by: Option<AccountId>,
    /// 见证人；本人提交的不出现
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "王建国")]
    witness: Option<String>,
    /// 时间
    at: DateTime<Utc>,
}

impl From<disqualification_statement::Model> for CaseStatementView {
    fn from(said: disqualification_statement::Model) -> Self {
        let entered = said.via == CaseChannel::Paper;
        Self {
            text: said.text,
            via: said.via,
            entered_by: said.by_account.filter(|_| entered),
            witness: said.witness,
            at: said.at,
        }
    }
}

/// 我可做的操作
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum MyCaseAction {
    /// 确认收到告知书
    Acknowledge,
    /// 陈述申辩
    Speak,
    /// 申诉
    Appeal,
}

impl MyCaseAction {
    pub(super) const ALL: [Self; 3] = [Self::Acknowledge, Self::Speak, Self::Appeal];

    /// The step of the case that it takes.
    pub(super) const fn step(self) -> CaseAction {
        match self {
            Self::Acknowledge => CaseAction::Deliver,
            Self::Speak => CaseAction::Speak,
            Self::Appeal => CaseAction::Appeal,
        }
    }
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
    /// 历次陈述申辩，按时间先后，含工作人员代为录入的；只增不改
    statements: Vec<CaseStatementView>,
    /// 决定说明
    #[serde(skip_serializing_if = "Option::is_none")]
    decision_note: Option<String>,
    /// 被清零的积分
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = 36)]
    points_taken: Option<i64>,
    /// 取消资格的最后一天：立案当年的12月31日
    #[serde(skip_serializing_if = "Option::is_none")]
    suspended_through: Option<NaiveDate>,
    /// 可以申诉的最后一天
    #[serde(skip_serializing_if = "Option::is_none")]
    appeal_until: Option<NaiveDate>,
    /// 我的申诉
    #[serde(skip_serializing_if = "Option::is_none")]
    appeal: Option<String>,
    /// 申诉方式：本人在小程序提出，或工作人员代为录入
    #[serde(skip_serializing_if = "Option::is_none")]
    appeal_via: Option<CaseChannel>,
    /// 申诉决定的说明
    #[serde(skip_serializing_if = "Option::is_none")]
    appeal_note: Option<String>,
    /// 终止原因
    #[serde(skip_serializing_if = "Option::is_none")]
    drop_reason: Option<String>,
    /// 我可做的操作
    allowed_actions: Vec<MyCaseAction>,
}

impl MyCaseView {
    pub(super) fn new(
        case: disqualification::Model,
        said: Vec<disqualification_statement::Model>,
        (notice, appeal_until, allowed_actions): (String, Option<NaiveDate>, Vec<MyCaseAction>),
    ) -> Self {
        let statements = said.into_iter().map(CaseStatementView::from).collect();
        Self {
            id: case.id,
            state: case.state,
            ground: case.ground,
            notice,
            notified_at: case.notified_at,
            statement_until: case.statement_until,
            statements,
            decision_note: case.decision_note,
            points_taken: case.points_taken,
            suspended_through: case.suspended_through,
            appeal_until,
            appeal: case.appeal,
            appeal_via: case.appeal_via,
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
