//! The outermost layer: request id, one log line, one metric, and problem answers.

use std::time::Instant;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{Error, HttpMessage, HttpRequest};

use super::problem::{refusal_for_status, refusal_of, render};
use super::request::RequestId;
use crate::platform::core::Core;
use crate::platform::failure::{Failure, Refusal, code};

/// Longest a request may take; the mini-program itself gives up later.
const DEADLINE: std::time::Duration = std::time::Duration::from_secs(10);

/// Watches one request from first byte to answer.
///
/// # Errors
/// Only when the deadline passed or a layer gave up without an answer; the error then
/// renders itself as a problem.
pub async fn watch(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let started = Instant::now();
    // The request must not be cloned before it is routed: the router writes into it.
    let id = request_id(request.request());
    request.extensions_mut().insert(id.clone());
    let RequestId(id) = id;
    let Ok(answered) = tokio::time::timeout(DEADLINE, next.call(request)).await else {
        tracing::error!(request_id = id, "a request passed its deadline");
        return Err(Failure::from(Refusal::new(code::UNAVAILABLE).retry_after(1)).into());
    };
    let mut response = problem_if_bare(answered?.map_into_boxed_body(), &id);
    stamp(&mut response, &id);
    report(&response, &id, started);
    Ok(response)
}

fn request_id(http: &HttpRequest) -> RequestId {
    let core = http.app_data::<Data<Core>>();
    core.map_or_else(|| RequestId(String::new()), |c| RequestId::of(http, &c.ids, c.clock.now()))
}

fn refuse(http: &HttpRequest, refusal: Refusal, id: &str) -> ServiceResponse<BoxBody> {
    ServiceResponse::new(http.clone(), render(refusal, http, id))
}

fn from_error(http: &HttpRequest, error: &Error, id: &str) -> ServiceResponse<BoxBody> {
    let refusal = match error.as_error::<Failure>() {
        Some(failure) => {
            log_fault(failure, id);
            refusal_of(failure)
        }
        None => refusal_for_status(error.as_response_error().status_code()),
    };
    refuse(http, refusal, id)
}

/// A handler's failure, or an answer of the framework itself, becomes a problem.
fn problem_if_bare(response: ServiceResponse<BoxBody>, id: &str) -> ServiceResponse<BoxBody> {
    let status = response.status();
    if status.is_success() || status.is_redirection() || status.is_informational() {
        return response;
    }
    let http = response.request().clone();
    if let Some(error) = response.response().error() {
        return from_error(&http, error, id);
    }
    let ours = response.headers().get(header::CONTENT_TYPE);
    // Pages for people say in their own words what is wrong.
    let finished = [&b"application/problem+json"[..], b"text/html"];
    if ours.is_some_and(|kind| finished.iter().any(|own| kind.as_bytes().starts_with(own))) {
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
            tracing::error!(request_id = id, error = %error, "the database failed a request");
        }
        Failure::Internal(cause) => {
            tracing::error!(request_id = id, cause, "a request failed by a fault of ours");
        }
    }
}

fn stamp(response: &mut ServiceResponse<BoxBody>, id: &str) {
    let headers = response.headers_mut();
    if let Ok(value) = HeaderValue::from_str(id) {
        headers.insert(HeaderName::from_static("x-request-id"), value);
    }
    let nosniff = HeaderValue::from_static("nosniff");
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, nosniff);
    if !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
}

fn report(response: &ServiceResponse<BoxBody>, id: &str, started: Instant) {
    let http = response.request();
    let route = http.match_pattern().unwrap_or_else(|| "unmatched".into());
    let method = http.method().as_str().to_owned();
    let status = response.status();
    let seconds = started.elapsed().as_secs_f64();
    let labels = [
        ("method", method.clone()),
        ("route", route.clone()),
        ("status", status.as_str().to_owned()),
    ];
    metrics::histogram!("http_request_duration_seconds", &labels).record(seconds);
    if status == StatusCode::INTERNAL_SERVER_ERROR {
        metrics::counter!("http_faults_total").increment(1);
    }
    let status = status.as_u16();
    tracing::info!(request_id = id, method, route, status, seconds, "answered");
}
