//! Who may sign up and withdraw, and when. Pure.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use chrono_tz::Asia::Shanghai;
use entity::activity::{self, ActivityState, RiskLevel};
use entity::ids::ActivityId;
use entity::volunteer::VolunteerState;

use super::super::domain::current_state;
use crate::platform::clock::local_day;

/// Who wants to sign up, with everything the rules must know.
#[derive(Clone, Debug)]
pub(super) struct Applicant<'v> {
    pub(super) state: VolunteerState,
    pub(super) birth_date: NaiveDate,
    pub(super) skills: &'v [String],
    /// Whether there is a live sign-up already.
    pub(super) signed_up: bool,
    /// Whether her guardian's consent is on file.
    pub(super) guardian_consented: bool,
    /// Another activity of hers at the same time, where the site asks for that check.
    pub(super) clash: Option<Clash>,
}

/// Another activity at the same time, for which she signed up or at which she was let in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Clash {
    pub(super) activity: ActivityId,
    title: String,
    starts_at: DateTime<Utc>,
    ends_at: DateTime<Utc>,
    /// Whether it is too late to withdraw from it.
    begun: bool,
}

impl Clash {
    pub(super) fn new(other: activity::Model, now: DateTime<Utc>) -> Self {
        let activity::Model { id, title, starts_at, ends_at, .. } = other;
        Self { activity: id, title, starts_at, ends_at, begun: now >= starts_at }
    }

    /// Which it is, when, and what she can do.
    pub(super) fn in_words(&self) -> String {
        const WITH_DAY: &str = "%-m月%-d日%H:%M";
        let Self { title, starts_at, ends_at, .. } = self;
        let same_day = local_day(*starts_at) == local_day(*ends_at);
        let from = starts_at.with_timezone(&Shanghai).format(WITH_DAY);
        let to = if same_day { "%H:%M" } else { WITH_DAY };
        let to = ends_at.with_timezone(&Shanghai).format(to);
        let next = if self.begun {
            "请选择其他时间的活动"
        } else {
            "如要改报，请先退出那个活动"
        };
        format!("与已报名或签到的“{title}”（{from}至{to}）时间冲突；{next}")
    }
}

/// The ages of the site's settings.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ages {
    /// Below it nothing goes without the guardian's consent.
    pub(super) guardian: i16,
    /// Below it dangerous activities are barred.
    pub(super) dangerous: i16,
}

/// Why she cannot sign up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum SignUpRefusal {
    NotOpenYet(DateTime<Utc>),
    Closed,
    NotPublished,
    VolunteerNotActive(VolunteerState),
    MinorBarred(i16),
    TooYoung(i16),
    NeedsSkill(String),
    AlreadySignedUp,
    Clashes(Clash),
    GuardianConsentMissing,
}

/// Decides whether she may sign up; whether a place is free is asked later, under lock.
///
/// # Errors
/// The first reason against it: the activity's before the person's.
pub(super) fn decide(
    activity: &activity::Model,
    who: &Applicant<'_>,
    ages: Ages,
    now: DateTime<Utc>,
) -> Result<(), SignUpRefusal> {
    is_open(activity, now)?;
    if who.state != VolunteerState::Active {
        return Err(SignUpRefusal::VolunteerNotActive(who.state));
    }
    if who.signed_up {
        return Err(SignUpRefusal::AlreadySignedUp);
    }
    is_of_age(activity, who, ages)?;
    if let Some(skill) = &activity.required_skill
        && !who.skills.contains(skill)
    {
        return Err(SignUpRefusal::NeedsSkill(skill.clone()));
    }
    who.clash.clone().map_or(Ok(()), |other| Err(SignUpRefusal::Clashes(other)))
}

fn is_open(activity: &activity::Model, now: DateTime<Utc>) -> Result<(), SignUpRefusal> {
    match current_state(activity, now) {
        ActivityState::Draft | ActivityState::Submitted | ActivityState::Cancelled => {
            Err(SignUpRefusal::NotPublished)
        }
        ActivityState::InProgress
        | ActivityState::Ended
        | ActivityState::Recorded
        | ActivityState::Archived => Err(SignUpRefusal::Closed),
        ActivityState::Published => {
            let closes = activity.sign_up_closes_at.unwrap_or(activity.starts_at);
            match activity.sign_up_opens_at {
                Some(opens) if now < opens => Err(SignUpRefusal::NotOpenYet(opens)),
                Some(_) | None if now >= closes => Err(SignUpRefusal::Closed),
                Some(_) | None => Ok(()),
            }
        }
    }
}

/// Her age counts on the day of the activity.
fn is_of_age(
    activity: &activity::Model,
    who: &Applicant<'_>,
    ages: Ages,
) -> Result<(), SignUpRefusal> {
    let day = local_day(activity.starts_at);
    let years = day.years_since(who.birth_date).unwrap_or_default();
    let below = |age: i16| i64::from(years) < i64::from(age);
    if below(ages.guardian) && !who.guardian_consented {
        return Err(SignUpRefusal::GuardianConsentMissing);
    }
    if activity.risk_level == RiskLevel::Dangerous && below(ages.dangerous) {
        return Err(SignUpRefusal::MinorBarred(ages.dangerous));
    }
    match activity.min_age {
        Some(age) if below(age) => Err(SignUpRefusal::TooYoung(age)),
        Some(_) | None => Ok(()),
    }
}

/// Why she cannot withdraw.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum WithdrawRefusal {
    NotSignedUp,
    Begun,
    WrongState(ActivityState),
}

/// Decides whether she may withdraw: any time before the start.
///
/// # Errors
/// Why not.
pub(super) fn decide_withdrawal(
    activity: &activity::Model,
    signed_up: bool,
    now: DateTime<Utc>,
) -> Result<(), WithdrawRefusal> {
    match current_state(activity, now) {
        _ if !signed_up => Err(WithdrawRefusal::NotSignedUp),
        ActivityState::Published => Ok(()),
        ActivityState::InProgress
        | ActivityState::Ended
        | ActivityState::Recorded
        | ActivityState::Archived => Err(WithdrawRefusal::Begun),
        state @ (ActivityState::Draft | ActivityState::Submitted | ActivityState::Cancelled) => {
            Err(WithdrawRefusal::WrongState(state))
        }
    }
}

/// The time to write on a new sign-up. The wait list goes by it, so under the
/// activity's lock it always moves on, even when commands began in another order.
pub(super) fn queue_time(now: DateTime<Utc>, last: Option<DateTime<Utc>>) -> DateTime<Utc> {
    last.map_or(now, |last| now.max(last + TimeDelta::microseconds(1)))
}

#[cfg(test)]
mod tests {
    use sea_orm::Iterable;
    use uuid::Uuid;

    use super::super::super::domain::tests::activity;
    use super::*;

    const AGES: Ages = Ages { guardian: 14, dangerous: 18 };

    fn adult() -> Applicant<'static> {
        Applicant {
            state: VolunteerState::Active,
            birth_date: born(40),
            skills: &[],
            signed_up: false,
            guardian_consented: false,
            clash: None,
        }
    }

    fn published() -> activity::Model {
        activity(ActivityState::Published)
    }

    /// Turns `years` on the very day of the activity.
    fn born(years: i32) -> NaiveDate {
        use chrono::Datelike;
        let day = local_day(published().starts_at);
        day.with_year(day.year() - years).unwrap()
    }

    fn before(minutes: i64) -> DateTime<Utc> {
        published().starts_at - TimeDelta::minutes(minutes)
    }

    fn refused(row: &activity::Model, who: &Applicant<'_>) -> Option<SignUpRefusal> {
        decide(row, who, AGES, before(60)).err()
    }

    #[test]
    fn the_activity_decides_first_by_state_and_hours() {
        use ActivityState as S;
        for state in S::iter() {
            let expected = match state {
                S::Draft | S::Submitted | S::Cancelled => Some(SignUpRefusal::NotPublished),
                S::Ended | S::Recorded | S::Archived => Some(SignUpRefusal::Closed),
                S::Published | S::InProgress => None,
            };
            assert_eq!(refused(&activity(state), &adult()), expected, "{state}");
        }
        let mut row = published();
        row.sign_up_opens_at = Some(before(30));
        row.sign_up_closes_at = Some(before(10));
        let at = |minutes| decide(&row, &adult(), AGES, before(minutes)).err();
        assert_eq!(at(31), Some(SignUpRefusal::NotOpenYet(before(30))));
        assert_eq!(at(30), None);
        assert_eq!(at(10), Some(SignUpRefusal::Closed));
        let open_end = decide(&published(), &adult(), AGES, before(0)).err();
        assert_eq!(open_end, Some(SignUpRefusal::Closed), "the start closes it");
    }

    #[test]
    fn only_the_active_and_only_once() {
        for state in VolunteerState::iter() {
            let who = Applicant { state, ..adult() };
            assert_eq!(refused(&published(), &who).is_none(), state == VolunteerState::Active);
        }
        let again = Applicant { signed_up: true, ..adult() };
        assert_eq!(refused(&published(), &again), Some(SignUpRefusal::AlreadySignedUp));
    }

    #[test]
    fn ages_count_on_the_day_of_the_activity() {
        let aged = |years| Applicant { birth_date: born(years), ..adult() };
        let just_under =
            |years| Applicant { birth_date: born(years).succ_opt().unwrap(), ..adult() };
        let consented = |who| Applicant { guardian_consented: true, ..who };

        assert_eq!(refused(&published(), &aged(14)), None);
        let child = just_under(14);
        assert_eq!(refused(&published(), &child), Some(SignUpRefusal::GuardianConsentMissing));
        assert_eq!(refused(&published(), &consented(child)), None);

        let mut dangerous = published();
        dangerous.risk_level = RiskLevel::Dangerous;
        assert_eq!(refused(&dangerous, &aged(18)), None);
        let minor = consented(just_under(18));
        assert_eq!(refused(&dangerous, &minor), Some(SignUpRefusal::MinorBarred(18)));

        let mut from_sixteen = published();
        from_sixteen.min_age = Some(16);
        assert_eq!(refused(&from_sixteen, &aged(16)), None);
        assert_eq!(refused(&from_sixteen, &just_under(16)), Some(SignUpRefusal::TooYoung(16)));
    }

    #[test]
    fn skills_and_clashes() {
        let mut row = published();
        row.required_skill = Some("急救".into());
        assert_eq!(refused(&row, &adult()), Some(SignUpRefusal::NeedsSkill("急救".into())));
        let skills = ["急救".to_owned()];
        assert_eq!(refused(&row, &Applicant { skills: &skills, ..adult() }), None);
        let mut other = published();
        (other.id, other.title) = (ActivityId::from(Uuid::from_u128(77)), "清扫村道".into());
        other.starts_at = "2026-11-30T01:00:00Z".parse().unwrap();
        other.ends_at = "2026-11-30T03:30:00Z".parse().unwrap();
        let clash = Clash::new(other.clone(), other.starts_at - TimeDelta::minutes(1));
        let busy = Applicant { clash: Some(clash.clone()), ..adult() };
        assert_eq!(refused(&published(), &busy), Some(SignUpRefusal::Clashes(clash.clone())));
        let words = "与已报名或签到的“清扫村道”（11月30日09:00至11:30）时间冲突；";
        assert_eq!(clash.in_words(), format!("{words}如要改报，请先退出那个活动"));
        let begun = Clash::new(other.clone(), other.starts_at);
        assert_eq!(begun.in_words(), format!("{words}请选择其他时间的活动"));
    }

    #[test]
    fn withdrawing_is_free_until_the_start() {
        let row = published();
        assert_eq!(decide_withdrawal(&row, true, before(1)), Ok(()));
        assert_eq!(decide_withdrawal(&row, true, before(0)), Err(WithdrawRefusal::Begun));
        assert_eq!(decide_withdrawal(&row, false, before(1)), Err(WithdrawRefusal::NotSignedUp));
        let off = activity(ActivityState::Cancelled);
        let expected = Err(WithdrawRefusal::WrongState(ActivityState::Cancelled));
        assert_eq!(decide_withdrawal(&off, true, before(1)), expected);
    }

    #[test]
    fn the_queue_never_stands_still() {
        let now = before(0);
        assert_eq!(queue_time(now, None), now);
        assert_eq!(queue_time(now, Some(before(1))), now);
        let tick = TimeDelta::microseconds(1);
        assert_eq!(queue_time(now, Some(now)), now + tick);
        assert_eq!(queue_time(before(1), Some(now)), now + tick);
    }
}
