//! How redemptions are given up: by their holder, by the counter, by time.

use entity::ids::{RedemptionId, VolunteerId};
use entity::redemption;

use super::counter::seen_by;
use super::domain::RedemptionAction;
use super::dto::RedemptionView;
use super::service::tell;
use super::{offer_rows, repository};
use crate::app::App;
use crate::auth::{Caller, Permission};
use crate::goods;
use crate::ledger;
use crate::platform::failure::{Failure, code};
use crate::platform::tx::Tx;
use crate::site as sites;

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
        (true, None) => "本人取消".to_owned(),
        (false, None) => String::new(),
    };
    if !holds {
        let site = sites::get(&**tx, row.site_id).await?;
        caller.require_at(Permission::FulfilRedemptions, &site.path)?;
        if reason.is_empty() {
            return Err(Failure::field("/reason", "工作人员取消时必填"));
        }
    }
    let row = give_up(tx, row, RedemptionAction::Cancel, &reason).await?;
    if !holds {
        return seen_by(&**tx, caller, row).await;
    }
    let what = goods::get(&**tx, row.goods_id).await?;
    Ok(RedemptionView::of_holder(row, &what))
}

/// Expires one redemption if it still is open and overdue; says whether it was.
///
/// # Errors
/// The database's.
pub(super) async fn expire(tx: &Tx<'_>, id: RedemptionId) -> Result<bool, Failure> {
    let Some(row) = repository::lock(tx, id).await? else {
        return Ok(false);
    };
    if RedemptionAction::Expire.apply(row.state).is_err() || row.expires_at > tx.now {
        return Ok(false);
    }
    give_up(tx, row, RedemptionAction::Expire, "逾期未领取").await?;
    Ok(true)
}

/// Cancels everything she has ordered and not fetched; says how much it was.
///
/// # Errors
/// The database's.
pub(crate) async fn cancel_open_of(
    tx: &Tx<'_>,
    volunteer: VolunteerId,
    reason: &str,
) -> Result<u64, Failure> {
    let mut cancelled = 0;
    for row in repository::lock_open_of(tx, volunteer).await? {
        give_up(tx, row, RedemptionAction::Cancel, reason).await?;
        cancelled += 1;
    }
    Ok(cancelled)
}

/// Ends a locked redemption and gives back what it took, in the order of the locks: the
/// offered item, the points, the stock.
async fn give_up(
    tx: &Tx<'_>,
    row: redemption::Model,
    action: RedemptionAction,
    reason: &str,
) -> Result<redemption::Model, Failure> {
    let state = action.apply(row.state)?;
    if !offer_rows::put_back(tx, row.session_item_id, row.quantity).await? {
        return Err(Failure::internal("more is given back than was taken"));
    }
    let (session, volunteer) = (row.session_id, row.volunteer_id);
    offer_rows::uncount_person(tx, session, volunteer, row.quantity).await?;
    ledger::release(tx, row.id, reason).await?;
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
                    tracing::warn!(redemption = %id, error = %failure, "a redemption did not expire");
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
