//! The check character of numbers that people read out and type.
//!
//! Alphabet: Crockford's base 32, without I, L, O and U. The ISO 7064 hybrid systems and Luhn
//! mod N, in the size of 32 characters, miss some swaps of neighbours (Luhn `0Z` and `Z0`). So
//! this is Damm's construction over GF(32), with `state <- x * (state + character)` and the
//! polynomial `x^5 + x^2 + 1`: characters then have the weights `x, x^2, x^3 ..`, which are never
//! zero and differ from each other up to 31 places. Every single wrong character and every swap of
//! two characters, neighbours or not, is found. The tests try them all.

use thiserror::Error;

/// Longest text with check character for which every swap is found: the weights repeat after it.
pub const MAX_LEN: usize = 31;

/// Why a text has no valid check character.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum CheckCharError {
    /// A character that is not of the alphabet.
    #[error("编号中有不允许的字符")]
    UnknownCharacter,
    /// Empty, or longer than the check is good for.
    #[error("编号长度不符")]
    WrongLength,
    /// A character was mistyped, or two were swapped.
    #[error("编号校验不符，请核对")]
    WrongCheck,
}

/// The character of a value; only its five lowest bits count.
#[must_use]
pub const fn symbol(value: u8) -> char {
    let value = value & 31;
    let byte = match value {
        0..=9 => b'0' + value,
        10..=17 => b'A' + (value - 10),
        18..=19 => b'J' + (value - 18),
        20..=21 => b'M' + (value - 20),
        22..=26 => b'P' + (value - 22),
        _ => b'V' + (value - 27),
    };
    byte_to_char(byte)
}

#[expect(clippy::as_conversions, reason = "`char::from` is not const; u8 to char is lossless")]
const fn byte_to_char(byte: u8) -> char {
    byte as char
}

/// The value of a character as people type it: lower case counts, O is 0, I and L are 1.
#[must_use]
pub const fn value(c: char) -> Option<u8> {
    Some(match c.to_ascii_uppercase() {
        'O' => 0,
        'I' | 'L' => 1,
        upper => {
            let mut value = 0;
            while symbol(value) != upper {
                value += 1;
                if value == 32 {
                    return None;
                }
            }
            value
        }
    })
}

/// The normal form: upper case, look-alikes replaced.
///
/// # Errors
/// `UnknownCharacter`.
pub fn normalise(text: &str) -> Result<String, CheckCharError> {
    text.chars()
        .map(|c| value(c).map(symbol))
        .collect::<Option<String>>()
        .ok_or(CheckCharError::UnknownCharacter)
}

/// The check character of `body`.
///
/// # Errors
/// `UnknownCharacter`, or `WrongLength` when the body is empty or longer than 30.
pub fn check_char(body: &str) -> Result<char, CheckCharError> {
    if body.is_empty() || body.len() >= MAX_LEN {
        return Err(CheckCharError::WrongLength);
    }
    // In the end `state + check` must be zero, and in GF(32) a value is its own negative.
    fold(body).map(symbol)
}

/// Whether `text`, with its check character last, is right.
///
/// # Errors
/// `UnknownCharacter`, `WrongLength`, or `WrongCheck`.
pub fn verify(text: &str) -> Result<(), CheckCharError> {
    if text.len() < 2 || text.len() > MAX_LEN {
        return Err(CheckCharError::WrongLength);
    }
    if fold(text)? == 0 { Ok(()) } else { Err(CheckCharError::WrongCheck) }
}

fn fold(text: &str) -> Result<u8, CheckCharError> {
    text.chars().try_fold(0, |state, c| {
        value(c).map(|value| times_x(state ^ value)).ok_or(CheckCharError::UnknownCharacter)
    })
}

/// Multiplies by x in GF(32).
const fn times_x(value: u8) -> u8 {
    let shifted = value << 1;
    if shifted & 0b10_0000 == 0 { shifted } else { shifted ^ 0b10_0101 }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ALPHABET: &str = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

    #[test]
    fn symbols_are_the_alphabet() {
        let symbols: String = (0..32).map(symbol).collect();
        assert_eq!(symbols, ALPHABET);
        for (at, c) in ALPHABET.chars().enumerate() {
            assert_eq!(value(c).map(usize::from), Some(at));
            assert_eq!(value(c.to_ascii_lowercase()).map(usize::from), Some(at));
        }
        assert_eq!([value('o'), value('I'), value('l')], [Some(0), Some(1), Some(1)]);
        assert_eq!([value('U'), value('-'), value('中')], [None; 3]);
    }

    /// The step is linear, so it is enough to try every state: what follows the error maps
    /// different states to different states, because multiplication by x is one-to-one.
    #[test]
    fn every_substitution_and_neighbour_swap_is_found_in_every_state() {
        let step = |state: u8, value: u8| times_x(state ^ value);
        let mut images: Vec<u8> = (0..32).map(times_x).collect();
        images.sort_unstable();
        assert!(images.iter().copied().eq(0..32), "one-to-one");
        for case in 0_u16..32 * 32 * 32 {
            let [state, a, b] = [0, 5, 10].map(|at| u8::try_from(case >> at & 31).unwrap());
            if a != b {
                assert_ne!(step(state, a), step(state, b));
                assert_ne!(step(step(state, a), b), step(step(state, b), a));
            }
        }
    }

    fn substitutions(good: &[char]) -> impl Iterator<Item = Vec<char>> {
        (0..good.len()).flat_map(move |at| {
            ALPHABET.chars().filter(move |c| *c != good[at]).map(move |c| {
                let mut typed = good.to_vec();
                typed[at] = c;
                typed
            })
        })
    }

    fn swaps(good: &[char]) -> impl Iterator<Item = Vec<char>> {
        (0..good.len()).flat_map(move |at| {
            (0..at).filter(move |other| good[*other] != good[at]).map(move |other| {
                let mut typed = good.to_vec();
                typed.swap(at, other);
                typed
            })
        })
    }

    /// The same on whole numbers, check character included, for every place and every character.
    #[test]
    fn every_error_in_whole_numbers_is_found() {
        for body in ["JF0123456789", "JFZZZZZZ0000", "JF7K3QX0Z1M9", ALPHABET.get(..30).unwrap()] {
            let number = format!("{body}{}", check_char(body).unwrap());
            assert_eq!(verify(&number), Ok(()));
            let good: Vec<char> = number.chars().collect();
            for typed in substitutions(&good).chain(swaps(&good)) {
                let text: String = typed.iter().collect();
                assert_eq!(verify(&text), Err(CheckCharError::WrongCheck), "{text}");
            }
        }
    }

    #[test]
    fn lengths_and_characters_are_limited() {
        assert_eq!(check_char(""), Err(CheckCharError::WrongLength));
        assert_eq!(check_char(&"7".repeat(31)), Err(CheckCharError::WrongLength));
        assert!(check_char(&"7".repeat(30)).is_ok());
        assert_eq!(check_char("A-B"), Err(CheckCharError::UnknownCharacter));
        assert_eq!(verify("7"), Err(CheckCharError::WrongLength));
        assert_eq!(verify(&"0".repeat(32)), Err(CheckCharError::WrongLength));
    }

    proptest! {
        #[test]
        fn one_check_of_thirty_two_fits(body in "[0-9A-HJKMNP-TV-Z]{1,30}") {
            let check = check_char(&body).unwrap();
            for c in ALPHABET.chars() {
                let typed = format!("{body}{c}");
                prop_assert_eq!(verify(&typed).is_ok(), c == check);
                prop_assert_eq!(verify(&typed.to_lowercase()).is_ok(), c == check);
            }
            prop_assert_eq!(normalise(&body.to_lowercase()), Ok(body));
        }
    }
}
