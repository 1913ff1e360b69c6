//! How everything public is answered: with a validator of its content, and kept by caches for
//! so short a time that a withdrawn consent is gone within a minute.

use std::fs::File;

use actix_web::body::MessageBody;
use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};
use serde::{Deserialize, Serialize};
use utoipa::IntoParams;

use crate::app::App;
use crate::http::whole_file;
use crate::platform::command::Answer;
use crate::platform::etag;
use crate::platform::failure::Failure;
use crate::platform::workbook::XLSX;

/// Two caches in a row, a browser's and a proxy's, still make less than a minute.
const KEPT: &str = "public, max-age=25, must-revalidate";

/// A view as JSON.
///
/// # Errors
/// When it cannot be written.
pub(crate) fn json(request: &HttpRequest, view: &impl Serialize) -> Answer {
    let body = serde_json::to_string(view).map_err(Failure::internal)?;
    Ok(send(request, body, |answer| {
        answer.content_type("application/json");
    }))
}

/// A page that needs no script and nothing from elsewhere; `policy` says so to the browser.
pub(crate) fn page(request: &HttpRequest, body: String, policy: &str) -> HttpResponse {
    send(request, body, |answer| {
        answer
            .content_type("text/html; charset=utf-8")
            .insert_header((header::CONTENT_SECURITY_POLICY, policy))
            .insert_header((header::REFERRER_POLICY, "no-referrer"));
    })
}

/// Which share of what is long.
#[derive(Clone, Copy, Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct PartQuery {
    /// 内容多的分成几部分，第几部分，默认第1部分
    #[param(minimum = 1, example = 1)]
    pub(crate) part: Option<u16>,
}

/// Words to be read aloud.
pub(crate) fn words(request: &HttpRequest, body: String) -> HttpResponse {
    send(request, body, |answer| {
        answer.content_type("text/plain; charset=utf-8");
    })
}

/// A sheet to be printed.
pub(crate) fn pdf(request: &HttpRequest, body: Vec<u8>) -> HttpResponse {
    send(request, body, |answer| {
        answer.content_type("application/pdf");
    })
}

/// A workbook; its content differs from making to making, so it has no validator of its own.
///
/// # Errors
/// When the file cannot be read.
pub(crate) fn workbook(name: &str, file: File) -> Answer {
    let name = format!("attachment; filename=\"{name}.xlsx\"");
    Ok(HttpResponse::Ok()
        .content_type(XLSX)
        .insert_header((header::CONTENT_DISPOSITION, name))
        .insert_header((header::CACHE_CONTROL, KEPT))
        .body(whole_file(file)?))
}

/// Where this service is reached: as configured, else as the client itself called it.
pub(crate) fn base(app: &App, request: &HttpRequest) -> String {
    let configured = app.config.server.public_url.trim_end_matches('/');
    if !configured.is_empty() {
        return configured.to_owned();
    }
    let connection = request.connection_info();
    format!("{}://{}", connection.scheme(), connection.host())
}

fn send(
    request: &HttpRequest,
    body: impl AsRef<[u8]> + MessageBody + 'static,
    dress: impl FnOnce(&mut HttpResponseBuilder),
) -> HttpResponse {
    let tag = etag::of_content(body.as_ref());
    let is_known = etag::is_known(request, &tag);
    let mut answer = if is_known { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    answer.insert_header((header::CACHE_CONTROL, KEPT)).insert_header((header::ETAG, tag));
    if is_known {
        return answer.finish();
    }
    dress(&mut answer);
    answer.body(body)
}
