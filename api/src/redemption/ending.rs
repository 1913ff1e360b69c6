//! How redemptions are given up, by their holder, by the counter, by time; and how goods come
//! back.

use entity::ids::{AccountId, RedemptionId, VolunteerId};
use entity::redemption;
use entity::volunteer::VolunteerState;

use super::counter::{lock_at_counter, seen_by};
use super::domain::{RedemptionAction, decide_return};
use super::dto::{RedemptionView, ReturnRedemption};
use super::freezing::require_not_frozen;
use super::repository::Takeback;
use super::service::tell;
use super::{offer_rows, repository};
use crate::app::App;
use crate::auth::{Caller, Permission};
use crate::goods;
use crate::ledger;
use crate::platform::failure::{Failure, code};
use crate::platform::tx::Tx;
use crate::site as sites;
use crate::volunteer as volunteers;

/// What the books say where she cancels, and the redemption where she says nothing.
const OWN: &str = "本人取消";

/// Cancels: the holder for any reason or none, the counter with a reason. Points and
/// stock go back once.
///
/// # Errors
/// `wrong_state` once it has ended, `not_found` for another's.
pub(super) async fn cancel(
    tx: &Tx<'_>,
    caller: &Caller,
    id: RedemptionId,
    reason: Option<String>,
) -> Result<RedemptionView, Failure> {
    let row = repository::lock(tx, id).await?.ok_or(code::NOT_FOUND)?;
    let holds = caller.volunteer == Some(row.volunteer_id);
    let reason = match (holds, reason) {
        (_, Some(reason)) => reason,
        (true, None) => OWN.to_owned(),
        (false, None) => String::new(),
    };
    if !holds {
        let site = sites::get(&**tx, row.site_id).await?;
        caller.require_at(Permission::FulfilRedemptions, &site.path)?;
        if reason.is_empty() {
            return Err(Failure::field("/reason", "工作人员取消时必填"));
        }
    }
    require_not_frozen(&row, tx.now)?;
    // The books keep what they say for good: her own words stand only where they can go with her.
    let booked = if holds { OWN.to_owned() } else { reason.clone() };
    let row = give_up(tx, row, RedemptionAction::Cancel, (&reason, &booked)).await?;
    if holds {
        let what = goods::get(&**tx, row.goods_id).await?;
        return Ok(RedemptionView::of_holder(row, &what));
    }
    seen_by(&**tx, caller, row).await
}

/// Takes goods back that were handed over: what was spent is given back and the pieces go on
/// the shelf or are written off, once.
///
/// # Errors
/// `wrong_state` unless handed over, `must_recuse` for who handed them out or is close to the
/// recipient, `volunteer_not_active` while she is disqualified, `return_window_closed`, `stock_expired` for sound pieces that may not be issued.
pub(super) async fn take_back(
    tx: &Tx<'_>,
    caller: &Caller,
    id: RedemptionId,
    body: ReturnRedemption,
) -> Result<RedemptionView, Failure> {
    let row = lock_at_counter(tx, caller, id).await?;
    let site = sites::get(&**tx, row.site_id).await?;
    let days = sites::effective_settings(&**tx, &site, tx.now).await?.return_window_days;
    let related = volunteers::is_related(&**tx, caller, row.volunteer_id).await?;

    let granted = repository::return_granted(&**tx, id).await?;
    decide_return(&row, (caller.account, related), (days, granted), tx.now)?;
    // What she had was taken; points that come back would be what the case left her. Her standing
    // stays as it is until they are back: a zeroing in between would miss them.
    let her = volunteers::share(tx, row.volunteer_id).await?;
    if her.state == VolunteerState::Disqualified {
        return Err(volunteers::not_active(her.state));
    }

    free_place(tx, &row).await?;
    let reason = String::from(body.reason);
    ledger::give_back(tx, id, &format!("退货：{reason}")).await?;
    goods::take_back(tx, id, body.condition).await?;
    let back = Takeback { by: caller.account, condition: body.condition, reason: &reason };
    let row = repository::save_returned(tx, &row, back, tx.now).await?;
    let row = row.ok_or_else(|| Failure::internal("a locked redemption changed"))?;
    tell(tx, "redemption.returned", &row).await?;
    seen_by(&**tx, caller, row).await
}

/// What one person took of a session may be taken by another, or by her again.
async fn free_place(tx: &Tx<'_>, row: &redemption::Model) -> Result<(), Failure> {
    if !offer_rows::put_back(tx, row.session_item_id, row.quantity).await? {
        return Err(Failure::internal("more is given back than was taken"));
    }
    offer_rows::uncount_person(tx, row.session_id, row.volunteer_id, row.quantity).await?;
    Ok(())
}

/// Expires one redemption if it still is open and overdue; says whether it was.
///
/// # Errors
/// The database's.
pub(super) async fn expire(tx: &Tx<'_>, id: RedemptionId) -> Result<bool, Failure> {
    let Some(row) = repository::lock(tx, id).await? else {
        return Ok(false);
    };
    // One that was frozen waits until its time was given back.
    let waits = row.expires_at > tx.now || row.frozen_until.is_some();
    if RedemptionAction::Expire.apply(row.state).is_err() || waits {
        return Ok(false);
    }
    give_up(tx, row, RedemptionAction::Expire, ("逾期未领取", "逾期未领取")).await?;
    Ok(true)
}

/// Cancels everything she has ordered and not fetched; says how much it was.
///
/// # Errors
/// `frozen` when a supervisor keeps one of them.
pub(crate) async fn cancel_open_of(
    tx: &Tx<'_>,
    volunteer: VolunteerId,
    reason: &str,
) -> Result<u64, Failure> {
    let mut cancelled = 0;
    for row in repository::lock_open_of(tx, volunteer).await? {
        require_not_frozen(&row, tx.now)?;
        give_up(tx, row, RedemptionAction::Cancel, (reason, reason)).await?;
        cancelled += 1;
    }
    Ok(cancelled)
}

/// Puts this text where a holder who is leaving said why she cancelled, with this account.
///
/// # Errors
/// The database's.
pub(crate) async fn forget_words(
    tx: &Tx<'_>,
    holder: (VolunteerId, AccountId),
    text: &str,
) -> Result<(), Failure> {
    Ok(repository::forget_words(tx, holder, text).await?)
}

/// Ends a locked redemption and gives back what it took, in the order of the locks: the
/// offered item, the points, the stock. The books may say it in other words.
async fn give_up(
    tx: &Tx<'_>,
    row: redemption::Model,
    action: RedemptionAction,
    (reason, booked): (&str, &str),
) -> Result<redemption::Model, Failure> {
    let state = action.apply(row.state)?;
    free_place(tx, &row).await?;
    ledger::release(tx, row.id, booked).await?;
    goods::unreserve(tx, row.id).await?;
    let ended = repository::save_ended(tx, &row, state, reason, tx.now).await?;
    let ended = ended.ok_or_else(|| Failure::internal("a locked redemption changed"))?;
    tell(tx, &format!("redemption.{state}"), &ended).await?;
    Ok(ended)
}

/// Redemptions to expire at one look.
const BATCH: u64 = 100;

/// Expires what nobody came for, each in its own transaction: one that fails does not
/// keep the others. Says how many.
///
/// # Errors
/// The last failure, after all others were tried.
pub(super) async fn expire_overdue(app: &App) -> Result<u64, Failure> {
    use crate::platform::{actor::Actor, tx::in_tx};
    let actor = Actor::system("redemption.expiry", String::new());
    let (mut expired, mut failed, mut after) = (0, None, None);
    loop {
        let now = app.clock.now();
        let ids = repository::list_overdue(&app.pools.read, now, after, BATCH).await?;
        for id in &ids {
            match in_tx(&app.core, &actor, async |tx| expire(tx, *id).await).await {
                Ok(done) => expired += u64::from(done),
                Err(failure) => {
                    let cause = failure.for_log();
                    tracing::warn!(redemption = %id, cause, "a redemption did not expire");
                    failed = Some(failure);
                }
            }
        }
        after = ids.last().copied();
        if ids.is_empty() {
            return failed.map_or(Ok(expired), Err);
        }
    }
}
