//! The lines of a replay as an XLSX workbook; names in part, no formula.

use entity::ids::{TaskId, VolunteerId};
use rust_xlsxwriter::{Format, Workbook, Worksheet, XlsxError};
use tokio::sync::mpsc::{Receiver, Sender, channel};

use super::repository;
use super::service::{ShownLine, shown};
use super::work::Mark;
use crate::app::App;
use crate::platform::failure::Failure;
use crate::platform::text::spreadsheet::guard;

/// The media type of XLSX.
pub(super) const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
/// Lines read at a time.
const CHUNK: u64 = 500;
/// Chunks that may wait for the writer.
const AHEAD: usize = 2;

const COLUMNS: [(&str, f64); 6] = [
    ("积分卡尾号", 12.0),
    ("姓名", 12.0),
    ("原积分", 10.0),
    ("重算积分", 10.0),
    ("增减", 10.0),
    ("条目（原/重算）", 60.0),
];

/// What stands above the lines.
#[derive(Debug)]
pub(super) struct Head {
    title: String,
    sums: String,
    digest: String,
}

impl Head {
    pub(super) fn new(quarter: &str, number: i32, mark: &Mark) -> Self {
        let Mark { volunteers, gainers, losers, before, after_points, digest, .. } = mark;
        Self {
            title: format!("{quarter} 按第{number}版细则重算"),
            sums: format!(
                "共{volunteers}人：{gainers}人增加，{losers}人减少；合计由{before}分变为{after_points}分"
            ),
            digest: format!("摘要 {digest}"),
        }
    }
}

/// Makes the workbook: lines are read page by page while a thread of its own writes them.
pub(super) async fn make(app: &App, task: TaskId, head: Head) -> Result<Vec<u8>, Failure> {
    let (lines, waiting) = channel(AHEAD);
    let writer = tokio::task::spawn_blocking(move || write(&head, waiting));
    let read = send_lines(app, task, lines).await;
    let written = writer.await.map_err(Failure::internal)?;
    read?;
    written.map_err(Failure::internal)
}

async fn send_lines(app: &App, task: TaskId, lines: Sender<Vec<ShownLine>>) -> Result<(), Failure> {
    let db = &app.pools.read;
    let mut after: Option<(i64, VolunteerId)> = None;
    loop {
        let rows = repository::list_lines(db, task, None, after, CHUNK).await?;
        let Some(last) = rows.last() else { return Ok(()) };
        after = Some((last.delta, last.volunteer_id));
        if lines.send(shown(db, rows).await?).await.is_err() {
            // The writer gave up; its own error says why.
            return Ok(());
        }
    }
}

fn write(head: &Head, mut lines: Receiver<Vec<ShownLine>>) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet_with_constant_memory()?;
    sheet.set_name("细则重算")?;
    write_head(sheet, head)?;
    let mut row = 4;
    while let Some(chunk) = lines.blocking_recv() {
        for line in chunk {
            write_line(sheet, row, &line)?;
            row += 1;
        }
    }
    book.save_to_buffer()
}

fn write_head(sheet: &mut Worksheet, head: &Head) -> Result<(), XlsxError> {
    let bold = Format::new().set_bold();
    for (column, (_, width)) in (0..).zip(COLUMNS) {
        sheet.set_column_width(column, width)?;
    }
    sheet.write_string_with_format(0, 0, &head.title, &bold)?;
    sheet.write_string(1, 0, &head.sums)?;
    sheet.write_string(2, 0, &head.digest)?;
    for (column, (name, _)) in (0..).zip(COLUMNS) {
        sheet.write_string_with_format(3, column, name, &bold)?;
    }
    Ok(())
}

fn write_line(sheet: &mut Worksheet, row: u32, line: &ShownLine) -> Result<(), XlsxError> {
    let items = line.items.iter();
    let items: Vec<_> =
        items.map(|(code, (before, after))| format!("{code} {before}/{after}")).collect();
    sheet.write_string(row, 0, guard(line.card_tail.as_deref().unwrap_or_default()))?;
    sheet.write_string(row, 1, guard(&line.name))?;
    write_points(sheet, row, 2, line.before)?;
    write_points(sheet, row, 3, line.after)?;
    write_points(sheet, row, 4, line.delta)?;
    sheet.write_string(row, 5, guard(&items.join("；")))?;
    Ok(())
}

/// A number that a spreadsheet would round is written as text.
fn write_points(
    sheet: &mut Worksheet,
    row: u32,
    column: u16,
    points: i64,
) -> Result<(), XlsxError> {
    match i32::try_from(points) {
        Ok(points) => sheet.write_number(row, column, points)?,
        Err(_) => sheet.write_string(row, column, points.to_string())?,
    };
    Ok(())
}
