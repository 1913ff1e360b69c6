//! Reading a parsed type from a request body without ever repeating what was sent.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserializer, Error, Visitor};

/// Deserializes a text through `parse`.
///
/// serde's own "invalid type: integer `13800138000`" would put personal data into the answer and
/// the log, so every kind of value is visited here and refused without being quoted.
pub(super) fn parsed<'de, D, T, E>(
    deserializer: D,
    expected: &'static str,
    parse: fn(&str) -> Result<T, E>,
) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    E: fmt::Display,
{
    deserializer.deserialize_any(TextVisitor { expected, parse, marker: PhantomData })
}

struct TextVisitor<T, E> {
    expected: &'static str,
    parse: fn(&str) -> Result<T, E>,
    marker: PhantomData<T>,
}

impl<T, E> TextVisitor<T, E> {
    fn not_text<A, X: Error>(&self) -> Result<A, X> {
        Err(X::custom(format_args!("应为文本：{}", self.expected)))
    }
}

impl<T, E: fmt::Display> Visitor<'_> for TextVisitor<T, E> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.expected)
    }

    fn visit_str<X: Error>(self, text: &str) -> Result<T, X> {
        (self.parse)(text).map_err(X::custom)
    }

    fn visit_bool<X: Error>(self, _: bool) -> Result<T, X> {
        self.not_text()
    }

    fn visit_i64<X: Error>(self, _: i64) -> Result<T, X> {
        self.not_text()
    }

    fn visit_i128<X: Error>(self, _: i128) -> Result<T, X> {
        self.not_text()
    }

    fn visit_u64<X: Error>(self, _: u64) -> Result<T, X> {
        self.not_text()
    }

    fn visit_u128<X: Error>(self, _: u128) -> Result<T, X> {
        self.not_text()
    }

    fn visit_f64<X: Error>(self, _: f64) -> Result<T, X> {
        self.not_text()
    }

    fn visit_bytes<X: Error>(self, _: &[u8]) -> Result<T, X> {
        self.not_text()
    }
}
