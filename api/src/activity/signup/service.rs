//! Use cases of signing up.

use chrono::{DateTime, Utc};
use entity::ids::{AccountId, ActivityId, SiteId, VolunteerId};
use entity::sign_up::{self, SignUpState};
use entity::{activity, volunteer as volunteer_row};
use sea_orm::ActiveValue::Set;
use sea_orm::ConnectionTrait;
use serde_json::json;

use super::super::domain::is_known_to_public;
use super::super::repository::{free_place, take_place};
use super::super::service::{get as activity_of, lock};
use super::domain::{Ages, Applicant, Clash, decide, decide_withdrawal, queue_time};
use super::repository;
use crate::auth::{Caller, Permission};
use crate::platform::failure::{Failure, code};
use crate::platform::tx::Tx;
use crate::{card, journal, site, volunteer};

/// A sign-up and, for one who waits, her place in line.
#[derive(Clone, Debug)]
pub(super) struct InLine {
    pub(super) sign_up: sign_up::Model,
    pub(super) place: Option<u64>,
}

/// Whom staff sign up: the card she holds out, or a profile.
#[derive(Clone, Debug)]
pub(super) enum Whom {
    Card(String),
    Volunteer(VolunteerId),
}

/// The volunteer's live sign-up for the activity, on the list or waiting.
///
/// # Errors
/// The database's.
pub(crate) async fn find_sign_up(
    db: &impl ConnectionTrait,
    activity: ActivityId,
    volunteer: VolunteerId,
) -> Result<Option<sign_up::Model>, Failure> {
    Ok(repository::find_live(db, activity, volunteer).await?)
}

/// The soonest activity not over yet for which the volunteer has a place.
///
/// # Errors
/// The database's.
pub(crate) async fn find_next(
    db: &impl ConnectionTrait,
    volunteer: VolunteerId,
    now: DateTime<Utc>,
) -> Result<Option<activity::Model>, Failure> {
    Ok(repository::find_next(db, volunteer, now).await?)
}

/// The caller signs herself up. What was never published is not there for her, wherever
/// it is being drafted.
pub(super) async fn create_own(
    tx: &Tx<'_>,
    caller: &Caller,
    id: ActivityId,
) -> Result<InLine, Failure> {
    require_known(&activity_of(&**tx, id).await?)?;
    create(tx, caller.account, id, caller.volunteer()?).await
}

fn require_known(activity: &activity::Model) -> Result<(), Failure> {
    if is_known_to_public(activity) { Ok(()) } else { Err(code::NOT_FOUND.into()) }
}

/// Signs a volunteer up for a place, or for the wait list when all are taken.
pub(super) async fn create(
    tx: &Tx<'_>,
    entered_by: AccountId,
    activity: ActivityId,
    volunteer: VolunteerId,
) -> Result<InLine, Failure> {
    // The activity before the volunteer: the one order everybody locks in.
    let activity = lock(tx, activity).await?;
    let volunteer = volunteer::lock(tx, volunteer).await?;
    check(tx, &activity, &volunteer).await?;
    let listed = take_place(tx, activity.id).await?;
    let state = if listed { SignUpState::SignedUp } else { SignUpState::Waitlisted };
    let last = repository::last_time(&**tx, activity.id).await?;
    let row = sign_up::ActiveModel {
        id: Set(tx.new_id()),
        activity_id: Set(activity.id),
        volunteer_id: Set(volunteer.id),
        state: Set(state),
        signed_up_at: Set(queue_time(tx.now, last)),
        promoted_at: Set(None),
        withdrawn_at: Set(None),
        entered_by: Set(entered_by),
        reason: Set(None),
        version: Set(1),
    };
    let sign_up = repository::insert(tx, row).await?;
    let event = if listed { "sign_up.signed_up" } else { "sign_up.waitlisted" };
    tell(tx, &activity, &sign_up, event).await?;
    in_line(tx, sign_up).await
}

async fn check(
    tx: &Tx<'_>,
    activity: &activity::Model,
    volunteer: &volunteer_row::Model,
) -> Result<(), Failure> {
    let site = site::get(&**tx, activity.site_id).await?;
    let settings = site::effective_settings(&**tx, &site, tx.now).await?;
    let clash = if settings.sign_up_clash_check {
        let found = repository::find_clash(&**tx, volunteer.id, activity).await?;
        found.map(|other| Clash::new(other, tx.now))
    } else {
        None
    };
    let who = Applicant {
        state: volunteer.state,
        birth_date: volunteer.birth_date,
        skills: &volunteer.skills.0,
        signed_up: repository::find_live(&**tx, activity.id, volunteer.id).await?.is_some(),
        guardian_consented: repository::has_guardian_consent(&**tx, volunteer.id).await?,
        clash,
    };
    let ages = Ages { guardian: settings.guardian_age, dangerous: settings.dangerous_min_age };
    Ok(decide(activity, &who, ages, tx.now)?)
}

async fn in_line(tx: &Tx<'_>, sign_up: sign_up::Model) -> Result<InLine, Failure> {
    let place = match sign_up.state {
        SignUpState::Waitlisted => Some(repository::place_in_line(&**tx, &sign_up).await?),
        SignUpState::SignedUp | SignUpState::Withdrawn => None,
    };
    Ok(InLine { sign_up, place })
}

/// Staff sign up somebody who stands before them, or has no phone.
pub(super) async fn create_assisted(
    tx: &Tx<'_>,
    caller: &Caller,
    (site_id, id): (SiteId, ActivityId),
    whom: &Whom,
) -> Result<InLine, Failure> {
    let volunteer = at_counter(tx, caller, (site_id, id), whom).await?;
    create(tx, caller.account, id, volunteer).await
}

/// Staff take down that somebody will not come: a sign-up of theirs, or of somebody
/// without an account. What she signed up for herself she withdraws herself.
pub(super) async fn withdraw_assisted(
    tx: &Tx<'_>,
    caller: &Caller,
    (site_id, id): (SiteId, ActivityId),
    whom: &Whom,
    reason: String,
) -> Result<InLine, Failure> {
    let volunteer = at_counter(tx, caller, (site_id, id), whom).await?;
    let account = volunteer::get(&**tx, volunteer).await?.account_id;
    let found = repository::find_live(&**tx, id, volunteer).await?;
    if found.is_some_and(|row| account == Some(row.entered_by)) {
        return Err(volunteer::HAS_ACCOUNT.into());
    }
    withdraw(tx, id, volunteer, Some(reason)).await
}

/// Whom the caller, who runs this activity's attendance, has before her.
async fn at_counter(
    tx: &Tx<'_>,
    caller: &Caller,
    (site_id, id): (SiteId, ActivityId),
    whom: &Whom,
) -> Result<VolunteerId, Failure> {
    let site = site::get(&**tx, site_id).await?;
    caller.require_at(Permission::RunAttendance, &site.path)?;
    if lock(tx, id).await?.site_id != site.id {
        return Err(code::NOT_FOUND.into());
    }
    match whom {
        // Holding the card out is her wish, wherever she lives.
        Whom::Card(number) => Ok(card::resolve(&**tx, number).await?.volunteer_id),
        Whom::Volunteer(volunteer) => known(tx, caller, *volunteer).await,
    }
}

/// A profile may be named only by staff who may look it up.
async fn known(tx: &Tx<'_>, caller: &Caller, id: VolunteerId) -> Result<VolunteerId, Failure> {
    let row = volunteer::get(&**tx, id).await?;
    let home = site::get(&**tx, row.site_id).await?;
    caller.require_at(Permission::ViewVolunteers, &home.path)?;
    Ok(row.id)
}

/// Withdraws before the start; the place goes to the first in line at once.
pub(super) async fn withdraw(
    tx: &Tx<'_>,
    activity: ActivityId,
    volunteer: VolunteerId,
    reason: Option<String>,
) -> Result<InLine, Failure> {
    let activity = lock(tx, activity).await?;
    require_known(&activity)?;
    let found = repository::find_live(&**tx, activity.id, volunteer).await?;
    decide_withdrawal(&activity, found.is_some(), tx.now)?;
    let found = found.ok_or(code::NOT_FOUND)?;
    let change = sign_up::ActiveModel {
        state: Set(SignUpState::Withdrawn),
        withdrawn_at: Set(Some(tx.now)),
        reason: Set(reason),
        ..Default::default()
    };
    let withdrawn = save(tx, &found, change).await?;
    tell(tx, &activity, &withdrawn, "sign_up.withdrawn").await?;
    if found.state == SignUpState::SignedUp {
        hand_on_place(tx, &activity).await?;
    }
    Ok(InLine { sign_up: withdrawn, place: None })
}

/// Withdraws somebody who is leaving from whatever has not begun; says from how much.
///
/// # Errors
/// The database's.
pub(crate) async fn withdraw_coming(
    tx: &Tx<'_>,
    volunteer: VolunteerId,
    reason: &str,
) -> Result<u64, Failure> {
    let coming = repository::list_coming(&**tx, volunteer, tx.now).await?;
    let mut withdrawn = 0;
    for activity in coming {
        withdraw(tx, activity, volunteer, Some(reason.to_owned())).await?;
        withdrawn += 1;
    }
    Ok(withdrawn)
}

/// Puts this text where somebody who is leaving said why she would not come.
///
/// # Errors
/// The database's.
pub(crate) async fn forget_words(
    tx: &Tx<'_>,
    volunteer: VolunteerId,
    text: &str,
) -> Result<(), Failure> {
    Ok(repository::forget_words(tx, volunteer, text).await?)
}

/// Gives a freed place to the first in line who may still come, or back to all.
async fn hand_on_place(tx: &Tx<'_>, activity: &activity::Model) -> Result<(), Failure> {
    let Some(first) = repository::find_first_waiting(&**tx, activity.id).await? else {
        return if free_place(tx, activity.id).await? {
            Ok(())
        } else {
            Err(Failure::internal("a place was freed that nobody had taken"))
        };
    };
    let change = sign_up::ActiveModel {
        state: Set(SignUpState::SignedUp),
        promoted_at: Set(Some(tx.now)),
        ..Default::default()
    };
    let promoted = save(tx, &first, change).await?;
    tell(tx, activity, &promoted, "sign_up.promoted").await
}

async fn save(
    tx: &Tx<'_>,
    read: &sign_up::Model,
    change: sign_up::ActiveModel,
) -> Result<sign_up::Model, Failure> {
    let saved = repository::save(tx, read, change).await?;
    saved.ok_or_else(|| code::WRONG_STATE.into())
}

async fn tell(
    tx: &Tx<'_>,
    activity: &activity::Model,
    sign_up: &sign_up::Model,
    event: &str,
) -> Result<(), Failure> {
    let data = json!({"activity_id": activity.id, "volunteer_id": sign_up.volunteer_id});
    let (id, site) = (sign_up.id.into(), Some(activity.site_id));
    journal::publish(tx, event, "sign_up", id, site, data).await
}
