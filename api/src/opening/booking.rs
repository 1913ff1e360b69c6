//! Books the rows of committed files, chunk by chunk.

use std::collections::HashMap;

use entity::ids::{AccountId, OpeningImportId, VolunteerId};
use entity::opening_import::{self, OpeningImportState};
use entity::opening_row::{self, OpeningOutcome};
use entity::volunteer::VolunteerState;
use uuid::Uuid;

use super::domain::{OpeningAction, source_of};
use super::repository::{self, SOURCE};
use super::service::tell;
use crate::app::App;
use crate::ledger::{self, Source};
use crate::platform::actor::{Actor, ActorKind};
use crate::platform::failure::{Failure, code};
use crate::platform::tx::{Tx, in_tx};
use crate::volunteer::{self, VOLUNTEER_NOT_ACTIVE};

/// Rows of one transaction: few, so that other writes go on in between.
const CHUNK: u64 = 50;

/// Books what was committed; answers how many rows. A run that was stopped goes on behind the
/// last chunk that was written whole, and two at once wait for each other.
///
/// # Errors
/// The last failure, after all others were tried.
pub(super) async fn book_all(app: &App) -> Result<u64, Failure> {
    let (mut booked, mut failed) = (0, None);
    for id in repository::list_committing(&app.pools.read).await? {
        match book(app, id).await {
            Ok(rows) => booked += rows,
            Err(failure) => {
                tracing::warn!(import = %id, error = %failure, "a take-over stopped");
                failed = Some(failure);
            }
        }
    }
    failed.map_or(Ok(booked), Err)
}

async fn book(app: &App, id: OpeningImportId) -> Result<u64, Failure> {
    let Some(import) = repository::find(&app.pools.read, id).await? else { return Ok(0) };
    let actor = signer(import.committed_by, import.commit_request);
    let mut booked = 0;
    loop {
        match in_tx(&app.core, &actor, async |tx| book_chunk(tx, id).await).await? {
            Some(rows) => booked += u64::from(rows.unsigned_abs()),
            None => return Ok(booked),
        }
    }
}

/// Whoever committed answers for the entries.
fn signer(account: Option<AccountId>, request: Option<String>) -> Actor {
    let system = Actor::system("opening.booking", request.unwrap_or_default());
    Actor { kind: ActorKind::Account, account, ..system }
}

/// Books the next rows and moves the mark behind them, or says that none are left.
async fn book_chunk(tx: &Tx<'_>, id: OpeningImportId) -> Result<Option<i32>, Failure> {
    let import = repository::lock(tx, id).await?.ok_or(code::NOT_FOUND)?;
    if import.state != OpeningImportState::Committing {
        return Ok(None);
    }
    let mut rows = repository::list_rows(&**tx, id, import.done_line, CHUNK).await?;
    let Some(last) = rows.last().map(|row| row.line) else {
        OpeningAction::Finish.apply(import.state).ok_or(code::WRONG_STATE)?;
        repository::save_committed(tx, id, tx.now).await?;
        tell(tx, "opening_import.finished", &import).await?;
        return Ok(None);
    };
    let cause =
        |row: &opening_row::Model| source_of(import.site_id, &import.source, &row.client_row_id);
    let causes: Vec<_> = rows.iter().map(cause).collect();
    let done = repository::list_booked(&**tx, &causes).await?;
    // Accounts are locked in the order of their ids.
    rows.sort_by_key(|row| row.volunteer_id);
    let (count, mut booked) = (i32::try_from(rows.len()).map_err(Failure::internal)?, 0);
    for row in rows {
        let row = settle(tx, &import, row, &done).await?;
        booked += i32::from(row.outcome == Some(OpeningOutcome::Booked));
        repository::save_outcome(tx, &row).await?;
    }
    repository::save_mark(tx, id, last, (count, booked)).await?;
    Ok(Some(booked))
}

/// Books one row, or says why it cannot be any more: the file may have been checked long ago.
async fn settle(
    tx: &Tx<'_>,
    import: &opening_import::Model,
    mut row: opening_row::Model,
    done: &HashMap<Uuid, (VolunteerId, i64)>,
) -> Result<opening_row::Model, Failure> {
    let cause = source_of(import.site_id, &import.source, &row.client_row_id);
    let mut refuse = |code: &str| {
        row.outcome = Some(OpeningOutcome::Refused);
        row.refusal = Some(code.into());
    };
    match done.get(&cause) {
        Some(before) if *before == (row.volunteer_id, row.points) => {
            row.outcome = Some(OpeningOutcome::Repeated);
            return Ok(row);
        }
        Some(_) => {
            refuse("row_id_used");
            return Ok(row);
        }
        None => {}
    }
    let her = volunteer::get(&**tx, row.volunteer_id).await?;
    if her.state != VolunteerState::Active {
        refuse(VOLUNTEER_NOT_ACTIVE.name);
        return Ok(row);
    }
    let reason = format!("纸质积分册结转：{}，{}", import.source, row.book_page);
    let source = Source { kind: SOURCE, id: cause };
    match ledger::open(tx, her.id, her.site_id, row.points, source, &reason).await {
        Ok(posted) => {
            row.outcome = Some(OpeningOutcome::Booked);
            row.entry_id = posted.entry;
        }
        Err(Failure::Refused(refusal)) => refuse(refusal.code.name),
        Err(fault @ (Failure::Database(_) | Failure::Internal(_))) => return Err(fault),
    }
    Ok(row)
}
