//! The life of a supervisor's post, and who may take which step. Pure.

use chrono::{Datelike, Days, Months, NaiveDate};
use entity::ids::AccountId;
use entity::supervisor_post::{self, PostState};
use serde::Serialize;
use utoipa::ToSchema;

use PostState as S;

/// 对监督员聘任可做的操作
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(in crate::supervision) enum PostAction {
    /// 审核通过
    Vet,
    /// 审核不通过
    Refuse,
    /// 聘任
    Appoint,
    /// 年度考评
    Appraise,
    /// 撤回提名
    Withdraw,
    /// 解聘
    Dismiss,
    /// 任期届满
    Expire,
}

use PostAction as A;

impl PostAction {
    /// Every action.
    pub(super) const ALL: [Self; 7] =
        [A::Vet, A::Refuse, A::Appoint, A::Appraise, A::Withdraw, A::Dismiss, A::Expire];

    /// The whole life of a post: from which states, to which; `None` leaves the state.
    const fn edge(self) -> (&'static [S], Option<S>) {
        match self {
            A::Vet => (&[S::Nominated], Some(S::Vetted)),
            A::Refuse => (&[S::Nominated], Some(S::Refused)),
            A::Appoint => (&[S::Vetted], Some(S::Appointed)),
            A::Appraise => (&[S::Appointed, S::Ended], None),
            A::Withdraw => (&[S::Nominated, S::Vetted], Some(S::Withdrawn)),
            A::Dismiss | A::Expire => (&[S::Appointed], Some(S::Ended)),
        }
    }

    /// The state reached from `from`, or the refusal.
    pub(super) fn apply(self, from: S) -> Result<S, PostRefusal> {
        let (allowed, to) = self.edge();
        if allowed.contains(&from) { Ok(to.unwrap_or(from)) } else { Err(PostRefusal::State(from)) }
    }

    /// Whether it decides about the person, so that a stranger to her must do it.
    const fn decides(self) -> bool {
        match self {
            A::Vet | A::Refuse | A::Appoint | A::Appraise => true,
            A::Withdraw | A::Dismiss | A::Expire => false,
        }
    }

    /// What the journal calls it.
    pub(super) const fn event(self) -> &'static str {
        match self {
            A::Vet => "supervisor.vetted",
            A::Refuse => "supervisor.refused",
            A::Appoint => "supervisor.appointed",
            A::Appraise => "supervisor.appraised",
            A::Withdraw => "supervisor.withdrawn",
            A::Dismiss => "supervisor.dismissed",
            A::Expire => "supervisor.term_over",
        }
    }
}

/// Why a step is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::supervision) enum PostRefusal {
    /// The post's state does not allow it.
    State(S),
    /// She nominated, vetted what she would appoint, or is close to the person.
    MustRecuse,
    /// The person has a part in the site.
    IsStaff,
    /// The person is a relative of somebody who has.
    IsKin,
    /// As many as may be are appointed.
    Full,
}

/// Whoever takes a step.
#[derive(Clone, Copy, Debug)]
pub(super) struct Person {
    pub(super) account: AccountId,
    /// The supervisor herself, a relative, or who acts for her.
    pub(super) is_related: bool,
}

/// Decides whether this person may take this step.
pub(super) fn decide_step(
    post: &supervisor_post::Model,
    action: PostAction,
    by: Person,
) -> Result<S, PostRefusal> {
    let state = action.apply(post.state)?;
    let nominated = post.nominated_by == by.account;
    let close = by.is_related && (action.decides() || action == A::Dismiss);
    // The general office vets for somebody else to appoint.
    let vetted = action == A::Appoint && post.vetted_by == Some(by.account);
    if close || vetted || (action.decides() && nominated) {
        return Err(PostRefusal::MustRecuse);
    }
    Ok(state)
}

/// How a post ends whose holder leaves altogether; none once it is over.
pub(super) const fn leaving(state: S) -> Option<PostAction> {
    match state {
        S::Nominated | S::Vetted => Some(A::Withdraw),
        S::Appointed => Some(A::Dismiss),
        S::Refused | S::Ended | S::Withdrawn => None,
    }
}

/// Whether the person stands outside of what she is to watch.
pub(super) const fn check_stranger(is_staff: bool, is_kin: bool) -> Result<(), PostRefusal> {
    if is_staff {
        Err(PostRefusal::IsStaff)
    } else if is_kin {
        Err(PostRefusal::IsKin)
    } else {
        Ok(())
    }
}

/// Whether one more may be appointed beside those who are.
pub(super) const fn check_place(appointed: i64, most: i64) -> Result<(), PostRefusal> {
    if appointed < most { Ok(()) } else { Err(PostRefusal::Full) }
}

/// How far ahead a term may begin.
const FARTHEST: Days = Days::new(90);

/// Whether these days can be a term.
///
/// # Errors
/// The field, and what is wrong with it, in Chinese.
pub(super) fn check_term(
    (from, until): (NaiveDate, NaiveDate),
    months: u32,
    today: NaiveDate,
) -> Result<(), (&'static str, String)> {
    if from < today {
        return Err(("/from", "不能早于今天".into()));
    }
    if today.checked_add_days(FARTHEST).is_none_or(|last| from > last) {
        return Err(("/from", "不能晚于90天之后".into()));
    }
    if until < from {
        return Err(("/until", "不能早于任期开始".into()));
    }
    if from.checked_add_months(Months::new(months)).is_none_or(|end| until >= end) {
        return Err(("/until", format!("任期最长{months}个月")));
    }
    Ok(())
}

/// Supervisors are of age.
pub(super) fn is_adult(born: NaiveDate, today: NaiveDate) -> bool {
    born.checked_add_months(Months::new(18 * 12)).is_some_and(|day| day <= today)
}

/// Whether a year may be appraised: one of her term, once term and year have begun.
pub(super) fn may_appraise(post: &supervisor_post::Model, year: i32, today: NaiveDate) -> bool {
    let (Some(first), Some(last)) = (post.term_from, post.term_until) else { return false };
    let of_term = (first.year()..=last.year()).contains(&year);
    first <= today && of_term && year <= today.year()
}

/// What this person may do now; `may` says which her roles allow.
pub(super) fn allowed_actions(
    post: &supervisor_post::Model,
    by: Person,
    may: impl Fn(PostAction) -> bool,
) -> Vec<PostAction> {
    let open = |action: &PostAction| {
        *action != A::Expire && may(*action) && decide_step(post, *action, by).is_ok()
    };
    A::ALL.into_iter().filter(open).collect()
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

    fn post(state: S) -> supervisor_post::Model {
        supervisor_post::Model {
            id: id(1),
            site_id: id(2),
            volunteer_id: id(3),
            account_id: id(4),
            state,
            recommendation: "为人公道".into(),
            nominated_by: id(10),
            nominated_at: DateTime::UNIX_EPOCH,
            vetted_by: None,
            vetted_at: None,
            vetting_note: None,
            appointed_by: None,
            appointed_at: None,
            term_from: Some(day("2026-03-01")),
            term_until: Some(day("2027-02-28")),
            role_assignment_id: None,
            ended_by: None,
            ended_at: None,
            end_reason: None,
            version: 1,
            updated_at: DateTime::UNIX_EPOCH,
        }
    }

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn by(account: u128) -> Person {
        Person { account: id(account), is_related: false }
    }

    #[test]
    fn every_pair_of_state_and_action_is_allowed_or_refused_as_written() {
        for state in S::iter() {
            for action in A::ALL {
                let expected = match (action, state) {
                    (A::Vet, S::Nominated) => Ok(S::Vetted),
                    (A::Refuse, S::Nominated) => Ok(S::Refused),
                    (A::Appoint, S::Vetted) => Ok(S::Appointed),
                    (A::Appraise, S::Appointed | S::Ended) => Ok(state),
                    (A::Withdraw, S::Nominated | S::Vetted) => Ok(S::Withdrawn),
                    (A::Dismiss | A::Expire, S::Appointed) => Ok(S::Ended),
                    _ => Err(PostRefusal::State(state)),
                };
                assert_eq!(action.apply(state), expected, "{action:?} {state:?}");
            }
        }
    }

    #[test]
    fn whatever_state_a_post_is_in_it_is_over_when_its_holder_leaves() {
        for state in S::iter() {
            let left = leaving(state).map_or(Ok(state), |action| action.apply(state));
            let over = matches!(left, Ok(S::Refused | S::Ended | S::Withdrawn));
            assert!(over, "{state:?}");
        }
    }

    #[test]
    fn who_nominated_and_who_is_close_decides_nothing() {
        for (state, action) in [
            (S::Nominated, A::Vet),
            (S::Nominated, A::Refuse),
            (S::Vetted, A::Appoint),
            (S::Appointed, A::Appraise),
        ] {
            let post = post(state);
            assert!(decide_step(&post, action, by(11)).is_ok());
            assert_eq!(decide_step(&post, action, by(10)), Err(PostRefusal::MustRecuse));
            let close = Person { is_related: true, ..by(11) };
            assert_eq!(decide_step(&post, action, close), Err(PostRefusal::MustRecuse));
        }
        assert!(decide_step(&post(S::Vetted), A::Withdraw, by(10)).is_ok());
        let vetted = supervisor_post::Model { vetted_by: Some(id(11)), ..post(S::Vetted) };
        assert_eq!(decide_step(&vetted, A::Appoint, by(11)), Err(PostRefusal::MustRecuse));
        assert!(decide_step(&vetted, A::Appoint, by(12)).is_ok());
    }

    #[test]
    fn a_term_lies_ahead_and_is_no_longer_than_the_setting() {
        let today = day("2026-11-25");
        let check = |from, until| check_term((day(from), day(until)), 12, today).is_ok();
        assert!(check("2026-11-25", "2027-11-24"));
        assert!(!check("2026-11-25", "2027-11-25"), "a day more than a year");
        assert!(!check("2026-11-24", "2027-01-01"), "begun already");
        assert!(!check("2027-02-24", "2027-03-01"), "too far ahead");
        assert!(!check("2026-12-02", "2026-12-01"), "over before it begins");
    }

    #[test]
    fn a_stranger_of_age_for_whom_there_is_a_place() {
        assert_eq!(check_stranger(true, true), Err(PostRefusal::IsStaff));
        assert_eq!(check_stranger(false, true), Err(PostRefusal::IsKin));
        assert_eq!(check_stranger(false, false), Ok(()));
        assert_eq!(check_place(1, 2), Ok(()));
        assert_eq!(check_place(2, 2), Err(PostRefusal::Full));
        assert!(is_adult(day("2008-11-25"), day("2026-11-25")));
        assert!(!is_adult(day("2008-11-26"), day("2026-11-25")));
    }

    #[test]
    fn only_years_of_the_term_that_have_begun_are_appraised() {
        let post = post(S::Appointed);
        let may = |year, today| may_appraise(&post, year, day(today));
        assert!(may(2026, "2026-03-01") && may(2027, "2027-01-01") && may(2027, "2029-05-01"));
        assert!(!may(2026, "2026-02-28"), "the term has not begun");
        assert!(!may(2027, "2026-12-31"), "the year has not begun");
        assert!(!may(2025, "2026-06-01") && !may(2028, "2028-06-01"), "not of the term");
    }
}
