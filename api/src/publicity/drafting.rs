//! Drafting and opening a round. A draft may be drawn up again and again; the opening draws it
//! up once more, fixes it, and gives it its digest.

use chrono::NaiveDate;
use entity::claim::ClaimState;
use entity::ids::{AccountId, NoticeRoundId, SiteId};
use entity::notice_round::{self, NoticeState};
use entity::site::{self, SiteKind};
use serde_json::json;

use super::domain::{
    Digest, RoundAction, RoundRefusal, closes_at, decide, gives_notice, month_before, parse_period,
    period_end, period_text,
};
use super::{entry_rows, error, repository};
use crate::auth::{Caller, Permission};
use crate::platform::clock::local_day;
use crate::platform::failure::{Failure, Refusal, code};
use crate::platform::text::human_number::NumberFormat;
use crate::platform::tx::Tx;
use crate::{claim, journal, site as sites};

const NUMBER: NumberFormat = NumberFormat::new("GS", 8);
/// Entries read at a time for the digest.
const CHUNK: u64 = 1000;

/// A month that is over, as it was asked for.
///
/// # Errors
/// `invalid_value` naming the field.
pub(super) fn past_month(text: &str, today: NaiveDate) -> Result<NaiveDate, Failure> {
    let period =
        parse_period(text).ok_or_else(|| Failure::field("/period", "应为 2026-10 这样的月份"))?;
    let last = month_before(today).ok_or_else(|| Failure::internal("a day without a month"))?;
    if period > last {
        return Err(Failure::field("/period", "这个月还没有结束"));
    }
    Ok(period)
}

/// Drafts the round of a site and month for a person.
///
/// # Errors
/// `notice_elsewhere`, `notice_exists`, `notice_empty`, and the caller's lack of permission.
pub(super) async fn draft(
    tx: &Tx<'_>,
    caller: &Caller,
    site: SiteId,
    period: &str,
) -> Result<notice_round::Model, Failure> {
    let site = sites::get(&**tx, site).await?;
    caller.require_at(Permission::PublishNotices, &site.path)?;
    let period = past_month(period, local_day(tx.now))?;
    if site.kind == SiteKind::Center {
        return Err(Failure::field("site_id", "公示由所或站发布"));
    }
    let level = sites::effective_settings(&**tx, &site, tx.now).await?.notice_level;
    if !gives_notice(site.kind, level) {
        return Err(error::NOTICE_ELSEWHERE.into());
    }
    draw_up(tx, &site, (period, level), Some(caller.account)).await
}

/// Draws up the round of a site and month.
///
/// # Errors
/// `notice_exists`, `notice_empty`.
pub(super) async fn draw_up(
    tx: &Tx<'_>,
    site: &site::Model,
    (period, level): (NaiveDate, sites::NoticeLevel),
    by: Option<AccountId>,
) -> Result<notice_round::Model, Failure> {
    let mut round = notice_round::Model {
        id: tx.new_id(),
        number: NUMBER.build(tx.random()),
        site_id: site.id,
        period,
        state: NoticeState::Drafting,
        entry_count: 0,
        points_total: 0,
        digest: None,
        notice_days: None,
        drafted_by: by,
        drafted_at: tx.now,
        opened_by: None,
        opened_at: None,
        closes_at: None,
        closed_by: None,
        closed_at: None,
        settled_at: None,
        archived_by: None,
        archived_at: None,
        version: 1,
        updated_at: tx.now,
    };
    if !repository::insert(tx, &round).await? {
        return Err(error::NOTICE_EXISTS.into());
    }
    entry_rows::take_time(tx).await?;
    collect(tx, &mut round, &area(site, level), ClaimState::Certified).await?;
    let round = store(tx, round).await?;
    tell(tx, "notice.drafted", &round).await?;
    Ok(round)
}

/// Whose claims a round shows, as a pattern of the paths of sites: those of all below, or, where
/// each gives notice for itself, its own.
fn area(site: &site::Model, level: sites::NoticeLevel) -> String {
    match level {
        sites::NoticeLevel::Town => format!("{}%", site.path),
        sites::NoticeLevel::Station => site.path.clone(),
    }
}

/// Writes the draft's entries anew.
async fn collect(
    tx: &Tx<'_>,
    round: &mut notice_round::Model,
    area: &str,
    state: ClaimState,
) -> Result<(), Failure> {
    let before = end_of(round)?;
    let counted = entry_rows::collect(tx, round.id, (state, before, area)).await?;
    (round.entry_count, round.points_total) = counted;
    if round.entry_count == 0 { Err(RoundRefusal::Empty.into()) } else { Ok(()) }
}

fn end_of(round: &notice_round::Model) -> Result<chrono::DateTime<chrono::Utc>, Failure> {
    period_end(round.period).ok_or_else(|| Failure::internal("a month without an end"))
}

/// A round under lock for a step of a person, with its site.
///
/// # Errors
/// `not_found`, the caller's lack of permission, or what the rules refuse.
pub(super) async fn begin(
    tx: &Tx<'_>,
    caller: &Caller,
    id: NoticeRoundId,
    action: RoundAction,
) -> Result<(notice_round::Model, site::Model), Failure> {
    let mut round = repository::lock(tx, id).await?.ok_or(code::NOT_FOUND)?;
    let site = sites::get(&**tx, round.site_id).await?;
    caller.require_at(Permission::PublishNotices, &site.path)?;
    round.state = decide(&round, action, tx.now)?;
    Ok((round, site))
}

/// Takes a draft back, as if it had never been drawn up; its claims wait for the next one.
///
/// # Errors
/// `wrong_state` once it was opened.
pub(super) async fn discard(
    tx: &Tx<'_>,
    caller: &Caller,
    id: NoticeRoundId,
) -> Result<notice_round::Model, Failure> {
    let (round, _) = begin(tx, caller, id, RoundAction::Discard).await?;
    entry_rows::drop_draft(tx, id).await?;
    repository::delete_draft(tx, id).await?;
    tell(tx, RoundAction::Discard.event(), &round).await?;
    Ok(round)
}

/// Opens a round: collects once more, fixes what is shown, takes the claims into the notice.
/// Whoever comes second finds it open.
///
/// # Errors
/// `wrong_state`, `notice_empty`.
pub(super) async fn open(
    tx: &Tx<'_>,
    caller: &Caller,
    id: NoticeRoundId,
) -> Result<notice_round::Model, Failure> {
    let (mut round, site) = begin(tx, caller, id, RoundAction::Open).await?;
    let settings = sites::effective_settings(&**tx, &site, tx.now).await?;
    // Who gives notice may have been set anew since it was drafted: then it is to be discarded.
    if !gives_notice(site.kind, settings.notice_level) {
        return Err(error::NOTICE_ELSEWHERE.into());
    }
    let (days, area) = (settings.notice_days, area(&site, settings.notice_level));
    entry_rows::take_time(tx).await?;
    // First the claims, which locks them: what is certified or revoked meanwhile is decided
    // before or after, and the entries are written of exactly those that were taken.
    entry_rows::drop_draft(tx, id).await?;
    claim::enter_notice(tx, &area, end_of(&round)?).await?;
    collect(tx, &mut round, &area, ClaimState::InNotice).await.map_err(said_of_level)?;
    let end = closes_at(tx.now, days).ok_or_else(|| Failure::internal("a notice without end"))?;
    round.digest = Some(digest(tx, id).await?);
    round.notice_days = Some(days);
    round.opened_by = Some(caller.account);
    round.opened_at = Some(tx.now);
    round.closes_at = Some(end);
    let round = store(tx, round).await?;
    tell(tx, RoundAction::Open.event(), &round).await?;
    Ok(round)
}

/// A draft that shows entries and opens empty was drawn up for another level.
fn said_of_level(failure: Failure) -> Failure {
    match failure.refusal() {
        Some(refusal) if refusal.code == error::NOTICE_EMPTY => Refusal::new(error::NOTICE_EMPTY)
            .detail("公示级别改过的，请放弃这份草稿，由各站起草")
            .into(),
        Some(_) | None => failure,
    }
}

async fn digest(tx: &Tx<'_>, id: NoticeRoundId) -> Result<String, Failure> {
    let (mut digest, mut after) = (Digest::default(), 0);
    loop {
        let entries = entry_rows::list_plain(&**tx, id, (after, CHUNK)).await?;
        let Some(last) = entries.last() else { return Ok(digest.finish()) };
        after = last.position;
        for entry in &entries {
            digest.add(entry);
        }
    }
}

/// Writes the changed round as its next version.
pub(super) async fn store(
    tx: &Tx<'_>,
    round: notice_round::Model,
) -> Result<notice_round::Model, Failure> {
    let round = notice_round::Model { version: round.version + 1, updated_at: tx.now, ..round };
    if !repository::save(tx, &round).await? {
        return Err(Failure::internal("a locked round changed"));
    }
    Ok(round)
}

/// Tells of a round: numbers only.
pub(super) async fn tell(
    tx: &Tx<'_>,
    kind: &str,
    round: &notice_round::Model,
) -> Result<(), Failure> {
    let data = json!({
        "number": round.number,
        "period": period_text(round.period),
        "entries": round.entry_count,
        "points": round.points_total,
        "digest": round.digest,
    });
    journal::publish(tx, kind, "notice_round", round.id.into(), Some(round.site_id), data).await
}
