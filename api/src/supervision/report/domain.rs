//! The life of a report. Pure.

use entity::ids::AccountId;
use entity::supervision_report::{self, ReportState};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::supervision::sample::Tally;
use ReportState as S;

/// 对监督报告可做的操作
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum ReportAction {
    /// 修改
    Revise,
    /// 提交
    File,
    /// 答复
    Answer,
}

use ReportAction as A;

impl ReportAction {
    /// Every action.
    pub(super) const ALL: [Self; 3] = [A::Revise, A::File, A::Answer];

    /// The whole life of a report: from which state, to which.
    const fn edge(self) -> (S, S) {
        match self {
            A::Revise => (S::Draft, S::Draft),
            A::File => (S::Draft, S::Filed),
            A::Answer => (S::Filed, S::Answered),
        }
    }

    /// The state reached from `from`, or the refusal.
    pub(super) fn apply(self, from: S) -> Result<S, ReportRefusal> {
        let (allowed, to) = self.edge();
        if allowed == from { Ok(to) } else { Err(ReportRefusal::State(from)) }
    }
}

/// Why a step is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ReportRefusal {
    /// The report's state does not allow it.
    State(S),
    /// Another supervisor's.
    NotHers,
    /// Nobody answers her own report.
    MustRecuse,
}

/// Decides whether this person may take this step.
pub(super) fn decide_step(
    report: &supervision_report::Model,
    action: ReportAction,
    by: AccountId,
) -> Result<S, ReportRefusal> {
    let state = action.apply(report.state)?;
    let is_hers = report.written_by == by;
    match action {
        A::Revise | A::File if !is_hers => Err(ReportRefusal::NotHers),
        A::Answer if is_hers => Err(ReportRefusal::MustRecuse),
        A::Revise | A::File | A::Answer => Ok(state),
    }
}

/// Whether this person may read it: a draft is its writer's alone.
pub(super) fn may_read(report: &supervision_report::Model, by: AccountId) -> bool {
    report.state != S::Draft || report.written_by == by
}

/// What this person may do now; `may` says which her roles allow.
pub(super) fn allowed_actions(
    report: &supervision_report::Model,
    by: AccountId,
    may: impl Fn(ReportAction) -> bool,
) -> Vec<ReportAction> {
    let open = |action: &A| may(*action) && decide_step(report, *action, by).is_ok();
    A::ALL.into_iter().filter(open).collect()
}

/// 提交时固定的统计数字
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(super) struct ReportCounts {
    /// 本季度认定的积分申请
    #[schema(minimum = 0, example = 126)]
    pub(super) claims_certified: i64,
    /// 本季度核销的兑换
    #[schema(minimum = 0, example = 48)]
    pub(super) redemptions_fulfilled: i64,
    /// 本季度手工录入
    #[schema(minimum = 0, example = 7)]
    pub(super) hand_entries: i64,
    /// 本季度作出的冻结
    #[schema(minimum = 0, example = 2)]
    pub(super) freezes: i64,
    /// 本季度的抽查
    pub(super) sampled: Tally,
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::DateTime;
    use sea_orm::Iterable;
    use uuid::Uuid;

    fn id<T: From<Uuid>>(number: u128) -> T {
        Uuid::from_u128(number).into()
    }

    fn report(state: S) -> supervision_report::Model {
        supervision_report::Model {
            id: id(1),
            site_id: id(2),
            quarter: "2026Q4".into(),
            state,
            text: "本季度运行正常".into(),
            counts: None,
            written_by: id(9),
            written_at: DateTime::UNIX_EPOCH,
            filed_at: None,
            answer: None,
            answered_by: None,
            answered_at: None,
            version: 1,
            updated_at: DateTime::UNIX_EPOCH,
        }
    }

    #[test]
    fn every_pair_of_state_and_action_is_allowed_or_refused_as_written() {
        for state in S::iter() {
            for action in A::ALL {
                let expected = match (action, state) {
                    (A::Revise, S::Draft) => Ok(S::Draft),
                    (A::File, S::Draft) => Ok(S::Filed),
                    (A::Answer, S::Filed) => Ok(S::Answered),
                    _ => Err(ReportRefusal::State(state)),
                };
                assert_eq!(action.apply(state), expected, "{action:?} {state:?}");
            }
        }
    }

    #[test]
    fn she_writes_and_files_her_own_and_another_answers() {
        let (draft, filed) = (report(S::Draft), report(S::Filed));
        assert_eq!(decide_step(&draft, A::File, id(9)), Ok(S::Filed));
        assert_eq!(decide_step(&draft, A::File, id(8)), Err(ReportRefusal::NotHers));
        assert_eq!(decide_step(&draft, A::Revise, id(8)), Err(ReportRefusal::NotHers));
        assert_eq!(decide_step(&filed, A::Answer, id(8)), Ok(S::Answered));
        assert_eq!(decide_step(&filed, A::Answer, id(9)), Err(ReportRefusal::MustRecuse));
        assert!(may_read(&draft, id(9)) && !may_read(&draft, id(8)) && may_read(&filed, id(8)));
    }
}
