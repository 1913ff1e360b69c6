//! Drawing a sheet, and writing a workbook while its lines are read.

use std::fs::File;

use tokio::sync::mpsc::{Sender, channel};

use super::PublicNotes;
use crate::pages::print::{self, Paper};
use crate::platform::failure::Failure;
use crate::platform::workbook::{Cell, Part, write};

/// Lines read at a time for a workbook.
const CHUNK: u64 = 500;
/// Chunks that may wait for the writer.
const AHEAD: usize = 2;

/// Draws a sheet on a thread of its own.
///
/// # Errors
/// A fault of ours.
pub(crate) async fn drawn(sheet: print::Sheet, paper: Paper) -> Result<Vec<u8>, Failure> {
    let drawing = tokio::task::spawn_blocking(move || print::pdf(&sheet, paper));
    drawing.await.map_err(Failure::internal)?.map_err(Failure::internal)
}

/// How a line is numbered and what its cells are.
pub(crate) type Lined<L> = (fn(&L) -> i32, fn(L) -> Vec<Cell>);

/// What ends a table of a workbook: how to object, and what the law wants on it.
pub(crate) fn ending(notes: &PublicNotes) -> Vec<Vec<Cell>> {
    let row = |text: String| vec![text.into()];
    let named = notes.named().into_iter().map(|(name, text)| row(format!("{name}：{text}")));
    [Vec::new(), row("异议与投诉".into()), row(notes.how_to_object.clone())]
        .into_iter()
        .chain(named)
        .collect()
}

/// A workbook: `parts`, then all lines, a chunk of them read after another, and what ends it.
///
/// # Errors
/// What reading them refuses, or a fault of ours.
pub(crate) async fn workbook<L>(
    parts: Vec<Part>,
    read: impl AsyncFn((i32, u64)) -> Result<Vec<L>, Failure>,
    lined: Lined<L>,
    end: Vec<Vec<Cell>>,
) -> Result<File, Failure> {
    let (sender, waiting) = channel(AHEAD);
    let writer = tokio::task::spawn_blocking(move || write(waiting));
    let sent = send(sender, parts, read, lined, end).await;
    let written = writer.await.map_err(Failure::internal)?;
    sent?;
    written.map_err(Failure::internal)
}

async fn send<L>(
    sender: Sender<Part>,
    parts: Vec<Part>,
    read: impl AsyncFn((i32, u64)) -> Result<Vec<L>, Failure>,
    (position, cells): Lined<L>,
    end: Vec<Vec<Cell>>,
) -> Result<(), Failure> {
    let (mut after, mut next) = (0, parts);
    loop {
        for part in next {
            if sender.send(part).await.is_err() {
                // The writer gave up; its own error says why.
                return Ok(());
            }
        }
        let lines = read((after, CHUNK)).await?;
        let Some(last) = lines.last() else {
            // As above.
            sender.send(Part::Rows(end)).await.ok();
            return Ok(());
        };
        after = position(last);
        next = vec![Part::Rows(lines.into_iter().map(cells).collect())];
    }
}
