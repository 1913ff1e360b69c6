//! Use cases that change activities.

use chrono::{DateTime, TimeDelta, Utc};
use entity::ids::{AccountId, ActivityId, SiteId};
use entity::{activity, site as site_row};
use sea_orm::ActiveValue::Set;
use sea_orm::ConnectionTrait;
use serde_json::json;

use super::domain::{ActivityAction, current_state, passages};
use super::plan::Plan;
use super::publishing::{self, RulesOfTheDay};
use super::{error, repository};
use crate::auth::{Caller, Permission};
use crate::platform::clock::local_day;
use crate::platform::failure::{Failure, code};
use crate::platform::tx::Tx;
use crate::{journal, rule, site};

/// An activity with the site it belongs to.
#[derive(Clone, Debug)]
pub(super) struct Placed {
    pub(super) activity: activity::Model,
    pub(super) site: site_row::Model,
}

/// The activity.
///
/// # Errors
/// `not_found` when there is none.
pub(crate) async fn get(
    db: &impl ConnectionTrait,
    id: ActivityId,
) -> Result<activity::Model, Failure> {
    repository::find(db, id).await?.ok_or_else(|| code::NOT_FOUND.into())
}

/// The activity, its row locked until the end of the transaction.
///
/// # Errors
/// `not_found` when there is none.
pub(crate) async fn lock(tx: &Tx<'_>, id: ActivityId) -> Result<activity::Model, Failure> {
    repository::lock(tx, id).await?.ok_or_else(|| code::NOT_FOUND.into())
}

pub(super) async fn create(
    tx: &Tx<'_>,
    caller: &Caller,
    site_id: SiteId,
    plan: Plan,
) -> Result<Placed, Failure> {
    let site = site::get(&**tx, site_id).await?;
    caller.require_at(Permission::ManageActivities, &site.path)?;
    let plan = accept(tx, &site, plan).await?;
    let row = activity::ActiveModel {
        id: Set(tx.new_id()),
        site_id: Set(site.id),
        state: Set(activity::ActivityState::Draft),
        retroactive: Set(false),
        signed_up_count: Set(0),
        created_by: Set(caller.account),
        version: Set(1),
        created_at: Set(tx.now),
        updated_at: Set(tx.now),
        ..plan.columns()
    };
    let activity = repository::insert(tx, row).await?;
    tell(tx, &activity, "activity.created").await?;
    Ok(Placed { activity, site })
}

/// A draft may be written anew; of a published activity only what nobody relied on
/// when signing up.
pub(super) async fn update(
    tx: &Tx<'_>,
    caller: &Caller,
    id: ActivityId,
    expected_version: i32,
    plan: Plan,
) -> Result<Placed, Failure> {
    let held = take(tx, caller, id, ActivityAction::Update).await?;
    if held.activity.version != expected_version {
        return Err(code::STALE.into());
    }
    let plan = if held.activity.published_at.is_some() {
        let plan = plan.rounded();
        let frozen = plan.frozen_changes(&Plan::of(&held.activity));
        if !frozen.is_empty() {
            return Err(error::frozen(frozen));
        }
        plan
    } else {
        accept(tx, &held.site, plan).await?
    };
    step(tx, held, ActivityAction::Update, plan.columns()).await
}

pub(super) async fn submit(
    tx: &Tx<'_>,
    caller: &Caller,
    id: ActivityId,
) -> Result<Placed, Failure> {
    let held = take(tx, caller, id, ActivityAction::Submit).await?;
    let change = activity::ActiveModel {
        submitted_by: Set(Some(caller.account)),
        state_reason: Set(None),
        ..Default::default()
    };
    step(tx, held, ActivityAction::Submit, change).await
}

pub(super) async fn publish(
    tx: &Tx<'_>,
    caller: &Caller,
    id: ActivityId,
) -> Result<Placed, Failure> {
    let held = take(tx, caller, id, ActivityAction::Publish).await?;
    require_open_site(tx, &held.site, held.activity.starts_at)?;
    let rules = rules_of_the_day(tx, &held).await?;
    let frozen = publishing::decide(&held.activity, &rules, tx.now)?;
    let change = activity::ActiveModel {
        rule_version_id: Set(frozen.rule_version),
        retroactive: Set(frozen.retroactive),
        published_by: Set(Some(caller.account)),
        published_at: Set(Some(tx.now)),
        ..Default::default()
    };
    step(tx, held, ActivityAction::Publish, change).await
}

async fn rules_of_the_day(tx: &Tx<'_>, held: &Placed) -> Result<RulesOfTheDay, Failure> {
    let Some(town) = held.site.town_id else { return Ok(RulesOfTheDay::default()) };
    let day = local_day(held.activity.starts_at);
    let Some(version) = rule::current_version(&**tx, town, day).await? else {
        return Ok(RulesOfTheDay::default());
    };
    let item = match &held.activity.rule_item_code {
        Some(code) => found(rule::get_item(&**tx, version.id, code).await)?,
        None => None,
    };
    Ok(RulesOfTheDay { version: Some(version.id), item })
}

/// Whether the rule it earns by counts what is done there as service; without a rule nothing
/// says otherwise.
///
/// # Errors
/// The database's.
pub(crate) async fn earns_hours(
    db: &impl ConnectionTrait,
    activity: &activity::Model,
) -> Result<bool, Failure> {
    let (Some(version), Some(code)) = (activity.rule_version_id, &activity.rule_item_code) else {
        return Ok(true);
    };
    let item = found(rule::get_item(db, version, code).await)?;
    Ok(item.is_none_or(|item| item.counts_as_service))
}

/// "Not there" is an answer here, not a refusal.
fn found<T>(result: Result<T, Failure>) -> Result<Option<T>, Failure> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(failure) if failure.refusal().is_some_and(|r| r.code.status == 404) => Ok(None),
        Err(failure) => Err(failure),
    }
}

/// The actions that need nothing but a reason.
pub(super) async fn act_with_reason(
    tx: &Tx<'_>,
    caller: &Caller,
    id: ActivityId,
    action: ActivityAction,
    reason: Option<String>,
) -> Result<Placed, Failure> {
    let held = take(tx, caller, id, action).await?;
    if action == ActivityAction::Archive {
        require_decided(tx, id).await?;
    }
    let change = activity::ActiveModel { state_reason: Set(reason), ..Default::default() };
    step(tx, held, action, change).await
}

/// Ends a running activity early: what comes later is no attendance.
pub(super) async fn end(tx: &Tx<'_>, caller: &Caller, id: ActivityId) -> Result<Placed, Failure> {
    let held = take(tx, caller, id, ActivityAction::End).await?;
    // Ended in the very instant it began it still lasted a moment.
    let ends_at = tx.now.max(held.activity.starts_at + TimeDelta::seconds(1));
    let change = activity::ActiveModel { ends_at: Set(ends_at), ..Default::default() };
    step(tx, held, ActivityAction::End, change).await
}

pub(super) async fn record(
    tx: &Tx<'_>,
    caller: &Caller,
    id: ActivityId,
    evaluation: String,
) -> Result<Placed, Failure> {
    let held = take(tx, caller, id, ActivityAction::Record).await?;
    require_decided(tx, id).await?;
    let change = activity::ActiveModel { evaluation: Set(Some(evaluation)), ..Default::default() };
    step(tx, held, ActivityAction::Record, change).await
}

/// What is recorded is closed: nobody's hours may be left open in it.
async fn require_decided(tx: &Tx<'_>, id: ActivityId) -> Result<(), Failure> {
    match repository::count_undecided(&**tx, id).await? {
        0 => Ok(()),
        count => Err(error::undecided(count)),
    }
}

/// A closed site takes no new activities, nor one that would take place after it closes.
fn require_open_site(
    tx: &Tx<'_>,
    site: &site_row::Model,
    starts_at: DateTime<Utc>,
) -> Result<(), Failure> {
    let day = local_day(starts_at.max(tx.now));
    if site.valid_to.is_some_and(|last| last < day) {
        return Err(error::SITE_CLOSED.into());
    }
    Ok(())
}

/// A plan that makes sense at this site, its organiser somebody of the town.
async fn accept(tx: &Tx<'_>, site: &site_row::Model, plan: Plan) -> Result<Plan, Failure> {
    let plan = plan.rounded();
    require_open_site(tx, site, plan.starts_at)?;
    let faults = plan.faults(tx.now);
    if !faults.is_empty() {
        return Err(error::bad_plan(faults));
    }
    if let Some(organiser) = plan.organiser_account_id
        && !repository::is_of_town(&**tx, organiser, site.town_id).await?
    {
        return Err(Failure::field("/organiser_account_id", "本乡镇没有这个账号"));
    }
    Ok(plan)
}

/// Locks an activity for one action: asks who may, writes down what time did, and
/// asks the state.
async fn take(
    tx: &Tx<'_>,
    caller: &Caller,
    id: ActivityId,
    action: ActivityAction,
) -> Result<Placed, Failure> {
    let found = lock(tx, id).await?;
    let site = site::get(&**tx, found.site_id).await?;
    caller.require_at(action.permission(), &site.path)?;
    let activity = catch_up(tx, found).await?;
    action.apply(activity.state)?;
    Ok(Placed { activity, site })
}

/// Moves the activity along the action's edge with what else changes.
async fn step(
    tx: &Tx<'_>,
    held: Placed,
    action: ActivityAction,
    change: activity::ActiveModel,
) -> Result<Placed, Failure> {
    let state = Set(action.apply(held.activity.state)?);
    let change = activity::ActiveModel { state, ..change };
    let activity = save(tx, &held.activity, change).await?;
    tell(tx, &activity, action.event()).await?;
    Ok(Placed { activity, site: held.site })
}

/// Writes down what time did to a locked activity, and tells of it.
pub(super) async fn catch_up(
    tx: &Tx<'_>,
    found: activity::Model,
) -> Result<activity::Model, Failure> {
    let current = current_state(&found, tx.now);
    if current == found.state {
        return Ok(found);
    }
    let passed = passages(found.state, current);
    let change = activity::ActiveModel { state: Set(current), ..Default::default() };
    let activity = save(tx, &found, change).await?;
    for event in passed {
        tell(tx, &activity, event).await?;
    }
    Ok(activity)
}

async fn save(
    tx: &Tx<'_>,
    read: &activity::Model,
    change: activity::ActiveModel,
) -> Result<activity::Model, Failure> {
    let saved = repository::save(tx, read, change, tx.now).await?;
    saved.ok_or_else(|| code::STALE.into())
}

async fn tell(tx: &Tx<'_>, activity: &activity::Model, event: &str) -> Result<(), Failure> {
    let data = json!({"version": activity.version});
    let (id, site) = (activity.id.into(), Some(activity.site_id));
    journal::publish(tx, event, "activity", id, site, data).await
}

/// Somebody who organised has left: she is named as a contact no longer.
///
/// # Errors
/// The database's.
pub(crate) async fn forget_contact(
    tx: &Tx<'_>,
    organiser: AccountId,
    name: &str,
) -> Result<u64, Failure> {
    Ok(repository::forget_contact(tx, organiser, name).await?)
}
