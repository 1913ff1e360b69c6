//! Books the rows of committed files, chunk by chunk, as a task that can be watched.

use std::collections::HashMap;

use entity::ids::{OpeningImportId, VolunteerId};
use entity::opening_import::{self, OpeningImportState};
use entity::opening_row::{self, OpeningOutcome};
use entity::volunteer::VolunteerState;
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

use super::domain::{OpeningAction, ROW_ID_USED, refusal_text, source_of};
use super::repository::{self, SOURCE};
use super::service::tell;
use crate::app::App;
use crate::auth::Permission;
use crate::ledger::{self, Source};
use crate::platform::failure::{Failure, code};
use crate::platform::tx::Tx;
use crate::task::{RowError, Run, Step, Work};
use crate::volunteer::{self, VOLUNTEER_NOT_ACTIVE};

/// Rows of one transaction: few, so that other writes go on in between.
const CHUNK: u64 = 50;

/// The booking of one file, as a task.
pub(crate) enum Booking {}

/// Which file.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Which {
    pub(super) import: OpeningImportId,
}

impl Work for Booking {
    const NAME: &'static str = "opening.booking";
    const TITLE: &'static str = "期初结转入账";
    const PERMISSION: Permission = Permission::ImportOpenings;
    type Ready = ();

    async fn ready(_: &App, _: &Run) -> Result<(), Failure> {
        Ok(())
    }

    /// The mark is the file's own, so that a booking that was cancelled goes on from it.
    async fn step(_: &App, tx: &Tx<'_>, run: &Run, (): &()) -> Result<Step, Failure> {
        let Which { import } = run.params()?;
        let (after, refused) = book_chunk(tx, import).await?;
        let (done, total) = (after.rows_done.into(), after.row_count.into());
        // Whatever is not to be booked any more has no next step.
        let step = if after.state == OpeningImportState::Committing {
            Step::go_on(after.done_line)?
        } else {
            Step::succeed(json!({"rows": after.row_count, "booked": after.rows_booked}))?
        };
        Ok(step.progress(done, Some(total)).errors(refused))
    }
}

/// Books the next rows and moves the mark behind them, or finishes when none are left; with the
/// rows that could not be booked any more.
async fn book_chunk(
    tx: &Tx<'_>,
    id: OpeningImportId,
) -> Result<(opening_import::Model, Vec<RowError>), Failure> {
    let mut import = repository::lock(tx, id).await?.ok_or(code::NOT_FOUND)?;
    if import.state != OpeningImportState::Committing {
        return Ok((import, vec![]));
    }
    let mut rows = repository::list_rows(&**tx, id, import.done_line, CHUNK).await?;
    let Some(last) = rows.last().map(|row| row.line) else {
        import.state = OpeningAction::Finish.apply(import.state).ok_or(code::WRONG_STATE)?;
        repository::save_committed(tx, id, tx.now).await?;
        tell(tx, "opening_import.finished", &import).await?;
        return Ok((import, vec![]));
    };
    let cause =
        |row: &opening_row::Model| source_of(import.site_id, &import.source, &row.client_row_id);
    let causes: Vec<_> = rows.iter().map(cause).collect();
    let done = repository::list_booked(&**tx, &causes).await?;
    // Accounts are locked in the order of their ids.
    rows.sort_by_key(|row| row.volunteer_id);
    let (count, mut booked) = (i32::try_from(rows.len()).map_err(Failure::internal)?, 0);
    let mut refused = vec![];
    for row in rows {
        let row = settle(tx, &import, row, &done).await?;
        booked += i32::from(row.outcome == Some(OpeningOutcome::Booked));
        refused.extend(row.refusal.as_deref().map(|code| RowError {
            row: row.line.into(),
            field: None,
            code: code.into(),
            message: refusal_text(code).into(),
        }));
        repository::save_outcome(tx, &row).await?;
    }
    repository::save_mark(tx, id, last, (count, booked)).await?;
    import.done_line = last;
    import.rows_done += count;
    import.rows_booked += booked;
    Ok((import, refused))
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
            refuse(ROW_ID_USED);
            return Ok(row);
        }
        None => {}
    }
    // Her standing does not change until her points are booked: a zeroing in between would miss
    // them.
    let her = volunteer::share(tx, row.volunteer_id).await?;
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
