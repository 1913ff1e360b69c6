//! Years of entries behind everybody's opening one: orders that were given up, each a hold and
//! its release, in chains the audit finds sound.

use std::io::{BufWriter, Write};

use api::ledger::chain::{EntryFacts, hash_entry};
use chrono::{DateTime, TimeDelta, Utc};
use entity::ledger_entry;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use uuid::Uuid;

use super::people::hexadecimal;
use super::{Bench, Fault, Kind, id};

/// Where somebody's chain has come to.
struct Head {
    volunteer: Uuid,
    available: i64,
    hash: [u8; 32],
}

/// Prints the rows of `ledger_entry` as CSV, the oldest first, for `COPY`.
pub(crate) async fn print(bench: &Bench, orders: u32) -> Result<(), Fault> {
    let openings = ledger_entry::Entity::find()
        .filter(ledger_entry::Column::Seq.eq(1))
        .order_by_asc(ledger_entry::Column::VolunteerId)
        .all(&bench.db)
        .await?;
    let begin = openings.first().ok_or("nobody has points")?.created_at;
    let mut heads = openings.iter().map(head).collect::<Result<Vec<_>, Fault>>()?;
    let mut out = BufWriter::new(std::io::stdout().lock());
    let people = u32::try_from(heads.len())?;
    for order in 0..orders {
        for (kind, delta, seq) in [("hold", -1, order * 2 + 2), ("release", 1, order * 2 + 3)] {
            let at = begin + TimeDelta::microseconds(seq.into());
            for (number, head) in (0..people).zip(&mut heads) {
                let row = u64::from(seq) * u64::from(people) + u64::from(number);
                let source = id(Kind::PastOrder, order * people + number);
                let own = id(Kind::PastEntry, u32::try_from(row)?);
                write(&mut out, head, (own, source), (kind, delta), (seq.into(), at))?;
            }
        }
    }
    Ok(out.flush()?)
}

fn head(opening: &ledger_entry::Model) -> Result<Head, Fault> {
    let mut hash = [0; 32];
    data_encoding::HEXLOWER
        .decode_mut(opening.hash.as_bytes(), &mut hash)
        .map_err(|_| "a hash is no hexadecimal number")?;
    let volunteer = Uuid::from(opening.volunteer_id);
    Ok(Head { volunteer, available: opening.available_after, hash })
}

fn write(
    out: &mut impl Write,
    head: &mut Head,
    (own, source): (Uuid, Uuid),
    (kind, delta): (&str, i64),
    (seq, at): (i64, DateTime<Utc>),
) -> Result<(), Fault> {
    head.available += delta;
    let held = i64::from(delta < 0);
    let facts = EntryFacts {
        id: own,
        volunteer_id: head.volunteer,
        seq,
        kind,
        available_delta: delta,
        held_delta: -delta,
        recovery_delta: 0,
        available_after: head.available,
        held_after: held,
        recovery_after: 0,
        source_kind: "redemption",
        source_id: source,
        refers_to: None,
        actor_account_id: None,
        actor_role: "system",
        reason: "兑换",
        request_id: "bench",
        created_at_micros: at.timestamp_micros(),
    };
    let before = hexadecimal(&head.hash);
    head.hash = hash_entry(&facts, &head.hash);
    writeln!(
        out,
        "{own},{},{seq},{kind},{delta},{},0,{},{held},0,redemption,{source},,,system,兑换,bench,\
         {before},{},{}",
        head.volunteer,
        -delta,
        head.available,
        hexadecimal(&head.hash),
        at.to_rfc3339(),
    )?;
    Ok(())
}
