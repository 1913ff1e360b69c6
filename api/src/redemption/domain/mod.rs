//! Rules of redemption: who may redeem, who may hand over, how a redemption ends. Pure.

use chrono::{DateTime, Datelike, Months, NaiveDate, TimeDelta, Utc};
use chrono_tz::Asia::Shanghai;
use entity::ids::{AccountId, VolunteerId};
use entity::redemption::{self, RedemptionState, SignatureKind};
use entity::redemption_session::{self, RedemptionSessionState};
use entity::volunteer::VolunteerState;
use serde::Serialize;
use thiserror::Error;
use utoipa::ToSchema;

use crate::platform::clock::local_day;
use crate::platform::frozen::Frozen;
use crate::platform::text::human_number::NumberFormat;

/// Receipts: 兑换, ten random characters, a check character.
pub(super) const RECEIPT: NumberFormat = NumberFormat::new("DH", 10);
/// Pick-up codes: 取货. Thirty random bits and five tries a quarter of an hour.
pub(super) const PICKUP: NumberFormat = NumberFormat::new("QH", 6);

/// What can be done with a redemption (兑换操作).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum RedemptionAction {
    /// 备货完成
    Ready,
    /// 核销
    Fulfil,
    /// 取消
    Cancel,
    /// 换新取货码
    RenewCode,
    /// 过期
    Expire,
    /// 退货
    Return,
}

impl RedemptionAction {
    /// The life of a redemption: from which states, to which; renewing the code leads
    /// nowhere. At the counter goods may be handed over at once, without `ready`.
    const fn edge(self) -> (&'static [RedemptionState], Option<RedemptionState>) {
        use RedemptionState as S;
        const OPEN: &[RedemptionState] = &[S::Created, S::Ready];
        match self {
            Self::Ready => (&[S::Created], Some(S::Ready)),
            Self::Fulfil => (OPEN, Some(S::Fulfilled)),
            Self::Cancel => (OPEN, Some(S::Cancelled)),
            Self::RenewCode => (OPEN, None),
            Self::Expire => (OPEN, Some(S::Expired)),
            Self::Return => (&[S::Fulfilled], Some(S::Returned)),
        }
    }

    /// The state reached from `from`.
    pub(super) fn apply(self, from: RedemptionState) -> Result<RedemptionState, RedemptionRefusal> {
        let (allowed, to) = self.edge();
        if allowed.contains(&from) {
            Ok(to.unwrap_or(from))
        } else {
            Err(RedemptionRefusal::WrongState)
        }
    }
}

/// What the holder may do now.
pub(super) fn holder_actions(row: &redemption::Model) -> Vec<RedemptionAction> {
    possible(&[RedemptionAction::Cancel, RedemptionAction::RenewCode], row)
}

/// What this clerk may do now. Handing over and taking back are left to others by whoever is
/// close to it; who handed the goods out does not take them back.
pub(super) fn counter_actions(row: &redemption::Model, clerk: Clerk) -> Vec<RedemptionAction> {
    use RedemptionAction as A;
    let mut actions = possible(&[A::Ready, A::Fulfil, A::Cancel, A::Return], row);
    let handed_out = row.fulfilled_by == Some(clerk.account);
    actions.retain(|action| match action {
        A::Fulfil => !must_recuse(row, clerk),
        A::Return => !clerk.related && !handed_out,
        A::Ready | A::Cancel | A::Expire | A::RenewCode => true,
    });
    actions
}

/// Nothing is possible with what a supervisor has frozen.
fn possible(actions: &[RedemptionAction], row: &redemption::Model) -> Vec<RedemptionAction> {
    let open =
        |action: &RedemptionAction| row.frozen_until.is_none() && action.apply(row.state).is_ok();
    actions.iter().copied().filter(open).collect()
}

/// Why nothing is redeemed or handed over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub(crate) enum RedemptionRefusal {
    /// The redemption's state does not allow it.
    #[error("wrong state")]
    WrongState,
    /// The session is not open, or now is outside its window.
    #[error("the session is not open")]
    SessionNotOpen,
    /// Only verified volunteers in good standing redeem.
    #[error("the volunteer is not active")]
    VolunteerNotActive(VolunteerState),
    /// A card in use is needed.
    #[error("no card in use")]
    CardNotActive,
    /// The session asks for a minimum of points.
    #[error("{points} of {threshold} points")]
    BelowThreshold {
        /// What one must have.
        threshold: i64,
        /// What she has.
        points: i64,
    },
    /// One person takes no more than this.
    #[error("no more than {limit}")]
    LimitReached {
        /// Pieces.
        limit: i32,
        /// What she had before.
        had: i64,
        /// What the limit is set for.
        of: LimitOf,
    },
    /// Nobody hands goods to herself or her kin.
    #[error("somebody else must do this")]
    MustRecuse,
    /// Nobody came in time.
    #[error("expired")]
    Expired,
    /// The card or the code is not the right one.
    #[error("wrong proof")]
    WrongProof,
    /// Goods come back within so many days.
    #[error("returned too late")]
    ReturnedTooLate {
        /// Days since the hand-over.
        days: i64,
    },
}

/// What a limit per person is set for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LimitOf {
    /// One kind of goods in a session.
    Item,
    /// All of a session.
    Session,
}

impl LimitOf {
    /// Its name in answers, and in words.
    pub(super) const fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::Item => ("item", "这种物品"),
            Self::Session => ("session", "本次集中兑换"),
        }
    }
}

/// Everything that decides whether a volunteer may redeem in a session.
#[derive(Clone, Copy, Debug)]
pub(super) struct Admission<'a> {
    pub(super) session: &'a redemption_session::Model,
    pub(super) volunteer: VolunteerState,
    pub(super) has_card: bool,
    pub(super) now: DateTime<Utc>,
}

/// The session must be open now; the volunteer in good standing and with a card in use.
pub(super) fn decide_admission(case: Admission<'_>) -> Result<(), RedemptionRefusal> {
    let session = case.session;
    let open = session.state == RedemptionSessionState::Open;
    if !open || case.now < session.starts_at || case.now >= session.ends_at {
        return Err(RedemptionRefusal::SessionNotOpen);
    }
    if case.volunteer != VolunteerState::Active {
        return Err(RedemptionRefusal::VolunteerNotActive(case.volunteer));
    }
    if case.has_card { Ok(()) } else { Err(RedemptionRefusal::CardNotActive) }
}

/// Points held for open redemptions still count: who reached the threshold may take
/// several things.
pub(super) fn check_threshold(threshold: i64, points: i64) -> Result<(), RedemptionRefusal> {
    if points >= threshold {
        Ok(())
    } else {
        Err(RedemptionRefusal::BelowThreshold { threshold, points })
    }
}

/// One person takes no more of an item than its limit, with what she had of it before.
pub(super) fn check_limit(
    limit: Option<i32>,
    had: i64,
    wanted: i32,
) -> Result<(), RedemptionRefusal> {
    match limit {
        Some(limit) if had.saturating_add(i64::from(wanted)) > i64::from(limit) => {
            Err(RedemptionRefusal::LimitReached { limit, had, of: LimitOf::Item })
        }
        Some(_) | None => Ok(()),
    }
}

/// Until when it waits to be picked up.
pub(super) fn expires_at(
    now: DateTime<Utc>,
    hold_hours: i64,
    pickup_until: DateTime<Utc>,
) -> DateTime<Utc> {
    (now + TimeDelta::hours(hold_hours)).min(pickup_until)
}

/// The mark of a supervisor's freeze.
pub(super) fn frozen(row: &redemption::Model) -> Option<Frozen> {
    Frozen::of(row.frozen_at, row.frozen_until, row.frozen_reason.as_deref())
}

/// Until when it waits to be picked up, with the time added that it was frozen.
pub(super) fn due(row: &redemption::Model, now: DateTime<Utc>) -> DateTime<Utc> {
    let lost = frozen(row).map(|mark| now.min(mark.until) - mark.since);
    row.expires_at + lost.unwrap_or_default()
}

/// What the recipient shows at the counter, and how she signs.
#[derive(Clone, Copy, Debug)]
pub(super) struct Proof {
    /// Whose card was shown, when one was.
    pub(super) card_of: Option<VolunteerId>,
    /// Whether the code shown is this redemption's, when one was.
    pub(super) code_fits: Option<bool>,
}

/// Whoever stands at the counter.
#[derive(Clone, Copy, Debug)]
pub(super) struct Clerk {
    pub(super) account: AccountId,
    /// The recipient herself, her kin, or who acts for her.
    pub(super) related: bool,
}

/// Whether this clerk must leave the hand-over to somebody else: nobody serves herself
/// or her kin, and who placed a redemption for another does not hand it out as well.
pub(super) fn must_recuse(row: &redemption::Model, clerk: Clerk) -> bool {
    clerk.related || row.created_by == clerk.account
}

/// Handing over: in time, by a stranger to the recipient and to the order.
pub(super) fn decide_fulfilment(
    row: &redemption::Model,
    clerk: Clerk,
    now: DateTime<Utc>,
) -> Result<RedemptionState, RedemptionRefusal> {
    if must_recuse(row, clerk) {
        return Err(RedemptionRefusal::MustRecuse);
    }
    let state = RedemptionAction::Fulfil.apply(row.state)?;
    if now >= due(row, now) { Err(RedemptionRefusal::Expired) } else { Ok(state) }
}

/// Taking goods back: in time, by a stranger to the recipient, and not by whoever handed them
/// out, so that nobody alone turns goods into points again. Time counts from the handing over, or
/// from the later day on which an upheld objection was carried out.
pub(super) fn decide_return(
    row: &redemption::Model,
    (by, related): (AccountId, bool),
    (window_days, granted_at): (i64, Option<DateTime<Utc>>),
    now: DateTime<Utc>,
) -> Result<RedemptionState, RedemptionRefusal> {
    let state = RedemptionAction::Return.apply(row.state)?;
    if related || row.fulfilled_by == Some(by) {
        return Err(RedemptionRefusal::MustRecuse);
    }
    let from = row.fulfilled_at.max(granted_at);
    let last = from.map(|at| at + TimeDelta::days(window_days));
    if last.is_none_or(|last| now > last) {
        return Err(RedemptionRefusal::ReturnedTooLate { days: window_days });
    }
    Ok(state)
}

/// Either the recipient's own card or this redemption's code.
pub(super) fn check_proof(row: &redemption::Model, proof: Proof) -> Result<(), RedemptionRefusal> {
    let card = proof.card_of == Some(row.volunteer_id);
    if card || proof.code_fits == Some(true) { Ok(()) } else { Err(RedemptionRefusal::WrongProof) }
}

/// The signature must be of what was shown; paper goes with either.
pub(super) fn signature_fits(signature: SignatureKind, by_card: bool) -> bool {
    match signature {
        SignatureKind::Card => by_card,
        SignatureKind::Code => !by_card,
        SignatureKind::Paper => true,
    }
}

/// Why a session is not planned, changed, opened or closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub(crate) enum SessionRefusal {
    /// Its state does not allow it.
    #[error("wrong state")]
    WrongState,
    /// Its time is over.
    #[error("over")]
    Over,
    /// A value does not fit the others.
    #[error("{0}: {1}")]
    Field(&'static str, &'static str),
}

/// What can be done with a session (集中兑换操作).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SessionAction {
    /// Change what is planned.
    Update,
    /// Let people redeem.
    Open,
    /// End it, or call it off.
    Close,
}

impl SessionAction {
    const fn edge(self) -> (&'static [RedemptionSessionState], RedemptionSessionState) {
        use RedemptionSessionState as S;
        match self {
            Self::Update => (&[S::Planned], S::Planned),
            Self::Open => (&[S::Planned], S::Open),
            Self::Close => (&[S::Planned, S::Open], S::Closed),
        }
    }

    /// The state reached from `from`.
    pub(super) fn apply(
        self,
        from: RedemptionSessionState,
    ) -> Result<RedemptionSessionState, SessionRefusal> {
        let (allowed, to) = self.edge();
        if allowed.contains(&from) { Ok(to) } else { Err(SessionRefusal::WrongState) }
    }
}

/// When a session takes place.
#[derive(Clone, Copy, Debug)]
pub(super) struct Window {
    pub(super) starts_at: DateTime<Utc>,
    pub(super) ends_at: DateTime<Utc>,
    pub(super) pickup_until: DateTime<Utc>,
}

/// A monthly session lies within one month of China's calendar; a daily one may be
/// longer. Nothing lasts longer than a year.
pub(super) fn check_window(
    window: Window,
    daily: bool,
    now: DateTime<Utc>,
) -> Result<(), SessionRefusal> {
    let Window { starts_at, ends_at, pickup_until } = window;
    let year = TimeDelta::days(366);
    let refuse = |pointer, message| Err(SessionRefusal::Field(pointer, message));
    if ends_at <= starts_at {
        return refuse("/ends_at", "须晚于开始时间");
    }
    if ends_at <= now {
        return refuse("/ends_at", "须晚于现在");
    }
    if starts_at - now > year || ends_at - starts_at > year {
        return refuse("/ends_at", "不能超过一年");
    }
    if !daily && month_of(starts_at) != month_of(ends_at) {
        return refuse("/ends_at", "集中兑换须在同一个月内结束");
    }
    if pickup_until < ends_at || pickup_until - ends_at > year {
        return refuse("/pickup_until", "须在结束之后一年内");
    }
    Ok(())
}

/// Year and month in China.
fn month_of(instant: DateTime<Utc>) -> (i32, u32) {
    let day = local_day(instant);
    (day.year(), day.month())
}

/// First instant of the month of China's calendar that `instant` is in, and of the next.
pub(super) fn month_around(instant: DateTime<Utc>) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
    let first = local_day(instant).with_day(1)?;
    Some((day_start(first)?, day_start(first.checked_add_months(Months::new(1))?)?))
}

/// First instant of a day in China.
pub(super) fn day_start(day: NaiveDate) -> Option<DateTime<Utc>> {
    let midnight = day.and_hms_opt(0, 0, 0)?.and_local_timezone(Shanghai);
    midnight.earliest().map(|instant| instant.to_utc())
}

#[cfg(test)]
mod tests;
