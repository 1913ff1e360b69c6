//! Tables as an XLSX workbook: texts that no spreadsheet takes for a formula, numbers as
//! numbers, each row written once, so that no more than a row is kept in memory.

use std::fmt;
use std::fs::File;
use std::io::{Seek, SeekFrom};

use rust_xlsxwriter::{Format, Workbook, Worksheet, XlsxError};
use tokio::sync::mpsc::Receiver;

use super::text::spreadsheet::guard;

/// The media type of XLSX.
pub const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// Where a sheet begins.
#[derive(Debug)]
pub struct Head {
    /// Its name on the tab.
    pub sheet: &'static str,
    /// What stands above the table; the first line is bold.
    pub lines: Vec<String>,
    /// Names of the columns and their widths.
    pub columns: &'static [(&'static str, f64)],
}

/// One cell.
#[derive(Clone, Debug)]
pub enum Cell {
    /// Somebody's text.
    Text(String),
    /// A number; one that a spreadsheet would round is written as text.
    Number(i64),
}

impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text),
            Self::Number(number) => number.fmt(f),
        }
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::Text(text.into())
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<i32> for Cell {
    fn from(number: i32) -> Self {
        Self::Number(number.into())
    }
}

impl From<i64> for Cell {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

/// What is sent to the writer, in order.
#[derive(Debug)]
pub enum Part {
    /// A new sheet.
    Sheet(Head),
    /// Its next rows.
    Rows(Vec<Vec<Cell>>),
}

/// Writes what comes, top down, into a file that has no name and is gone with its last user.
/// Blocks; run it on a thread of its own.
///
/// # Errors
/// The writer's.
pub fn write(mut parts: Receiver<Part>) -> Result<File, XlsxError> {
    let mut book = Workbook::new();
    let mut next = parts.blocking_recv();
    while let Some(Part::Sheet(head)) = next {
        let sheet = book.add_worksheet_with_constant_memory()?;
        next = fill(sheet, &head, &mut parts)?;
    }
    let mut file = tempfile::tempfile()?;
    book.save_to_writer(&mut file)?;
    file.seek(SeekFrom::Start(0))?;
    Ok(file)
}

/// Fills a sheet with the rows that come; answers the first part that is none of its.
fn fill(
    sheet: &mut Worksheet,
    head: &Head,
    parts: &mut Receiver<Part>,
) -> Result<Option<Part>, XlsxError> {
    let bold = Format::new().set_bold();
    sheet.set_name(head.sheet)?;
    for (column, (_, width)) in (0..).zip(head.columns) {
        sheet.set_column_width(column, *width)?;
    }
    let mut row = 0;
    for line in &head.lines {
        if row == 0 {
            sheet.write_string_with_format(row, 0, guard(line), &bold)?;
        } else {
            sheet.write_string(row, 0, guard(line))?;
        }
        row += 1;
    }
    for (column, (name, _)) in (0..).zip(head.columns) {
        sheet.write_string_with_format(row, column, *name, &bold)?;
    }
    loop {
        match parts.blocking_recv() {
            Some(Part::Rows(rows)) => {
                for cells in rows {
                    row += 1;
                    write_row(sheet, row, &cells)?;
                }
            }
            other => return Ok(other),
        }
    }
}

fn write_row(sheet: &mut Worksheet, row: u32, cells: &[Cell]) -> Result<(), XlsxError> {
    for (column, cell) in (0..).zip(cells) {
        match cell {
            Cell::Text(text) => sheet.write_string(row, column, guard(text))?,
            Cell::Number(number) => match i32::try_from(*number) {
                Ok(number) => sheet.write_number(row, column, number)?,
                Err(_) => sheet.write_string(row, column, number.to_string())?,
            },
        };
    }
    Ok(())
}
