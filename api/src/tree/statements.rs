//! At the end of a quarter: one leaf for each card that says what the quarter did.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use entity::ids::{SiteId, VolunteerId};
use sea_orm::ConnectionTrait;

use super::core::line::{Line, StatementLine, Sums};
use super::domain::newest_card;
use super::growing::{About, Growing};
use super::{error, reading, repository, signing};
use crate::app::App;
use crate::platform::actor::Actor;
use crate::platform::failure::Failure;
use crate::platform::quarter::Quarter;
use crate::platform::tx::{Tx, in_tx};

/// A transaction that began in the quarter has ended by then.
const GRACE: TimeDelta = TimeDelta::minutes(5);

/// Closes a quarter in every tree, each in one transaction, and signs the heads. What is
/// closed already stays as it is; says how many statements are new.
///
/// # Errors
/// `quarter_not_over`, the database's.
pub async fn close_quarter(app: &App, quarter: Quarter) -> Result<u64, Failure> {
    if app.clock.now() < quarter.span().1 + GRACE {
        return Err(error::QUARTER_NOT_OVER.into());
    }
    reading::run(app).await?;
    let actor = Actor::system("tree.quarter", String::new());
    let mut total = 0;
    for row in repository::list_trees(&app.pools.read).await? {
        if repository::is_closed(&app.pools.read, row.site_id, &quarter.to_string()).await? {
            continue;
        }
        total += in_tx(&app.core, &actor, async |tx| close(tx, row.site_id, quarter).await).await?;
    }
    if total > 0 {
        signing::run(app).await?;
    }
    Ok(total)
}

/// Writes in one town's tree whatever statement of a quarter is missing, however long ago it
/// was: nothing of it is published before. Says how many statements are new; none while the
/// quarter's last transactions may still be running.
///
/// # Errors
/// The database's.
pub(crate) async fn complete(app: &App, town: SiteId, quarter: Quarter) -> Result<u64, Failure> {
    if app.clock.now() < quarter.span().1 + GRACE {
        return Ok(0);
    }
    reading::run(app).await?;
    if repository::find_tree_of(&app.pools.read, town).await?.is_none() {
        return Ok(0);
    }
    let actor = Actor::system("tree.quarter", String::new());
    in_tx(&app.core, &actor, async |tx| close(tx, town, quarter).await).await
}

/// Whether every card of a town that is owed a statement of a quarter has it in the tree, and
/// no entry of that time is still on its way there.
///
/// `close` writes at once whatever is owed by the leaves before it. So where a quarter is closed,
/// only an entry of its time in a leaf behind the last statement can be owed one: those few
/// leaves are looked at, and the sums over all years only if there is such an entry.
///
/// # Errors
/// The database's.
pub(crate) async fn is_complete(
    db: &impl ConnectionTrait,
    town: SiteId,
    quarter: Quarter,
) -> Result<bool, Failure> {
    let end = quarter.span().1;
    if repository::has_unread_before(db, end).await? {
        return Ok(false);
    }
    let last = repository::last_statement(db, town, &quarter.to_string()).await?;
    if !repository::has_entry_between(db, town, last, end).await? {
        return Ok(true);
    }
    Ok(owed(db, town, quarter).await?.is_empty())
}

/// What the quarter did to whoever has no statement of it yet.
async fn owed(
    db: &impl ConnectionTrait,
    site: SiteId,
    quarter: Quarter,
) -> Result<BTreeMap<VolunteerId, Sums>, Failure> {
    let mut sums = sums(db, site, quarter).await?;
    let stated = repository::list_stated(db, site, &quarter.to_string()).await?;
    sums.retain(|holder, _| !stated.contains(holder));
    Ok(sums)
}

/// All statements of a tree that are missing, or none.
async fn close(tx: &Tx<'_>, site: SiteId, quarter: Quarter) -> Result<u64, Failure> {
    let row = repository::lock_tree(tx, site).await?.ok_or(error::TREE_UNKNOWN)?;
    let sums = owed(&**tx, site, quarter).await?;
    if sums.is_empty() {
        return Ok(0);
    }
    let holders: std::collections::HashSet<_> = sums.keys().copied().collect();
    let cards = repository::list_cards(&**tx, holders.clone()).await?;
    let left = repository::list_closed(&**tx, holders).await?;
    let end = quarter.span().1;
    let mut growing = Growing::resume(row)?;
    let mut statements = 0;
    for (holder, sums) in sums {
        let cards = cards.get(&holder).map(Vec::as_slice).unwrap_or_default();
        let line = Line::Statement(StatementLine {
            tenant: growing.tenant().into(),
            index: growing.index(),
            card: newest_card(cards, end, holder),
            quarter,
            sums,
            salt: tx.random(),
        });
        growing.add(&line, About::Quarter(quarter), holder, !left.contains(&holder));
        statements += 1;
    }
    growing.save(tx).await?;
    Ok(statements)
}

/// What the quarter did to each account, by the entries in this tree.
async fn sums(
    db: &impl ConnectionTrait,
    site: SiteId,
    quarter: Quarter,
) -> Result<BTreeMap<VolunteerId, Sums>, Failure> {
    let (start, end) = quarter.span();
    let opening = repository::sum_kinds(db, site, (None, start)).await?;
    let during = repository::sum_kinds(db, site, (Some(start), end)).await?;
    let mut before: BTreeMap<VolunteerId, i64> = BTreeMap::new();
    for (holder, _, points, _) in opening {
        *before.entry(holder).or_default() += points;
    }
    let mut sums: BTreeMap<_, _> = before.into_iter().map(|(h, n)| (h, Sums::opening(n))).collect();
    for (holder, kind, points, entries) in during {
        sums.entry(holder).or_default().count(kind, points, entries);
    }
    sums.retain(|_, sums| *sums != Sums::default());
    Ok(sums)
}
