//! Texts with a length: parsed once, trimmed, free of control and of invisible characters. A text
//! is a single line unless it is declared with `lines`; one that everybody will read is declared
//! with `public` and holds no number of a person.

/// Declares text types for request bodies. The bounds are written once and serve
/// the parser, the error message and the published schema.
#[macro_export]
macro_rules! bounded_text {
    ($($(#[doc = $doc:literal])+
        $name:ident($min:literal..=$max:literal $(, $mark:ident)*) = $example:literal;)+) => {$(
        $(#[doc = $doc])+
        #[derive(Clone, Debug, PartialEq, Eq, Hash, serde::Serialize)]
        pub struct $name(String);

        impl $name {
            /// Reads a text: trimmed, counted in characters, nothing in it that cannot be seen.
            ///
            /// # Errors
            /// What is wrong with it, in Chinese.
            pub fn parse(raw: &str) -> Result<Self, String> {
                let marks: &[&str] = &[$(stringify!($mark)),*];
                let may_break = marks.contains(&"lines");
                let text = $crate::platform::text::bounded::check(raw, ($min, $max), may_break)?;
                if marks.contains(&"public") {
                    $crate::platform::text::bounded::check_public(&text)?;
                }
                Ok(Self(text))
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
    Title(1..=60) = "清扫村道，美化家园";
    /// A line of text: a place, a reason, a witness.
    Line(1..=200) = "李家村文化广场";
    /// A paragraph.
    Paragraph(1..=2000, lines) = "集中清扫主干道两侧垃圾，请自带手套。";
}

/// Trims and checks a text.
///
/// # Errors
/// What is wrong with it, in Chinese.
pub fn check(raw: &str, (min, max): (usize, usize), may_break: bool) -> Result<String, String> {
    let text = raw.trim();
    if !may_break && text.contains(['\n', '\r', '\u{85}', '\u{2028}', '\u{2029}']) {
        return Err("只能写一行，不能换行".into());
    }
    if text.chars().any(|c| c.is_control() && c != '\n') {
        return Err("不能含有控制字符".into());
    }
    // A family of emoji in a paragraph is tied with joiners; in a name they only deceive.
    if text.chars().any(|c| is_invisible(c) && !(may_break && c == '\u{200d}')) {
        return Err("不能含有看不见的字符或改变书写方向的字符".into());
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

/// Checks a text that everybody will read: numbers that look like an identity document's or a
/// mobile phone's are refused, also written in groups or in full-width digits.
///
/// # Errors
/// What it must not hold, in Chinese.
pub fn check_public(text: &str) -> Result<(), String> {
    let mut run = String::new();
    for c in text.chars().chain(['\n']) {
        match c {
            '0'..='9' => run.push(c),
            '０'..='９' => run.extend(char::from_digit(u32::from(c) - u32::from('０'), 10)),
            'x' | 'X' if run.len() == 17 => run.push('X'),
            ' ' | '-' | '\u{3000}' => {}
            _ => {
                let is_phone = run.len() == 11 && run.starts_with('1');
                if is_phone || matches!(run.len(), 15 | 18) {
                    return Err("会向公众公开，不能含有身份证件号码或手机号码".into());
                }
                run.clear();
            }
        }
    }
    Ok(())
}

/// What must not be in a text that goes to paper or into a book: control characters and
/// those of no width or that turn the direction.
#[must_use]
pub fn is_unseen(c: char) -> bool {
    c.is_control() || is_invisible(c)
}

/// Characters nobody sees: of no width, or turning the direction of what follows. In a name they
/// make two people look the same, or a sheet of paper say something else than the database.
#[must_use]
const fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{ad}'
            | '\u{61c}'
            | '\u{180e}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{feff}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_everybody_reads_holds_no_number_of_a_person() {
        let wrong = [
            "身份证510199198003030021电话",
            "身份证 5101 9919 8003 0300 2X",
            "电话13800138000",
            "电话：138-0013-8000。",
            "电话１３８００１３８０００",
        ];
        for text in wrong {
            assert!(check_public(text).is_err(), "{text}");
        }
        for text in [
            "青文〔2026〕12号",
            "第12行数量写错，应为3瓶",
            "2026年10月11日至12月31日",
            "收据DH-7K3Q-X0Z1-M94",
        ] {
            assert_eq!(check_public(text), Ok(()), "{text}");
        }
    }

    #[test]
    fn length_is_counted_in_characters_after_trimming() {
        assert_eq!(check(" 李 ", (1, 1), false), Ok("李".into()));
        assert!(check("  ", (1, 5), false).is_err());
        assert!(check("李李", (1, 1), false).is_err());
        assert!(check("a\u{0}b", (1, 5), true).is_err(), "PostgreSQL cannot store NUL");
    }

    #[test]
    fn a_line_is_one_line_and_hides_nothing() {
        for c in ['\n', '\r', '\t', '\u{85}', '\u{2028}', '\u{2029}'] {
            assert!(check(&format!("李{c}秀英"), (1, 9), false).is_err(), "{c:?}");
        }
        let unseen = ('\u{200b}'..='\u{200f}').chain('\u{202a}'..='\u{202e}');
        for c in unseen.chain('\u{2060}'..='\u{2069}').chain(['\u{feff}', '\u{ad}']) {
            assert!(check(&format!("李{c}秀英"), (1, 9), false).is_err(), "{c:?}");
        }
        assert_eq!(check("卡米拉·艾山", (1, 9), false), Ok("卡米拉·艾山".into()));
        assert_eq!(check("一\n二", (1, 9), true), Ok("一\n二".into()));
        assert!(check("一\u{202e}二", (1, 9), true).is_err(), "turned in a paragraph as well");
        assert_eq!(check("👩\u{200d}👧", (1, 9), true), Ok("👩\u{200d}👧".into()));
    }
}
