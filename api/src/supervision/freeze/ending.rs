//! How freezes end: lifted by who made them or by the town, or by themselves.

use entity::freeze::{self, FreezeEnd, FreezeSubject};
use entity::ids::FreezeId;

use super::domain::decide_release;
use super::repository;
use super::service::tell;
use crate::app::App;
use crate::auth::{Caller, Permission};
use crate::platform::actor::Actor;
use crate::platform::failure::{Failure, code};
use crate::platform::outcome::Outcome;
use crate::platform::tx::{Tx, in_tx};
use crate::site as sites;
use crate::{claim, publicity, redemption, volunteer as volunteers};

/// Lifts a freeze.
///
/// # Errors
/// `wrong_state` once it has ended, `permission_denied` for another supervisor's.
pub(super) async fn lift(
    tx: &Tx<'_>,
    caller: &Caller,
    id: FreezeId,
    reason: String,
) -> Result<freeze::Model, Failure> {
    let row = repository::find(&**tx, id).await?.ok_or(code::NOT_FOUND)?;
    let site = sites::get(&**tx, row.site_id).await?;
    caller.require_at(Permission::LiftFreezes, &site.path)?;
    let is_town = caller.may_at(Permission::AppointSupervisors, &site.path);
    let is_related = volunteers::is_related(&**tx, caller, row.volunteer_id).await?;
    decide_release(&row, caller.account, (is_town, is_related), tx.now)?;
    let by = (Some(caller.account), Some(reason));
    end(tx, &row, FreezeEnd::Released, by).await?.ok_or_else(|| code::WRONG_STATE.into())
}

/// Ends a freeze whose time is over, for who puts the next one on in the same transaction; says
/// whether it was in force. Whoever does not, commits nothing when it was not: the mark taken off
/// may be that of a newer freeze.
pub(super) async fn lapse(tx: &Tx<'_>, id: FreezeId) -> Result<bool, Failure> {
    let row = repository::find(&**tx, id).await?.ok_or(code::NOT_FOUND)?;
    if row.ended_at.is_some() || row.frozen_until > tx.now {
        return Ok(false);
    }
    Ok(end(tx, &row, FreezeEnd::Lapsed, (None, None)).await?.is_some())
}

/// The same for the job. Ended by somebody else between being read and its record being locked,
/// the record may be frozen anew: then all is rolled back, and the newer freeze keeps its mark.
async fn lapse_alone(app: &App, actor: &Actor, id: FreezeId) -> Result<bool, Failure> {
    let lapsed = in_tx(&app.core, actor, async |tx| lapse_or_undo(tx, id).await).await;
    if lapsed.is_err() {
        let row = repository::find(&app.pools.read, id).await?;
        if row.is_some_and(|row| row.ended_at.is_some()) {
            return Ok(false);
        }
    }
    lapsed
}

async fn lapse_or_undo(tx: &Tx<'_>, id: FreezeId) -> Result<bool, Failure> {
    let row = repository::find(&**tx, id).await?.ok_or(code::NOT_FOUND)?;
    if row.ended_at.is_some() || row.frozen_until > tx.now {
        return Ok(false);
    }
    let ended = end(tx, &row, FreezeEnd::Lapsed, (None, None)).await?;
    ended.map(|_| true).ok_or_else(|| code::WRONG_STATE.into())
}

/// The record first, then the freeze: in the order in which a freeze is made.
async fn end(
    tx: &Tx<'_>,
    row: &freeze::Model,
    how: FreezeEnd,
    by: (Option<entity::ids::AccountId>, Option<String>),
) -> Result<Option<freeze::Model>, Failure> {
    take_off(tx, row).await?;
    let ended = repository::save_ended(tx, row.id, how, by, tx.now).await?;
    if let Some(ended) = &ended {
        tell(tx, "freeze.ended", ended).await?;
    }
    Ok(ended)
}

async fn take_off(tx: &Tx<'_>, row: &freeze::Model) -> Result<(), Failure> {
    let id = row.subject_id;
    match row.subject_kind {
        FreezeSubject::Claim => claim::thaw(tx, id.into()).await,
        FreezeSubject::Redemption => redemption::thaw(tx, id.into()).await,
        FreezeSubject::NoticeEntry => {
            match publicity::release_entry(tx, id.into(), row.id.into()).await {
                // Struck meanwhile, it is frozen no more.
                Err(Failure::Refused(refusal)) if refusal.code == code::WRONG_STATE => {}
                other => {
                    other?;
                }
            }
            claim::thaw(tx, id.into()).await
        }
    }
}

/// Lets every freeze lapse whose time is over, each in its own transaction; says how many.
///
/// # Errors
/// The last failure, after all others were tried.
pub(in crate::supervision) async fn lapse_due(app: &App) -> Result<u64, Failure> {
    let actor = Actor::system("supervision.freezes", String::new());
    let mut outcome = Outcome::new("a freeze did not lapse");
    for id in repository::list_due(&app.pools.read, app.clock.now()).await? {
        outcome.take(id, lapse_alone(app, &actor, id).await);
    }
    outcome.finish()
}
