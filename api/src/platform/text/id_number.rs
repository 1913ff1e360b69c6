//! Resident identity numbers (GB 11643), which residence permits of Hong Kong, Macao and Taiwan
//! residents share.

use std::fmt;

use chrono::NaiveDate;
use serde::{Deserialize, Deserializer};
use thiserror::Error;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, SchemaType, Type};
use utoipa::{PartialSchema, ToSchema};

use super::wire;

/// What an identity number looks like, as told to clients. Day of the month and check character
/// are judged beyond it.
pub const PATTERN: &str = "^(1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3])[0-9]{4}\
    (18|19|20)[0-9]{2}(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])[0-9]{3}[0-9Xx]$";

/// Why a text is no identity number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum IdNumberError {
    /// Not 17 digits and a digit or X.
    #[error("身份证件号码应为 17 位数字加 1 位数字或 X")]
    Malformed,
    /// The first two digits are no province and no permit (81, 82, 83).
    #[error("身份证件号码的地区代码不存在")]
    UnknownRegion,
    /// The eight digits of the birth date are no day, or one outside 1800 to 2099.
    #[error("身份证件号码中的出生日期不存在")]
    NoSuchDate,
    /// The check character does not fit; most often a digit was mistyped.
    #[error("身份证件号码校验位不符，请核对")]
    WrongCheck,
}

/// Gender as coded in the number (GB/T 2261.1 has 1 and 2 for these).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Gender {
    /// 男
    Male,
    /// 女
    Female,
}

/// An identity number. Prints masked.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct IdNumber {
    text: String,
    birth_date: NaiveDate,
}

impl IdNumber {
    /// Reads a number; a trailing `x` becomes `X`.
    ///
    /// # Errors
    /// Says what is wrong with it, in the order of the variants.
    pub fn parse(text: &str) -> Result<Self, IdNumberError> {
        let text = text.to_ascii_uppercase();
        let (body, check) = split(&text).ok_or(IdNumberError::Malformed)?;
        if !is_region(text.get(..2).unwrap_or_default()) {
            return Err(IdNumberError::UnknownRegion);
        }
        let birth_date = text
            .get(6..14)
            .filter(|date| matches!(date.get(..2), Some("18" | "19" | "20")))
            .and_then(|date| NaiveDate::parse_from_str(date, "%Y%m%d").ok())
            .ok_or(IdNumberError::NoSuchDate)?;
        if check_of(body) != Some(check) {
            return Err(IdNumberError::WrongCheck);
        }
        Ok(Self { text, birth_date })
    }

    /// The birth date it contains.
    #[must_use]
    pub const fn birth_date(&self) -> NaiveDate {
        self.birth_date
    }

    /// The gender it contains: the seventeenth digit is odd for men.
    #[must_use]
    pub fn gender(&self) -> Gender {
        let is_odd = self.text.as_bytes().get(16).is_some_and(|digit| digit % 2 == 1);
        if is_odd { Gender::Male } else { Gender::Female }
    }

    /// Whether it is the number of a residence permit for Hong Kong, Macao or Taiwan residents.
    #[must_use]
    pub fn is_residence_permit(&self) -> bool {
        self.text.starts_with('8')
    }

    /// The number itself.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.text
    }
}

/// The seventeen digits and the check character, when the shape is right.
fn split(text: &str) -> Option<(&[u8; 17], u8)> {
    let (body, rest) = text.as_bytes().split_first_chunk::<17>()?;
    let [check] = *rest else { return None };
    let fits = body.iter().all(u8::is_ascii_digit) && (check.is_ascii_digit() || check == b'X');
    fits.then_some((body, check))
}

/// Provinces of GB/T 2260, and 81 to 83 of the permits.
fn is_region(code: &str) -> bool {
    code.parse::<u8>().is_ok_and(|code| {
        matches!(code, 11..=15 | 21..=23 | 31..=37 | 41..=46 | 50..=54 | 61..=65 | 71 | 81..=83)
    })
}

/// ISO 7064 MOD 11-2 as GB 11643 writes it out: weights, and a table for the remainder.
fn check_of(body: &[u8; 17]) -> Option<u8> {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    const CHECKS: [u8; 11] = *b"10X98765432";
    let sum: u32 = body.iter().zip(WEIGHTS).map(|(d, weight)| u32::from(d - b'0') * weight).sum();
    CHECKS.get(usize::try_from(sum % 11).ok()?).copied()
}

impl fmt::Display for IdNumber {
    /// First and last character only: region and birth date in the middle identify a villager.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let head = self.text.get(..1).unwrap_or_default();
        let tail = self.text.get(17..).unwrap_or_default();
        write!(f, "{head}****************{tail}")
    }
}

impl fmt::Debug for IdNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "IdNumber({self})")
    }
}

impl<'de> Deserialize<'de> for IdNumber {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        wire::parsed(deserializer, "身份证件号码", Self::parse)
    }
}

impl PartialSchema for IdNumber {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(SchemaType::new(Type::String))
            .description(Some("居民身份证号码，或港澳台居民居住证号码"))
            .pattern(Some(PATTERN))
            .examples(["11010519491231002X"])
            .into()
    }
}

impl ToSchema for IdNumber {}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const GOOD: [&str; 3] = ["34052419800101001X", "11010519491231002X", "440524188001010014"];

    fn with_check(body: &str) -> String {
        let body: &[u8; 17] = body.as_bytes().try_into().unwrap();
        let check = char::from(check_of(body).unwrap());
        format!("{}{check}", std::str::from_utf8(body).unwrap())
    }

    #[test]
    fn reads_the_examples_of_the_standard() {
        let first = IdNumber::parse("34052419800101001X").unwrap();
        assert_eq!(first.birth_date(), NaiveDate::from_ymd_opt(1980, 1, 1).unwrap());
        assert_eq!(first.gender(), Gender::Male);
        let second = IdNumber::parse("11010519491231002x").unwrap();
        assert_eq!(second.reveal(), "11010519491231002X");
        assert_eq!(second.birth_date(), NaiveDate::from_ymd_opt(1949, 12, 31).unwrap());
        assert_eq!(second.gender(), Gender::Female);
        assert!(!second.is_residence_permit());
        let third = IdNumber::parse("440524188001010014").unwrap();
        assert_eq!(third.birth_date(), NaiveDate::from_ymd_opt(1880, 1, 1).unwrap());
        let too_old = with_check("44052417991231001");
        assert_eq!(IdNumber::parse(&too_old), Err(IdNumberError::NoSuchDate));
    }

    #[test]
    fn residence_permits_have_the_same_form() {
        for region in ["810000", "820000", "830000"] {
            let permit = IdNumber::parse(&with_check(&format!("{region}19900203001"))).unwrap();
            assert!(permit.is_residence_permit());
        }
    }

    #[test]
    fn says_what_is_wrong() {
        use IdNumberError as E;
        for (text, error) in [
            (String::new(), E::Malformed),
            ("3405241980010100X1".into(), E::Malformed),
            ("34052419800101001".into(), E::Malformed),
            ("34052419800101001X1".into(), E::Malformed),
            ("\u{FF13}4052419800101001X".into(), E::Malformed),
            (with_check("99052419800101001"), E::UnknownRegion),
            (with_check("34052419800230001"), E::NoSuchDate),
            (with_check("34052419810229001"), E::NoSuchDate),
            (with_check("34052419801301001"), E::NoSuchDate),
            ("340524198001010011".into(), E::WrongCheck),
        ] {
            assert_eq!(IdNumber::parse(&text), Err(error), "{text}");
        }
        assert!(IdNumber::parse(&with_check("34052420000229001")).is_ok());
    }

    #[test]
    fn every_mistyped_digit_and_every_swap_is_found() {
        for (good, at) in GOOD.iter().flat_map(|good| (0..17).map(move |at| (good, at))) {
            let substituted = (b'0'..=b'9').map(|to| {
                let mut typed = good.as_bytes().to_vec();
                typed[at] = to;
                typed
            });
            let mut swapped = good.as_bytes().to_vec();
            swapped.swap(at, at + 1);
            for typed in substituted.chain([swapped]) {
                let typed = String::from_utf8(typed).unwrap();
                assert_eq!(IdNumber::parse(&typed).is_ok(), typed == **good, "{typed}");
            }
        }
    }

    #[test]
    fn prints_masked_and_refuses_without_quoting() {
        let id = IdNumber::parse(GOOD[1]).unwrap();
        assert_eq!(id.to_string(), "1****************X");
        assert_eq!(format!("{id:?}"), "IdNumber(1****************X)");
        for body in ["110105194912310021", "\"110105194912310021\"", "[110105194912310021]"] {
            let error = serde_json::from_str::<IdNumber>(body).unwrap_err().to_string();
            assert!(!error.contains("19491231"), "{error}");
        }
        let id: IdNumber = serde_json::from_str("\"11010519491231002x\"").unwrap();
        assert_eq!(id.reveal(), GOOD[1]);
    }

    proptest! {
        #[test]
        fn never_panics(text in "[0-9Xx中]{0,20}") {
            let _ = IdNumber::parse(&text);
        }

        #[test]
        fn a_number_with_its_check_is_read(days in 0i64..73_000, order in 0u16..1000) {
            let day = NaiveDate::from_ymd_opt(1900, 1, 1).unwrap() + chrono::Days::new(days.unsigned_abs());
            let text = with_check(&format!("510123{}{order:03}", day.format("%Y%m%d")));
            let id = IdNumber::parse(&text).unwrap();
            prop_assert_eq!(id.birth_date(), day);
            prop_assert_eq!(id.gender() == Gender::Male, order % 2 == 1);
        }
    }
}
