//! Use cases of points cards.

use std::collections::{HashMap, HashSet};

use entity::card::{self, CardState};
use entity::ids::VolunteerId;
use entity::volunteer;
use sea_orm::ConnectionTrait;
use serde_json::json;

use super::domain::{CardAction, actions, decide_issue};
use super::dto::{CardView, MyCard, Shown};
use super::number::CardNumber;
use super::{error, qr, repository};
use crate::app::App;
use crate::auth::{Caller, Permission};
use crate::journal;
use crate::platform::failure::{Failure, code};
use crate::platform::tx::Tx;
use crate::site as sites;
use crate::volunteer as volunteers;

/// The volunteer's card in use.
///
/// # Errors
/// The database's.
pub(crate) async fn find_active(
    db: &impl ConnectionTrait,
    volunteer: VolunteerId,
) -> Result<Option<card::Model>, Failure> {
    Ok(repository::find_active(db, volunteer).await?)
}

/// The volunteer's card that is not done with, in use or not.
///
/// # Errors
/// The database's.
pub(crate) async fn find_live(
    db: &impl ConnectionTrait,
    volunteer: VolunteerId,
) -> Result<Option<card::Model>, Failure> {
    Ok(repository::find_live(db, volunteer).await?)
}

/// The last four characters of these people's cards, which stand for who is not named.
///
/// # Errors
/// The database's.
pub(crate) async fn tails(
    db: &impl ConnectionTrait,
    people: &HashSet<VolunteerId>,
) -> Result<HashMap<VolunteerId, String>, Failure> {
    let numbers = repository::list_numbers(db, people).await?;
    let tails = numbers.into_iter().filter_map(|(her, number)| {
        CardNumber::parse(&number).ok().map(|number| (her, number.tail().to_owned()))
    });
    Ok(tails.collect())
}

/// The card in use with this number. A replaced number never authorises.
///
/// # Errors
/// `card_unknown`, also for a mistyped number; `card_not_active`.
pub(crate) async fn resolve(
    db: &impl ConnectionTrait,
    number: &str,
) -> Result<card::Model, Failure> {
    let number = CardNumber::parse(number).map_err(|_| error::CARD_UNKNOWN)?;
    let found = repository::find_by_number(db, number.as_str()).await?;
    let card = found.ok_or(error::CARD_UNKNOWN)?;
    if card.state == CardState::Active { Ok(card) } else { Err(error::CARD_NOT_ACTIVE.into()) }
}

/// Asks for `permission` where the holder lives; a card of another town is as unknown
/// as one that does not exist.
async fn require(
    db: &impl ConnectionTrait,
    caller: &Caller,
    permission: Permission,
    holder: &volunteer::Model,
) -> Result<(), Failure> {
    let site = sites::get(db, holder.site_id).await?;
    caller.require_at(permission, &site.path).map_err(|failure| {
        let hidden = failure.refusal().is_some_and(|refusal| refusal.code == code::NOT_FOUND);
        if hidden { error::CARD_UNKNOWN.into() } else { failure }
    })
}

/// The view of a card as `caller` may see it.
pub(super) async fn view_of(
    db: &impl ConnectionTrait,
    caller: &Caller,
    row: card::Model,
) -> Result<CardView, Failure> {
    let holder = volunteers::get(db, row.volunteer_id).await?;
    let site = sites::get(db, holder.site_id).await?;
    let replaced_by = match row.replaced_by {
        Some(id) => repository::find(db, id).await?.map(|card| card.number),
        None => None,
    };
    let allowed_actions = if caller.may_at(Permission::ManageCards, &site.path) {
        let mut allowed = actions(row.state);
        let close = volunteers::is_related(db, caller, holder.id).await?;
        allowed.retain(|action| !(close && action.needs_another()));
        allowed
    } else if caller.volunteer == Some(holder.id) && CardAction::Lose.apply(row.state).is_some() {
        vec![CardAction::Lose]
    } else {
        Vec::new()
    };
    let holder = volunteers::masked_name(&holder.name);
    Ok(CardView::new(row, Shown { holder, site_id: site.id, replaced_by, allowed_actions }))
}

/// A card by its number, for staff of the holder's site.
pub(super) async fn show(app: &App, caller: &Caller, number: &str) -> Result<CardView, Failure> {
    let db = &app.pools.read;
    let number = CardNumber::parse(number).map_err(|_| error::CARD_UNKNOWN)?;
    let found = repository::find_by_number(db, number.as_str()).await?;
    let row = found.ok_or(error::CARD_UNKNOWN)?;
    let holder = volunteers::get(db, row.volunteer_id).await?;
    require(db, caller, Permission::ViewVolunteers, &holder).await?;
    view_of(db, caller, row).await
}

/// The caller's own card with its square code.
pub(super) async fn mine(app: &App, caller: &Caller) -> Result<MyCard, Failure> {
    let row = find_live(&app.pools.read, caller.volunteer()?).await?;
    let row = row.ok_or(code::NOT_FOUND)?;
    let qr_svg = match row.state {
        CardState::Active => {
            let number = CardNumber::parse(&row.number).map_err(Failure::internal)?;
            Some(qr::draw(&number).map_err(Failure::internal)?)
        }
        CardState::Requested
        | CardState::Issued
        | CardState::Lost
        | CardState::Suspended
        | CardState::Cancelled
        | CardState::Replaced => None,
    };
    Ok(MyCard::new(row, qr_svg))
}

fn new_card(tx: &Tx<'_>, caller: &Caller, holder: VolunteerId, state: CardState) -> card::Model {
    card::Model {
        id: tx.new_id(),
        number: CardNumber::generate(tx.random()).as_str().to_owned(),
        volunteer_id: holder,
        state,
        issued_by: Some(caller.account),
        issued_at: Some(tx.now),
        activated_at: (state == CardState::Active).then_some(tx.now),
        ended_at: None,
        replaced_by: None,
        reason: None,
        version: 1,
        created_at: tx.now,
    }
}

async fn tell(
    tx: &Tx<'_>,
    kind: &str,
    row: &card::Model,
    holder: &volunteer::Model,
) -> Result<(), Failure> {
    let data = json!({ "volunteer_id": row.volunteer_id, "state": row.state });
    journal::publish(tx, kind, "card", row.id.into(), Some(holder.site_id), data).await
}

/// Makes a volunteer's first card, or the next after a cancelled one.
pub(super) async fn issue(
    tx: &Tx<'_>,
    caller: &Caller,
    id: VolunteerId,
) -> Result<card::Model, Failure> {
    let holder = volunteers::lock(tx, id).await?;
    let site = sites::get(&**tx, holder.site_id).await?;
    caller.require_at(Permission::ManageCards, &site.path)?;
    let live = repository::find_live(&**tx, id).await?.map(|card| card.state);
    let row = new_card(tx, caller, id, decide_issue(holder.state, live)?);
    repository::insert(tx, row.clone()).await?;
    tell(tx, "card.issued", &row, &holder).await?;
    Ok(row)
}

/// The card for a change by staff of the holder's site, or by the holder where she may;
/// locked after its holder, as everywhere.
async fn lock_for(
    tx: &Tx<'_>,
    caller: &Caller,
    number: &str,
    action: CardAction,
) -> Result<(card::Model, volunteer::Model), Failure> {
    let number = CardNumber::parse(number).map_err(|_| error::CARD_UNKNOWN)?;
    let found = repository::find_by_number(&**tx, number.as_str()).await?;
    let holder = found.ok_or(error::CARD_UNKNOWN)?.volunteer_id;
    let holder = volunteers::lock(tx, holder).await?;
    let own = action == CardAction::Lose && caller.volunteer == Some(holder.id);
    if !own {
        require(&**tx, caller, Permission::ManageCards, &holder).await?;
    }
    if action.needs_another() && volunteers::is_related(&**tx, caller, holder.id).await? {
        return Err(code::MUST_RECUSE.into());
    }
    let row = repository::lock_by_number(tx, number.as_str()).await?;
    Ok((row.ok_or(error::CARD_UNKNOWN)?, holder))
}

/// Activates, loses, suspends or reinstates.
pub(super) async fn change(
    tx: &Tx<'_>,
    caller: &Caller,
    number: &str,
    action: CardAction,
    reason: Option<String>,
) -> Result<card::Model, Failure> {
    let (row, holder) = lock_for(tx, caller, number, action).await?;
    let state = action.apply(row.state).ok_or(code::WRONG_STATE)?;
    let activated_at = match state {
        CardState::Active => row.activated_at.or(Some(tx.now)),
        CardState::Requested
        | CardState::Issued
        | CardState::Lost
        | CardState::Suspended
        | CardState::Cancelled
        | CardState::Replaced => row.activated_at,
    };
    let changed = card::Model { state, reason, activated_at, version: row.version + 1, ..row };
    repository::save(tx, &changed).await?;
    tell(tx, action.event(), &changed, &holder).await?;
    Ok(changed)
}

/// Ends a card for good and makes the next, which is in use at once: it is handed over
/// at the counter against the old one or its holder's word.
pub(super) async fn replace(
    tx: &Tx<'_>,
    caller: &Caller,
    number: &str,
    reason: String,
) -> Result<card::Model, Failure> {
    let (old, holder) = lock_for(tx, caller, number, CardAction::Replace).await?;
    let state = CardAction::Replace.apply(old.state).ok_or(code::WRONG_STATE)?;
    decide_issue(holder.state, None)?;
    let new = new_card(tx, caller, holder.id, CardState::Active);
    let ended = card::Model {
        state,
        reason: Some(reason),
        ended_at: Some(tx.now),
        version: old.version + 1,
        ..old
    };
    // The old one must be over before the new one may live, and known before it is named.
    repository::save(tx, &ended).await?;
    repository::insert(tx, new.clone()).await?;
    let ended = card::Model { replaced_by: Some(new.id), ..ended };
    repository::save(tx, &ended).await?;
    tell(tx, CardAction::Replace.event(), &ended, &holder).await?;
    tell(tx, "card.issued", &new, &holder).await?;
    Ok(new)
}

/// Ends the card of somebody who is leaving; says whether she had one. The caller has locked
/// her row.
///
/// # Errors
/// The database's.
pub(crate) async fn cancel_live_of(
    tx: &Tx<'_>,
    holder: &volunteer::Model,
    reason: &str,
) -> Result<bool, Failure> {
    let Some(card) = repository::find_live(&**tx, holder.id).await? else { return Ok(false) };
    let ended = card::Model {
        state: CardState::Cancelled,
        reason: Some(reason.to_owned()),
        ended_at: Some(tx.now),
        version: card.version + 1,
        ..card
    };
    repository::save(tx, &ended).await?;
    tell(tx, "card.cancelled", &ended, holder).await?;
    Ok(true)
}
