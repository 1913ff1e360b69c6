//! At the end of a quarter: one leaf for each card that says what the quarter did.

use std::collections::{BTreeMap, BTreeSet, HashSet};

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

/// Leaves looked at in one go.
const AT_ONCE: u64 = 500;

/// Holders whose entries are summed in one go.
const HOLDERS: usize = 500;

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
/// leaves are looked at, and their holders' sums. Where it is not, the first leaves tell.
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
    let mut after = repository::last_statement(db, town, &quarter.to_string()).await?;
    loop {
        let leaves = repository::list_earlier(db, town, (after, end), AT_ONCE).await?;
        let Some((last, _)) = leaves.last() else { return Ok(true) };
        after = *last;
        let holders: BTreeSet<_> = leaves.iter().map(|(_, holder)| *holder).collect();
        let holders: Vec<_> = holders.into_iter().collect();
        if !owed(db, (town, quarter), &holders).await?.is_empty() {
            return Ok(false);
        }
    }
}

/// What the quarter did to those of some holders who have no statement of it yet.
async fn owed(
    db: &impl ConnectionTrait,
    (site, quarter): (SiteId, Quarter),
    holders: &[VolunteerId],
) -> Result<BTreeMap<VolunteerId, Sums>, Failure> {
    let name = quarter.to_string();
    let stated = repository::list_stated(db, (site, &name), holders).await?;
    let left: Vec<_> = holders.iter().filter(|her| !stated.contains(*her)).copied().collect();
    if left.is_empty() {
        return Ok(BTreeMap::new());
    }
    sums(db, (site, quarter), &left).await
}

/// All statements of a tree that are missing, or none.
async fn close(tx: &Tx<'_>, site: SiteId, quarter: Quarter) -> Result<u64, Failure> {
    let row = repository::lock_tree(tx, site).await?.ok_or(error::TREE_UNKNOWN)?;
    repository::take_time(tx).await?;
    let last = repository::last_statement(&**tx, site, &quarter.to_string()).await?;
    let mut sums = BTreeMap::new();
    for some in repository::list_holders(&**tx, site, last).await?.chunks(HOLDERS) {
        sums.extend(owed(&**tx, (site, quarter), some).await?);
    }
    if sums.is_empty() {
        return Ok(0);
    }
    let holders: HashSet<_> = sums.keys().copied().collect();
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

/// What the quarter did to some accounts, by the entries in this tree.
async fn sums(
    db: &impl ConnectionTrait,
    (site, quarter): (SiteId, Quarter),
    holders: &[VolunteerId],
) -> Result<BTreeMap<VolunteerId, Sums>, Failure> {
    let (start, end) = quarter.span();
    let opening = repository::list_openings(db, holders, start).await?;
    let mut sums: BTreeMap<_, _> =
        opening.into_iter().map(|(her, points)| (her, Sums::opening(points))).collect();
    for (holder, kind, points, entries) in
        repository::sum_kinds(db, site, holders, (start, end)).await?
    {
        sums.entry(holder).or_default().count(kind, points, entries);
    }
    sums.retain(|_, sums| *sums != Sums::default());
    Ok(sums)
}
