//! What staff type to find a volunteer. Pure.

use std::collections::BTreeSet;

use crate::platform::text::bounded;
use crate::platform::text::phone::Phone;

/// Longest text to search for.
const LONGEST: usize = 40;
/// What card numbers begin with.
const CARD_PREFIX: &str = "JF";

/// What a search text turned out to be, ready to be looked up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Search {
    /// The beginning of a name.
    Name(String),
    /// The keyed hash of a whole phone number; there are no searches by part of it.
    Phone(String),
    /// A card's number without separators.
    Card(String),
    /// The last four characters of a card's number.
    CardEnd(String),
}

/// How many of a card number's last characters everybody may look for.
const CARD_END: usize = 4;

/// The parts of these subtrees that lie in those, too; paths of subtrees begin alike.
pub(super) fn common(one: &[String], others: &[String]) -> Vec<String> {
    let pairs = one.iter().flat_map(|path| others.iter().map(move |other| (path, other)));
    let inner = |(one, other): (&String, &String)| {
        if one.starts_with(other.as_str()) {
            Some(one.clone())
        } else {
            other.starts_with(one.as_str()).then(|| other.clone())
        }
    };
    let found: BTreeSet<String> = pairs.filter_map(inner).collect();
    found.into_iter().collect()
}

impl Search {
    /// Reads what was typed; `index` makes the keyed hash of a phone number.
    ///
    /// # Errors
    /// What is wrong with it, in Chinese.
    pub(super) fn read(raw: &str, index: impl Fn(&Phone) -> String) -> Result<Self, String> {
        let text = bounded::check(raw, (1, LONGEST), false)?;
        if let Ok(phone) = Phone::parse(&text) {
            return Ok(Self::Phone(index(&phone)));
        }
        let compact: String = text.chars().filter(|c| !matches!(c, ' ' | '-')).collect();
        let compact = compact.to_ascii_uppercase();
        let digits = compact.strip_prefix(CARD_PREFIX);
        if digits.is_some_and(|rest| rest.len() > 4 && rest.is_ascii()) {
            return Ok(Self::Card(compact));
        }
        Ok(Self::Name(text))
    }

    /// Reads what somebody typed who sees only masked names and phones: whoever could look for a
    /// name or a phone would learn by the answer whose they are.
    ///
    /// # Errors
    /// What is wrong with it, in Chinese.
    pub(super) fn read_card_end(raw: &str) -> Result<Self, String> {
        let end = raw.trim().to_ascii_uppercase();
        let sound = end.len() == CARD_END && end.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if sound { Ok(Self::CardEnd(end)) } else { Err(ONLY_CARD_END.to_owned()) }
    }
}

/// What is told whoever may look for no names.
const ONLY_CARD_END: &str = "监督员等只见脱敏姓名的人员，只能按卡号后四位查找";

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Search, String> {
        Search::read(text, |phone| format!("hash of {}", phone.reveal()))
    }

    #[test]
    fn tells_names_phones_and_cards_apart() {
        assert_eq!(read(" 张秀 "), Ok(Search::Name("张秀".into())));
        assert_eq!(read("13800138000"), Ok(Search::Phone("hash of 13800138000".into())));
        assert_eq!(read("1380013"), Ok(Search::Name("1380013".into())));
        assert_eq!(read("jf-0k3q-x0z1-m94"), Ok(Search::Card("JF0K3QX0Z1M94".into())));
        assert!(read("  ").is_err());
        assert!(read(&"张".repeat(41)).is_err());
    }

    #[test]
    fn who_sees_masked_names_looks_for_the_end_of_a_card_alone() {
        let read = Search::read_card_end;
        assert_eq!(read(" m94t "), Ok(Search::CardEnd("M94T".into())));
        assert_eq!(read("0042"), Ok(Search::CardEnd("0042".into())));
        for text in ["黄国", "黄国胜利", "13800000042", "94T", "JF0K3QX0Z1M94", "9%_T", ""] {
            assert!(read(text).is_err(), "{text}");
        }
    }

    #[test]
    fn names_are_looked_for_where_one_manages() {
        let paths =
            |these: &[&str]| these.iter().map(|path| (*path).to_owned()).collect::<Vec<_>>();
        let seen = paths(&["/c/t/a/", "/c/t/b/"]);
        assert_eq!(common(&seen, &paths(&["/c/t/b/"])), paths(&["/c/t/b/"]));
        assert_eq!(common(&seen, &paths(&["/c/t/", "/c/t/a/"])), seen);
        assert_eq!(common(&paths(&["/c/t/"]), &seen), seen);
        assert!(common(&seen, &paths(&["/c/u/"])).is_empty() && common(&seen, &[]).is_empty());
    }
}
