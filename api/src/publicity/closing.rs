//! Closing a round, booking what it made effective, and archiving it.

use std::collections::HashSet;

use entity::ids::{AccountId, ClaimId, NoticeRoundId};
use entity::notice_entry::{self, EntryState, FreezeReason};
use entity::notice_round::{self, NoticeState};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::domain::{Fate, RoundAction, RoundRefusal, decide, fate};
use super::drafting::{begin, store, tell};
use super::{correction, entry_rows, repository};
use crate::app::App;
use crate::auth::{Caller, Permission};
use crate::claim::{self, NoticeStep};
use crate::platform::failure::{Failure, code};
use crate::platform::tx::Tx;
use crate::task::{self, NewTask, RowError, Run, Step, TaskView, Work};
use crate::volunteer;

/// Entries settled in one transaction: about a quarter of a second on a small machine.
const CHUNK: u64 = 50;

/// Closes a round for a person and starts the booking.
///
/// # Errors
/// `notice_running` before its days are over, `wrong_state`.
pub(super) async fn close(
    tx: &Tx<'_>,
    caller: &Caller,
    id: NoticeRoundId,
) -> Result<notice_round::Model, Failure> {
    let (round, _) = begin(tx, caller, id, RoundAction::Close).await?;
    closed(tx, round, Some(caller.account)).await
}

/// Closes a round whose days are over, by schedule; says whether it was still to be closed.
pub(super) async fn close_by_schedule(tx: &Tx<'_>, id: NoticeRoundId) -> Result<bool, Failure> {
    let mut round = repository::lock(tx, id).await?.ok_or(code::NOT_FOUND)?;
    let Ok(state) = decide(&round, RoundAction::Close, tx.now) else { return Ok(false) };
    round.state = state;
    closed(tx, round, None).await?;
    Ok(true)
}

async fn closed(
    tx: &Tx<'_>,
    mut round: notice_round::Model,
    by: Option<AccountId>,
) -> Result<notice_round::Model, Failure> {
    round.closed_by = by;
    round.closed_at = Some(tx.now);
    let round = store(tx, round).await?;
    tell(tx, RoundAction::Close.event(), &round).await?;
    start_settling(tx, &round, by).await?;
    Ok(round)
}

/// Puts the booking in the queue, unless it is there already.
pub(super) async fn start_settling(
    tx: &Tx<'_>,
    round: &notice_round::Model,
    by: Option<AccountId>,
) -> Result<TaskView, Failure> {
    let params = json!(SettleParams { round: round.id });
    let once = Some(round.number.clone());
    let new = NewTask { site: round.site_id, started_by: by, params, once };
    task::start::<Settle>(tx, new).await
}

/// Puts a closed round away.
///
/// # Errors
/// `notice_settling`, `notice_has_frozen`, `wrong_state`.
pub(super) async fn archive(
    tx: &Tx<'_>,
    caller: &Caller,
    id: NoticeRoundId,
) -> Result<notice_round::Model, Failure> {
    let (mut round, _) = begin(tx, caller, id, RoundAction::Archive).await?;
    let counts = entry_rows::count(&**tx, &[id]).await?;
    let frozen = |count: &entry_rows::StateCount| count.state == EntryState::Frozen;
    if counts.get(&id).is_some_and(|counts| counts.iter().any(frozen)) {
        return Err(RoundRefusal::Frozen.into());
    }
    round.archived_by = Some(caller.account);
    round.archived_at = Some(tx.now);
    let round = store(tx, round).await?;
    tell(tx, RoundAction::Archive.event(), &round).await?;
    Ok(round)
}

/// What the booking is told.
#[derive(Debug, Serialize, Deserialize)]
struct SettleParams {
    round: NoticeRoundId,
}

/// What the booking has done so far.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
struct Tally {
    effective: i64,
    waiting: i64,
    forfeited: i64,
}

impl Tally {
    const fn total(self) -> i64 {
        self.effective + self.waiting + self.forfeited
    }
}

/// Booking a closed round, some entries a step: what is not frozen takes effect.
pub(crate) struct Settle;

impl Work for Settle {
    const NAME: &'static str = "publicity.settle";
    const TITLE: &'static str = "公示期满入账";
    const PERMISSION: Permission = Permission::PublishNotices;
    type Ready = ();

    async fn ready(_: &App, _: &Run) -> Result<(), Failure> {
        Ok(())
    }

    async fn step(_: &App, tx: &Tx<'_>, run: &Run, (): &()) -> Result<Step, Failure> {
        let SettleParams { round: id } = run.params()?;
        let mut tally: Tally = run.mark()?.unwrap_or_default();
        let entries = entry_rows::lock_waiting(tx, id, CHUNK).await?;
        if entries.is_empty() {
            finish(tx, id).await?;
            return Ok(Step::succeed(tally)?.progress(tally.total(), Some(tally.total())));
        }
        let outcomes = settle(tx, &entries).await?;
        let mut errors = Vec::new();
        for (position, fate) in outcomes {
            match fate {
                Fate::Earned => tally.effective += 1,
                Fate::Waits => tally.waiting += 1,
                Fate::Forfeited => tally.forfeited += 1,
            }
            errors.extend(report(position, fate));
        }
        let total = repository::find(&**tx, id).await?.map(|round| i64::from(round.entry_count));
        let total = total.map(|total| total.max(tally.total()));
        Ok(Step::go_on(tally)?.progress(tally.total(), total).errors(errors))
    }
}

/// A line of the error report, by the entry's number in the notice.
fn report(position: i32, fate: Fate) -> Option<RowError> {
    let (code, message) = match fate {
        Fate::Earned => return None,
        Fate::Waits => {
            ("earning_suspended", "志愿者现在不能获得积分，或清零案件尚未了结，了结后再计")
        }
        Fate::Forfeited => ("earning_forfeited", "志愿者已注销或清零决定已生效，不计分"),
    };
    let (row, field) = (position.into(), None);
    Some(RowError { row, field, code: code.into(), message: message.into() })
}

async fn finish(tx: &Tx<'_>, id: NoticeRoundId) -> Result<(), Failure> {
    let mut round = repository::lock(tx, id).await?.ok_or(code::NOT_FOUND)?;
    if round.state == NoticeState::Closed && round.settled_at.is_none() {
        round.settled_at = Some(tx.now);
        let round = store(tx, round).await?;
        tell(tx, "notice.settled", &round).await?;
    }
    Ok(())
}

/// Settles listed entries, one person's after the other in the order in which accounts are
/// locked. People first: who may earn now cannot lose that until this is written.
pub(super) async fn settle(
    tx: &Tx<'_>,
    entries: &[notice_entry::Model],
) -> Result<Vec<(i32, Fate)>, Failure> {
    let people: HashSet<_> = entries.iter().map(|entry| entry.volunteer_id).collect();
    let standings = volunteer::keep_standings(tx, &people).await?;
    let ids: Vec<ClaimId> = entries.iter().map(|entry| entry.claim_id).collect();
    let booked = entry_rows::booked(&**tx, &ids).await?;
    let cases = entry_rows::cases_since(&**tx, &ids).await?;
    let mut outcomes = Vec::with_capacity(entries.len());
    let mut settled = Vec::with_capacity(entries.len());
    for entry in entries {
        let her = standings.get(&entry.volunteer_id).copied();
        let her = her.ok_or_else(|| Failure::internal("an entry of nobody"))?;
        let id = entry.claim_id;
        let fate = fate(her.state, booked.contains(&id), cases.get(&id).copied());
        match fate {
            Fate::Earned => {
                take_effect(tx, entry, her).await?;
                settled.push(id);
            }
            Fate::Waits => suspend(tx, entry).await?,
            Fate::Forfeited => correction::forfeit(tx, entry).await?,
        }
        outcomes.push((entry.position, fate));
    }
    entry_rows::settle(tx, &settled, tx.now).await?;
    Ok(outcomes)
}

/// The claim counts; its points are booked, unless they were at certification.
async fn take_effect(
    tx: &Tx<'_>,
    entry: &notice_entry::Model,
    her: volunteer::Standing,
) -> Result<(), Failure> {
    let claims = claim::take_notice_step(tx, NoticeStep::TakeEffect, &[entry.claim_id]).await?;
    let claim = claims.first().ok_or_else(|| Failure::internal("a listed claim not in notice"))?;
    claim::book(tx, claim, her.home, &entry.item_name).await
}

async fn suspend(tx: &Tx<'_>, entry: &notice_entry::Model) -> Result<(), Failure> {
    let row = notice_entry::Model {
        state: EntryState::Frozen,
        frozen_reason: Some(FreezeReason::EarningSuspended),
        frozen_at: Some(tx.now),
        ..entry.clone()
    };
    Ok(entry_rows::save(tx, &row).await?)
}
