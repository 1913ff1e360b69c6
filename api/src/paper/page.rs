//! A paper's page, or the page that says there is none.

use actix_web::body::BoxBody;
use actix_web::http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderValue};
use actix_web::{HttpRequest, HttpResponse, ResponseError};
use serde::Deserialize;

use super::{answer, frame};
use crate::platform::command::Answer;
use crate::platform::failure::{Failure, code};

/// Which part of a long paper.
#[derive(Debug, Deserialize)]
pub(crate) struct PageNumber {
    page: Option<i32>,
}

impl PageNumber {
    /// The one asked for, the first when none is named.
    pub(crate) fn get(&self) -> i32 {
        self.page.unwrap_or(1)
    }
}

/// The page, or the page that says there is no such `paper` or that it cannot be shown for now.
///
/// # Errors
/// The drawing's, but for `not_found` and faults.
pub(crate) fn found(request: &HttpRequest, drawn: Result<String, Failure>, paper: &str) -> Answer {
    match drawn {
        Ok(body) => Ok(answer::page(request, body, &frame::POLICY)),
        Err(Failure::Refused(refusal)) if refusal.code == code::NOT_FOUND => {
            Ok(HttpResponse::NotFound()
                .content_type("text/html; charset=utf-8")
                .insert_header(("content-security-policy", frame::POLICY.as_str()))
                .body(frame::missing(paper)))
        }
        Err(failure) if failure.status_code().is_server_error() => Ok(broken(failure)),
        Err(failure) => Err(failure),
    }
}

/// The answer keeps its failure, which the door logs, and when to come back.
fn broken(failure: Failure) -> HttpResponse {
    let mut answer = HttpResponse::from_error(failure).set_body(BoxBody::new(frame::failing()));
    let headers = answer.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    if let Ok(policy) = HeaderValue::from_str(&frame::POLICY) {
        headers.insert(CONTENT_SECURITY_POLICY, policy);
    }
    answer
}
