//! Reading the ledger: balances now and at the end of any day, entries by page, accounts
//! proved from their entries.

use chrono::{DateTime, NaiveDate, Utc};
use entity::ids::{SiteId, VolunteerId};
use entity::{ledger_entry, points_account};
use sea_orm::ConnectionTrait;

use super::ageing::{self, Outlook};
use super::check::{AccountCheck, EntryFault};
use super::service::Balances;
use super::statement::{Period, Statement};
use super::{repository, service};
use crate::auth::{Caller, Permission};
use crate::platform::clock::{day_start, local_day};
use crate::platform::core::Core;
use crate::platform::failure::Failure;
use crate::platform::paging::Pager;
use crate::site;

/// Entries read at a time while an account is proved.
const CHUNK: u64 = 500;

/// Where a volunteer stands.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Standing {
    /// Everything ever taken over and earned, less what was reversed; with what is in notice.
    pub(super) certified: i64,
    /// Certified, and not booked before a notice ends; only known of now.
    pub(super) in_notice: Option<i64>,
    pub(super) balances: Balances,
    /// How many points end next, and with which day; not told of the past.
    pub(super) expiring_next: Option<(i64, NaiveDate)>,
}

impl Standing {
    /// How many entries the account has.
    pub(super) fn version(&self) -> i32 {
        i32::try_from(self.balances.last_seq).unwrap_or(i32::MAX)
    }
}

/// What proving an account found.
#[derive(Debug)]
pub(super) struct Proof {
    pub(super) volunteer: VolunteerId,
    pub(super) entries: u64,
    pub(super) balances_match: bool,
    pub(super) last_hash: String,
    pub(super) faults: Vec<(i64, EntryFault)>,
}

/// Where she stands now, or stood at the end of a day.
pub(super) async fn standing(
    core: &Core,
    volunteer: VolunteerId,
    as_of: Option<NaiveDate>,
) -> Result<Standing, Failure> {
    if as_of.is_some_and(|day| day > local_day(core.clock.now())) {
        return Err(Failure::field("as_of", "不能晚于今天"));
    }
    let end = as_of.and_then(|day| day.succ_opt()).map(day_start);
    let db = &core.pools.read;
    let last = repository::find_last_entry(db, volunteer, end).await?;
    // All of it up to the same entry, whatever is posted meanwhile.
    let up_to = last.as_ref().map_or(0, |last| last.seq);
    let in_notice = match as_of {
        None => Some(service::in_notice_beside(db, volunteer, up_to).await?),
        Some(_) => None,
    };
    let Some(last) = last else {
        let certified = in_notice.unwrap_or_default();
        return Ok(Standing { certified, in_notice, ..Standing::default() });
    };
    let outlook = match as_of {
        Some(_) => Outlook::default(),
        None => outlook(db, (volunteer, up_to), core.clock.now()).await?,
    };
    let balances = Balances {
        // What is over its time is nobody's to spend, also before the job has taken it.
        available: last.available_after.saturating_sub(outlook.over),
        held: last.held_after,
        recovery_due: last.recovery_after,
        last_seq: last.seq,
    };
    let noticed = in_notice.unwrap_or_default();
    let certified = service::certified(db, volunteer, (up_to, noticed)).await?;
    Ok(Standing { certified, in_notice, balances, expiring_next: outlook.next })
}

/// What time does to what she has after her entry of a number.
async fn outlook(
    db: &impl ConnectionTrait,
    (volunteer, up_to): (VolunteerId, i64),
    now: DateTime<Utc>,
) -> Result<Outlook, Failure> {
    match repository::find_account(db, volunteer).await? {
        Some(row) => {
            let then = points_account::Model { last_seq: up_to, ..row };
            ageing::outlook(db, &then, now).await
        }
        None => Ok(Outlook::default()),
    }
}

/// What happened in a month or a quarter, so far if it is not over.
pub(super) async fn statement(
    core: &Core,
    volunteer: VolunteerId,
    period: &str,
) -> Result<(Period, Statement), Failure> {
    let wrong = || Failure::field("period", "应为 2026Q4 或 2026-11 的形式，且已经开始");
    let period = Period::parse(period).ok_or_else(wrong)?;
    if period.begins_at() > core.clock.now() {
        return Err(wrong());
    }
    let db = &core.pools.read;
    let before = repository::find_last_entry(db, volunteer, Some(period.begins_at())).await?;
    let last = repository::find_last_entry(db, volunteer, Some(period.ends_at())).await?;
    let mut statement = Statement::after(before.as_ref());
    let (mut after, end) = (before.map_or(0, |row| row.seq), last.map_or(0, |row| row.seq));
    while after < end {
        let chunk = repository::list_entries(db, volunteer, after..=end, CHUNK).await?;
        let Some(newest) = chunk.last() else { break };
        after = newest.seq;
        for entry in &chunk {
            statement.read(entry);
        }
    }
    Ok((period, statement))
}

/// One page of her entries, newest first.
pub(super) async fn entries(
    core: &Core,
    volunteer: VolunteerId,
    pager: &Pager<'_>,
) -> Result<(Vec<ledger_entry::Model>, Option<String>), Failure> {
    let before = pager.after::<i64>()?;
    let db = &core.pools.read;
    let rows = repository::list_entries_before(db, volunteer, before, pager.limit()).await?;
    pager.cut(rows, |row| row.seq.to_string())
}

/// Proves one page of the accounts kept at a site and below it.
pub(super) async fn prove(
    core: &Core,
    caller: &Caller,
    site: SiteId,
    pager: &Pager<'_>,
) -> Result<(Vec<Proof>, Option<String>), Failure> {
    let db = &core.pools.read;
    let site = site::get(db, site).await?;
    caller.require_at(Permission::ViewLedger, &site.path)?;
    let after = pager.after::<VolunteerId>()?;
    let accounts = repository::list_accounts(db, &site.path, after, pager.limit()).await?;
    let (accounts, next) = pager.cut(accounts, |row| row.volunteer_id.to_string())?;
    let mut proofs = Vec::with_capacity(accounts.len());
    for account in accounts {
        proofs.push(prove_account(db, account).await?);
    }
    Ok((proofs, next))
}

/// Reads the entries up to the one the account's row says is last: what is posted
/// meanwhile is not its affair.
async fn prove_account(
    db: &impl ConnectionTrait,
    account: points_account::Model,
) -> Result<Proof, Failure> {
    let (mut check, mut faults) = (AccountCheck::default(), Vec::new());
    let (mut entries, mut last): (u64, Option<ledger_entry::Model>) = (0, None);
    loop {
        let after = last.as_ref().map_or(0, |entry| entry.seq);
        let range = after..=account.last_seq;
        let chunk = repository::list_entries(db, account.volunteer_id, range, CHUNK).await?;
        if chunk.is_empty() {
            break;
        }
        for entry in chunk {
            entries += 1;
            let seq = entry.seq;
            faults.extend(check.read(entry.clone()).into_iter().map(|fault| (seq, fault)));
            last = Some(entry);
        }
    }
    Ok(Proof {
        volunteer: account.volunteer_id,
        entries,
        balances_match: ends_with(&account, last.as_ref()),
        last_hash: account.last_hash,
        faults,
    })
}

fn ends_with(account: &points_account::Model, last: Option<&ledger_entry::Model>) -> bool {
    last.is_some_and(|last| {
        last.seq == account.last_seq
            && last.hash == account.last_hash
            && last.available_after == account.available
            && last.held_after == account.held
            && last.recovery_after == account.recovery_due
    })
}
