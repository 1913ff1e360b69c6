//! What other slices may have posted, and the balances they may read.

use chrono::{DateTime, Utc};
use entity::hold::HoldState;
use entity::ids::{LedgerEntryId, RedemptionId, SiteId, VolunteerId};
use entity::ledger_entry::LedgerKind;
use entity::{hold, ledger_entry, points_account};
use sea_orm::{ConnectionTrait, Set};

use super::ageing::{expire_first, lots_of, outlook};
use super::domain::{Command, Points};
use super::posting::{Order, Posted, Source, deltas_of, lock_or_create, post};
use super::{error, repository};
use crate::platform::failure::{Failure, Refusal, code};
use crate::platform::tx::Tx;

/// What a volunteer has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Balances {
    /// Points that can be spent.
    pub available: i64,
    /// Points kept for open redemptions.
    pub held: i64,
    /// Points a reversal could not take back; paid by whatever becomes available next.
    pub recovery_due: i64,
    /// Number of the last entry; zero for none.
    pub last_seq: i64,
}

impl From<&points_account::Model> for Balances {
    fn from(row: &points_account::Model) -> Self {
        Self {
            available: row.available,
            held: row.held,
            recovery_due: row.recovery_due,
            last_seq: row.last_seq,
        }
    }
}

/// The balances now; zeros when nothing was posted yet.
///
/// # Errors
/// The database's.
pub async fn balances(
    db: &impl ConnectionTrait,
    volunteer: VolunteerId,
) -> Result<Balances, Failure> {
    let account = repository::find_account(db, volunteer).await?;
    Ok(account.as_ref().map(Balances::from).unwrap_or_default())
}

/// The balances as she may use them: what is over its last day is nobody's to spend, also before
/// the nightly job has taken it.
///
/// # Errors
/// The database's.
pub(crate) async fn usable(
    db: &impl ConnectionTrait,
    volunteer: VolunteerId,
    now: DateTime<Utc>,
) -> Result<Balances, Failure> {
    let Some(account) = repository::find_account(db, volunteer).await? else {
        return Ok(Balances::default());
    };
    let over = outlook(db, &account, now).await?.over;
    let balances = Balances::from(&account);
    Ok(Balances { available: balances.available.saturating_sub(over), ..balances })
}

/// Points that are certified and wait for the end of a notice.
///
/// # Errors
/// The database's.
pub(crate) async fn in_notice(
    db: &impl ConnectionTrait,
    volunteer: VolunteerId,
) -> Result<i64, Failure> {
    in_notice_beside(db, volunteer, i64::MAX).await
}

/// The same beside what her entries up to a number booked: what is booked while somebody reads
/// counts in one of both, whichever is read first.
///
/// # Errors
/// The database's.
pub(crate) async fn in_notice_beside(
    db: &impl ConnectionTrait,
    volunteer: VolunteerId,
    up_to: i64,
) -> Result<i64, Failure> {
    Ok(repository::sum_in_notice(db, volunteer, up_to).await?)
}

/// Everything ever certified for her: taken over, earned and in notice, less what was taken back.
/// Redeeming, expiry and zeroing leave it alone, so it never shrinks under her hands. The one
/// meaning of `certified`, wherever it is shown.
///
/// # Errors
/// The database's.
pub(crate) async fn certified(
    db: &impl ConnectionTrait,
    volunteer: VolunteerId,
    (up_to, in_notice): (i64, i64),
) -> Result<i64, Failure> {
    Ok(repository::sum_certified(db, volunteer, up_to).await? + in_notice)
}

/// Takes over the balance of a paper book, as the account's first entry.
///
/// # Errors
/// `ledger_already_opened`.
#[expect(clippy::too_many_arguments, reason = "an entry is these facts")]
pub async fn open(
    tx: &Tx<'_>,
    volunteer: VolunteerId,
    site: SiteId,
    points: i64,
    source: Source<'_>,
    reason: &str,
) -> Result<Posted, Failure> {
    let account = lock_or_create(tx, volunteer, site).await?;
    let command = Command::Opening(Points::new(points)?);
    post(tx, &account, Order { command, source, refers_to: None, reason }).await
}

/// Books earned points, and pays with them what is due. `site` is where the account is
/// kept if this is its first entry. Four statements, six for a first entry.
///
/// # Errors
/// `points_account_full`.
#[expect(clippy::too_many_arguments, reason = "an entry is these facts")]
pub async fn earn(
    tx: &Tx<'_>,
    volunteer: VolunteerId,
    site: SiteId,
    points: i64,
    source: Source<'_>,
    reason: &str,
) -> Result<Posted, Failure> {
    let account = lock_or_create(tx, volunteer, site).await?;
    let command = Command::Earn(Points::new(points)?);
    post(tx, &account, Order { command, source, refers_to: None, reason }).await
}

/// What became of an earning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Fate {
    /// How many points it was.
    pub(crate) earned: i64,
    /// How many of them expired or were zeroed; the others were spent, or are there.
    pub(crate) ended: i64,
}

/// What became of the points an event earned, taken back since or not; none if it earned none.
///
/// # Errors
/// The database's.
pub(crate) async fn fate_of(
    db: &impl ConnectionTrait,
    event: Source<'_>,
) -> Result<Option<Fate>, Failure> {
    let Some(entry) = repository::find_entry(db, event, &[LedgerKind::Earn]).await? else {
        return Ok(None);
    };
    let account = repository::find_account(db, entry.volunteer_id).await?;
    let account = account.ok_or_else(|| Failure::internal("an entry without an account"))?;
    let ended = lots_of(db, &account).await?.ended_of(entry.id);
    Ok(Some(Fate { earned: entry.available_delta, ended }))
}

/// Sets points aside for a redemption, after what is over its time was taken. Six statements, more
/// where points end.
///
/// # Errors
/// `insufficient_points` with what is available.
pub async fn hold(
    tx: &Tx<'_>,
    volunteer: VolunteerId,
    points: i64,
    redemption: RedemptionId,
    reason: &str,
) -> Result<Posted, Failure> {
    let Some(account) = repository::lock_account(tx, volunteer).await? else {
        return Err(Refusal::new(error::INSUFFICIENT_POINTS).with("available", 0).into());
    };
    let account = expire_first(tx, account).await?;
    let command = Command::Hold(Points::new(points)?);
    let order = Order { command, source: of(redemption), refers_to: None, reason };
    let posted = post(tx, &account, order).await?;
    if !posted.replayed {
        let row = hold::ActiveModel {
            id: Set(tx.new_id()),
            volunteer_id: Set(volunteer),
            redemption_id: Set(redemption),
            points: Set(points),
            state: Set(HoldState::Open),
            created_at: Set(posted.at),
            ended_at: Set(None),
            ended_entry_id: Set(None),
        };
        repository::insert_hold(tx, row).await?;
    }
    Ok(posted)
}

/// Spends what was held for a redemption: the goods were handed over. Six statements.
///
/// # Errors
/// `hold_ended` when it was released.
pub async fn commit(
    tx: &Tx<'_>,
    redemption: RedemptionId,
    reason: &str,
) -> Result<Posted, Failure> {
    end(tx, redemption, HoldState::Committed, reason).await
}

/// Makes what was held for a redemption available again. Six statements.
///
/// # Errors
/// `hold_ended` when it was committed.
pub async fn release(
    tx: &Tx<'_>,
    redemption: RedemptionId,
    reason: &str,
) -> Result<Posted, Failure> {
    end(tx, redemption, HoldState::Released, reason).await
}

async fn end(
    tx: &Tx<'_>,
    redemption: RedemptionId,
    state: HoldState,
    reason: &str,
) -> Result<Posted, Failure> {
    let missing = || Failure::internal(format!("redemption {redemption} has no hold"));
    let account = repository::lock_account_of_hold(tx, redemption).await?.ok_or_else(missing)?;
    let hold = repository::find_hold(&**tx, redemption).await?.ok_or_else(missing)?;
    if hold.state != HoldState::Open && hold.state != state {
        return Err(error::HOLD_ENDED.into());
    }
    let points = Points::new(hold.points)?;
    let command = match state {
        HoldState::Committed => Command::Commit(points),
        HoldState::Released => Command::Release(points),
        HoldState::Open => return Err(Failure::internal("open is no end of a hold")),
    };
    let order = Order { command, source: of(redemption), refers_to: None, reason };
    let posted = post(tx, &account, order).await?;
    if let Some(entry) = posted.entry
        && !posted.replayed
        && !repository::end_hold(tx, redemption, state, entry, posted.at).await?
    {
        return Err(error::HOLD_ENDED.into());
    }
    Ok(posted)
}

/// Gives back what a redemption cost: the goods came back.
///
/// # Errors
/// `not_found` when nothing was spent for it.
pub async fn give_back(
    tx: &Tx<'_>,
    redemption: RedemptionId,
    reason: &str,
) -> Result<Posted, Failure> {
    let source = of(redemption);
    let (account, spent) = to_undo(tx, source, &[LedgerKind::Commit]).await?;
    let command = Command::Return(moved_by(&spent)?);
    post(tx, &account, Order { command, source, refers_to: Some(spent.id), reason }).await
}

/// Takes back what an event earned, or what was taken over for it; what is spent already becomes
/// due, what expired or was zeroed of it does not. It is taken back once.
///
/// # Errors
/// `not_found` when it earned nothing, `already_reversed`.
pub async fn reverse(
    tx: &Tx<'_>,
    earning: Source<'_>,
    by: Source<'_>,
    reason: &str,
) -> Result<Posted, Failure> {
    let (account, earned) = to_undo(tx, earning, &[LedgerKind::Earn, LedgerKind::Opening]).await?;
    let ended = lots_of(&**tx, &account).await?.ended_of(earned.id);
    let command = Command::Reverse { earned: moved_by(&earned)?, ended };
    post(tx, &account, Order { command, source: by, refers_to: Some(earned.id), reason }).await
}

/// Takes back what was taken over by this entry; says whether it did: not where the entry took
/// nothing over, or was taken back before.
///
/// # Errors
/// The database's.
pub(crate) async fn take_back_opening(
    tx: &Tx<'_>,
    entry: LedgerEntryId,
    by: Source<'_>,
    reason: &str,
) -> Result<bool, Failure> {
    let Some(opening) = repository::find_opening(&**tx, entry).await? else { return Ok(false) };
    let source = Source { kind: &opening.source_kind, id: opening.source_id };
    match reverse(tx, source, by, reason).await {
        Err(Failure::Refused(refusal)) if refusal.code == error::ALREADY_REVERSED => Ok(false),
        other => other.map(|_| true),
    }
}

/// Gives back what a zero-out took, but not what an earning gave that was taken back since: that
/// was given back then. Nothing else left, there is no entry.
///
/// # Errors
/// `not_found` when it took nothing.
pub async fn restore(tx: &Tx<'_>, zeroing: Source<'_>, reason: &str) -> Result<Posted, Failure> {
    let (account, zeroed) = to_undo(tx, zeroing, &[LedgerKind::ZeroOut]).await?;
    if let Some(entry) = repository::find_entry(&**tx, zeroing, &[LedgerKind::Restore]).await? {
        return Ok(Posted::before(&entry));
    }
    let left = lots_of(&**tx, &account).await?.zeroed_by(zeroed.id);
    if left == 0 {
        return Ok(Posted::nothing(tx));
    }
    let command = Command::Restore(Points::new(left)?);
    let order = Order { command, source: zeroing, refers_to: Some(zeroed.id), reason };
    post(tx, &account, order).await
}

/// The entry that is to be undone, and its account, locked.
async fn to_undo(
    tx: &Tx<'_>,
    of: Source<'_>,
    kinds: &[LedgerKind],
) -> Result<(points_account::Model, ledger_entry::Model), Failure> {
    let account = repository::lock_account_of_entry(tx, of, kinds).await?;
    let entry = repository::find_entry(&**tx, of, kinds).await?;
    account.zip(entry).ok_or_else(|| code::NOT_FOUND.into())
}

fn moved_by(entry: &ledger_entry::Model) -> Result<Points, Failure> {
    Ok(Points::new(deltas_of(entry).points(entry.kind).unwrap_or_default())?)
}

/// Takes everything available; without anything there is no entry.
///
/// # Errors
/// The database's.
pub async fn zero_out(
    tx: &Tx<'_>,
    volunteer: VolunteerId,
    source: Source<'_>,
    reason: &str,
) -> Result<Posted, Failure> {
    let Some(account) = repository::lock_account(tx, volunteer).await? else {
        return Ok(Posted::nothing(tx));
    };
    post(tx, &account, Order { command: Command::ZeroOut, source, refers_to: None, reason }).await
}

/// The source that a redemption is.
fn of(redemption: RedemptionId) -> Source<'static> {
    Source { kind: "redemption", id: redemption.into() }
}

/// Gives points out of nothing, for tests to start from.
///
/// # Errors
/// The database's.
#[cfg(feature = "test-support")]
pub async fn give_points(
    app: &crate::app::App,
    volunteer: VolunteerId,
    points: i64,
) -> Result<Posted, Failure> {
    use sea_orm::EntityTrait;

    let actor = crate::platform::actor::Actor::system("test", "test".into());
    crate::platform::tx::in_tx(&app.core, &actor, async |tx| {
        let row = entity::volunteer::Entity::find_by_id(volunteer).one(&**tx).await?;
        let site = row.ok_or(code::NOT_FOUND)?.site_id;
        let source = Source { kind: "test", id: tx.new_id() };
        earn(tx, volunteer, site, points, source, "测试积分").await
    })
    .await
}
