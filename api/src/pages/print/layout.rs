//! Lines, tables and pages of a sheet, in points of an A4 page. Pure.

use qrcode::{Color, EcLevel, QrCode};

use super::{Block, Column, Sheet};

/// An A4 page.
pub(super) const PAGE: (f32, f32) = (595.0, 842.0);
const LEFT: f32 = 45.0;
const TOP: f32 = 45.0;
/// Where the text ends and the foot begins.
const BOTTOM: f32 = 790.0;
const WIDTH: f32 = PAGE.0 - 2.0 * LEFT;
/// Sizes of type.
const TITLE: f32 = 22.0;
const HEADING: f32 = 15.0;
const BODY: f32 = 12.0;
const SMALL: f32 = 9.0;
/// From one line to the next, the size being one.
const LEAD: f32 = 1.45;
/// Between the columns and the rows of a table.
const GAP: f32 = 6.0;
const PAD: f32 = 3.0;
/// The edge of a square code.
const CODE: f32 = 96.0;

/// What no line begins with.
const CLOSING: &str = "，。、；：！？）》」』】〉”’…%,.;:!?)]}";

/// How wide a letter is, the size being one.
pub(super) type Width<'a> = &'a dyn Fn(char) -> f32;

/// One thing on a page; `y` is counted from the top.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Item {
    /// A line of text on its base line.
    Text { x: f32, y: f32, size: f32, text: String },
    /// A rule across.
    Rule { y: f32, thick: f32 },
    /// A square code: its rows, dark or not.
    Code { x: f32, y: f32, side: f32, dark: Vec<Vec<bool>> },
}

/// The things on one page.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Page {
    pub(super) items: Vec<Item>,
}

/// Lays a sheet out.
pub(super) fn pages(sheet: &Sheet, width: Width<'_>) -> Vec<Page> {
    let mut flow = Flow { width, pages: vec![Page::default()], y: TOP };
    flow.text(&sheet.title, TITLE);
    flow.rule(1.5);
    for block in &sheet.blocks {
        match block {
            Block::Heading(text) => {
                flow.y += GAP;
                flow.room(HEADING * LEAD + 3.0 * BODY * LEAD);
                flow.text(text, HEADING);
            }
            Block::Text(text) => flow.text(text, BODY),
            Block::Small(text) => flow.text(text, SMALL),
            Block::Table(columns, rows) => flow.table(columns, rows),
            Block::Code(address, beside) => flow.code(address, beside),
        }
    }
    flow.finish(&sheet.foot)
}

struct Flow<'a> {
    width: Width<'a>,
    pages: Vec<Page>,
    y: f32,
}

impl Flow<'_> {
    fn put(&mut self, item: Item) {
        if let Some(page) = self.pages.last_mut() {
            page.items.push(item);
        }
    }

    /// Goes on to the next page when so much does not fit; says whether it did.
    fn room(&mut self, height: f32) -> bool {
        if self.y + height <= BOTTOM || self.y <= TOP {
            return false;
        }
        self.pages.push(Page::default());
        self.y = TOP;
        true
    }

    fn rule(&mut self, thick: f32) {
        self.y += PAD;
        self.put(Item::Rule { y: self.y, thick });
        self.y += PAD;
    }

    fn text(&mut self, text: &str, size: f32) {
        for line in lines(text, size, WIDTH, self.width) {
            self.room(size * LEAD);
            self.line(LEFT, line, size);
            self.y += size * LEAD;
        }
    }

    fn line(&mut self, x: f32, text: String, size: f32) {
        let y = self.y + size;
        self.put(Item::Text { x, y, size, text });
    }

    fn table(&mut self, columns: &[Column], rows: &[Vec<String>]) {
        let all: f32 = columns.iter().map(|column| column.weight).sum();
        let (mut x, mut places) = (LEFT, Vec::with_capacity(columns.len()));
        for column in columns {
            let wide = WIDTH * column.weight / all.max(1.0);
            places.push((x, wide - GAP));
            x += wide;
        }
        let head: Vec<String> = columns.iter().map(|column| column.name.into()).collect();
        self.room(4.0 * BODY * LEAD);
        self.row(&places, &head, 1.0);
        for row in rows {
            let height = self.height(&places, row);
            if self.room(height) {
                self.row(&places, &head, 1.0);
            }
            self.row(&places, row, 0.4);
        }
    }

    fn cells(&self, places: &[(f32, f32)], row: &[String]) -> Vec<(f32, Vec<String>)> {
        let cells = places.iter().zip(row);
        cells.map(|((x, wide), text)| (*x, lines(text, BODY, *wide, self.width))).collect()
    }

    fn height(&self, places: &[(f32, f32)], row: &[String]) -> f32 {
        let cells = self.cells(places, row);
        let most = cells.iter().map(|(_, lines)| lines.len()).max().unwrap_or(1);
        length(most) * BODY * LEAD + 2.0 * PAD
    }

    fn row(&mut self, places: &[(f32, f32)], row: &[String], thick: f32) {
        let (top, height) = (self.y, self.height(places, row));
        for (x, lines) in self.cells(places, row) {
            self.y = top;
            for line in lines {
                self.line(x, line, BODY);
                self.y += BODY * LEAD;
            }
        }
        self.y = top + height - PAD;
        self.put(Item::Rule { y: self.y, thick });
        self.y += PAD;
    }

    fn code(&mut self, address: &str, beside: &[String]) {
        let Ok(code) = QrCode::with_error_correction_level(address, EcLevel::M) else {
            return self.text(address, SMALL);
        };
        self.y += GAP;
        self.room(CODE + GAP);
        let (top, wide) = (self.y, code.width().max(1));
        let dark = code.to_colors();
        let dark = dark.chunks(wide).map(|row| row.iter().map(|one| *one == Color::Dark).collect());
        self.put(Item::Code { x: LEFT, y: top, side: CODE, dark: dark.collect() });
        let x = LEFT + CODE + 2.0 * GAP;
        for text in beside {
            for line in lines(text, SMALL, WIDTH - CODE - 2.0 * GAP, self.width) {
                self.line(x, line, SMALL);
                self.y += SMALL * LEAD;
            }
        }
        self.y = self.y.max(top + CODE) + GAP;
    }

    fn finish(self, foot: &str) -> Vec<Page> {
        let count = self.pages.len();
        let mut pages = self.pages;
        for (number, page) in (1..).zip(&mut pages) {
            let text = format!("{foot}　第{number}页，共{count}页");
            let rows = lines(&text, SMALL, WIDTH, self.width);
            // The last row stands where a single one does.
            let mut y = BOTTOM + 22.0 - length(rows.len().saturating_sub(1)) * SMALL * LEAD;
            for text in rows {
                page.items.push(Item::Text { x: LEFT, y, size: SMALL, text });
                y += SMALL * LEAD;
            }
        }
        pages
    }
}

/// A count as a length.
fn length(count: usize) -> f32 {
    f32::from(u16::try_from(count).unwrap_or(u16::MAX))
}

/// Breaks a text into lines: between any two Chinese letters, not within a word of Latin ones,
/// and never before a closing mark.
pub(super) fn lines(text: &str, size: f32, most: f32, width: Width<'_>) -> Vec<String> {
    let mut all = Vec::new();
    for paragraph in text.split('\n') {
        let letters: Vec<char> = paragraph.chars().filter(|c| !c.is_control()).collect();
        let mut rest = letters.as_slice();
        loop {
            let fits = fitting(rest, size, most, width);
            let (line, after) = rest.split_at_checked(broken_at(rest, fits)).unwrap_or((rest, &[]));
            all.push(line.iter().collect::<String>().trim_end().to_owned());
            if after.is_empty() {
                break;
            }
            rest = after;
        }
    }
    all
}

/// How many letters fit in a line: one at least.
fn fitting(letters: &[char], size: f32, most: f32, width: Width<'_>) -> usize {
    let mut used = 0.0;
    let fits = letters.iter().position(|letter| {
        used += width(*letter) * size;
        used > most
    });
    fits.unwrap_or(letters.len()).max(1)
}

/// Where a line is broken, at or a little before where it is full.
fn broken_at(letters: &[char], fits: usize) -> usize {
    let word = |at: usize| letters.get(at).is_some_and(char::is_ascii_alphanumeric);
    let closing = |at: usize| letters.get(at).is_some_and(|c| CLOSING.contains(*c));
    if fits >= letters.len() {
        return letters.len();
    }
    let mut at = fits;
    while at > 1 && word(at) && word(at - 1) {
        at -= 1;
    }
    if at <= 1 {
        // One word as long as the line.
        at = fits;
    }
    while at > 1 && closing(at) {
        at -= 1;
    }
    if at <= 1 { fits } else { at }
}
