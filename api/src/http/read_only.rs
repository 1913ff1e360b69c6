//! Addresses outside the document, which are only read.

use actix_web::http::header;
use actix_web::{FromRequest, Handler, HttpResponse, Resource, Responder, web};

/// An address that answers GET (and HEAD); whoever asks otherwise is told what can be asked.
pub(crate) fn read_only<H, Args>(path: &str, handler: H) -> Resource
where
    H: Handler<Args>,
    Args: FromRequest + 'static,
    H::Output: Responder + 'static,
{
    web::resource(path).get(handler).default_service(web::to(not_so))
}

async fn not_so() -> HttpResponse {
    HttpResponse::MethodNotAllowed().insert_header((header::ALLOW, "GET, HEAD")).finish()
}
