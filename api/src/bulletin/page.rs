//! Pages for everybody: `/public/bulletins/{number}`, `/public/sites/{id}/bulletins`, and
//! `/public/sites/{id}/screen`, which turns by itself. They are not operations: they take no
//! token and stand outside the document.

use actix_web::web::{self, Data, Path, Query, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use entity::ids::SiteId;
use serde::Deserialize;

use super::page_text::{self, Place};
use super::{public, screen};
use crate::app::App;
use crate::platform::command::Answer;
use crate::platform::failure::{Failure, code};
use crate::platform::paging::{PageQuery, Pager};
use crate::publicity::{answer, frame};
use crate::site as sites;

/// Lines on one page: what a phone scrolls through in a minute.
const LINES: i32 = 50;
/// Bulletins on an index: two years and more of a town with its stations.
const BULLETINS: u64 = 100;

/// Registers the pages.
pub(crate) fn configure(cfg: &mut ServiceConfig) {
    cfg.route("/public/bulletins/{number}", web::get().to(show))
        .route("/public/sites/{site_id}/bulletins", web::get().to(index))
        .route("/public/sites/{site_id}/screen", web::get().to(show_screen));
}

/// Which part of a long register.
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
    let view = public::bulletin(app, number).await?;
    let pages = ((view.bulletin.line_count + LINES - 1) / LINES).max(1);
    if !(1..=pages).contains(&page) {
        return Err(code::NOT_FOUND.into());
    }
    let limit = u64::from(LINES.unsigned_abs());
    let lines = public::stretch(app, number, ((page - 1) * LINES, limit)).await?;
    let said = public::general_corrections(app, number).await?;
    Ok(page_text::bulletin(&view, &lines, &said, Place { page, pages }))
}

async fn index(app: Data<App>, request: HttpRequest, site: Path<String>) -> Answer {
    found(&request, draw_index(&app, &site).await)
}

async fn draw_index(app: &App, site: &str) -> Result<String, Failure> {
    let id: SiteId = site.parse().map_err(|_| code::NOT_FOUND)?;
    let query = PageQuery { page_size: Some(BULLETINS), page_token: None };
    let pager = Pager::new(&app.core, "public_bulletin_index".into(), &query)?;
    let bulletins = public::bulletins(app, Some(id), &pager).await?;
    let site = sites::get(&app.pools.read, id).await?;
    Ok(page_text::index(&site.name, &bulletins))
}

async fn show_screen(
    app: Data<App>,
    request: HttpRequest,
    site: Path<String>,
    part: Query<Part>,
) -> Answer {
    found(&request, draw_screen(&app, &site, part.page.unwrap_or(1)).await)
}

/// A page that is not there any more is the first: a screen must go on by itself.
async fn draw_screen(app: &App, site: &str, page: i32) -> Result<String, Failure> {
    let id: SiteId = site.parse().map_err(|_| code::NOT_FOUND)?;
    let view = screen::screen(app, id).await?;
    let pages = i32::try_from(view.pages.len()).unwrap_or(i32::MAX);
    let page = if (1..=pages).contains(&page) { page } else { 1 };
    let next = format!("/public/sites/{id}/screen?page={}", page % pages.max(1) + 1);
    Ok(page_text::screen(&view, Place { page, pages }, &next))
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
