//! The page a screen at the door opens: no signing in, nothing from other servers.

use actix_web::http::header;
use actix_web::web::{Data, Path, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use data_encoding::BASE64;
use serde::Deserialize;

use super::dto::CodeDirection;
use super::screen::{self, Shown};
use crate::app::App;
use crate::auth;
use crate::http::{client_ip, prefix, read_only};
use crate::platform::crypto::digest::sha256_hex;
use crate::platform::failure::{Failure, code};
use crate::platform::kv::Quota;
use crate::platform::query::Query;

/// Looks of one screen; it looks every few seconds.
const LOOKS: Quota = Quota { requests: 120, seconds: 60 };
/// Addresses that do not exist, tried from one network.
const MISSES: Quota = Quota { requests: 30, seconds: 60 };
const PAGE: &str = include_str!("screen.html");
const GONE: &str = "此签到屏已停用，请工作人员重新投屏";

/// Registers the page and what it fetches. They stand outside the document: no client
/// but the page itself uses them.
pub(crate) fn configure(cfg: &mut ServiceConfig) {
    cfg.service(read_only("/screen/{token}", page))
        .service(read_only("/screen/{token}/code", current));
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Which {
    direction: CodeDirection,
}

async fn look(
    app: &App,
    request: &HttpRequest,
    token: &str,
    direction: CodeDirection,
) -> Result<Shown, Failure> {
    auth::spend(app, &format!("screen:{}", sha256_hex(token.as_bytes())), LOOKS).await?;
    let shown = screen::show(app, token, direction).await;
    if shown.as_ref().err().and_then(Failure::refusal).is_some_and(|r| r.code == code::NOT_FOUND) {
        let network = client_ip(request, &app.config.server.trusted_proxies).map(prefix);
        let bucket = format!("screen-missing:{}", network.unwrap_or_default());
        auth::spend(app, &bucket, MISSES).await?;
    }
    shown
}

async fn current(
    app: Data<App>,
    request: HttpRequest,
    token: Path<String>,
    which: Query<Which>,
) -> Result<HttpResponse, Failure> {
    let shown = look(&app, &request, &token, which.direction).await?;
    Ok(HttpResponse::Ok().json(shown))
}

async fn page(
    app: Data<App>,
    request: HttpRequest,
    token: Path<String>,
) -> Result<HttpResponse, Failure> {
    let nonce = BASE64.encode(&app.ids.bytes::<16>());
    match look(&app, &request, &token, CodeDirection::In).await {
        Ok(shown) => Ok(html(HttpResponse::Ok(), &nonce, &fill(&nonce, &shown))),
        Err(failure) if failure.refusal().is_some_and(|r| r.code == code::NOT_FOUND) => {
            Ok(html(HttpResponse::NotFound(), &nonce, &fill_gone(&nonce)))
        }
        Err(failure) => Err(failure),
    }
}

fn html(mut answer: actix_web::HttpResponseBuilder, nonce: &str, body: &str) -> HttpResponse {
    let policy = format!(
        "default-src 'none'; script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}'; \
         connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    );
    answer
        .content_type("text/html; charset=utf-8")
        .insert_header((header::CONTENT_SECURITY_POLICY, policy))
        .insert_header((header::REFERRER_POLICY, "no-referrer"))
        .body(body.to_owned())
}

fn fill(nonce: &str, shown: &Shown) -> String {
    PAGE.replace("{{nonce}}", nonce)
        .replace("{{svg}}", &shown.svg)
        .replace("{{people}}", &shown.people_in.to_string())
        .replace("{{notice}}", &escape(shown.notice))
        .replace("{{time}}", &escape(&shown.time))
        .replace("{{place}}", &escape(&shown.place))
        .replace("{{title}}", &escape(&shown.title))
}

fn fill_gone(nonce: &str) -> String {
    let page = PAGE.replace("{{nonce}}", nonce).replace("{{notice}}", GONE);
    ["{{svg}}", "{{people}}", "{{time}}", "{{place}}"]
        .iter()
        .fold(page, |page, mark| page.replace(mark, ""))
        .replace("{{title}}", "签到屏")
}

/// Text as it may stand in a page. The title comes last in [`fill`], so that nothing
/// typed by people is looked through for marks.
fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#39;")
        .replace('{', "&#123;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_typed_by_people_becomes_markup_or_a_mark() {
        assert_eq!(escape("<b>\"'&{{svg}}"), "&lt;b&gt;&quot;&#39;&amp;&#123;&#123;svg}}");
    }

    #[test]
    fn the_page_asks_no_other_server() {
        let page = fill_gone("n");
        assert!(!page.contains("{{"), "a mark was left");
        for word in ["http:", "https:", "src=", "href=", "url(", "import", "//"] {
            assert!(!page.contains(word), "{word}");
        }
    }
}
