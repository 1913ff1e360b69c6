//! Numbers that people read out and type: a prefix, a random body, a check character.

use thiserror::Error;

use super::check_char::{self, CheckCharError};

/// Why a text is no number of a format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum HumanNumberError {
    /// Another prefix, or another length.
    #[error("编号的前缀或长度不符")]
    WrongShape,
    /// A character that such numbers never have.
    #[error("编号中有不允许的字符")]
    UnknownCharacter,
    /// A character was mistyped, or two were swapped.
    #[error("编号校验不符，请核对")]
    WrongCheck,
}

impl From<CheckCharError> for HumanNumberError {
    fn from(error: CheckCharError) -> Self {
        match error {
            CheckCharError::UnknownCharacter => Self::UnknownCharacter,
            CheckCharError::WrongLength => Self::WrongShape,
            CheckCharError::WrongCheck => Self::WrongCheck,
        }
    }
}

/// What the numbers of one kind (cards, receipts) look like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NumberFormat {
    prefix: &'static str,
    body_len: usize,
}

impl NumberFormat {
    /// A format. The prefix has one to four letters of the alphabet, the body 4 to 12 characters
    /// (20 to 60 random bits).
    ///
    /// # Panics
    /// When the prefix or the length does not fit; in a `const` that is an error of compilation.
    #[must_use]
    pub const fn new(prefix: &'static str, body_len: usize) -> Self {
        assert!(body_len >= 4 && body_len <= 12, "the body has 4 to 12 characters");
        assert!(!prefix.is_empty() && prefix.len() <= 4, "the prefix has 1 to 4 letters");
        let mut rest = prefix.as_bytes();
        while let [letter, tail @ ..] = rest {
            // Look-alikes would change when a typed number is brought into its normal form.
            assert!(
                letter.is_ascii_uppercase() && !matches!(*letter, b'I' | b'L' | b'O' | b'U'),
                "the prefix has upper-case letters of the alphabet"
            );
            rest = tail;
        }
        Self { prefix, body_len }
    }

    /// The number made of the given random bytes, without separators.
    #[must_use]
    pub fn build(&self, random: [u8; 8]) -> String {
        let bits = u64::from_be_bytes(random);
        let body = (0..self.body_len).map(|at| {
            let [.., lowest] = (bits >> (5 * at)).to_be_bytes();
            check_char::symbol(lowest)
        });
        let mut number: String = self.prefix.chars().chain(body).collect();
        // Prefix and body are of the alphabet and short, so there always is a check character.
        number.extend(check_char::check_char(&number));
        number
    }

    /// Reads a number as people type it: lower case, look-alikes (O, I, L), spaces and hyphens
    /// are fine.
    ///
    /// # Errors
    /// Says what is wrong with it.
    pub fn parse(&self, text: &str) -> Result<String, HumanNumberError> {
        let compact: String = text.chars().filter(|c| !matches!(c, ' ' | '-')).collect();
        let number = check_char::normalise(&compact)?;
        if !number.starts_with(self.prefix) || number.len() != self.len() {
            return Err(HumanNumberError::WrongShape);
        }
        check_char::verify(&number)?;
        Ok(number)
    }

    /// The number in groups for the eye: `JF-7K3Q-X0Z1-M94`.
    #[must_use]
    pub fn grouped(&self, number: &str) -> String {
        let mut text = self.prefix.to_owned();
        let rest = number.strip_prefix(self.prefix).unwrap_or(number);
        for (at, c) in rest.chars().enumerate() {
            if at % 4 == 0 {
                text.push('-');
            }
            text.push(c);
        }
        text
    }

    const fn len(&self) -> usize {
        self.prefix.len() + self.body_len + 1
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const RECEIPT: NumberFormat = NumberFormat::new("RC", 8);

    #[test]
    fn is_prefix_body_and_check() {
        let number = RECEIPT.build([0; 8]);
        assert!(number.starts_with("RC00000000"));
        assert_eq!(number.len(), 11);
        assert_eq!(RECEIPT.parse(&number), Ok(number));
    }

    #[test]
    fn every_bit_of_a_full_body_counts() {
        const LONG: NumberFormat = NumberFormat::new("T", 12);
        let zero = LONG.build([0; 8]);
        for bit in 0..60 {
            assert_ne!(LONG.build((1_u64 << bit).to_be_bytes()), zero, "bit {bit}");
        }
    }

    #[test]
    fn says_what_is_wrong() {
        let number = RECEIPT.build([1, 2, 3, 4, 5, 6, 7, 8]);
        assert_eq!(RECEIPT.parse(""), Err(HumanNumberError::WrongShape));
        assert_eq!(RECEIPT.parse(&format!("{number}0")), Err(HumanNumberError::WrongShape));
        assert_eq!(
            NumberFormat::new("RD", 8).parse(&number),
            Err(HumanNumberError::WrongShape),
            "another kind's number"
        );
        assert_eq!(RECEIPT.parse(&format!("{number}!")), Err(HumanNumberError::UnknownCharacter));
        let last = if number.ends_with('7') { "8" } else { "7" };
        let wrong = format!("{}{last}", &number[..10]);
        assert_eq!(RECEIPT.parse(&wrong), Err(HumanNumberError::WrongCheck));
    }

    #[test]
    #[should_panic(expected = "letters of the alphabet")]
    fn a_prefix_with_a_look_alike_is_refused() {
        let _ = NumberFormat::new("IO", 8);
    }

    proptest! {
        #[test]
        fn numbers_are_read_back_however_they_are_typed(random in any::<[u8; 8]>()) {
            let number = RECEIPT.build(random);
            let grouped = RECEIPT.grouped(&number);
            prop_assert!(grouped.starts_with("RC-"));
            let sloppy = grouped.to_lowercase().replace('0', "o").replace('1', "l").replace('-', " ");
            for typed in [&number, &grouped, &sloppy] {
                prop_assert_eq!(RECEIPT.parse(typed), Ok(number.clone()));
            }
        }

        #[test]
        fn never_panics(text in ".{0,30}") {
            let _ = RECEIPT.parse(&text);
        }
    }
}
