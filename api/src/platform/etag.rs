//! Validators of answers (RFC 9110, sections 8.8.3 and 13.1): which state of a resource a body
//! shows, and which body exactly.
//!
//! A tag is `"3-5f2c…"`: the row's version, then a digest of the body. One state of a row is shown
//! in many ways: `allowed_actions`, masked names and what is derived from the hour differ from
//! reader to reader and from day to day, and a strong validator may stand for one representation
//! alone. So:
//!
//! - 304 asks for the whole tag: who signs in, changes her role or lets midnight pass is never
//!   told that her view is the same when it is not.
//! - `If-Match` asks for the version alone, which is also good by itself (`"3"`): a change is lost
//!   or not by what the row was, whoever looked at it.
//!
//! Nothing has to say `Vary: Authorization`: what carries such a tag is answered `no-store`, so
//! that only clients keep it, never a cache between.

use actix_web::HttpRequest;
use actix_web::http::header::IF_NONE_MATCH;

use super::crypto::digest::sha256_hex;

/// The tag of a body that has no version of its own.
#[must_use]
pub fn of_content(body: &[u8]) -> String {
    format!("\"{}\"", digest(body))
}

/// The tag of a body that shows a row in this version.
#[must_use]
pub fn of_version(version: i32, body: &[u8]) -> String {
    format!("\"{version}-{}\"", digest(body))
}

/// 128 bits: enough that two bodies of one version never meet.
fn digest(body: &[u8]) -> String {
    let mut hex = sha256_hex(body);
    hex.truncate(32);
    hex
}

/// The version a client has read, as its `If-Match` says. A weak tag is none: `If-Match`
/// compares strongly.
pub(super) fn version_of(tag: &str) -> Option<i32> {
    let inner = tag.strip_prefix('"')?.strip_suffix('"')?;
    inner.split('-').next()?.parse().ok()
}

/// Whether the client has this answer already, as its `If-None-Match` says. That compares
/// weakly: a proxy that compresses makes a weak tag of ours.
#[must_use]
pub fn is_known(request: &HttpRequest, tag: &str) -> bool {
    let named = request.headers().get_all(IF_NONE_MATCH).filter_map(|value| value.to_str().ok());
    let mut tags = named.flat_map(|list| list.split(',')).map(str::trim);
    tags.any(|one| one == "*" || one.strip_prefix("W/").unwrap_or(one) == tag)
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn a_tag_is_of_one_version_and_one_body() {
        let tag = of_version(3, b"{}");
        assert_eq!(tag.len(), "\"3-\"".len() + 32);
        assert_ne!(tag, of_version(3, b"[]"));
        assert_ne!(tag, of_version(4, b"{}"));
        assert_eq!(tag.replace("3-", ""), of_content(b"{}"));
    }

    #[test]
    fn the_version_is_read_with_and_without_a_digest() {
        for (raw, version) in [("\"3\"", Some(3)), ("\"0\"", Some(0)), ("\"3-5f2c\"", Some(3))] {
            assert_eq!(version_of(raw), version, "{raw}");
        }
        assert_eq!(version_of(&of_version(17, b"x")), Some(17));
        for raw in ["3", "W/\"3\"", "\"\"", "\"x-3\"", "*", "\"3\", \"4\""] {
            assert_eq!(version_of(raw), None, "{raw}");
        }
    }

    #[test]
    fn any_of_the_tags_a_client_names_is_known() {
        let tag = of_version(3, b"{}");
        let asks = |value: &str| {
            let request = TestRequest::get().insert_header((IF_NONE_MATCH, value));
            is_known(&request.to_http_request(), &tag)
        };
        assert!(asks(&tag) && asks("*"));
        assert!(asks(&format!("W/{tag}")) && asks(&format!("\"9\", {tag}")));
        assert!(!asks("\"3\"") && !asks(&of_version(3, b"[]")) && !asks(""));
        assert!(!is_known(&TestRequest::get().to_http_request(), &tag));
    }
}
