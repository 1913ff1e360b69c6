//! Numbers of identity documents of any kind, as people copy them from the document.

use std::fmt;

use serde::{Deserialize, Deserializer};
use thiserror::Error;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, SchemaType, Type};
use utoipa::{PartialSchema, ToSchema};

use super::wire;

const SHORTEST: usize = 4;
const LONGEST: usize = 30;

/// Why a text is no document number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum DocumentNumberError {
    /// Too short, too long, or with characters no document has.
    #[error("证件号码应为 4 到 30 位字母、数字或连字符")]
    Malformed,
}

/// A document number in its normal form: upper case, half width, no spaces. Prints masked.
///
/// What it must look like beyond that depends on the kind of document.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct DocumentNumber(String);

impl DocumentNumber {
    /// Reads a number; spaces, small letters and full-width forms are as good as none,
    /// capitals and half-width ones. Letters that only look like others are refused.
    ///
    /// # Errors
    /// `Malformed`.
    pub fn parse(text: &str) -> Result<Self, DocumentNumberError> {
        let normal: String =
            text.chars().filter(|c| !c.is_whitespace()).map(narrow).collect::<String>();
        let normal = normal.to_ascii_uppercase();
        let sound = normal.chars().count() <= LONGEST
            && bare(&normal).count() >= SHORTEST
            && normal.chars().all(|c| is_written(c) || matches!(c, '-' | '(' | ')' | '/'));
        if sound { Ok(Self(normal)) } else { Err(DocumentNumberError::Malformed) }
    }

    /// The number itself.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// The form by which equal documents are equal however they are spelt: letters and
    /// digits alone.
    #[must_use]
    pub fn canonical(&self) -> String {
        bare(&self.0).collect()
    }
}

/// What counts of a number: hyphens, brackets and strokes are only its spelling.
fn bare(text: &str) -> impl Iterator<Item = char> + '_ {
    text.chars().filter(|c| is_written(*c))
}

/// Latin letters, digits and Chinese characters, as documents have them (军0001).
const fn is_written(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '\u{4E00}'..='\u{9FFF}')
}

/// The half-width form of a full-width character, and one hyphen for all dashes.
fn narrow(c: char) -> char {
    match c {
        '\u{FF01}'..='\u{FF5E}' => {
            u32::from(c).checked_sub(0xFEE0).and_then(char::from_u32).unwrap_or(c)
        }
        '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
        other => other,
    }
}

impl fmt::Display for DocumentNumber {
    /// First and last character only, whatever lies between.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let last = self.0.chars().count().saturating_sub(1);
        for (at, c) in self.0.chars().enumerate() {
            fmt::Write::write_char(f, if at == 0 || at == last { c } else { '*' })?;
        }
        Ok(())
    }
}

impl fmt::Debug for DocumentNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DocumentNumber({self})")
    }
}

impl<'de> Deserialize<'de> for DocumentNumber {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        wire::parsed(deserializer, "证件号码", Self::parse)
    }
}

impl PartialSchema for DocumentNumber {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(SchemaType::new(Type::String))
            .description(Some("证件号码"))
            .min_length(Some(SHORTEST))
            .max_length(Some(LONGEST))
            .examples(["11010519491231002X"])
            .into()
    }
}

impl ToSchema for DocumentNumber {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_numbers_are_equal_texts() {
        let typed = DocumentNumber::parse(" 1101 0519 4912 3100 2x ").unwrap();
        assert_eq!(typed.reveal(), "11010519491231002X");
        assert_eq!(DocumentNumber::parse("e1234567").unwrap().reveal(), "E1234567");
    }

    #[test]
    fn every_spelling_of_a_number_is_the_same_document() {
        let canonical = |text: &str| DocumentNumber::parse(text).unwrap().canonical();
        for spelt in ["A123456(7)", "a1234567", "Ａ１２３４５６（７）", "A-123/456 7", "A1234567"]
        {
            assert_eq!(canonical(spelt), "A1234567", "{spelt}");
        }
        assert_eq!(canonical("军字第-0001"), "军字第0001");
        assert_eq!(DocumentNumber::parse("A123456(7)").unwrap().reveal(), "A123456(7)");
    }

    #[test]
    fn what_no_document_has_is_refused() {
        let wrongs = [
            "",
            "123",
            &"1".repeat(31),
            "12\u{0}45",
            "12;45",
            "   ",
            "----",
            "1-2-3",
            "А1234567",
            "١٢٣٤",
        ];
        for wrong in wrongs {
            assert_eq!(DocumentNumber::parse(wrong), Err(DocumentNumberError::Malformed));
        }
    }

    #[test]
    fn prints_masked_and_refuses_without_quoting() {
        let number = DocumentNumber::parse("E12345678").unwrap();
        assert_eq!(number.to_string(), "E*******8");
        assert_eq!(format!("{number:?}"), "DocumentNumber(E*******8)");
        for body in ["110105194912310021", "\"1;0105194912310021\"", "[110105194912310021]"] {
            let error = serde_json::from_str::<DocumentNumber>(body).unwrap_err().to_string();
            assert!(!error.contains("19491231"), "{error}");
        }
    }
}
