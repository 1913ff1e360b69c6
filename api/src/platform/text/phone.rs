//! Phone numbers of the mainland: mobiles and landlines.

use std::fmt;

use serde::{Deserialize, Deserializer};
use thiserror::Error;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, SchemaType, Type};
use utoipa::{PartialSchema, ToSchema};

use super::wire;

/// What a phone number looks like, as told to clients.
pub const PATTERN: &str =
    "^(1[3-9][0-9]{9}|0(10|2[0-9])-?[2-9][0-9]{7}|0[3-9][0-9]{2}-?[2-9][0-9]{6,7})$";

/// Why a text is no phone number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum PhoneError {
    /// Neither a mobile nor a landline with its area code.
    #[error("应为 11 位手机号码，或带区号的固定电话")]
    NotAPhoneNumber,
}

/// A mobile (`13800138000`) or a landline in its normal form (`0731-8228888`).
///
/// Prints masked. Equal numbers are equal texts: the hyphen of a landline is put in on parsing.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Phone(String);

impl Phone {
    /// Reads a number; the area code of a landline may be followed by a hyphen or not.
    ///
    /// # Errors
    /// `NotAPhoneNumber`.
    pub fn parse(text: &str) -> Result<Self, PhoneError> {
        let normal = if is_mobile(text) { Some(text.to_owned()) } else { landline(text) };
        normal.map(Self).ok_or(PhoneError::NotAPhoneNumber)
    }

    /// Whether messages can be sent to it.
    #[must_use]
    pub fn is_mobile(&self) -> bool {
        self.0.starts_with('1')
    }

    /// The number itself.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

fn is_mobile(text: &str) -> bool {
    let mut digits = text.bytes();
    text.len() == 11
        && digits.next() == Some(b'1')
        && digits.next().is_some_and(|d| (b'3'..=b'9').contains(&d))
        && digits.all(|d| d.is_ascii_digit())
}

/// `0731-8228888`. Areas 010 and 02x have three digits and eight-digit numbers, the others four
/// digits and seven or eight.
fn landline(text: &str) -> Option<String> {
    let is_long = !text.starts_with("010") && !text.starts_with("02");
    let (area, number) = text.split_at_checked(if is_long { 4 } else { 3 })?;
    let number = number.strip_prefix('-').unwrap_or(number);
    let area_fits = match area.as_bytes() {
        [b'0', b'1', b'0'] => true,
        [b'0', b'2', third] => third.is_ascii_digit(),
        [b'0', b'3'..=b'9', rest @ ..] => rest.iter().all(u8::is_ascii_digit),
        _ => false,
    };
    let length_fits = number.len() == 8 || (is_long && number.len() == 7);
    let digits_fit = number.bytes().all(|d| d.is_ascii_digit())
        && number.bytes().next().is_some_and(|d| d >= b'2');
    (area_fits && length_fits && digits_fit).then(|| format!("{area}-{number}"))
}

impl fmt::Display for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Mobile: operator and last four. Landline: area and the last digits but four.
        let shown_head = if self.is_mobile() { 3 } else { self.0.find('-').map_or(0, |at| at + 1) };
        for (at, c) in self.0.chars().enumerate() {
            let is_hidden = (shown_head..shown_head + 4).contains(&at);
            fmt::Write::write_char(f, if is_hidden { '*' } else { c })?;
        }
        Ok(())
    }
}

impl fmt::Debug for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Phone({self})")
    }
}

impl<'de> Deserialize<'de> for Phone {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        wire::parsed(deserializer, "电话号码", Self::parse)
    }
}

impl PartialSchema for Phone {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(SchemaType::new(Type::String))
            .description(Some("手机号码，或带区号的固定电话"))
            .pattern(Some(PATTERN))
            .examples(["13800138000"])
            .into()
    }
}

impl ToSchema for Phone {}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn reads_mobiles_and_landlines() {
        for (text, normal) in [
            ("13800138000", "13800138000"),
            ("19912345678", "19912345678"),
            ("010-62345678", "010-62345678"),
            ("01062345678", "010-62345678"),
            ("02887654321", "028-87654321"),
            ("0731-8228888", "0731-8228888"),
            ("07318228888", "0731-8228888"),
            ("0755-26001234", "0755-26001234"),
        ] {
            assert_eq!(Phone::parse(text).unwrap().reveal(), normal);
        }
    }

    #[test]
    fn refuses_what_is_no_number() {
        for text in [
            "",
            "0",
            "12800138000",
            "1380013800",
            "138001380000",
            "+8613800138000",
            "1380013800a",
            " 13800138000",
            "1380013800\u{FF10}",
            "82288888",
            "0731-1228888",
            "0731--8228888",
            "010-6234567",
            "0110-82288888",
            "0731-822888",
            "073-82288888",
            "0731-8228888-",
            "中文中文中",
            "0中731-8228888",
        ] {
            assert_eq!(Phone::parse(text), Err(PhoneError::NotAPhoneNumber), "{text}");
        }
    }

    #[test]
    fn prints_masked() {
        let phone = Phone::parse("13800138000").unwrap();
        assert_eq!(phone.to_string(), "138****8000");
        assert_eq!(format!("{phone:?}"), "Phone(138****8000)");
        assert_eq!(Phone::parse("0731-8228888").unwrap().to_string(), "0731-****888");
        assert_eq!(Phone::parse("01062345678").unwrap().to_string(), "010-****5678");
    }

    #[test]
    fn a_refusal_of_the_body_never_repeats_what_was_sent() {
        for body in [
            "13800138000",
            "\"23800138000\"",
            "1.3800138000e10",
            "[13800138000]",
            "{\"n\":13800138000}",
            "-13800138000",
        ] {
            let error = serde_json::from_str::<Phone>(body).unwrap_err().to_string();
            assert!(!error.contains("3800138000"), "{error}");
        }
        let phone: Phone = serde_json::from_str("\"13800138000\"").unwrap();
        assert_eq!(phone.reveal(), "13800138000");
    }

    #[test]
    fn the_schema_tells_the_pattern() {
        let schema = serde_json::to_value(Phone::schema()).unwrap();
        assert_eq!(schema["type"], "string");
        assert_eq!(schema["pattern"], PATTERN);
        assert_eq!(schema["examples"][0], "13800138000");
    }

    proptest! {
        #[test]
        fn the_published_pattern_is_the_rule(
            text in "(1[3-9][0-9]{9}|0(10|2[0-9])-?[2-9][0-9]{7}|0[3-9][0-9]{2}-?[2-9][0-9]{6,7})",
        ) {
            let phone = Phone::parse(&text).unwrap();
            let again = Phone::parse(phone.reveal());
            prop_assert_eq!(again.as_ref(), Ok(&phone));
            prop_assert_eq!(phone.to_string().matches('*').count(), 4);
        }

        #[test]
        fn never_panics(text in ".{0,20}") {
            let _ = Phone::parse(&text);
        }
    }
}
