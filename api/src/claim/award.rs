//! How an honour and its proof are written down, so that one honour is one text. Pure.

use crate::platform::text::width::half;

/// The honour in one writing: without spaces, with half-width letters and digits, the brackets of
/// official documents, one dash, and numbers without `第`. Two clerks who type it differently mean
/// the same honour.
pub(super) fn canonical(text: &str) -> String {
    let text = plain_text(text);
    let mut letters = text.chars().peekable();
    let mut one = String::with_capacity(text.len());
    while let Some(letter) = letters.next() {
        if letter != '第' || !letters.peek().is_some_and(char::is_ascii_digit) {
            one.push(letter);
        }
    }
    one
}

/// By what an honour is known to be the same: its letters and digits alone. A full stop more, or
/// another bracket, makes no second honour; other words do, and who certifies reads them.
pub(super) fn key(text: &str) -> String {
    canonical(text).chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

fn plain_text(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).map(plain).collect()
}

fn plain(c: char) -> char {
    match half(c) {
        '(' => '（',
        ')' => '）',
        '[' | '【' | '﹝' => '〔',
        ']' | '】' | '﹞' => '〕',
        '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
        half => half,
    }
}

const fn is_numeral(c: char) -> bool {
    c.is_ascii_digit()
        || matches!(
            c,
            '〇' | '零'
                | '一'
                | '二'
                | '三'
                | '四'
                | '五'
                | '六'
                | '七'
                | '八'
                | '九'
                | '十'
                | '百'
        )
}

/// Whether a text names a document or certificate by its number: `县文明办〔2026〕12号`,
/// `第十二号`, `证书编号A-7`. A house number (`2号楼`) is none.
pub(super) fn names_document(text: &str) -> bool {
    let text = plain_text(text);
    let before = |at: usize| text.get(..at).unwrap_or_default();
    let has_numeral =
        |(at, _): (usize, &str)| text.get(at..).is_some_and(|after| after.contains(is_numeral));
    text.match_indices('号').any(|(at, _)| is_numbered(before(at)))
        || text.match_indices("编号").any(has_numeral)
}

/// Whether what stands before `号` ends in the number of a document: after its year, after `第`, or
/// with the letters of its series.
fn is_numbered(text: &str) -> bool {
    let in_number = |c: char| is_numeral(c) || c.is_ascii_alphabetic() || c == '-';
    let rest = text.trim_end_matches(in_number);
    let number = text.strip_prefix(rest).unwrap_or_default();
    number.contains(is_numeral)
        && (rest.ends_with(['〕', '第', '年', '字'])
            || number.starts_with(|c: char| c.is_ascii_alphabetic()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_honour_is_one_text_however_it_is_typed() {
        let wanted = "2026年度身边好人（县文明办〔2026〕12号）";
        for typed in [
            wanted,
            "2026年度身边好人(县文明办[2026]12号)",
            " ２０２６年度 身边好人（县文明办【2026】12号） ",
            "2026年度身边好人\u{3000}（县文明办﹝2026﹞12号）",
        ] {
            assert_eq!(canonical(typed), wanted, "{typed}");
        }
        assert_eq!(canonical("公告第20号"), canonical("公告20号"));
        assert_eq!(canonical("证书A—7"), canonical("证书A－7"));
        assert_eq!(canonical("第一书记"), "第一书记");
        assert_ne!(canonical("2025年度身边好人"), canonical("2026年度身边好人"));
    }

    #[test]
    fn signs_and_spaces_make_no_second_honour() {
        let wanted = key("2026年度身边好人（县文明办〔2026〕12号）");
        for typed in [
            "2026年度身边好人（县文明办〔2026〕12号）。",
            "“2026年度·身边好人”，县文明办2026-12号",
            "２０２６年度身边好人《县文明办［2026］第12号》",
        ] {
            assert_eq!(key(typed), wanted, "{typed}");
        }
        assert_eq!(key("证书a-7"), key("证书Ａ７。"));
        assert_eq!(key("〇七号"), "〇七号");
        assert_ne!(key("2026年度好人身边"), key("2026年度身边好人"));
        assert_ne!(key("2025年度身边好人"), key("2026年度身边好人"));
        assert_eq!(key("——。！"), "");
    }

    #[test]
    fn a_document_is_named_by_its_number() {
        for text in [
            "县文明办〔2026〕12号",
            "县文明办〔二〇二六〕十二号",
            "公告第20号",
            "2026年12号文件",
            "青文明字12号",
            "荣誉证书A－7号",
            "证书编号：A-0７",
            "见红头文件 青政发[2026]3 号",
        ] {
            assert!(names_document(text), "{text}");
        }
        let none =
            ["2026年度身边好人", "口头通知", "编号不详", "好人号", "住2号楼", "12月3号", "号", ""];
        for text in none {
            assert!(!names_document(text), "{text}");
        }
    }
}
