//! A notice as files for everybody: a sheet for the wall, a workbook, words for the
//! loudspeaker. People are drawn as of this moment.

use std::fs::File;

use super::{book, public, sheet, spoken};
use crate::app::App;
use crate::pages::print::Paper;
use crate::paper::files;
use crate::paper::share::Share;
use crate::platform::failure::Failure;
use crate::platform::workbook::Part;

/// A share of a notice in words.
pub(super) async fn broadcast(
    app: &App,
    number: &str,
    part: Option<i32>,
) -> Result<String, Failure> {
    let view = public::notice(app, number).await?;
    let share = Share::asked(view.notice.entry_count, Share::SPOKEN, part)?;
    let entries = public::stretch(app, number, share.stretch()).await?;
    let struck = public::struck(app, number).await?;
    Ok(spoken::notice(&view, &entries, struck, (share, app.clock.now())))
}

/// A share of a notice as PDF.
pub(super) async fn print(
    app: &App,
    number: &str,
    (paper, part): (Paper, Option<i32>),
    base: &str,
) -> Result<Vec<u8>, Failure> {
    let view = public::notice(app, number).await?;
    let share = Share::asked(view.notice.entry_count, Share::PRINTED, part)?;
    let entries = public::stretch(app, number, share.stretch()).await?;
    let struck = public::struck(app, number).await?;
    files::drawn(sheet::notice(&view, &entries, struck, (share, base)), paper).await
}

/// A notice as a workbook.
pub(super) async fn workbook(app: &App, number: &str) -> Result<File, Failure> {
    let view = public::notice(app, number).await?;
    let read = async |stretch| public::stretch(app, number, stretch).await;
    let head = vec![Part::Sheet(book::head(&view.notice))];
    let end = files::ending(&view.notes);
    files::workbook(head, read, (|entry| entry.position, book::row), end).await
}
