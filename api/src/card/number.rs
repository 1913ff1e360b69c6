//! The number of a points card.

use std::fmt;

use crate::platform::text::human_number::{HumanNumberError, NumberFormat};

const FORMAT: NumberFormat = NumberFormat::new("JF", 10);

/// `JF`, ten random characters, a check character. It says nothing about its holder.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CardNumber(String);

impl CardNumber {
    /// A new number of the given random bytes. Fifty of their bits are used, so the caller still
    /// has to make sure that no card has it yet.
    #[must_use]
    pub fn generate(random: [u8; 8]) -> Self {
        Self(FORMAT.build(random))
    }

    /// Reads a number as scanned or as typed.
    ///
    /// # Errors
    /// Says what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, HumanNumberError> {
        FORMAT.parse(text).map(Self)
    }

    /// The number without separators, as stored and as shown in the card's code.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The last four characters, which stand for a holder who wants no name in public.
    #[must_use]
    pub fn tail(&self) -> &str {
        self.0.get(self.0.len().saturating_sub(4)..).unwrap_or_default()
    }
}

impl fmt::Display for CardNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&FORMAT.grouped(&self.0))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn is_printed_in_groups_and_read_back() {
        let card = CardNumber::generate([0, 1, 2, 3, 4, 5, 6, 7]);
        let printed = card.to_string();
        assert_eq!(printed.split('-').map(str::len).collect::<Vec<_>>(), [2, 4, 4, 3]);
        assert_eq!(CardNumber::parse(&printed), Ok(card.clone()));
        assert_eq!(CardNumber::parse(card.as_str()), Ok(card.clone()));
        assert_eq!(card.tail().len(), 4);
        assert!(card.as_str().ends_with(card.tail()));
    }

    #[test]
    fn a_typing_error_is_found() {
        let card = CardNumber::generate([9; 8]);
        let mut typed: Vec<char> = card.as_str().chars().collect();
        typed[5] = if typed[5] == '7' { '8' } else { '7' };
        let typed: String = typed.into_iter().collect();
        assert_eq!(CardNumber::parse(&typed), Err(HumanNumberError::WrongCheck));
        assert_eq!(CardNumber::parse("RC0000000000"), Err(HumanNumberError::WrongShape));
    }

    proptest! {
        #[test]
        fn every_number_is_read_back(random in any::<[u8; 8]>()) {
            let card = CardNumber::generate(random);
            prop_assert_eq!(card.as_str().len(), 13);
            prop_assert_eq!(CardNumber::parse(&card.to_string()), Ok(card));
        }
    }
}
