//! The register as an XLSX workbook: names as text that no spreadsheet takes for a
//! formula, quantities and points as numbers.

use std::fs::File;
use std::io::{Seek, SeekFrom};

use entity::redemption::{ReturnedAs, SignatureKind};
use rust_xlsxwriter::{Format, Workbook, Worksheet, XlsxError};
use tokio::sync::mpsc::Receiver;

use super::domain::RECEIPT;
use super::register_dto::{Period, RegisterRow};
use crate::platform::clock::local_day;
use crate::platform::text::spreadsheet::guard;

const COLUMNS: [(&str, f64); 12] = [
    ("收据号", 20.0),
    ("日期", 12.0),
    ("物品", 28.0),
    ("数量", 8.0),
    ("单位", 8.0),
    ("积分", 10.0),
    ("领取人", 14.0),
    ("代领人", 14.0),
    ("经办人", 14.0),
    ("签收方式", 12.0),
    ("退货日期", 12.0),
    ("退货处理", 12.0),
];

/// What stands above the lines.
#[derive(Debug)]
pub(super) struct Head {
    site: String,
    period: String,
}

impl Head {
    pub(super) fn new(site: String, period: Period) -> Self {
        Self { site, period: format!("{} 至 {}", period.from, period.to) }
    }
}

/// Writes the lines as they come, top down and each row once, into a file that has no name
/// and is gone with its last user: no more than a row is kept in memory. Blocks; run it on a
/// thread of its own.
///
/// # Errors
/// The writer's.
pub(super) fn write(head: &Head, mut lines: Receiver<Vec<RegisterRow>>) -> Result<File, XlsxError> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet_with_constant_memory()?;
    sheet.set_name("兑换台账")?;
    write_head(sheet, head)?;
    let mut row = 4;
    while let Some(chunk) = lines.blocking_recv() {
        for line in chunk {
            write_line(sheet, row, &line)?;
            row += 1;
        }
    }
    let mut file = tempfile::tempfile()?;
    book.save_to_writer(&mut file)?;
    file.seek(SeekFrom::Start(0))?;
    Ok(file)
}

fn write_head(sheet: &mut Worksheet, head: &Head) -> Result<(), XlsxError> {
    let bold = Format::new().set_bold();
    for (column, (_, width)) in (0..).zip(COLUMNS) {
        sheet.set_column_width(column, width)?;
    }
    sheet.write_string_with_format(0, 0, guard(&head.site), &bold)?;
    sheet.write_string(1, 0, "积分兑换台账")?;
    sheet.write_string(2, 0, &head.period)?;
    for (column, (name, _)) in (0..).zip(COLUMNS) {
        sheet.write_string_with_format(3, column, name, &bold)?;
    }
    Ok(())
}

fn write_line(sheet: &mut Worksheet, row: u32, line: &RegisterRow) -> Result<(), XlsxError> {
    sheet.write_string(row, 0, RECEIPT.grouped(&line.receipt_no))?;
    sheet.write_string(row, 1, local_day(line.fulfilled_at).to_string())?;
    sheet.write_string(row, 2, guard(&line.goods_name))?;
    sheet.write_number(row, 3, line.quantity)?;
    sheet.write_string(row, 4, guard(&line.unit_label))?;
    write_points(sheet, row, line.points)?;
    sheet.write_string(row, 6, guard(&line.volunteer_name))?;
    sheet.write_string(row, 7, guard(line.delegate_name.as_deref().unwrap_or_default()))?;
    sheet.write_string(row, 8, guard(line.clerk_name.as_deref().unwrap_or_default()))?;
    sheet.write_string(row, 9, line.signature.map_or("", signature_name))?;
    let returned = line.returned_at.map(|at| local_day(at).to_string());
    sheet.write_string(row, 10, returned.unwrap_or_default())?;
    sheet.write_string(row, 11, line.returned_as.map_or("", returned_name))?;
    Ok(())
}

/// Points stay far below what a spreadsheet's numbers hold exactly; what did not would
/// be written as text rather than rounded.
fn write_points(sheet: &mut Worksheet, row: u32, points: i64) -> Result<(), XlsxError> {
    match i32::try_from(points) {
        Ok(points) => sheet.write_number(row, 5, points)?,
        Err(_) => sheet.write_string(row, 5, points.to_string())?,
    };
    Ok(())
}

const fn returned_name(kind: ReturnedAs) -> &'static str {
    match kind {
        ReturnedAs::Sound => "退回货架",
        ReturnedAs::Damaged => "报损",
    }
}

const fn signature_name(kind: SignatureKind) -> &'static str {
    match kind {
        SignatureKind::Card => "积分卡",
        SignatureKind::Code => "取货码",
        SignatureKind::Paper => "纸质签字",
    }
}
