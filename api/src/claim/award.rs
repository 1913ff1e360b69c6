//! How an honour and its proof are written down, so that one honour is one text. Pure.

use crate::platform::text::width::half;

/// The honour in one writing: without spaces, with half-width letters and digits and the brackets
/// of official documents. Two clerks who type it differently mean the same honour.
pub(super) fn canonical(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).map(plain).collect()
}

fn plain(c: char) -> char {
    match half(c) {
        '(' => '（',
        ')' => '）',
        '[' | '【' | '﹝' => '〔',
        ']' | '】' | '﹞' => '〕',
        half => half,
    }
}

/// Whether a text names a document or certificate by its number: `县文明办〔2026〕12号`,
/// `证书编号A-7`.
pub(super) fn names_document(text: &str) -> bool {
    let text = canonical(text);
    let numbered = |(at, _): (usize, &str)| {
        text.get(..at).is_some_and(|before| before.ends_with(|c: char| c.is_ascii_alphanumeric()))
    };
    let has_number = |(at, _): (usize, &str)| {
        text.get(at..).is_some_and(|after| after.contains(|c: char| c.is_ascii_digit()))
    };
    text.match_indices('号').any(numbered) || text.match_indices("编号").any(has_number)
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
        assert_ne!(canonical("2025年度身边好人"), canonical("2026年度身边好人"));
    }

    #[test]
    fn a_document_is_named_by_its_number() {
        for text in ["县文明办〔2026〕12号", "证书编号：A-0７", "见红头文件 青政发[2026]3 号"]
        {
            assert!(names_document(text), "{text}");
        }
        for text in ["2026年度身边好人", "口头通知", "编号不详", "好人号", ""] {
            assert!(!names_document(text), "{text}");
        }
    }
}
