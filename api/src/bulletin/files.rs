//! A bulletin as files for everybody: a sheet for the wall, a workbook, words for the
//! loudspeaker. People are drawn as of this moment.

use std::fs::File;

use super::{book, public, sheet, spoken};
use crate::app::App;
use crate::pages::print::Paper;
use crate::paper::files;
use crate::paper::share::Share;
use crate::platform::failure::Failure;
use crate::platform::workbook::Part;

/// A share of a bulletin in words.
pub(super) async fn broadcast(
    app: &App,
    number: &str,
    part: Option<i32>,
) -> Result<String, Failure> {
    let view = public::bulletin(app, number).await?;
    let share = Share::asked(view.bulletin.line_count, Share::SPOKEN, part)?;
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
    let share = Share::asked(view.bulletin.line_count, Share::PRINTED, part)?;
    let lines = public::stretch(app, number, share.stretch()).await?;
    let said = public::general_corrections(app, number).await?;
    files::drawn(sheet::bulletin(&view, &lines, &said, (share, base)), paper).await
}

/// A bulletin as a workbook.
pub(super) async fn workbook(app: &App, number: &str) -> Result<File, Failure> {
    let view = public::bulletin(app, number).await?;
    let said = public::general_corrections(app, number).await?;
    let read = async |stretch| public::stretch(app, number, stretch).await;
    let end = files::ending(&view.notes);
    let head = vec![
        Part::Sheet(book::figures_head(&view.bulletin, &said)),
        Part::Rows(view.figures.into_iter().map(book::figures_row).collect()),
        Part::Rows(end.clone()),
        Part::Sheet(book::register_head(&view.bulletin)),
    ];
    files::workbook(head, read, (|line| line.position, book::register_row), end).await
}
