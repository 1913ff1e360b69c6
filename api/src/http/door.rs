//! The outermost layer: request id, one log line, one metric, and problem answers.

use std::time::Instant;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{Error, HttpMessage, HttpRequest, HttpResponse, ResponseError};

use super::limited::Limited;
use super::problem::{prefers_english, refusal_for_status, refusal_of, render, write};
use super::request::{RequestId, trace_id};
use crate::platform::core::Core;
use crate::platform::db;
use crate::platform::failure::{Failure, Refusal, code};

/// Longest a request may take; the mini-program itself gives up later.
const DEADLINE: std::time::Duration = std::time::Duration::from_secs(10);

/// What is known of a request before it is routed.
struct Seen {
    id: String,
    trace: Option<String>,
    method: &'static str,
    route: String,
    english: bool,
    started: Instant,
}

impl Seen {
    fn of(request: &ServiceRequest) -> Self {
        let http = request.request();
        let RequestId(id) = request_id(http);
        Self {
            id,
            trace: trace_id(http),
            method: method_label(request.method()),
            // The pattern, never the path: paths hold card numbers, and are without end.
            route: request.match_pattern().unwrap_or_else(|| "unmatched".into()),
            english: prefers_english(http),
            started: Instant::now(),
        }
    }
}

/// Watches one request from first byte to answer.
///
/// # Errors
/// Only when the deadline passed or a layer gave up without an answer; the error then
/// renders itself as a problem.
pub async fn watch(
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    // The request must not be cloned before it is routed: the router writes into it.
    let seen = Seen::of(&request);
    request.extensions_mut().insert(RequestId(seen.id.clone()));
    // Whatever can be read can be asked for its headers alone (RFC 9110 section 9.1); the
    // protocol layer remembers what was asked and sends no body.
    if *request.method() == Method::HEAD {
        request.head_mut().method = Method::GET;
    }
    let Ok(answered) = tokio::time::timeout(DEADLINE, next.call(request)).await else {
        tracing::error!(request_id = seen.id, route = seen.route, "a request passed its deadline");
        let late = Refusal::new(code::UNAVAILABLE).retry_after(1);
        return Err(unanswered(&seen, late));
    };
    let answered = answered.map_err(|error| unanswered(&seen, refusal_in(&error, &seen.id)))?;
    let mut response = problem_if_bare(answered.map_into_boxed_body(), &seen.id);
    let limited = response.request().extensions().get::<Limited>().copied();
    stamp(response.headers_mut(), &seen.id);
    if let Some(limited) = limited {
        limited.stamp(response.headers_mut());
    }
    report(&seen, response.status());
    Ok(response)
}

/// A refusal that has lost its request: it carries all that the answer needs.
#[derive(Debug)]
struct Unanswered {
    refusal: Refusal,
    english: bool,
    id: String,
}

fn unanswered(seen: &Seen, refusal: Refusal) -> Error {
    let answer = Unanswered { refusal, english: seen.english, id: seen.id.clone() };
    report(seen, answer.status_code());
    answer.into()
}

impl std::fmt::Display for Unanswered {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.refusal.code.name)
    }
}

impl ResponseError for Unanswered {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.refusal.code.status).unwrap_or(StatusCode::SERVICE_UNAVAILABLE)
    }

    fn error_response(&self) -> HttpResponse {
        let mut answer = write(self.refusal.clone(), self.english, &self.id);
        stamp(answer.headers_mut(), &self.id);
        answer
    }
}

/// The methods there are; whatever else a client makes up is one label, not one each.
fn method_label(method: &Method) -> &'static str {
    const KNOWN: [&str; 7] = ["GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH"];
    KNOWN.into_iter().find(|known| *known == method.as_str()).unwrap_or("other")
}

fn request_id(http: &HttpRequest) -> RequestId {
    let core = http.app_data::<Data<Core>>();
    core.map_or_else(|| RequestId(String::new()), |c| RequestId::of(http, &c.ids, c.clock.now()))
}

fn refuse(http: &HttpRequest, refusal: Refusal, id: &str) -> ServiceResponse<BoxBody> {
    ServiceResponse::new(http.clone(), render(refusal, http, id))
}

/// What the client may know of an error; a fault goes to the log on the way.
fn refusal_in(error: &Error, id: &str) -> Refusal {
    let Some(failure) = error.as_error::<Failure>() else {
        return refusal_for_status(error.as_response_error().status_code());
    };
    log_fault(failure, id);
    refusal_of(failure)
}

/// A handler's failure, or an answer of the framework itself, becomes a problem.
fn problem_if_bare(response: ServiceResponse<BoxBody>, id: &str) -> ServiceResponse<BoxBody> {
    let status = response.status();
    if status.is_success() || status.is_redirection() || status.is_informational() {
        return response;
    }
    let http = response.request().clone();
    let is_of = |kind: &[u8]| {
        let ours = response.headers().get(header::CONTENT_TYPE);
        ours.is_some_and(|own| own.as_bytes().starts_with(kind))
    };
    // Pages for people say in their own words what is wrong.
    let is_page = is_of(b"text/html");
    if let Some(error) = response.response().error() {
        let refusal = refusal_in(error, id);
        return if is_page { response } else { refuse(&http, refusal, id) };
    }
    if is_page || is_of(b"application/problem+json") {
        return response;
    }
    let allow = response.headers().get(header::ALLOW).cloned();
    let mut answer = refuse(&http, refusal_for_status(status), id);
    if let Some(allow) = allow {
        answer.headers_mut().insert(header::ALLOW, allow);
    }
    answer
}

/// A fault is logged once, here, with its cause; the answer never shows it.
fn log_fault(failure: &Failure, id: &str) {
    match failure {
        Failure::Refused(_) => {}
        Failure::Database(error) => {
            let error = db::describe(error);
            tracing::error!(request_id = id, error, "the database failed a request");
        }
        Failure::Internal(cause) => {
            tracing::error!(request_id = id, cause, "a request failed by a fault of ours");
        }
    }
}

fn stamp(headers: &mut HeaderMap, id: &str) {
    if let Ok(value) = HeaderValue::from_str(id) {
        headers.insert(HeaderName::from_static("x-request-id"), value);
    }
    let nosniff = HeaderValue::from_static("nosniff");
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, nosniff);
    if !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
}

fn report(seen: &Seen, status: StatusCode) {
    let Seen { id, trace, method, route, english: _, started } = seen;
    let seconds = started.elapsed().as_secs_f64();
    let labels = [
        ("method", (*method).to_owned()),
        ("route", route.clone()),
        ("status", status.as_str().to_owned()),
    ];
    metrics::histogram!("http_request_duration_seconds", &labels).record(seconds);
    if status == StatusCode::INTERNAL_SERVER_ERROR {
        metrics::counter!("http_faults_total").increment(1);
    }
    let (status, trace_id) = (status.as_u16(), trace.as_deref());
    tracing::info!(request_id = id, trace_id, method, route, status, seconds, "answered");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_made_up_method_is_no_label_of_its_own() {
        assert_eq!(method_label(&Method::PATCH), "PATCH");
        let made_up = Method::from_bytes(b"X91F").unwrap();
        assert_eq!(method_label(&made_up), "other");
    }

    #[test]
    fn an_answer_without_a_request_has_its_id_and_says_when_to_try_again() {
        let refusal = Refusal::new(code::UNAVAILABLE).retry_after(1);
        let late = Unanswered { refusal, english: true, id: "0123456789abcdef".into() };

        let answer = late.error_response();

        assert_eq!(answer.status(), 503);
        assert_eq!(answer.headers().get("x-request-id").unwrap(), "0123456789abcdef");
        assert_eq!(answer.headers().get("retry-after").unwrap(), "1");
        assert_eq!(answer.headers().get("cache-control").unwrap(), "no-store");
    }
}
