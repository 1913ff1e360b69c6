//! Pages for everybody: `/public/notices/{number}`, `/public/sites/{id}/notices`. They are not
//! operations: they take no token and stand outside the document.

use actix_web::web::{self, Data, Path, Query, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use entity::ids::SiteId;
use serde::Deserialize;

use super::page_text::Place;
use super::{answer, frame, page_text, public};
use crate::app::App;
use crate::platform::command::Answer;
use crate::platform::failure::{Failure, code};
use crate::platform::paging::{PageQuery, Pager};
use crate::site as sites;

/// Entries on one page: what a phone scrolls through in a minute.
const ENTRIES: i32 = 50;
/// Notices on an index: two years and more of a town with its stations.
const NOTICES: u64 = 100;

/// Registers the pages.
pub(crate) fn configure(cfg: &mut ServiceConfig) {
    cfg.route("/public/notices/{number}", web::get().to(show))
        .route("/public/sites/{site_id}/notices", web::get().to(index));
}

/// Which part of a long notice.
#[derive(Debug, Deserialize)]
struct Part {
    page: Option<i32>,
}

async fn show(
    app: Data<App>,
    request: HttpRequest,
    number: Path<String>,
    part: Query<Part>,
) -> Answer {
    found(&request, draw(&app, &number, part.page.unwrap_or(1)).await)
}

async fn draw(app: &App, number: &str, page: i32) -> Result<String, Failure> {
    let view = public::notice(app, number).await?;
    let pages = ((view.notice.entry_count + ENTRIES - 1) / ENTRIES).max(1);
    if !(1..=pages).contains(&page) {
        return Err(code::NOT_FOUND.into());
    }
    let limit = u64::from(ENTRIES.unsigned_abs());
    let entries = public::stretch(app, number, ((page - 1) * ENTRIES, limit)).await?;
    Ok(page_text::notice(&view, &entries, Place { page, pages }))
}

async fn index(app: Data<App>, request: HttpRequest, site: Path<String>) -> Answer {
    found(&request, draw_index(&app, &site).await)
}

async fn draw_index(app: &App, site: &str) -> Result<String, Failure> {
    let id: SiteId = site.parse().map_err(|_| code::NOT_FOUND)?;
    let query = PageQuery { page_size: Some(NOTICES), page_token: None };
    let pager = Pager::new(&app.core, "public_notice_index".into(), &query)?;
    let notices = public::notices(app, id, &pager).await?;
    let site = sites::get(&app.pools.read, id).await?;
    Ok(page_text::index(&site.name, &notices))
}

/// The page, or the page that says there is none.
fn found(request: &HttpRequest, drawn: Result<String, Failure>) -> Answer {
    match drawn {
        Ok(body) => Ok(answer::page(request, body, &frame::POLICY)),
        Err(Failure::Refused(refusal)) if refusal.code == code::NOT_FOUND => {
            Ok(HttpResponse::NotFound()
                .content_type("text/html; charset=utf-8")
                .insert_header(("content-security-policy", frame::POLICY.as_str()))
                .body(page_text::missing()))
        }
        Err(failure) => Err(failure),
    }
}
