//! Strict reading of JSON bodies: every mistake is named, none is guessed away.

use serde::de::DeserializeOwned;
use serde_json::error::Category;
use serde_path_to_error::{Path, Segment};

use super::failure::{Code, Failure, FieldError, Refusal, code};

/// Reads a body. Unknown members are refused if `T` denies them (all request
/// bodies do), duplicate members and trailing text always.
///
/// # Errors
/// `malformed_json` for broken syntax; `unknown_field`, `missing_field` or
/// `invalid_value` with a JSON pointer otherwise.
pub fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Failure> {
    if bytes.trim_ascii_start().first() == Some(&b'[') {
        return Err(not_an_object(bytes));
    }
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let pointer = pointer(error.path());
        refuse(error.inner(), &pointer)
    })?;
    reader.end().map_err(|error| refuse(&error, ""))?;
    Ok(value)
}

/// serde takes a list for an object with its members in order; no client means that.
fn not_an_object(bytes: &[u8]) -> Failure {
    let read = serde_json::from_slice::<serde::de::IgnoredAny>(bytes);
    match read.err().filter(|error| error.is_eof() || error.is_syntax()) {
        Some(error) => refuse(&error, ""),
        None => Failure::field("", "应为一个对象"),
    }
}

fn refuse(error: &serde_json::Error, at: &str) -> Failure {
    let text = error.to_string();
    let message = text.split(" at line ").next().unwrap_or_default();
    let code = match error.classify() {
        Category::Io | Category::Syntax | Category::Eof => code::MALFORMED_JSON,
        Category::Data => data_code(message),
    };
    let mut refusal = Refusal::new(code);
    let pointer =
        match (code == code::UNKNOWN_FIELD || code == code::MISSING_FIELD, quoted(message)) {
            // serde names the object; the member's own name is in the message
            (true, Some(member)) if !at.ends_with(&format!("/{member}")) => {
                format!("{at}/{member}")
            }
            _ => at.to_owned(),
        };
    refusal.errors.push(FieldError { pointer, message: in_chinese(code, message) });
    refusal.into()
}

pub(super) fn data_code(message: &str) -> Code {
    if message.starts_with("unknown field") {
        code::UNKNOWN_FIELD
    } else if message.starts_with("missing field") {
        code::MISSING_FIELD
    } else if message.starts_with("duplicate field") {
        code::MALFORMED_JSON
    } else {
        code::INVALID_VALUE
    }
}

pub(super) fn quoted(message: &str) -> Option<&str> {
    message.split('`').nth(1)
}

/// What is wrong, never with what was sent: an id number put into the wrong field must
/// not come back or reach a log. Of serde's own sentences only the part that says what was
/// expected is kept, in Chinese; ours are Chinese and quote nothing.
pub(super) fn in_chinese(code: Code, message: &str) -> String {
    let expected =
        message.rsplit_once(", expected ").and_then(|(_, what)| expected_in_chinese(what));
    let said = |what: &str| match &expected {
        Some(expected) => format!("{what}，应为{expected}"),
        None => what.into(),
    };
    match (code, message) {
        (code::UNKNOWN_FIELD, _) => "没有这个字段".into(),
        (code::MISSING_FIELD, _) => "必填".into(),
        (_, text) if text.starts_with("invalid type") => said("类型不对"),
        (_, text) if text.starts_with("unknown variant") => said("不是允许的取值"),
        (_, text) if text.is_ascii() => "格式不对".into(),
        (_, text) if text.starts_with(|c: char| c.is_ascii()) => "取值不对".into(),
        (_, text) => text.into(),
    }
}

/// The words of serde, chrono and uuid for what they expected; of ours nothing is to be said.
fn expected_in_chinese(what: &str) -> Option<String> {
    let is_whole = what.strip_prefix(['i', 'u']).is_some_and(|bits| {
        bits == "size" || (!bits.is_empty() && bits.bytes().all(|byte| byte.is_ascii_digit()))
    });
    let known = match what {
        "a string" | "a borrowed string" | "a character" => "文本",
        "a boolean" => "true 或 false",
        "a sequence" => "列表",
        "a map" => "对象",
        "f32" | "f64" => "数字",
        "a formatted date string" => "YYYY-MM-DD 的日期",
        "an RFC 3339 formatted date and time string" => "RFC 3339 的时间",
        "a formatted UUID string" => "编号（UUID）",
        _ if is_whole => "整数",
        _ if what.starts_with("struct ") => "对象",
        _ if what.contains('`') => {
            let values: Vec<_> = what.split('`').skip(1).step_by(2).collect();
            return Some(values.join("、"));
        }
        _ if !what.is_ascii() => what,
        _ => return None,
    };
    Some(known.to_owned())
}

/// Writes serde's path as a JSON pointer.
fn pointer(path: &Path) -> String {
    let mut pointer = String::new();
    for segment in path {
        let part = match segment {
            Segment::Seq { index } => index.to_string(),
            Segment::Map { key } => key.replace('~', "~0").replace('/', "~1"),
            Segment::Enum { variant } => variant.clone(),
            Segment::Unknown => continue,
        };
        pointer.push('/');
        pointer.push_str(&part);
    }
    pointer
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Outer {
        #[expect(dead_code, reason = "only parsed")]
        items: Vec<Inner>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Inner {
        #[expect(dead_code, reason = "only parsed")]
        points: u32,
    }

    fn refused(body: &str) -> (&'static str, String) {
        let failure = parse::<Outer>(body.as_bytes()).expect_err("must be refused");
        let refusal = failure.refusal().expect("a refusal");
        (refusal.code.name, refusal.errors[0].pointer.clone())
    }

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Colour {
        Red,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Wrong {
        #[expect(dead_code, reason = "only parsed")]
        colour: Option<Colour>,
        #[expect(dead_code, reason = "only parsed")]
        count: Option<u8>,
        #[expect(dead_code, reason = "only parsed")]
        id: Option<uuid::Uuid>,
        #[expect(dead_code, reason = "only parsed")]
        day: Option<chrono::NaiveDate>,
    }

    #[test]
    fn what_was_sent_is_never_repeated() {
        let markers =
            [r#""110105, expected 194912310025""#, r#""张秀兰""#, "194912310025", "[194912]"];
        for member in ["colour", "count", "id", "day"] {
            for marker in markers {
                let body = format!("{{\"{member}\":{marker}}}");
                let failure = parse::<Wrong>(body.as_bytes()).expect_err("must be refused");
                let said = &failure.refusal().expect("a refusal").errors[0].message;
                assert!(!said.contains("1949") && !said.contains('张'), "{body}: {said}");
            }
        }
    }

    #[test]
    fn what_was_expected_is_said_in_chinese() {
        let said = |body: &str| {
            let failure = parse::<Wrong>(body.as_bytes()).expect_err("must be refused");
            failure.refusal().expect("a refusal").errors[0].message.clone()
        };
        assert_eq!(said(r#"{"count":"x"}"#), "类型不对，应为整数");
        assert_eq!(said(r#"{"id":7}"#), "类型不对，应为编号（UUID）");
        assert_eq!(said(r#"{"day":7}"#), "类型不对，应为YYYY-MM-DD 的日期");
        assert_eq!(said(r#"{"colour":"blue"}"#), "不是允许的取值，应为red");
        let said = |text| in_chinese(code::INVALID_VALUE, text);
        assert_eq!(said("invalid type: null, expected a string"), "类型不对，应为文本");
        assert_eq!(said("invalid type: map, expected a sequence"), "类型不对，应为列表");
        assert_eq!(said("invalid type: map, expected a fine thing"), "类型不对");
        let choice = "unknown variant `x`, expected one of `paper`, `staff`";
        assert_eq!(said(choice), "不是允许的取值，应为paper、staff");
    }

    #[test]
    fn every_mistake_names_its_place() {
        assert_eq!(
            refused(r#"{"items":[{"points":-1}]}"#),
            ("invalid_value", "/items/0/points".into())
        );
        assert_eq!(
            refused(r#"{"items":[{"pionts":1}]}"#),
            ("unknown_field", "/items/0/pionts".into())
        );
        assert_eq!(refused(r#"{"items":[{}]}"#), ("missing_field", "/items/0/points".into()));
        assert_eq!(refused(r#"{"items":[],"x":1}"#), ("unknown_field", "/x".into()));
        assert_eq!(refused(r#"{"items":[],"items":[]}"#).0, "malformed_json");
        assert_eq!(refused(r#"{"items":[]} x"#).0, "malformed_json");
        assert_eq!(refused("{\"items\":[\"\u{0}\"").0, "malformed_json");
        assert_eq!(
            parse::<Outer>(b"{\"items\":[], \"\xff\":1}").unwrap_err().refusal().unwrap().code.name,
            "malformed_json"
        );
        let deep = "[".repeat(10_000);
        assert_eq!(refused(&deep).0, "malformed_json");
        assert_eq!(refused(&format!("{{\"items\":{deep}")).0, "invalid_value");
        assert_eq!(refused("[]").0, "invalid_value");
    }
}
