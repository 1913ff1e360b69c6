//! What people read in a browser: the explorer of the document, what each problem means, and where
//! a villager checks her receipt. Everything comes out of the binary; no page refers to another
//! host.

mod docs;
pub(crate) mod print;
mod problems;
mod verify;

use actix_web::http::header;
use actix_web::web::ServiceConfig;
use actix_web::{HttpResponse, HttpResponseBuilder};

use crate::http::read_only;

/// A page of ours needs its style sheet and nothing else.
const CONTENT_POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self' data:; \
     base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
/// Pages change only with a new version of the binary.
const KEPT: &str = "public, max-age=600";

/// Registers the pages. They are not operations: they take no token and stand outside
/// the document. The explorer is served only where the operator wants it.
pub(crate) fn configure(cfg: &mut ServiceConfig, with_docs: bool) {
    cfg.service(read_only("/pages.css", style_sheet))
        .service(read_only("/public/verify", verify::page))
        .service(read_only("/problems", problems::index))
        .service(read_only("/problems/{name}", problems::show));
    if with_docs {
        cfg.service(read_only("/docs", docs::page)).service(read_only("/docs/{file}", docs::file));
    }
}

async fn style_sheet() -> HttpResponse {
    asset("text/css; charset=utf-8").body(include_str!("assets/pages.css"))
}

/// Starts the answer of a page with its content policy.
fn html(policy: &str) -> HttpResponseBuilder {
    let mut response = asset("text/html; charset=utf-8");
    response
        .insert_header((header::CONTENT_SECURITY_POLICY, policy))
        .insert_header((header::REFERRER_POLICY, "no-referrer"));
    response
}

/// Starts the answer of a file that belongs to a page.
fn asset(kind: &str) -> HttpResponseBuilder {
    let mut response = HttpResponse::Ok();
    response.content_type(kind).insert_header((header::CACHE_CONTROL, KEPT));
    response
}

/// Text for HTML, in elements and in quoted attributes.
pub(crate) fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            other => safe.push(other),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_cannot_become_markup() {
        assert_eq!(escape(r#"<a href="x">&'"#), "&lt;a href=&quot;x&quot;&gt;&amp;&#39;");
    }
}
