//! Streams every entry in order and checks it against the one before.

use entity::ids::VolunteerId;
use entity::ledger_entry;
use futures_util::TryStreamExt;
use sea_orm::prelude::Uuid;
use sea_orm::{
    ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait, FromQueryResult, QueryOrder,
    QueryResult, QueryTrait, StreamTrait,
};

use super::report::{LISTED, Report};
use crate::ledger::check::AccountCheck;
use crate::ledger::expiry::{LotFault, Lots};

const TABLE: &str = "ledger_entry";

pub(super) async fn check(db: &DatabaseTransaction, report: &mut Report) -> Result<(), DbErr> {
    let ordered = ledger_entry::Entity::find()
        .order_by_asc(ledger_entry::Column::VolunteerId)
        .order_by_asc(ledger_entry::Column::Seq)
        .build(ConnectionTrait::get_database_backend(db));
    let mut rows = db.stream_raw(ordered).await?;
    let mut check = AccountCheck::default();
    let mut account: Option<VolunteerId> = None;
    let mut listed = 0;
    let mut lots: Result<Lots, LotFault> = Ok(Lots::default());
    while let Some(row) = rows.try_next().await? {
        report.entries += 1;
        let Some(entry) = read(&row, report) else { continue };
        if account != Some(entry.volunteer_id) {
            report.accounts += 1;
            account = Some(entry.volunteer_id);
            lots = Ok(Lots::default());
        }
        lots = age(lots, &entry, report);
        report.totals.book(&entry);
        let (id, seq) = (entry.id, entry.seq);
        for fault in check.read(entry) {
            listed += 1;
            if listed <= LISTED {
                report.add("entry", TABLE, id.to_string(), format!("seq {seq}: {fault}"));
            }
        }
    }
    if !report.totals.is_balanced() {
        let found = format!("{:?}", report.totals);
        report.add("points_conserved", TABLE, "all", found);
    }
    Ok(())
}

/// Tells the entry's points apart by age: the lots are what the account has, and nothing
/// expires that is not left. Of an account whose books are wrong the first fault is named.
fn age(
    lots: Result<Lots, LotFault>,
    entry: &ledger_entry::Model,
    report: &mut Report,
) -> Result<Lots, LotFault> {
    let mut lots = lots?;
    let has = entry.available_after.saturating_add(entry.held_after);
    let read = lots.read(entry);
    if let Err(fault) = read {
        report.add("lots", TABLE, entry.id.to_string(), fault.to_string());
    } else if lots.total() != has {
        let found = format!("lots {}, account {has}", lots.total());
        report.add("lots", TABLE, entry.id.to_string(), found);
        return Err(LotFault::Overdrawn);
    }
    read.map(|()| lots)
}

/// A row that cannot even be read was not written by us: it is a finding, not a failure.
fn read(row: &QueryResult, report: &mut Report) -> Option<ledger_entry::Model> {
    match ledger_entry::Model::from_query_result(row, "") {
        Ok(entry) => Some(entry),
        Err(error) => {
            let id = row.try_get::<Uuid>("", "id").map_or_else(|_| "?".into(), |id| id.to_string());
            report.add("entry_readable", TABLE, id, error.to_string());
            None
        }
    }
}
