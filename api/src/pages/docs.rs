//! The explorer of the document (`/docs`): Swagger UI out of the binary, with a field
//! for a login code so that the reader can try operations at once.

use std::sync::Arc;

use actix_web::HttpResponse;
use actix_web::http::header::{self, ContentEncoding};
use actix_web::web::Path;

use super::{asset, html};
use crate::platform::failure::{Failure, code};

/// Scripts, styles and requests come from and go to this service only.
const CONTENT_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
     img-src 'self' data:; connect-src 'self'; \
     base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
/// The files of Swagger UI that the page uses; its own start page is not among them.
const VENDORED: [&str; 2] = ["swagger-ui.css", "swagger-ui-bundle.js"];

pub(super) async fn page() -> HttpResponse {
    html(CONTENT_POLICY).body(include_str!("assets/docs.html"))
}

pub(super) async fn file(name: Path<String>) -> Result<HttpResponse, Failure> {
    match name.as_str() {
        "docs.js" => Ok(script().body(include_str!("assets/docs.js"))),
        name if VENDORED.contains(&name) => vendored(name),
        _ => Err(code::NOT_FOUND.into()),
    }
}

fn script() -> actix_web::HttpResponseBuilder {
    asset("text/javascript; charset=utf-8")
}

fn vendored(name: &str) -> Result<HttpResponse, Failure> {
    let found = utoipa_swagger_ui::serve(name, Arc::default()).map_err(Failure::internal)?;
    let file = found.ok_or(code::NOT_FOUND)?;
    let mut response = asset(&file.content_type);
    if file.gzpipped {
        response.insert_header((header::CONTENT_ENCODING, ContentEncoding::Gzip));
    }
    Ok(response.body(file.bytes.into_owned()))
}
