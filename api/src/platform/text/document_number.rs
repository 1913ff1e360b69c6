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

/// A document number in its normal form: upper case, no spaces. Prints masked.
///
/// What it must look like beyond that depends on the kind of document.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct DocumentNumber(String);

impl DocumentNumber {
    /// Reads a number; spaces and small letters are as good as none and capitals.
    ///
    /// # Errors
    /// `Malformed`.
    pub fn parse(text: &str) -> Result<Self, DocumentNumberError> {
        let normal: String =
            text.chars().filter(|c| !c.is_whitespace()).flat_map(char::to_uppercase).collect();
        let length = normal.chars().count();
        let sound = (SHORTEST..=LONGEST).contains(&length)
            && normal.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '(' | ')' | '/'));
        if sound { Ok(Self(normal)) } else { Err(DocumentNumberError::Malformed) }
    }

    /// The number itself.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
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
    fn what_no_document_has_is_refused() {
        for wrong in ["", "123", &"1".repeat(31), "12\u{0}45", "12;45", "   "] {
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
