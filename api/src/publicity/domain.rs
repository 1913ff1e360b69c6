//! The life of a notice round, what its digest is made of, and who gets her points when it
//! closes. Pure.

use chrono::{DateTime, Datelike, Days, Months, NaiveDate, Utc};
use entity::disqualification::DisqualificationState;
use entity::notice_entry::{self, FreezeReason};
use entity::notice_round::{self, NoticeState};
use entity::site::SiteKind;
use entity::volunteer::VolunteerState;
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use utoipa::ToSchema;

use crate::platform::clock::{day_start, local_day};
use crate::platform::crypto::digest::sha256_hex;
use crate::site::NoticeLevel;

use NoticeState as S;

/// 对一期公示可做的操作
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum RoundAction {
    /// 发布公示
    Open,
    /// 结束公示
    Close,
    /// 归档
    Archive,
    /// 撤销草稿
    Discard,
}

use RoundAction as A;

/// Why something about a notice is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RoundRefusal {
    /// The state does not allow it.
    WrongState(S),
    /// The days are not over.
    Running(DateTime<Utc>),
    /// There is nothing to be shown.
    Empty,
    /// The points of the closed round are still being booked.
    Settling,
    /// Entries are frozen.
    Frozen,
}

impl RoundAction {
    /// Every action.
    pub(super) const ALL: [Self; 4] = [A::Open, A::Close, A::Archive, A::Discard];

    /// The whole life of a round.
    const fn edge(self) -> (S, S) {
        match self {
            A::Open => (S::Drafting, S::Open),
            A::Close => (S::Open, S::Closed),
            A::Archive => (S::Closed, S::Archived),
            // A draft that is discarded is gone: nothing of it was ever shown.
            A::Discard => (S::Drafting, S::Drafting),
        }
    }

    /// The state reached from `from`, or the refusal.
    pub(super) fn apply(self, from: S) -> Result<S, RoundRefusal> {
        let (allowed, to) = self.edge();
        if from == allowed { Ok(to) } else { Err(RoundRefusal::WrongState(from)) }
    }

    /// What the journal calls it.
    pub(super) const fn event(self) -> &'static str {
        match self {
            A::Open => "notice.opened",
            A::Close => "notice.closed",
            A::Archive => "notice.archived",
            A::Discard => "notice.discarded",
        }
    }
}

/// Decides whether a round may take this step now.
pub(super) fn decide(
    round: &notice_round::Model,
    action: RoundAction,
    now: DateTime<Utc>,
) -> Result<S, RoundRefusal> {
    let to = action.apply(round.state)?;
    match (action, round.closes_at) {
        (A::Close, Some(end)) if now < end => Err(RoundRefusal::Running(end)),
        (A::Archive, _) if round.settled_at.is_none() => Err(RoundRefusal::Settling),
        (A::Open | A::Close | A::Archive | A::Discard, _) => Ok(to),
    }
}

/// What may be done now.
pub(super) fn allowed_actions(round: &notice_round::Model, now: DateTime<Utc>) -> Vec<RoundAction> {
    A::ALL.into_iter().filter(|action| decide(round, *action, now).is_ok()).collect()
}

/// Whether a site of this kind gives notice at this level: the institute for its whole town, or
/// each for itself (what the institute did is its own round then). A station's round beside its
/// town's would take away what the town shows.
pub(super) fn gives_notice(kind: SiteKind, level: NoticeLevel) -> bool {
    match level {
        NoticeLevel::Town => kind == SiteKind::Institute,
        NoticeLevel::Station => kind != SiteKind::Center,
    }
}

/// The first instant at which a round opened now may close: whole days, the day of the
/// opening not counted.
pub(super) fn closes_at(opened: DateTime<Utc>, days: i32) -> Option<DateTime<Utc>> {
    let days = u64::try_from(days).ok()?.checked_add(1)?;
    local_day(opened).checked_add_days(Days::new(days)).map(day_start)
}

/// The last whole day of a notice that may close at this instant, the midnight after it.
pub(super) fn last_day(closes_at: DateTime<Utc>) -> NaiveDate {
    let day = local_day(closes_at);
    if day_start(day) == closes_at { day.pred_opt().unwrap_or(day) } else { day }
}

/// The same as it is printed.
pub(super) fn last_day_text(closes_at: DateTime<Utc>) -> String {
    last_day(closes_at).format("%Y年%-m月%-d日（含当日）").to_string()
}

/// The month before the one a day is in, by its first day.
pub(super) fn month_before(day: NaiveDate) -> Option<NaiveDate> {
    day.with_day(1)?.checked_sub_months(Months::new(1))
}

/// Reads a month written as `2026-10`.
pub(super) fn parse_period(text: &str) -> Option<NaiveDate> {
    let (year, month) = text.split_once('-')?;
    let digits =
        |part: &str, count| part.len() == count && part.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(year, 4) || !digits(month, 2) {
        return None;
    }
    let first = NaiveDate::parse_from_str(&format!("{text}-01"), "%Y-%m-%d").ok()?;
    (1900..=2200).contains(&first.year()).then_some(first)
}

/// A month as `2026-10`.
pub(super) fn period_text(period: NaiveDate) -> String {
    period.format("%Y-%m").to_string()
}

/// The first instant after a month.
pub(super) fn period_end(period: NaiveDate) -> Option<DateTime<Utc>> {
    period.checked_add_months(Months::new(1)).map(day_start)
}

/// The last day on which a draft should be opened: three days to look at it.
pub(super) fn opening_due(drafted: DateTime<Utc>) -> NaiveDate {
    let day = local_day(drafted);
    day.checked_add_days(Days::new(3)).unwrap_or(day)
}

/// The seal of one entry: the SHA-256 of its canonical line, a JSON array. It says nothing to
/// whoever does not know the claim's and the volunteer's ids, and fixes everything for who does.
pub(super) fn seal(entry: &notice_entry::Model) -> String {
    let line = serde_json::json!([
        "points-bank/notice/1",
        entry.position,
        entry.claim_id,
        entry.volunteer_id,
        entry.points,
        entry.item_code,
        entry.item_name,
        entry.activity_title,
        local_day(entry.served_at),
        entry.site_id,
    ]);
    sha256_hex(line.to_string().as_bytes())
}

/// What everybody may know of why an entry is kept back. That a supervisor looks into it is
/// her office; who objected and whose standing is in question is not told apart.
pub(super) const fn public_reason(reason: Option<FreezeReason>) -> Option<FreezeReason> {
    match reason {
        Some(FreezeReason::Supervision) => reason,
        Some(FreezeReason::Objection | FreezeReason::EarningSuspended) | None => None,
    }
}

/// The same in words, for pages and files.
pub(super) const fn kept_back(reason: Option<FreezeReason>) -> &'static str {
    match public_reason(reason) {
        Some(_) => "暂缓，监督员核查中",
        None => "暂缓，待核实",
    }
}

/// The digest of a round: SHA-256 over the seals of its entries in their order, each with a
/// line feed. Anybody can compute it from the seals that are published.
#[derive(Debug, Default)]
pub(crate) struct Digest(Sha256);

impl Digest {
    /// Takes in the next entry.
    pub(crate) fn add(&mut self, entry: &notice_entry::Model) {
        self.0.update(seal(entry).as_bytes());
        self.0.update(b"\n");
    }

    /// The digest, in hexadecimal.
    pub(crate) fn finish(self) -> String {
        data_encoding::HEXLOWER.encode(&self.0.finalize())
    }
}

/// What a case means for points that were certified before it was executed; the weightier last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Case {
    /// It may still be appealed, or the appeal is not decided.
    Running,
    /// It stood.
    Stood,
}

impl Case {
    /// What it means in this state. One that was overturned takes nothing.
    pub(super) const fn of(state: DisqualificationState) -> Option<Self> {
        use DisqualificationState as D;
        match state {
            D::Executed | D::Appealed => Some(Self::Running),
            D::Upheld | D::Ended => Some(Self::Stood),
            D::Proposed
            | D::Notified
            | D::StatementPeriod
            | D::Reviewed
            | D::Decided
            | D::Overturned
            | D::Dropped => None,
        }
    }
}

/// What becomes of an entry's points when its round is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// They are hers.
    Earned,
    /// She may not earn now, or a case may yet take them: they wait until that is over.
    Waits,
    /// She is gone, or lost what she had at that time.
    Forfeited,
}

/// Decides on an entry's points. Suspension is not forfeiture: what a suspended or
/// disqualified person had certified waits, so that a case that is overturned gives back
/// exactly what she would have had. A case that stood took everything she had when it was
/// executed, and these points with it, as it would have where they count at once; until it is
/// known whether it stands they wait, though her year be over. A closed account earns nothing.
/// What was booked at certification stays as it is.
pub(super) const fn fate(state: VolunteerState, is_booked: bool, case: Option<Case>) -> Fate {
    use VolunteerState as V;
    if is_booked {
        return Fate::Earned;
    }
    match (state, case) {
        (V::Closed, _) | (V::Active, Some(Case::Stood)) => Fate::Forfeited,
        (V::Active, None) => Fate::Earned,
        (V::Active, Some(Case::Running))
        | (V::Suspended | V::Disqualified | V::PendingVerification, _) => Fate::Waits,
    }
}

#[cfg(test)]
#[path = "domain_tests.rs"]
mod tests;
