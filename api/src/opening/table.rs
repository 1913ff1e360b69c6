//! CSV and XLSX to lines of text. Nothing here knows what the cells mean. Pure.

use std::io::{Cursor, Read};

use calamine::{DataRef, Reader, Xlsx};
use encoding_rs::{GB18030, UTF_8};
use thiserror::Error;

use crate::platform::text::bounded::is_unseen;

/// Bytes of a file.
pub(super) const FILE_MAX: usize = 5 * 1024 * 1024;
/// Lines below the head.
pub(super) const LINES_MAX: usize = 5_000;
/// Bytes an XLSX may have when it is unpacked: five megabytes can hold gigabytes.
const UNPACKED_MAX: u64 = 64 * 1024 * 1024;
/// Characters of a cell that are looked at.
const CELL_MAX: usize = 200;

/// Columns that are looked at, for what stands beside the table.
const WIDTH_MAX: usize = COLUMNS.len() * 2;

/// The columns, in this order, as the head names them.
pub(super) const COLUMNS: [&str; 6] =
    ["行编号", "卡号", "志愿者外部编号", "姓名", "积分", "纸质册页码"];

/// One line below the head.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Line {
    /// Its number in the file; the head is the first.
    pub(super) number: i32,
    pub(super) row_id: String,
    pub(super) card_number: String,
    pub(super) external_no: String,
    pub(super) name: String,
    pub(super) points: String,
    pub(super) page: String,
}

/// Why a file is no table of paper books.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub(super) enum FileFault {
    /// The bytes are no text in the encoding that was declared.
    #[error("内容不是所声明编码的文本")]
    Encoding,
    /// A quoted cell does not end.
    #[error("第{0}行的引号没有配对")]
    Quotes(usize),
    /// No workbook, or one that unpacks to too much.
    #[error("不是可以读取的XLSX文件")]
    Workbook,
    /// The head is another.
    #[error("表头应为：{}", COLUMNS.join("、"))]
    Head,
    /// A line has too many cells.
    #[error("第{0}行的列数不对")]
    Width(usize),
    /// A cell holds what nobody sees.
    #[error("第{0}行含有控制字符或看不见的字符")]
    Unseen(usize),
    /// No lines, or too many.
    #[error("应有1至5000行")]
    Length,
}

/// How a file is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Written {
    /// Comma separated, UTF-8.
    CsvUtf8,
    /// Comma separated, GB18030 as Chinese spreadsheets save it.
    CsvGb18030,
    /// A workbook; its first sheet counts.
    Xlsx,
}

/// The lines of a file.
///
/// # Errors
/// What is wrong with the file as a whole.
pub(super) fn read(bytes: &[u8], written: Written) -> Result<Vec<Line>, FileFault> {
    let rows = match written {
        Written::CsvUtf8 => split(&decode(bytes, UTF_8)?)?,
        Written::CsvGb18030 => split(&decode(bytes, GB18030)?)?,
        Written::Xlsx => unpack(bytes)?,
    };
    let mut rows = (1_usize..).zip(rows).filter(|(_, row)| row.iter().any(|cell| !cell.is_empty()));
    let (_, head) = rows.next().ok_or(FileFault::Length)?;
    if !head.iter().map(String::as_str).filter(|cell| !cell.is_empty()).eq(COLUMNS) {
        return Err(FileFault::Head);
    }
    let lines = rows.map(|(number, row)| line(number, row)).collect::<Result<Vec<_>, _>>()?;
    if lines.is_empty() || lines.len() > LINES_MAX { Err(FileFault::Length) } else { Ok(lines) }
}

fn line(number: usize, row: Vec<String>) -> Result<Line, FileFault> {
    if row.iter().skip(COLUMNS.len()).any(|cell| !cell.is_empty()) {
        return Err(FileFault::Width(number));
    }
    if row.iter().any(|cell| cell.chars().any(is_unseen)) {
        return Err(FileFault::Unseen(number));
    }
    let mut cells = row.into_iter().map(|cell| cell.chars().take(CELL_MAX).collect::<String>());
    let mut cell = || cells.next().unwrap_or_default();
    Ok(Line {
        number: i32::try_from(number).map_err(|_| FileFault::Length)?,
        row_id: cell(),
        card_number: cell(),
        external_no: cell(),
        name: cell(),
        points: cell(),
        page: cell(),
    })
}

fn decode(bytes: &[u8], encoding: &'static encoding_rs::Encoding) -> Result<String, FileFault> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let text = encoding.decode_without_bom_handling_and_without_replacement(bytes);
    text.map(String::from).ok_or(FileFault::Encoding)
}

/// Splits comma separated text as RFC 4180 says; cells are trimmed.
fn split(text: &str) -> Result<Vec<Vec<String>>, FileFault> {
    let (mut rows, mut row, mut cell) = (Vec::new(), Vec::new(), String::new());
    let (mut quoted, mut chars) = (false, text.chars().peekable());
    // Whether the cell holds nothing yet but white space: asked at each quote, so not by reading.
    let mut blank = true;
    while let Some(next) = chars.next() {
        match next {
            '"' if quoted && chars.peek() == Some(&'"') => {
                chars.next();
                cell.push('"');
                blank = false;
            }
            '"' if quoted || blank => quoted = !quoted,
            ',' if !quoted => {
                row.push(end(&mut cell));
                blank = true;
            }
            '\r' if !quoted => {}
            '\n' if !quoted => {
                row.push(end(&mut cell));
                blank = true;
                rows.push(std::mem::take(&mut row));
            }
            other => {
                blank &= other.is_whitespace();
                cell.push(other);
            }
        }
        if rows.len() > LINES_MAX * 2 {
            return Err(FileFault::Length);
        }
        if row.len() > WIDTH_MAX {
            return Err(FileFault::Width(rows.len() + 1));
        }
    }
    if quoted {
        return Err(FileFault::Quotes(rows.len() + 1));
    }
    row.push(end(&mut cell));
    rows.push(row);
    Ok(rows)
}

fn end(cell: &mut String) -> String {
    std::mem::take(cell).trim().to_owned()
}

/// The first sheet of a workbook, cell by cell: one that stands alone in the last corner would
/// have the whole sheet laid out around it.
fn unpack(bytes: &[u8]) -> Result<Vec<Vec<String>>, FileFault> {
    check_unpacked(bytes)?;
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|_| FileFault::Workbook)?;
    let first = book.sheet_names().first().cloned().ok_or(FileFault::Workbook)?;
    let mut cells = book.worksheet_cells_reader(&first).map_err(|_| FileFault::Workbook)?;
    let mut rows: Vec<Vec<String>> = Vec::new();
    while let Some(cell) = cells.next_cell().map_err(|_| FileFault::Workbook)? {
        let text = text(cell.get_value());
        if text.is_empty() {
            continue;
        }
        let (row, column) = cell.get_position();
        let place = |at: u32| usize::try_from(at).map_err(|_| FileFault::Length);
        let (row, column) = (place(row)?, place(column)?);
        if row > LINES_MAX * 2 {
            return Err(FileFault::Length);
        }
        if column >= WIDTH_MAX {
            return Err(FileFault::Width(row + 1));
        }
        if rows.len() <= row {
            rows.resize_with(row + 1, Vec::new);
        }
        let line = rows.get_mut(row).ok_or(FileFault::Length)?;
        line.resize(line.len().max(column + 1), String::new());
        *line.get_mut(column).ok_or(FileFault::Length)? = text;
    }
    Ok(rows)
}

/// Unpacks every part to nowhere, counting: the sizes a file states of itself may lie.
fn check_unpacked(bytes: &[u8]) -> Result<(), FileFault> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|_| FileFault::Workbook)?;
    let mut left = UNPACKED_MAX;
    for part in 0..archive.len() {
        let part = archive.by_index(part).map_err(|_| FileFault::Workbook)?;
        let read = std::io::copy(&mut part.take(left), &mut std::io::sink());
        left = left.saturating_sub(read.map_err(|_| FileFault::Workbook)?);
        if left == 0 {
            return Err(FileFault::Workbook);
        }
    }
    Ok(())
}

/// A cell as somebody reading the sheet sees it; whole numbers without a decimal point. Texts are
/// shared between cells, and one of megabytes may stand in all of them: only their beginning is
/// read and copied.
fn text(cell: &DataRef<'_>) -> String {
    let beginning = |text: &str| text.chars().take(CELL_MAX).collect::<String>().trim().to_owned();
    match cell {
        DataRef::SharedString(text) => beginning(text),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => {
            beginning(text)
        }
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => number.to_string(),
        DataRef::Bool(yes) => yes.to_string(),
        DataRef::DateTime(when) => when.to_string(),
        DataRef::Error(error) => error.to_string(),
        DataRef::Empty => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const HEAD: &str = "行编号,卡号,志愿者外部编号,姓名,积分,纸质册页码";

    fn csv(text: &str) -> Result<Vec<Line>, FileFault> {
        read(text.as_bytes(), Written::CsvUtf8)
    }

    #[test]
    fn lines_keep_their_number_and_lose_blanks_and_quotes() {
        let text = format!("\u{feff}{HEAD}\r\n\r\n1, JF-1 ,,\"张,\"\"秀\"\"兰\",30,册一第3页\r\n");
        let lines = csv(&text).unwrap();
        assert_eq!(lines.len(), 1);
        let line = &lines[0];
        assert_eq!((line.number, line.card_number.as_str()), (3, "JF-1"));
        assert_eq!(line.name, "张,\"秀\"兰");
        assert_eq!((line.points.as_str(), line.page.as_str()), ("30", "册一第3页"));
    }

    #[test]
    fn chinese_spreadsheets_are_read_in_their_own_encoding() {
        let text = format!("{HEAD}\n1,JF-1,,张秀兰,30,第3页\n");
        let (bytes, ..) = GB18030.encode(&text);
        assert_eq!(read(&bytes, Written::CsvGb18030).unwrap()[0].name, "张秀兰");
        assert_eq!(read(&bytes, Written::CsvUtf8), Err(FileFault::Encoding));
    }

    #[test]
    fn files_that_are_no_table_say_why() {
        assert_eq!(csv(""), Err(FileFault::Length));
        assert_eq!(csv(HEAD), Err(FileFault::Length));
        assert_eq!(csv("卡号,积分\n1,2"), Err(FileFault::Head));
        assert_eq!(csv(&format!("{HEAD}\n1,2,3,4,5,6,7")), Err(FileFault::Width(2)));
        assert_eq!(csv(&format!("{HEAD}\n1,\"2")), Err(FileFault::Quotes(2)));
        let long = format!("{HEAD}\n{}", "1,2,3,4,5,6\n".repeat(LINES_MAX + 1));
        assert_eq!(csv(&long), Err(FileFault::Length));
        assert_eq!(read(b"PK\x03\x04", Written::Xlsx), Err(FileFault::Workbook));
    }

    #[test]
    fn a_workbook_is_read_and_its_numbers_are_whole() {
        let mut book = rust_xlsxwriter::Workbook::new();
        let sheet = book.add_worksheet();
        for (column, name) in (0..).zip(COLUMNS) {
            sheet.write_string(0, column, name).unwrap();
        }
        sheet.write_string(1, 0, "1").unwrap();
        sheet.write_string(1, 1, "JF-1").unwrap();
        sheet.write_string(1, 3, "张秀兰").unwrap();
        sheet.write_number(1, 4, 30).unwrap();
        sheet.write_string(1, 5, "第3页").unwrap();
        let lines = read(&book.save_to_buffer().unwrap(), Written::Xlsx).unwrap();
        assert_eq!((lines[0].number, lines[0].points.as_str()), (2, "30"));
        assert_eq!((lines[0].external_no.as_str(), lines[0].page.as_str()), ("", "第3页"));
    }

    #[test]
    fn a_cell_in_the_last_corner_is_refused_before_the_sheet_is_laid_out() {
        let book = |row, column, note| {
            let mut book = rust_xlsxwriter::Workbook::new();
            let sheet = book.add_worksheet();
            for (column, name) in (0..).zip(COLUMNS) {
                sheet.write_string(0, column, name).unwrap();
                sheet.write_string(1, column, "1").unwrap();
            }
            sheet.write_string(row, column, note).unwrap();
            read(&book.save_to_buffer().unwrap(), Written::Xlsx)
        };
        assert_eq!(book(1_048_575, 16_383, "1"), Err(FileFault::Length));
        assert_eq!(book(1, 26, "注"), Err(FileFault::Width(2)));
        assert_eq!(book(1, 6, "注"), Err(FileFault::Width(2)));
        assert_eq!(book(1_048_575, 0, " ").map(|lines| lines.len()), Ok(1));
    }

    #[test]
    fn a_long_text_that_cells_share_is_copied_into_none_of_them() {
        let mut book = rust_xlsxwriter::Workbook::new();
        let sheet = book.add_worksheet();
        for (column, name) in (0..).zip(COLUMNS) {
            sheet.write_string(0, column, name).unwrap();
        }
        let long = "长".repeat(30_000);
        for row in 1..=50 {
            for column in 0..6 {
                sheet.write_string(row, column, &long).unwrap();
            }
        }
        let rows = unpack(&book.save_to_buffer().unwrap()).unwrap();
        assert_eq!(rows.len(), 51);
        let longest = rows.iter().flatten().map(|cell| cell.chars().count()).max();
        assert_eq!(longest, Some(CELL_MAX), "not even for the time of reading");
    }

    #[test]
    fn quotes_after_blanks_cost_no_more_than_other_letters() {
        // Reading the cell again at each quote took hours for a file of this size.
        let text = format!("{HEAD}\n1,{}{}\n", " ".repeat(1_500_000), "\" ".repeat(750_000));
        assert_eq!(csv(&text).unwrap()[0].row_id, "1");
        assert_eq!(csv(&format!("{HEAD}\n1{}", ",".repeat(1_000))), Err(FileFault::Width(2)));
    }

    #[test]
    fn what_nobody_sees_is_in_no_line() {
        for unseen in ["a\0b", "\u{1b}[31m", "\u{202e}21", "R\u{200b}1"] {
            let text = format!("{HEAD}\n1,JF-1,,张秀兰,30,{unseen}");
            assert_eq!(csv(&text), Err(FileFault::Unseen(2)), "{unseen:?}");
        }
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
            for written in [Written::CsvUtf8, Written::CsvGb18030, Written::Xlsx] {
                let _ = read(&bytes, written);
            }
        }

        #[test]
        fn what_was_written_is_read(cells in prop::collection::vec("[^\\s\\p{C}]{0,12}", 6)) {
            let quoted = |cell: &String| format!("\"{}\"", cell.replace('"', "\"\""));
            let row = cells.iter().map(quoted).collect::<Vec<_>>().join(",");
            let lines = csv(&format!("{HEAD}\n{row}\nend,,,,,"));
            let lines = lines.unwrap();
            if cells.iter().any(|cell| !cell.is_empty()) {
                prop_assert_eq!(&lines[0].row_id, &cells[0]);
                prop_assert_eq!(&lines[0].page, &cells[5]);
            }
        }
    }
}
