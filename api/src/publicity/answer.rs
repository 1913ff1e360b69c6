//! How everything public is answered: with a validator of its content, and kept by caches for
//! so short a time that a withdrawn consent is gone within a minute.

use actix_web::http::header::{self, HeaderValue};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};
use serde::Serialize;

use crate::platform::command::Answer;
use crate::platform::crypto::digest::sha256_hex;
use crate::platform::failure::Failure;

/// Two caches in a row, a browser's and a proxy's, still make less than a minute.
const KEPT: &str = "public, max-age=25, must-revalidate";

/// A view as JSON.
///
/// # Errors
/// When it cannot be written.
pub(super) fn json(request: &HttpRequest, view: &impl Serialize) -> Answer {
    let body = serde_json::to_string(view).map_err(Failure::internal)?;
    Ok(send(request, body, |answer| {
        answer.content_type("application/json");
    }))
}

/// A page that needs no script and nothing from elsewhere; `policy` says so to the browser.
pub(super) fn page(request: &HttpRequest, body: String, policy: &str) -> HttpResponse {
    send(request, body, |answer| {
        answer
            .content_type("text/html; charset=utf-8")
            .insert_header((header::CONTENT_SECURITY_POLICY, policy))
            .insert_header((header::REFERRER_POLICY, "no-referrer"));
    })
}

fn send(
    request: &HttpRequest,
    body: String,
    dress: impl FnOnce(&mut HttpResponseBuilder),
) -> HttpResponse {
    let hash = sha256_hex(body.as_bytes());
    let tag = format!("\"{}\"", hash.get(..32).unwrap_or(&hash));
    let known = request.headers().get(header::IF_NONE_MATCH).map(HeaderValue::as_bytes);
    let is_known = known == Some(tag.as_bytes());
    let mut answer = if is_known { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    answer.insert_header((header::CACHE_CONTROL, KEPT)).insert_header((header::ETAG, tag));
    if is_known {
        return answer.finish();
    }
    dress(&mut answer);
    answer.body(body)
}
