//! What staff type to find a volunteer. Pure.

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
}

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
}
