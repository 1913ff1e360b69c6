//! Reads the body of a request: all of it, or a refusal as soon as it is too long.

use actix_web::http::StatusCode;
use actix_web::http::header;
use actix_web::web::{self, Bytes};
use actix_web::{FromRequest, HttpMessage, HttpRequest, dev::Payload};
use futures_util::future::LocalBoxFuture;

use super::failure::{Failure, Refusal, code};
use super::operation::Operation;

/// Largest body of an ordinary write, in bytes.
pub const BODY_LIMIT: usize = 64 * 1024;

/// The body as sent. What declares more than the operation takes is refused before a byte of
/// it is read: a villager's slow line would otherwise carry megabytes for nothing, and the
/// request's deadline come before the answer.
///
/// # Errors
/// `body_too_large` naming the limit, `malformed_request` when it breaks off.
pub(super) fn read(
    request: &HttpRequest,
    payload: &mut Payload,
) -> LocalBoxFuture<'static, Result<Bytes, Failure>> {
    let large = request.extensions().get::<Operation>().and_then(Operation::body_limit);
    let limit = large.unwrap_or(BODY_LIMIT);
    if declared(request).is_some_and(|length| exceeds(length, limit)) {
        return Box::pin(std::future::ready(Err(too_large(limit))));
    }
    if large.is_none() {
        let bytes = Bytes::from_request(request, payload);
        return Box::pin(async move {
            bytes.await.map_err(|error| match error.error_response().status() {
                StatusCode::PAYLOAD_TOO_LARGE => too_large(limit),
                _ => code::MALFORMED.into(),
            })
        });
    }
    let stream = web::Payload::from_request(request, payload);
    Box::pin(async move {
        let stream = stream.await.map_err(|_| code::MALFORMED)?;
        let bytes = stream.to_bytes_limited(limit).await.map_err(|_| too_large(limit))?;
        bytes.map_err(|_| code::MALFORMED.into())
    })
}

/// How long the client says its body is.
fn declared(request: &HttpRequest) -> Option<u64> {
    request.headers().get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

fn exceeds(length: u64, limit: usize) -> bool {
    usize::try_from(length).map_or(true, |length| length > limit)
}

/// The refusal of a body that is longer than `limit` bytes.
fn too_large(limit: usize) -> Failure {
    let refusal = Refusal::new(code::TOO_LARGE);
    refusal.detail(format!("最多{}", in_words(limit))).with("limit_bytes", limit).into()
}

fn in_words(bytes: usize) -> String {
    const KIB: usize = 1024;
    const MIB: usize = 1024 * KIB;
    match bytes {
        bytes if bytes >= MIB && bytes % MIB == 0 => format!("{} MiB", bytes / MIB),
        bytes if bytes % KIB == 0 => format!("{} KiB", bytes / KIB),
        bytes => format!("{bytes} 字节"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limit_is_named_as_people_say_it() {
        assert_eq!(in_words(BODY_LIMIT), "64 KiB");
        assert_eq!(in_words(7 * 1024 * 1024), "7 MiB");
        assert_eq!(in_words(1000), "1000 字节");
        let refused = too_large(BODY_LIMIT);
        let refusal = refused.refusal().unwrap();
        assert_eq!((refusal.code.status, &refusal.extra["limit_bytes"]), (413, &65_536.into()));
        assert_eq!(refusal.detail.as_deref(), Some("最多64 KiB"));
    }

    #[test]
    fn a_length_beyond_all_numbers_is_too_long() {
        assert!(exceeds(u64::MAX, BODY_LIMIT) && exceeds(65_537, BODY_LIMIT));
        assert!(!exceeds(65_536, BODY_LIMIT));
    }
}
