//! A notice as files for everybody: a sheet for the wall, a workbook, words for the
//! loudspeaker. People are drawn as of this moment.

use std::fs::File;

use tokio::sync::mpsc::{Sender, channel};

use super::public_dto::PublicNoticeView;
use super::share::Share;
use super::{book, public, sheet, spoken};
use crate::app::App;
use crate::pages::print::{self, Paper};
use crate::platform::failure::Failure;
use crate::platform::workbook::{Part, write};

/// Entries read aloud in one go: about a quarter of an hour.
const SPOKEN: i32 = 100;
/// Entries on one print: some sixty pages.
const PRINTED: i32 = 1000;
/// Entries read at a time for the workbook.
const CHUNK: u64 = 500;
/// Chunks that may wait for the writer.
const AHEAD: usize = 2;

/// A share of a notice in words.
pub(super) async fn broadcast(
    app: &App,
    number: &str,
    part: Option<i32>,
) -> Result<String, Failure> {
    let view = public::notice(app, number).await?;
    let share = Share::of(view.notice.entry_count, SPOKEN, part)?;
    let entries = public::stretch(app, number, share.stretch()).await?;
    Ok(spoken::notice(&view, &entries, share))
}

/// A share of a notice as PDF.
pub(super) async fn print(
    app: &App,
    number: &str,
    (paper, part): (Paper, Option<i32>),
    base: &str,
) -> Result<Vec<u8>, Failure> {
    let view = public::notice(app, number).await?;
    let share = Share::of(view.notice.entry_count, PRINTED, part)?;
    let entries = public::stretch(app, number, share.stretch()).await?;
    drawn(sheet::notice(&view, &entries, share, base), paper).await
}

/// Draws a sheet on a thread of its own.
///
/// # Errors
/// A fault of ours.
pub(crate) async fn drawn(sheet: print::Sheet, paper: Paper) -> Result<Vec<u8>, Failure> {
    let drawing = tokio::task::spawn_blocking(move || print::pdf(&sheet, paper));
    drawing.await.map_err(Failure::internal)?.map_err(Failure::internal)
}

/// A notice as a workbook.
pub(super) async fn workbook(app: &App, number: &str) -> Result<File, Failure> {
    let view = public::notice(app, number).await?;
    let (parts, waiting) = channel(AHEAD);
    let writer = tokio::task::spawn_blocking(move || write(waiting));
    let read = send(app, number, view, parts).await;
    let written = writer.await.map_err(Failure::internal)?;
    read?;
    written.map_err(Failure::internal)
}

async fn send(
    app: &App,
    number: &str,
    view: PublicNoticeView,
    parts: Sender<Part>,
) -> Result<(), Failure> {
    let (mut after, mut next) = (0, Part::Sheet(book::head(&view.notice)));
    loop {
        if parts.send(next).await.is_err() {
            // The writer gave up; its own error says why.
            return Ok(());
        }
        let entries = public::stretch(app, number, (after, CHUNK)).await?;
        let Some(last) = entries.last() else { return Ok(()) };
        after = last.position;
        next = Part::Rows(entries.into_iter().map(book::row).collect());
    }
}
