//! A paper's page, or the page that says there is none.

use actix_web::body::BoxBody;
use actix_web::http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderValue};
use actix_web::{HttpRequest, HttpResponse, ResponseError};

use super::{answer, county_notes, frame};
use crate::app::App;
use crate::platform::command::Answer;
use crate::platform::failure::{Failure, code};

/// Which part of a long paper is asked for; the first when none is named, or none that could be
/// one. A reader gets a page, not a problem for programs.
pub(crate) fn page_number(request: &HttpRequest) -> i32 {
    let mut query = url::form_urlencoded::parse(request.query_string().as_bytes());
    let named = query.find(|(name, _)| name == "page");
    named.and_then(|(_, number)| number.parse().ok()).unwrap_or(1)
}

/// The page, or the page that says there is no such `paper` or that it cannot be shown for now.
/// What is not there belongs to no site: the county says where to complain.
///
/// # Errors
/// The drawing's, but for `not_found` and faults.
pub(crate) async fn found(
    app: &App,
    request: &HttpRequest,
    drawn: Result<String, Failure>,
    paper: &str,
) -> Answer {
    match drawn {
        Ok(body) => Ok(answer::page(request, body, &frame::POLICY)),
        Err(Failure::Refused(refusal)) if refusal.code == code::NOT_FOUND => {
            // That there is none is to be said even where these cannot be read.
            let notes = county_notes(app).await.ok();
            Ok(HttpResponse::NotFound()
                .content_type("text/html; charset=utf-8")
                .insert_header(("content-security-policy", frame::POLICY.as_str()))
                .body(frame::missing(paper, notes.as_ref())))
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

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn a_page_that_can_be_none_is_the_first() {
        for (query, number) in [
            ("", 1),
            ("?page=3", 3),
            ("?page=abc", 1),
            ("?page=", 1),
            ("?page=99999999999", 1),
            ("?page=2&page=3", 2),
            ("?from=wechat&page=2", 2),
            ("?page=0", 0),
        ] {
            let request = TestRequest::with_uri(&format!("/{query}")).to_http_request();
            assert_eq!(page_number(&request), number, "{query}");
        }
    }
}
