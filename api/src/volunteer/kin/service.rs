//! Use cases of relatives and proxies.

use std::collections::{BTreeSet, HashSet};

use chrono::{DateTime, NaiveDate, Utc};
use entity::ids::{AccountId, ProxyId, RelativeId, VolunteerId};
use entity::{proxy, relative};
use sea_orm::{ActiveModelTrait, ConnectionTrait, IntoActiveModel};
use serde_json::json;

use super::domain::{DaysFault, ProxyState, bound_since, check_days, state_on};
use super::dto::{AddProxy, DeclareRelative, ProxyView, RelativeView};
use super::repository;
use crate::app::App;
use crate::auth::{Caller, Permission};
use crate::journal;
use crate::platform::actor::Actor;
use crate::platform::clock::local_day;
use crate::platform::failure::{Failure, code};
use crate::platform::tx::Tx;
use crate::site as sites;
use crate::volunteer::domain::masked_name;
use crate::volunteer::reading::{self, Reading, ReadingReason};
use crate::volunteer::{error, service};

/// Whether the caller must not decide on this volunteer's matters: her own, a relative's
/// (whoever of them declared it), or those of a person she acts for. An authorisation to act
/// counts until it is ended on record, also before and after its dates. What was withdrawn or
/// ended binds for a time more ([`bound_since`]).
///
/// # Errors
/// The database's.
pub(crate) async fn is_related(
    db: &impl ConnectionTrait,
    caller: &Caller,
    id: VolunteerId,
) -> Result<bool, Failure> {
    let Some(person) = service::find(db, id).await? else { return Ok(false) };
    let (account, since) = (caller.account, bound_since(caller.at));
    Ok(person.account_id == Some(account)
        || repository::has_kin(db, account, &person, since).await?
        || repository::has_acted_for(db, account, id, since).await?)
}

/// Those of many people whose matters the caller must not decide on: [`is_related`]
/// for a whole list, in four statements.
///
/// # Errors
/// The database's.
pub(crate) async fn related_among(
    db: &impl ConnectionTrait,
    caller: &Caller,
    among: impl IntoIterator<Item = VolunteerId>,
) -> Result<HashSet<VolunteerId>, Failure> {
    let (among, since) = (among.into_iter().collect(), bound_since(caller.at));
    let related = repository::list_related(db, caller.account, among, since).await?;
    Ok(related.into_iter().collect())
}

/// Whether this person is a declared relative of any of these accounts at `now`, whoever of them
/// declared it.
///
/// # Errors
/// The database's.
pub(crate) async fn is_kin_of_any(
    db: &impl ConnectionTrait,
    (account, id): (AccountId, VolunteerId),
    among: &HashSet<AccountId>,
    now: DateTime<Utc>,
) -> Result<bool, Failure> {
    let among: Vec<_> = among.iter().copied().collect();
    Ok(repository::has_kin_among(db, (account, id), among, bound_since(now)).await?)
}

/// Whom this account may act for on `today`: only while an authorisation is live, neither
/// before its first day nor after its last, nor once it was ended.
///
/// # Errors
/// The database's.
pub(crate) async fn represented_by(
    db: &impl ConnectionTrait,
    account: AccountId,
    today: NaiveDate,
) -> Result<Vec<VolunteerId>, Failure> {
    let rows = repository::list_authorisations(db, account).await?;
    let live = rows.iter().filter(|row| state_on(row, today) == ProxyState::Live);
    let people: BTreeSet<_> = live.map(|row| row.volunteer_id).collect();
    Ok(people.into_iter().collect())
}

/// Whether this account may act for this volunteer on `today`.
///
/// # Errors
/// The database's.
pub(crate) async fn acts_for(
    db: &impl ConnectionTrait,
    account: AccountId,
    id: VolunteerId,
    today: NaiveDate,
) -> Result<bool, Failure> {
    let rows = repository::list_proxies_of(db, account, id).await?;
    Ok(rows.iter().any(|row| state_on(row, today) == ProxyState::Live))
}

/// Declares a relative of the caller's own. Said twice is said once.
pub(super) async fn declare(
    tx: &Tx<'_>,
    caller: &Caller,
    body: DeclareRelative,
) -> Result<RelativeView, Failure> {
    let person = service::get(&**tx, body.volunteer_id).await?;
    let site = sites::get(&**tx, person.site_id).await?;
    // Who works at one station has relatives at another of the town.
    let town = sites::get(&**tx, site.town_id.unwrap_or(site.id)).await?;
    let works_there =
        caller.scopes(Permission::ViewSites).iter().any(|path| path.starts_with(&town.path));
    if !works_there {
        caller.require_at(Permission::ViewSites, &site.path)?;
    }
    if person.account_id == Some(caller.account) {
        return Err(Failure::field("/volunteer_id", "不能申报本人"));
    }
    let row = relative::Model {
        id: tx.new_id(),
        account_id: caller.account,
        volunteer_id: person.id,
        relation: body.relation.into(),
        declared_by: caller.account,
        declared_at: tx.now,
        withdrawn_at: None,
    };
    repository::insert_relative(tx, row.into_active_model().reset_all()).await?;
    let stored = repository::find_relative(&**tx, caller.account, person.id).await?;
    let stored = stored.ok_or_else(|| Failure::internal("a declaration was not kept"))?;
    Ok(RelativeView::new(stored, masked_name(&person.name)))
}

/// Ends a declaration: who was a relative is one no longer, though it binds for a time more
/// ([`bound_since`]). The row stays, with its days, as evidence about what was decided in between.
pub(super) async fn withdraw_relative(
    tx: &Tx<'_>,
    caller: &Caller,
    id: RelativeId,
) -> Result<RelativeView, Failure> {
    let ended = repository::save_relative_withdrawn(tx, caller.account, id, tx.now).await?;
    let ended = ended.ok_or(code::NOT_FOUND)?;
    let person = service::get(&**tx, ended.volunteer_id).await?;
    let data = json!({ "relative_id": id });
    journal::publish(tx, "relative.withdrawn", "volunteer", person.id.into(), None, data).await?;
    Ok(RelativeView::new(ended, masked_name(&person.name)))
}

pub(super) async fn list_relatives(
    app: &App,
    caller: &Caller,
) -> Result<Vec<RelativeView>, Failure> {
    let since = bound_since(caller.at);
    let rows = repository::list_relatives(&app.pools.read, caller.account, since).await?;
    Ok(rows.into_iter().map(|(row, name)| RelativeView::new(row, masked_name(&name))).collect())
}

/// Authorises a volunteer with an account to act for another.
pub(super) async fn add_proxy(
    tx: &Tx<'_>,
    caller: &Caller,
    id: VolunteerId,
    body: AddProxy,
) -> Result<ProxyView, Failure> {
    let (person, site) = service::lock_for(tx, caller, Permission::ManageVolunteers, id).await?;
    let today = local_day(tx.now);
    check_days(body.starts_on, body.ends_on, today)?;
    let helper = service::find(&**tx, body.proxy_volunteer_id).await?;
    let helper = helper.filter(|helper| helper.id != person.id);
    let helper = helper.ok_or_else(|| Failure::field("/proxy_volunteer_id", "没有这名志愿者"))?;
    let helper_site = sites::get(&**tx, helper.site_id).await?;
    if helper_site.town_id != site.town_id {
        return Err(Failure::field("/proxy_volunteer_id", "没有这名志愿者"));
    }
    let account = helper.account_id.ok_or(error::PROXY_WITHOUT_ACCOUNT)?;
    if account == caller.account {
        return Err(code::MUST_RECUSE.into());
    }
    let earlier = repository::list_proxies_of(&**tx, account, id).await?;
    if earlier.iter().any(|row| state_on(row, today) != ProxyState::Ended) {
        return Err(error::ALREADY_PROXY.into());
    }
    let row = proxy::Model {
        id: tx.new_id(),
        volunteer_id: id,
        proxy_account_id: account,
        reason: body.reason.into(),
        witness: body.witness.map(String::from),
        starts_on: body.starts_on,
        ends_on: body.ends_on,
        recorded_by: caller.account,
        created_at: tx.now,
        withdrawn_at: None,
    };
    repository::insert_proxy(tx, row.clone().into_active_model().reset_all()).await?;
    tell(tx, "proxy.added", &row).await?;
    let state = state_on(&row, today);
    Ok(ProxyView::new(row, Some(masked_name(&helper.name)), state))
}

impl From<DaysFault> for Failure {
    fn from(fault: DaysFault) -> Self {
        match fault {
            DaysFault::StartsInThePast => Self::field("/starts_on", "不能早于今天"),
            DaysFault::EndsBeforeItStarts => Self::field("/ends_on", "不能早于第一天"),
        }
    }
}

async fn tell(tx: &Tx<'_>, kind: &str, row: &proxy::Model) -> Result<(), Failure> {
    let data = json!({ "proxy_id": row.id });
    journal::publish(tx, kind, "volunteer", row.volunteer_id.into(), None, data).await
}

pub(super) async fn list_proxies(
    app: &App,
    actor: &Actor,
    caller: &Caller,
    (id, reason): (VolunteerId, Option<ReadingReason>),
) -> Result<Vec<ProxyView>, Failure> {
    let (db, today) = (&app.pools.read, local_day(app.clock.now()));
    let permission = Permission::ViewVolunteers;
    let reading = Reading { permission, action: "proxy_list", reason };
    let person = reading::admit(app, actor, caller, id, reading).await?;
    let home = sites::get(db, person.site_id).await?;
    let manages = caller.may_at(Permission::ManageVolunteers, &home.path);
    let rows = repository::list_proxies(db, id).await?;
    let accounts = rows.iter().map(|row| row.proxy_account_id).collect();
    let names = repository::list_names(db, accounts).await?;
    let view = |row: proxy::Model| {
        let name = names.iter().find(|(account, _)| *account == row.proxy_account_id);
        let (name, state) = (name.map(|(_, name)| masked_name(name)), state_on(&row, today));
        let witness = row.witness.map(|name| if manages { name } else { masked_name(&name) });
        ProxyView::new(proxy::Model { witness, ..row }, name, state)
    };
    Ok(rows.into_iter().map(view).collect())
}

/// Ends an authorisation on record, at once: before its first day, and after its last one, too,
/// since until then, and for a time more, who acted for her does not decide on her matters
/// ([`is_related`]).
///
/// # Errors
/// `not_found`; `wrong_state` when it was ended before.
pub(super) async fn end_proxy(
    tx: &Tx<'_>,
    caller: &Caller,
    id: VolunteerId,
    authorisation: ProxyId,
) -> Result<ProxyView, Failure> {
    service::lock_for(tx, caller, Permission::ManageVolunteers, id).await?;
    let row = repository::lock_proxy(tx, authorisation).await?.filter(|row| row.volunteer_id == id);
    let ended = finish(tx, row.ok_or(code::NOT_FOUND)?).await?;
    let names = repository::list_names(&**tx, vec![ended.proxy_account_id]).await?;
    let name = names.first().map(|(_, name)| masked_name(name));
    Ok(ProxyView::new(ended, name, ProxyState::Ended))
}

/// Ends a locked authorisation, whoever of those who may do it asks.
///
/// # Errors
/// `wrong_state` when it was ended before.
pub(super) async fn finish(tx: &Tx<'_>, row: proxy::Model) -> Result<proxy::Model, Failure> {
    if row.withdrawn_at.is_some() {
        return Err(code::WRONG_STATE.into());
    }
    repository::save_proxy_ended(tx, row.id, tx.now).await?;
    tell(tx, "proxy.ended", &row).await?;
    Ok(proxy::Model { withdrawn_at: Some(tx.now), ..row })
}
