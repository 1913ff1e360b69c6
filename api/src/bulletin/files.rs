//! A bulletin as files for everybody: a sheet for the wall, a workbook, words for the
//! loudspeaker. People are drawn as of this moment.

use std::fs::File;

use tokio::sync::mpsc::{Sender, channel};

use super::public_dto::PublicBulletinView;
use super::{book, public, sheet, spoken};
use crate::app::App;
use crate::pages::print::Paper;
use crate::platform::failure::Failure;
use crate::platform::workbook::{Part, write};
use crate::publicity::drawn;
use crate::publicity::share::Share;

/// Lines read aloud in one go: about a quarter of an hour.
const SPOKEN: i32 = 100;
/// Lines on one print: some sixty pages.
const PRINTED: i32 = 1000;
/// Lines read at a time for the workbook.
const CHUNK: u64 = 500;
/// Chunks that may wait for the writer.
const AHEAD: usize = 2;

/// A share of a bulletin in words.
pub(super) async fn broadcast(
    app: &App,
    number: &str,
    part: Option<i32>,
) -> Result<String, Failure> {
    let view = public::bulletin(app, number).await?;
    let share = Share::of(view.bulletin.line_count, SPOKEN, part)?;
    let lines = public::stretch(app, number, share.stretch()).await?;
    let said = public::general_corrections(app, number).await?;
    Ok(spoken::bulletin(&view, &lines, &said, share))
}

/// A share of a bulletin as PDF.
pub(super) async fn print(
    app: &App,
    number: &str,
    (paper, part): (Paper, Option<i32>),
    base: &str,
) -> Result<Vec<u8>, Failure> {
    let view = public::bulletin(app, number).await?;
    let share = Share::of(view.bulletin.line_count, PRINTED, part)?;
    let lines = public::stretch(app, number, share.stretch()).await?;
    let said = public::general_corrections(app, number).await?;
    drawn(sheet::bulletin(&view, &lines, &said, (share, base)), paper).await
}

/// A bulletin as a workbook.
pub(super) async fn workbook(app: &App, number: &str) -> Result<File, Failure> {
    let view = public::bulletin(app, number).await?;
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
    view: PublicBulletinView,
    parts: Sender<Part>,
) -> Result<(), Failure> {
    let figures = view.figures.into_iter().map(book::figures_row).collect();
    let mut next = vec![
        Part::Sheet(book::figures_head(&view.bulletin)),
        Part::Rows(figures),
        Part::Sheet(book::register_head(&view.bulletin)),
    ];
    let mut after = 0;
    loop {
        for part in next {
            if parts.send(part).await.is_err() {
                // The writer gave up; its own error says why.
                return Ok(());
            }
        }
        let lines = public::stretch(app, number, (after, CHUNK)).await?;
        let Some(last) = lines.last() else { return Ok(()) };
        after = last.position;
        next = vec![Part::Rows(lines.into_iter().map(book::register_row).collect())];
    }
}
