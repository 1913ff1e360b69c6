//! Reads the text of a PDF as the sheets write it: one type, letters as two bytes each, with the
//! table that says which letters they are.

use std::collections::BTreeMap;
use std::io::Read;

use flate2::read::ZlibDecoder;

/// The pages in the lines in which they are read.
///
/// # Panics
/// When it is no PDF of ours.
#[must_use]
pub fn pages(pdf: &[u8]) -> Vec<String> {
    assert!(pdf.starts_with(b"%PDF-"), "no PDF");
    let streams: Vec<_> = streams(pdf).filter_map(inflate).collect();
    let mut letters = BTreeMap::new();
    for table in streams.iter().filter(|stream| holds(stream, b"begincmap")) {
        read_table(&String::from_utf8_lossy(table), &mut letters);
    }
    assert!(!letters.is_empty(), "the text stands behind the letters");
    let pages = streams.iter().filter(|stream| holds(stream, b"\nBT "));
    pages.map(|page| read_page(page, &letters)).collect()
}

fn holds(bytes: &[u8], word: &[u8]) -> bool {
    bytes.windows(word.len()).any(|window| window == word)
}

fn find(bytes: &[u8], word: &[u8]) -> Option<usize> {
    bytes.windows(word.len()).position(|window| window == word)
}

fn streams(pdf: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = pdf;
    std::iter::from_fn(move || {
        let start = find(rest, b"stream\n")? + b"stream\n".len();
        let end = start + find(rest.get(start..)?, b"\nendstream")?;
        let stream = rest.get(start..end)?;
        rest = rest.get(end + b"\nendstream".len()..)?;
        Some(stream)
    })
}

fn inflate(stream: &[u8]) -> Option<Vec<u8>> {
    let mut plain = Vec::new();
    ZlibDecoder::new(stream).read_to_end(&mut plain).ok().map(|_| plain)
}

/// Lines like `<0001> <6E05>` between `beginbfchar` and `endbfchar`.
fn read_table(table: &str, letters: &mut BTreeMap<u16, String>) {
    for part in table.split("beginbfchar").skip(1) {
        let part = part.split("endbfchar").next().unwrap_or_default();
        for line in part.lines() {
            let mut words = line.split(['<', '>']).filter(|word| !word.trim().is_empty());
            let (Some(id), Some(text)) = (words.next(), words.next()) else { continue };
            let units: Vec<u16> = text
                .as_bytes()
                .chunks(4)
                .map(|four| u16::from_str_radix(std::str::from_utf8(four).unwrap(), 16).unwrap())
                .collect();
            let id = u16::from_str_radix(id, 16).unwrap();
            letters.insert(id, String::from_utf16(&units).unwrap());
        }
    }
}

fn read_page(page: &[u8], letters: &BTreeMap<u16, String>) -> String {
    let (mut text, mut last, mut at) = (String::new(), None, 0);
    while at < page.len() {
        match page[at] {
            b'(' => {
                let (bytes, end) = literal(page, at + 1);
                text.push_str(&decode(&bytes, letters));
                at = end;
            }
            b'<' if page.get(at + 1) != Some(&b'<') => {
                let end = at + find(&page[at..], b">").expect("an end");
                let digits = String::from_utf8_lossy(&page[at + 1..end]).into_owned();
                let bytes: Vec<u8> = (0..digits.len() / 2)
                    .map(|n| u8::from_str_radix(&digits[2 * n..2 * n + 2], 16).unwrap())
                    .collect();
                text.push_str(&decode(&bytes, letters));
                at = end + 1;
            }
            b'T' if page[at..].starts_with(b"Tm") => {
                let before = String::from_utf8_lossy(&page[at.saturating_sub(40)..at]).into_owned();
                let y = before.split_whitespace().last().map(str::to_owned);
                text.push_str(if y == last { " | " } else { "\n" });
                last = y;
                at += 2;
            }
            _ => at += 1,
        }
    }
    text.trim().to_owned()
}

/// A string in brackets, with its escapes undone, and where it ends.
fn literal(page: &[u8], start: usize) -> (Vec<u8>, usize) {
    let (mut bytes, mut at, mut depth) = (Vec::new(), start, 1);
    while at < page.len() {
        match page[at] {
            b'\\' => {
                at += 1;
                let octal: Vec<u8> =
                    page[at..].iter().take(3).copied().take_while(u8::is_ascii_digit).collect();
                if octal.is_empty() {
                    bytes.push(match page[at] {
                        b'n' => b'\n',
                        b'r' => b'\r',
                        b't' => b'\t',
                        b'b' => 8,
                        b'f' => 12,
                        other => other,
                    });
                } else {
                    let text = String::from_utf8(octal).unwrap();
                    bytes.push(u8::from_str_radix(&text, 8).unwrap());
                    at += text.len() - 1;
                }
            }
            b')' if depth == 1 => return (bytes, at + 1),
            byte => {
                depth += i32::from(byte == b'(') - i32::from(byte == b')');
                bytes.push(byte);
            }
        }
        at += 1;
    }
    panic!("a string without end");
}

fn decode(bytes: &[u8], letters: &BTreeMap<u16, String>) -> String {
    let ids = bytes.chunks(2).map(|two| u16::from_be_bytes([two[0], two[1]]));
    ids.map(|id| letters.get(&id).map_or("?", String::as_str)).collect()
}
