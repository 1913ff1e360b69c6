//! Use cases of take-overs: checking a file, committing it, discarding it.

use std::collections::HashSet;

use data_encoding::BASE64;
use entity::ids::{OpeningImportId, SiteId, VolunteerId};
use entity::opening_import::{self, OpeningImportState};
use entity::{opening_fault, opening_row, site};
use sea_orm::ConnectionTrait;
use serde_json::json;

use super::booking::{Booking, Which};
use super::domain::{
    Fault, Known, Opening, OpeningRefusal, check, decide_commit, decide_discard, digest, plain,
    source_of,
};
use super::dto::{CreateOpeningImport, OpeningFaultView, OpeningImportView};
use super::table::{self, FILE_MAX, Line};
use super::{error, repository};
use crate::auth::{Caller, Permission};
use crate::journal;
use crate::platform::crypto::digest::sha256_hex;
use crate::platform::failure::{Failure, Refusal, code};
use crate::platform::tx::Tx;
use crate::site as sites;
use crate::task::{self, NewTask, Work};
use crate::volunteer as volunteers;

/// Faults shown with a file, and lines named in a refusal; the others are listed by themselves.
pub(super) const SHOWN: usize = 20;

/// A file, read but not yet looked at.
#[derive(Clone, Debug)]
pub(super) struct Upload {
    lines: Vec<Line>,
    hash: String,
}

/// Reads a file on a thread of its own, so that nobody waits for it.
///
/// # Errors
/// `invalid_value` naming what is wrong with the file as a whole.
pub(super) async fn read(body: &CreateOpeningImport) -> Result<Upload, Failure> {
    let written = body.written()?;
    let content = body.content.clone();
    let work = move || {
        let bytes = BASE64.decode(content.as_bytes()).map_err(|_| "不是合法的Base64".to_owned())?;
        if bytes.len() > FILE_MAX {
            return Err("文件不能超过5MiB".to_owned());
        }
        let lines = table::read(&bytes, written).map_err(|fault| fault.to_string())?;
        Ok(Upload { lines, hash: sha256_hex(&bytes) })
    };
    let read = tokio::task::spawn_blocking(work).await.map_err(Failure::internal)?;
    read.map_err(|why: String| Failure::field("/content", why))
}

/// Checks every line of a file as live writes are checked, and keeps what was found for a
/// second person to commit. Nothing is booked.
///
/// # Errors
/// `not_found` and `permission_denied` for the site.
pub(super) async fn preview(
    tx: &Tx<'_>,
    caller: &Caller,
    site: SiteId,
    (source, upload): (&str, &Upload),
) -> Result<OpeningImportView, Failure> {
    let site = sites::get(&**tx, site).await?;
    caller.require_at(Permission::ImportOpenings, &site.path)?;
    let known = look_up(tx, caller, &site, (source, &upload.lines)).await?;

    let (openings, faults) = match check(&upload.lines, &known) {
        Ok(openings) => (openings, Vec::new()),
        Err(faults) => (Vec::new(), faults),
    };

    let import = record(tx, caller, &site, (source, upload), (&openings, &faults))?;
    let rows = openings.into_iter().map(|opening| row_of(import.id, opening)).collect();
    let faults: Vec<_> = faults.into_iter().map(|fault| fault_of(import.id, &fault)).collect();
    let shown = faults.iter().take(SHOWN).cloned().map(OpeningFaultView::from).collect();
    repository::insert(tx, import.clone(), rows, faults).await?;
    tell(tx, "opening_import.checked", &import).await?;
    Ok(OpeningImportView::new(import, shown, (caller.account, false)))
}

async fn look_up(
    tx: &Tx<'_>,
    caller: &Caller,
    site: &site::Model,
    (source, lines): (&str, &[Line]),
) -> Result<Known, Failure> {
    let filled = |cell: fn(&Line) -> &String| {
        let cells: HashSet<_> = lines.iter().map(cell).filter(|text| !text.is_empty()).collect();
        cells.into_iter().cloned().collect::<Vec<_>>()
    };
    let numbers: Vec<_> = filled(|line| &line.card_number).iter().map(|n| plain(n)).collect();
    let cards = repository::find_cards(&**tx, &numbers).await?;
    let external = repository::find_external(&**tx, &filled(|line| &line.external_no)).await?;
    let ids: HashSet<_> = cards.values().chain(external.values()).copied().collect();
    let ids: Vec<VolunteerId> = ids.into_iter().collect();
    let people = repository::find_people(&**tx, &site.path, &ids).await?;
    // Nobody takes over her own book or her kin's: the second person may not know who is close.
    let mut close = volunteers::related_among(&**tx, caller, people.keys().copied()).await?;
    close.extend(caller.volunteer);
    let with_entries = repository::list_with_entries(&**tx, &ids).await?;
    let cause = |line: &Line| source_of(site.id, source, &line.row_id);
    let all: Vec<_> = lines.iter().map(cause).collect();
    let done = repository::list_booked(&**tx, &all).await?;
    let booked = lines.iter().filter(|line| done.contains_key(&cause(line)));
    let booked = booked.map(|line| line.row_id.clone()).collect();
    Ok(Known { cards, external, people, close, with_entries, booked })
}

fn record(
    tx: &Tx<'_>,
    caller: &Caller,
    site: &site::Model,
    (source, upload): (&str, &Upload),
    (openings, faults): (&[Opening], &[Fault]),
) -> Result<opening_import::Model, Failure> {
    let sound = faults.is_empty();
    let state = if sound { OpeningImportState::Checked } else { OpeningImportState::Faulty };
    Ok(opening_import::Model {
        id: tx.new_id(),
        site_id: site.id,
        source: source.into(),
        file_hash: upload.hash.clone(),
        state,
        row_count: i32::try_from(upload.lines.len()).map_err(Failure::internal)?,
        fault_count: i32::try_from(faults.len()).map_err(Failure::internal)?,
        points: openings.iter().map(|opening| opening.points).sum(),
        digest: digest(site.id, source, openings),
        created_by: caller.account,
        created_at: tx.now,
        committed_by: None,
        committed_at: None,
        done_line: 0,
        rows_done: 0,
        rows_booked: 0,
        finished_at: None,
        version: 1,
    })
}

fn row_of(import_id: OpeningImportId, opening: Opening) -> opening_row::Model {
    opening_row::Model {
        import_id,
        line: opening.line,
        client_row_id: opening.row_id,
        volunteer_id: opening.volunteer,
        points: opening.points,
        book_page: opening.page,
        outcome: None,
        refusal: None,
        entry_id: None,
    }
}

fn fault_of(import_id: OpeningImportId, fault: &Fault) -> opening_fault::Model {
    let (field, message) = (fault.field.into(), fault.message.into());
    opening_fault::Model { import_id, line: fault.line, field, message }
}

/// Commits a file: another person than who uploaded it confirms what she saw, and nothing in
/// it concerns herself or her kin. A task books the rows; committing again goes on where one
/// was cancelled.
///
/// # Errors
/// `import_faulty`, `wrong_state`, `second_person_required`, `digest_mismatch`; `must_recuse`
/// with the lines about herself or her kin.
pub(super) async fn commit(
    tx: &Tx<'_>,
    caller: &Caller,
    id: OpeningImportId,
    digest: &str,
) -> Result<OpeningImportView, Failure> {
    let row = repository::lock(tx, id).await?.ok_or(code::NOT_FOUND)?;
    let site = sites::get(&**tx, row.site_id).await?;
    caller.require_at(Permission::ImportOpenings, &site.path)?;

    decide_commit(&row, caller.account, digest)?;
    require_strangers(tx, caller, id).await?;

    let once = id.to_string();
    let before = task::latest::<Booking>(&**tx, row.site_id, &once).await?;
    let new = NewTask {
        site: row.site_id,
        started_by: Some(caller.account),
        params: json!(Which { import: id }),
        once: Some(once),
    };
    let task = task::start::<Booking>(tx, new).await?;
    // Whoever has a stopped booking go on answers for the rest.
    let row = if before.is_some_and(|before| before.id == task.id) {
        row
    } else {
        let row = repository::save_committing(tx, &row, caller.account, tx.now).await?;
        let row = row.ok_or_else(|| Failure::internal("a locked take-over changed"))?;
        tell(tx, "opening_import.committed", &row).await?;
        row
    };
    let view = OpeningImportView::new(row, Vec::new(), (caller.account, true));
    Ok(view.with_task(Some(task)))
}

/// Discards a file that nobody is to book any more: who uploaded it takes it back, another, whom
/// nothing in it concerns, turns it down. What a stopped booking has booked stays.
///
/// # Errors
/// `wrong_state`, also while a task books it; `must_recuse` with the lines about another or her
/// kin.
pub(super) async fn discard(
    tx: &Tx<'_>,
    caller: &Caller,
    id: OpeningImportId,
) -> Result<OpeningImportView, Failure> {
    let row = repository::lock(tx, id).await?.ok_or(code::NOT_FOUND)?;
    let site = sites::get(&**tx, row.site_id).await?;
    caller.require_at(Permission::ImportOpenings, &site.path)?;

    decide_discard(row.state, is_being_booked(&**tx, id).await?)?;
    if row.created_by != caller.account {
        require_strangers(tx, caller, id).await?;
    }

    let row = repository::save_discarded(tx, &row).await?;
    let row = row.ok_or_else(|| Failure::internal("a locked take-over changed"))?;
    tell(tx, "opening_import.discarded", &row).await?;
    Ok(OpeningImportView::new(row, Vec::new(), (caller.account, false)))
}

/// Whether a task books this file, or will.
///
/// # Errors
/// The database's.
pub(super) async fn is_being_booked(
    db: &impl ConnectionTrait,
    id: OpeningImportId,
) -> Result<bool, Failure> {
    Ok(repository::list_being_booked(db, Booking::NAME, &[id]).await?.contains(&id))
}

/// Lines of a file about the caller or her kin.
async fn lines_about(
    db: &impl ConnectionTrait,
    caller: &Caller,
    id: OpeningImportId,
) -> Result<Vec<i32>, Failure> {
    let named = repository::list_named(db, id).await?;
    let people: HashSet<_> = named.iter().map(|(_, who)| *who).collect();
    let close = volunteers::related_among(db, caller, people).await?;
    let about = |who: &VolunteerId| close.contains(who) || caller.volunteer == Some(*who);
    Ok(named.iter().filter(|(_, who)| about(who)).map(|(line, _)| *line).collect())
}

/// Whether a file has a line about the caller or her kin.
///
/// # Errors
/// The database's.
pub(super) async fn names_kin(
    db: &impl ConnectionTrait,
    caller: &Caller,
    id: OpeningImportId,
) -> Result<bool, Failure> {
    Ok(!lines_about(db, caller, id).await?.is_empty())
}

async fn require_strangers(
    tx: &Tx<'_>,
    caller: &Caller,
    id: OpeningImportId,
) -> Result<(), Failure> {
    let mut lines = lines_about(&**tx, caller, id).await?;
    lines.truncate(SHOWN);
    if lines.is_empty() {
        return Ok(());
    }
    Err(Refusal::new(code::MUST_RECUSE).with("lines", lines).into())
}

impl From<OpeningRefusal> for Failure {
    fn from(refusal: OpeningRefusal) -> Self {
        match refusal {
            OpeningRefusal::Faulty => error::IMPORT_FAULTY.into(),
            OpeningRefusal::WrongState => code::WRONG_STATE.into(),
            OpeningRefusal::SecondPerson => error::SECOND_PERSON_REQUIRED.into(),
            OpeningRefusal::Digest => error::DIGEST_MISMATCH.into(),
        }
    }
}

/// Tells what became of a take-over.
pub(super) async fn tell(
    tx: &Tx<'_>,
    kind: &str,
    row: &opening_import::Model,
) -> Result<(), Failure> {
    let data = json!({"rows": row.row_count, "faults": row.fault_count, "points": row.points});
    journal::publish(tx, kind, "opening_import", row.id.into(), Some(row.site_id), data).await
}
