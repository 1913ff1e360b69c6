//! The life of a case, who may do what in it, and when. Pure.
//!
//! Nothing happens by itself but the end of the year: every step is a person's, and no
//! person takes two that the law keeps apart.

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use entity::disqualification::{self, DisqualificationState, Ground, ReviewOpinion};
use entity::ids::AccountId;
use serde::Serialize;
use utoipa::ToSchema;

use DisqualificationState as S;

/// 对清零案件可做的操作
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum CaseAction {
    /// 发出告知书
    Notify,
    /// 送达
    Deliver,
    /// 陈述申辩
    Speak,
    /// 监督员到场
    Supervise,
    /// 复核
    Review,
    /// 决定
    Decide,
    /// 确认并执行
    Execute,
    /// 申诉
    Appeal,
    /// 申诉成立，恢复积分
    Overturn,
    /// 维持原决定
    Uphold,
    /// 终止
    Drop,
    /// 期满结束
    End,
}

use CaseAction as A;

impl CaseAction {
    /// Every action.
    pub(super) const ALL: [Self; 12] = [
        A::Notify,
        A::Deliver,
        A::Speak,
        A::Supervise,
        A::Review,
        A::Decide,
        A::Execute,
        A::Appeal,
        A::Overturn,
        A::Uphold,
        A::Drop,
        A::End,
    ];

    /// The whole life of a case: from which states, to which; `None` leaves the state.
    const fn edge(self) -> (&'static [S], Option<S>) {
        match self {
            A::Notify => (&[S::Proposed], Some(S::Notified)),
            A::Deliver => (&[S::Notified], Some(S::StatementPeriod)),
            A::Speak | A::Supervise => (&[S::StatementPeriod], None),
            A::Review => (&[S::StatementPeriod], Some(S::Reviewed)),
            A::Decide => (&[S::Reviewed], Some(S::Decided)),
            A::Execute => (&[S::Decided], Some(S::Executed)),
            A::Appeal => (&[S::Executed], Some(S::Appealed)),
            A::Overturn => (&[S::Appealed], Some(S::Overturned)),
            A::Uphold => (&[S::Appealed], Some(S::Upheld)),
            A::Drop => (
                &[S::Proposed, S::Notified, S::StatementPeriod, S::Reviewed, S::Decided],
                Some(S::Dropped),
            ),
            A::End => (&[S::Executed, S::Upheld], Some(S::Ended)),
        }
    }

    /// The state reached from `from`, or the refusal.
    pub(super) fn apply(self, from: S) -> Result<S, CaseRefusal> {
        let (allowed, to) = self.edge();
        let reached = to.unwrap_or(from);
        if allowed.contains(&from) { Ok(reached) } else { Err(CaseRefusal::WrongState(from)) }
    }

    /// Whether it must wait until she had her time to speak.
    const fn needs_hearing(self) -> bool {
        match self {
            A::Supervise | A::Review | A::Decide | A::Execute => true,
            A::Notify
            | A::Deliver
            | A::Speak
            | A::Appeal
            | A::Overturn
            | A::Uphold
            | A::Drop
            | A::End => false,
        }
    }

    /// What the journal calls it.
    pub(super) const fn event(self) -> &'static str {
        match self {
            A::Notify => "disqualification.notified",
            A::Deliver => "disqualification.delivered",
            A::Speak => "disqualification.statement_made",
            A::Supervise => "disqualification.supervised",
            A::Review => "disqualification.reviewed",
            A::Decide => "disqualification.decided",
            A::Execute => "disqualification.executed",
            A::Appeal => "disqualification.appealed",
            A::Overturn => "disqualification.overturned",
            A::Uphold => "disqualification.upheld",
            A::Drop => "disqualification.dropped",
            A::End => "disqualification.ended",
        }
    }
}

/// Why a step is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CaseRefusal {
    /// The case's state does not allow it.
    WrongState(S),
    /// She may still speak until then.
    StatementPeriodRunning(DateTime<Utc>),
    /// No supervisor was present.
    SupervisorMissing,
    /// A supervisor has confirmed already that she was present.
    SupervisedAlready,
    /// The review, with a supervisor present, was for dropping the case.
    ReviewAgainst,
    /// Whoever acts is close to her, or took a step that must be another's.
    MustRecuse,
    /// The time to appeal is over.
    AppealWindowClosed,
}

/// Whoever takes a step.
#[derive(Clone, Copy, Debug)]
pub(super) struct Person {
    pub(super) account: AccountId,
    /// Herself, a relative, or who acts for her.
    pub(super) is_related: bool,
    /// Whether she entered a statement in the case on paper.
    pub(super) entered_statement: bool,
}

/// Decides whether a person of the staff or a supervisor may take this step now.
pub(super) fn decide_step(
    case: &disqualification::Model,
    action: CaseAction,
    by: Person,
    now: DateTime<Utc>,
) -> Result<S, CaseRefusal> {
    if action.needs_hearing()
        && let Some(until) = running_until(case, now)
    {
        return Err(CaseRefusal::StatementPeriodRunning(until));
    }
    let state = action.apply(case.state)?;
    let decides_appeal = matches!(action, A::Overturn | A::Uphold);
    let took_part = earlier_hands(case, action).contains(&Some(by.account))
        || (decides_appeal && by.entered_statement);
    if by.is_related || took_part {
        return Err(CaseRefusal::MustRecuse);
    }
    if action == A::Supervise && case.supervised_by.is_some() {
        return Err(CaseRefusal::SupervisedAlready);
    }
    if action == A::Review && case.supervised_by.is_none() {
        return Err(CaseRefusal::SupervisorMissing);
    }
    if action == A::Decide && case.review_opinion == Some(ReviewOpinion::Drop) {
        return Err(CaseRefusal::ReviewAgainst);
    }
    Ok(state)
}

/// Her time to speak, while it runs. A case dropped meanwhile waits for nothing.
fn running_until(case: &disqualification::Model, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let speaks = case.state == S::StatementPeriod;
    case.statement_until.filter(|until| speaks && now < *until)
}

/// Who took steps that the one at hand must be kept apart from.
fn earlier_hands(case: &disqualification::Model, action: CaseAction) -> Vec<Option<AccountId>> {
    let proposed = Some(case.proposed_by);
    match action {
        // What was decided is not undone by who asked for it.
        A::Drop if case.state == S::Decided => vec![proposed],
        A::Notify | A::Drop | A::End => vec![],
        // Who wants the zeroing neither says that she was told of it nor what she answered.
        A::Deliver | A::Speak => vec![proposed],
        // There is one appeal; on paper it is not entered by whom it is against.
        A::Appeal => vec![proposed, case.decided_by],
        A::Supervise => vec![proposed, case.notified_by],
        A::Review => vec![proposed, case.supervised_by],
        A::Decide => vec![proposed, case.supervised_by, case.reviewed_by],
        A::Execute => vec![proposed, case.decided_by, case.supervised_by],
        A::Overturn | A::Uphold => {
            vec![
                proposed,
                case.notified_by,
                case.delivered_by,
                case.supervised_by,
                case.reviewed_by,
                case.decided_by,
                case.executed_by,
                case.appeal_entered_by,
            ]
        }
    }
}

/// Decides whether an appeal comes in time: until the end of its last day.
pub(super) fn decide_appeal(
    case: &disqualification::Model,
    last_day: NaiveDate,
    today: NaiveDate,
) -> Result<S, CaseRefusal> {
    let state = A::Appeal.apply(case.state)?;
    if today > last_day {
        return Err(CaseRefusal::AppealWindowClosed);
    }
    Ok(state)
}

/// The last day of the year in which the case was opened (the plan: 一旦发生..当年取消积分资格).
/// However long notice, hearing and review take, they do not make the next year hers to lose.
pub(super) fn suspended_through(proposed_on: NaiveDate) -> NaiveDate {
    NaiveDate::from_ymd_opt(proposed_on.year(), 12, 31).unwrap_or(proposed_on)
}

/// Whether her year is over.
pub(super) fn is_over(case: &disqualification::Model, today: NaiveDate) -> bool {
    case.suspended_through.is_some_and(|last| last < today)
}

/// The state in which a case is over for good: the year is over, and nobody may appeal any more.
pub(super) fn ended_state(
    case: &disqualification::Model,
    appeal_until: Option<NaiveDate>,
    today: NaiveDate,
) -> Option<S> {
    let may_appeal = case.state == S::Executed && appeal_until.is_some_and(|last| today <= last);
    if is_over(case, today) && !may_appeal { A::End.apply(case.state).ok() } else { None }
}

/// What is wrong with a proposal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ProposalFault {
    /// A document of the future.
    DocumentDate,
    /// `other` must be put into words.
    NoteMissing,
    /// The file keeps ground and number, not the penalty's text.
    NoteUnwanted,
}

/// Checks what a case is opened with.
pub(super) fn check_proposal(
    ground: Ground,
    has_note: bool,
    document_date: NaiveDate,
    today: NaiveDate,
) -> Result<(), ProposalFault> {
    if document_date > today {
        return Err(ProposalFault::DocumentDate);
    }
    match (ground, has_note) {
        (Ground::Other, false) => Err(ProposalFault::NoteMissing),
        (Ground::ViolationOfLaw | Ground::ExposedMisconduct, true) => {
            Err(ProposalFault::NoteUnwanted)
        }
        (Ground::Other, true) | (Ground::ViolationOfLaw | Ground::ExposedMisconduct, false) => {
            Ok(())
        }
    }
}

/// What a person of the staff may do now; `may` says which her roles allow.
pub(super) fn allowed_actions(
    case: &disqualification::Model,
    by: Person,
    now: DateTime<Utc>,
    may: impl Fn(CaseAction) -> bool,
) -> Vec<CaseAction> {
    let open = |action: &CaseAction| may(*action) && decide_step(case, *action, by, now).is_ok();
    A::ALL.into_iter().filter(|action| *action != A::End).filter(open).collect()
}

#[cfg(test)]
#[path = "domain_tests.rs"]
mod tests;
