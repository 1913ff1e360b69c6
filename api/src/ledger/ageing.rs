//! Expires what is over its time, and says what ends next.

use chrono::{DateTime, Months, NaiveDate, Utc};
use entity::ids::{SiteId, VolunteerId};
use entity::points_account;
use sea_orm::ConnectionTrait;
use uuid::{Builder, Uuid};

use super::domain::{Command, Points};
use super::expiry::{Ending, Lots, Terms};
use super::posting::{Order, Source, post};
use super::repository;
use crate::app::App;
use crate::platform::actor::Actor;
use crate::platform::clock::{day_start, local_day};
use crate::platform::crypto::digest::sha256;
use crate::platform::failure::Failure;
use crate::platform::tx::{Tx, in_tx};
use crate::site;

/// Entries read at a time.
const CHUNK: u64 = 500;
/// Accounts looked at in one go.
const BATCH: u64 = 200;

/// The lots of an account as its row stands.
pub(super) async fn lots_of(
    db: &impl ConnectionTrait,
    account: &points_account::Model,
) -> Result<Lots, Failure> {
    let (mut lots, mut after) = (Lots::default(), 0);
    loop {
        let range = after..=account.last_seq;
        let chunk = repository::list_entries(db, account.volunteer_id, range, CHUNK).await?;
        let Some(last) = chunk.last() else { return Ok(lots) };
        after = last.seq;
        for entry in &chunk {
            lots.read(entry).map_err(Failure::internal)?;
        }
    }
}

/// Takes whatever of an account is over its time, an entry for each earning and last day; answers
/// how many points. Run again it finds nothing left to take.
///
/// # Errors
/// The database's.
pub async fn expire_due(tx: &Tx<'_>, volunteer: VolunteerId, terms: Terms) -> Result<i64, Failure> {
    let Some(account) = repository::lock_account(tx, volunteer).await? else { return Ok(0) };
    Ok(take_due(tx, account, terms).await?.1)
}

/// Takes what is over its time before points are spent: the job comes some time after midnight,
/// and nobody buys with what ended before it. Answers the locked account as it is then. One
/// statement where no term was ever set.
pub(super) async fn expire_first(
    tx: &Tx<'_>,
    account: points_account::Model,
) -> Result<points_account::Model, Failure> {
    if account.available == 0 {
        return Ok(account);
    }
    let terms = terms_at(&**tx, account.site_id, tx.now).await?;
    match terms.filter(|terms| youngest_over(*terms, tx.now).is_some()) {
        Some(terms) => Ok(take_due(tx, account, terms).await?.0),
        None => Ok(account),
    }
}

/// Takes what is over its time of an account that is locked; answers its row after that, and how
/// many points.
async fn take_due(
    tx: &Tx<'_>,
    mut account: points_account::Model,
    terms: Terms,
) -> Result<(points_account::Model, i64), Failure> {
    let due = lots_of(&**tx, &account).await?.due(terms, local_day(tx.now));
    let mut taken: i64 = 0;
    for ending in due {
        let reason = say(ending, terms);
        let order = Order {
            command: Command::Expire(Points::new(ending.points)?),
            source: Source { kind: "expiry", id: source_of(ending) },
            refers_to: Some(ending.lot),
            reason: &reason,
        };
        taken = taken.saturating_add(post(tx, &account, order).await?.points);
        // The row after this entry.
        let after = repository::lock_account(tx, account.volunteer_id).await?;
        account = after.ok_or_else(|| Failure::internal("a locked account is gone"))?;
    }
    Ok((account, taken))
}

fn say(ending: Ending, terms: Terms) -> String {
    let day = |day: NaiveDate| day.format("%Y年%-m月%-d日");
    let (earned, last) = (local_day(ending.earned_at), ending.last_day);
    let (earned_on, until, months) = (day(earned), day(last), terms.months);
    if earned.checked_add_months(Months::new(months)) == Some(last) {
        return format!("{earned_on}获得的积分有效期{months}个月，{until}到期");
    }
    let known = local_day(terms.since);
    if known.checked_add_months(Months::new(months)) == Some(last) {
        let from = day(known);
        return format!("{earned_on}获得的积分，有效期{months}个月自{from}起算，{until}到期");
    }
    format!("{earned_on}获得的积分，退还或恢复后保留至{until}，现已到期")
}

/// The cause of an expiry: this earning, for the so-manieth time. What was held while the rest
/// expired may follow later, and so may what came back.
fn source_of(ending: Ending) -> Uuid {
    let mut text = Uuid::from(ending.lot).as_bytes().to_vec();
    text.extend(ending.number.to_be_bytes());
    let mut id = [0; 16];
    id.iter_mut().zip(sha256(&text)).for_each(|(to, from)| *to = from);
    Builder::from_custom_bytes(id).into_uuid()
}

/// What time does to her points.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Outlook {
    /// Over their time, and not taken by the job yet.
    pub(super) over: i64,
    /// How many end next, and with which day; none where points do not end.
    pub(super) next: Option<(i64, NaiveDate)>,
}

/// What time does to what an account has as its row stands.
pub(super) async fn outlook(
    db: &impl ConnectionTrait,
    account: &points_account::Model,
    now: DateTime<Utc>,
) -> Result<Outlook, Failure> {
    let Some(terms) = terms_at(db, account.site_id, now).await? else {
        return Ok(Outlook::default());
    };
    let lots = lots_of(db, account).await?;
    let today = local_day(now);
    let due = lots.due(terms, today);
    let over = due.iter().map(|ending| ending.points).fold(0, i64::saturating_add);
    Ok(Outlook { over, next: lots.next(terms, today) })
}

/// How long points are good in the accounts kept at a site; none when they do not end. Where an
/// account is kept does not change when its holder moves: neither do the terms she earned under.
async fn terms_at(
    db: &impl ConnectionTrait,
    home: SiteId,
    now: DateTime<Utc>,
) -> Result<Option<Terms>, Failure> {
    if !site::do_points_end_anywhere(db, now).await? {
        return Ok(None);
    }
    let home = site::get(db, home).await?;
    let settings = site::effective_settings(db, &home, now).await?;
    let validity = settings.points_validity;
    Ok(validity.map(|it| Terms { months: it.months, since: it.since }))
}

/// Expires what is over its time everywhere, each account in its own transaction: one that
/// fails does not keep the others. Answers how many accounts lost points.
///
/// # Errors
/// The last failure, after all others were tried.
pub(super) async fn expire_all(app: &App) -> Result<u64, Failure> {
    let (db, now) = (&app.pools.read, app.clock.now());
    let (mut accounts, mut failed) = (0, None);
    for home in repository::list_homes(db).await? {
        let Some(terms) = terms_at(db, home, now).await? else { continue };
        let Some(cut) = youngest_over(terms, now) else { continue };
        match expire_at(app, home, terms, cut).await {
            Ok(done) => accounts += done,
            Err(failure) => failed = Some(failure),
        }
    }
    failed.map_or(Ok(accounts), Err)
}

/// What was earned from this instant on is not over its time; none when nothing is.
fn youngest_over(terms: Terms, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let months = Months::new(terms.months);
    // The day after, because a short month ends early.
    let cut = local_day(now).checked_sub_months(months)?.succ_opt()?;
    let known = local_day(terms.since).checked_add_months(months)? < local_day(now);
    known.then(|| day_start(cut))
}

async fn expire_at(
    app: &App,
    home: SiteId,
    terms: Terms,
    cut: DateTime<Utc>,
) -> Result<u64, Failure> {
    let actor = Actor::system("ledger.expiry", String::new());
    let (mut accounts, mut failed, mut after) = (0, None, None);
    loop {
        let db = &app.pools.read;
        let ids = repository::list_ageing(db, home, cut, (after, BATCH)).await?;
        for id in &ids {
            match in_tx(&app.core, &actor, async |tx| expire_due(tx, *id, terms).await).await {
                Ok(points) => accounts += u64::from(points > 0),
                Err(failure) => {
                    let cause = failure.for_log();
                    tracing::warn!(volunteer = %id, cause, "points did not expire");
                    failed = Some(failure);
                }
            }
        }
        after = ids.last().copied();
        if after.is_none() {
            return failed.map_or(Ok(accounts), Err);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_young_is_left_to_the_exact_rule() {
        let terms = Terms { months: 1, since: DateTime::UNIX_EPOCH };
        let now = "2026-03-30T04:00:00Z".parse().unwrap();
        let cut = youngest_over(terms, now).unwrap();
        assert_eq!(local_day(cut).to_string(), "2026-03-01", "what the 28th earned ended the 28th");
        let new = Terms { months: 1, since: "2026-03-01T00:00:00Z".parse().unwrap() };
        assert_eq!(youngest_over(new, now), None);
    }
}
