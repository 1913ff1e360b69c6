//! Reads the journal on from where it was left, seals each event, and appends a leaf for
//! each ledger entry.

use std::collections::{HashMap, HashSet};

use entity::ids::{LedgerEntryId, SiteId, VolunteerId};
use entity::{card, journal_event, journal_seal, ledger_entry, site, tree_reader};

use super::domain::{entry_id, line_of, newest_card, seal, tree_site};
use super::growing::{About, Growing};
use super::repository::{self, hex, unhex};
use crate::app::App;
use crate::platform::actor::Actor;
use crate::platform::db;
use crate::platform::failure::Failure;
use crate::platform::tx::{Tx, in_tx};

/// Events read in one transaction.
const BATCH: u64 = 1000;

/// Reads whatever was numbered since the last time; says how many leaves it made.
///
/// # Errors
/// The database's, or that the journal is damaged.
pub async fn run(app: &App) -> Result<u64, Failure> {
    // Asked first, because it runs twice a second and an idle database should stay idle.
    if !repository::has_unread(&app.pools.read).await? {
        return Ok(0);
    }
    let actor = Actor::system("tree.reader", String::new());
    let mut total = 0;
    loop {
        let (read, leaves) = in_tx(&app.core, &actor, read_on).await?;
        total += leaves;
        if read < BATCH {
            return Ok(total);
        }
    }
}

/// One batch: events read, leaves made.
async fn read_on(tx: &Tx<'_>) -> Result<(u64, u64), Failure> {
    db::plan_afresh(tx).await?;
    let reader = repository::lock_reader(tx).await?;
    let events = repository::list_events(&**tx, reader.position, BATCH).await?;
    if events.is_empty() {
        return Ok((0, 0));
    }
    let reader = seal_all(tx, reader, &events).await?;
    let batch = Batch::load(tx, &events).await?;
    let leaves = batch.append(tx).await?;
    repository::save_reader(tx, reader).await?;
    Ok((u64::try_from(events.len()).unwrap_or(BATCH), leaves))
}

/// Seals the events in their order, without a hole, and moves the reader behind them.
async fn seal_all(
    tx: &Tx<'_>,
    mut reader: tree_reader::Model,
    events: &[journal_event::Model],
) -> Result<tree_reader::Model, Failure> {
    let (mut last, mut rows) = (unhex(&reader.seal)?, Vec::with_capacity(events.len()));
    for event in events {
        reader.position += 1;
        if event.position != Some(reader.position) {
            return Err(Failure::internal(format!("no event {} in the journal", reader.position)));
        }
        last = seal(&last, event);
        let position = reader.position;
        rows.push(journal_seal::Model { position, event_id: event.id, seal: hex(&last) });
    }
    repository::insert_seals(tx, rows).await?;
    Ok(tree_reader::Model { seal: hex(&last), ..reader })
}

/// The entries of some events with all that their lines say, by tree.
struct Batch {
    entries: Vec<(SiteId, i64, ledger_entry::Model)>,
    sites: HashMap<SiteId, site::Model>,
    cards: HashMap<VolunteerId, Vec<card::Model>>,
    closed: HashSet<VolunteerId>,
}

impl Batch {
    async fn load(tx: &Tx<'_>, events: &[journal_event::Model]) -> Result<Self, Failure> {
        let about = |event: &journal_event::Model| {
            Some((event.site_id?, event.position?, LedgerEntryId::from(entry_id(event)?)))
        };
        let told: Vec<_> = events.iter().filter_map(about).collect();
        let mut rows = repository::list_entries(&**tx, told.iter().map(|t| t.2).collect()).await?;
        let homes = told.iter().map(|(site, ..)| *site).collect();
        let homes = repository::list_sites(&**tx, homes).await?;
        let mut entries = Vec::with_capacity(told.len());
        for (site, position, id) in told {
            let missing = || Failure::internal(format!("event {position} tells of no entry"));
            let home = homes.get(&site).ok_or_else(missing)?;
            entries.push((tree_site(home), position, rows.remove(&id).ok_or_else(missing)?));
        }
        let owners = entries.iter().map(|(site, ..)| *site).collect();
        let holders: HashSet<_> = entries.iter().map(|(.., entry)| entry.volunteer_id).collect();
        Ok(Self {
            sites: repository::list_sites(&**tx, owners).await?,
            cards: repository::list_cards(&**tx, holders.clone()).await?,
            closed: repository::list_closed(&**tx, holders).await?,
            entries,
        })
    }

    /// Appends them, tree by tree, each in the journal's order.
    async fn append(&self, tx: &Tx<'_>) -> Result<u64, Failure> {
        let mut owners: Vec<_> = self.sites.values().collect();
        owners.sort_by_key(|owner| owner.id);
        let mut leaves = 0;
        for owner in owners {
            let mut growing = Growing::begin(tx, owner).await?;
            for (_, position, entry) in self.entries.iter().filter(|(at, ..)| *at == owner.id) {
                self.add(tx, &mut growing, *position, entry);
                leaves += 1;
            }
            growing.save(tx).await?;
        }
        Ok(leaves)
    }

    fn add(&self, tx: &Tx<'_>, to: &mut Growing, position: i64, entry: &ledger_entry::Model) {
        let holder = entry.volunteer_id;
        let cards = self.cards.get(&holder).map(Vec::as_slice).unwrap_or_default();
        let card = newest_card(cards, entry.created_at, holder);
        let line = line_of(entry, to.tenant(), to.index(), card, tx.random());
        let keep = !self.closed.contains(&holder);
        to.add(&line, About::Entry(entry.id, position), holder, keep);
    }
}
