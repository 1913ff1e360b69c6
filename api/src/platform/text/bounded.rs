//! Texts with a length: parsed once, trimmed, free of control characters.

/// Declares text types for request bodies. The bounds are written once and serve
/// the parser, the error message and the published schema.
#[macro_export]
macro_rules! bounded_text {
    ($($(#[doc = $doc:literal])+ $name:ident($min:literal..=$max:literal) = $example:literal;)+) => {$(
        $(#[doc = $doc])+
        #[derive(Clone, Debug, PartialEq, Eq, Hash, serde::Serialize)]
        pub struct $name(String);

        impl $name {
            /// Reads a text: trimmed, counted in characters, no control characters.
            ///
            /// # Errors
            /// What is wrong with it, in Chinese.
            pub fn parse(raw: &str) -> Result<Self, String> {
                $crate::platform::text::bounded::check(raw, $min, $max).map(Self)
            }

            /// The text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                let raw = <std::borrow::Cow<'de, str>>::deserialize(from)?;
                Self::parse(&raw).map_err(serde::de::Error::custom)
            }
        }

        impl From<$name> for String {
            fn from(text: $name) -> Self {
                text.0
            }
        }

        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
                utoipa::openapi::ObjectBuilder::new()
                    .schema_type(utoipa::openapi::schema::Type::String)
                    .description(Some(concat!($($doc),+).trim()))
                    .min_length(Some($min))
                    .max_length(Some($max))
                    .examples([serde_json::json!($example)])
                    .into()
            }
        }

        impl utoipa::ToSchema for $name {}
    )+};
}

bounded_text! {
    /// A person's name.
    PersonName(1..=30) = "张秀兰";
    /// A title or a short label.
    Title(1..=60) = "清扫村道,美化家园";
    /// A line of text: a place, a reason, a witness.
    Line(1..=200) = "李家村文化广场";
    /// A paragraph.
    Paragraph(1..=2000) = "集中清扫主干道两侧垃圾,请自带手套。";
}

/// Trims and checks a text.
///
/// # Errors
/// What is wrong with it, in Chinese.
pub fn check(raw: &str, min: usize, max: usize) -> Result<String, String> {
    let text = raw.trim();
    if text.chars().any(|c| c.is_control() && c != '\n') {
        return Err("不能含有控制字符".into());
    }
    let length = text.chars().count();
    if length < min {
        return Err(format!("不能少于{min}个字"));
    }
    if length > max {
        return Err(format!("不能超过{max}个字"));
    }
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn length_is_counted_in_characters_after_trimming() {
        assert_eq!(check(" 李 ", 1, 1), Ok("李".into()));
        assert!(check("  ", 1, 5).is_err());
        assert!(check("李李", 1, 1).is_err());
        assert!(check("a\u{0}b", 1, 5).is_err(), "PostgreSQL cannot store NUL");
    }
}
