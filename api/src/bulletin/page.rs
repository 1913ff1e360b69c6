//! Pages for everybody: `/public/bulletins/{number}`, `/public/sites/{id}/bulletins`, and
//! `/public/sites/{id}/screen`, which turns by itself. They are not operations: they take no
//! token and stand outside the document.

use actix_web::HttpRequest;
use actix_web::web::{Data, Path, ServiceConfig};
use entity::ids::SiteId;

use super::{page_text, public, screen};
use crate::app::App;
use crate::http::read_only;
use crate::paper::answer::base;
use crate::paper::page::{found, page_number};
use crate::paper::share::Share;
use crate::platform::command::Answer;
use crate::platform::failure::{Failure, code};
use crate::platform::paging::{PageQuery, Pager};
use crate::site as sites;

/// Bulletins on an index: two years and more of a town with its stations.
const BULLETINS: u64 = 100;
/// What the page calls one that is not there.
const PAPER: &str = "公开";

/// Registers the pages.
pub(crate) fn configure(cfg: &mut ServiceConfig) {
    cfg.service(read_only("/public/bulletins/{number}", show))
        .service(read_only("/public/sites/{site_id}/bulletins", index))
        .service(read_only("/public/sites/{site_id}/screen", show_screen));
}

async fn show(app: Data<App>, request: HttpRequest, number: Path<String>) -> Answer {
    let drawn = draw(&app, &number, page_number(&request)).await;
    found(&app, &request, drawn, PAPER).await
}

async fn draw(app: &App, number: &str, page: i32) -> Result<String, Failure> {
    let view = public::bulletin(app, number).await?;
    let share = Share::of(view.bulletin.line_count, Share::PAGE, Some(page))?;
    let lines = public::stretch(app, number, share.stretch()).await?;
    let said = public::general_corrections(app, number).await?;
    Ok(page_text::bulletin(&view, &lines, &said, share))
}

async fn index(app: Data<App>, request: HttpRequest, site: Path<String>) -> Answer {
    let drawn = draw_index(&app, &site).await;
    found(&app, &request, drawn, PAPER).await
}

async fn draw_index(app: &App, site: &str) -> Result<String, Failure> {
    let id: SiteId = site.parse().map_err(|_| code::NOT_FOUND)?;
    let query = PageQuery { page_size: Some(BULLETINS), page_token: None };
    let pager = Pager::new(&app.core, "public_bulletin_index".into(), &query)?;
    let bulletins = public::bulletins(app, Some(id), &pager).await?;
    let site = sites::get(&app.pools.read, id).await?;
    Ok(page_text::index(&site.name, &bulletins))
}

async fn show_screen(app: Data<App>, request: HttpRequest, site: Path<String>) -> Answer {
    let base = base(&app, &request);
    let drawn = draw_screen(&app, &site, (page_number(&request), &base)).await;
    found(&app, &request, drawn, PAPER).await
}

/// A page that is not there any more is the first: a screen must go on by itself.
async fn draw_screen(app: &App, site: &str, (page, base): (i32, &str)) -> Result<String, Failure> {
    let id: SiteId = site.parse().map_err(|_| code::NOT_FOUND)?;
    let view = screen::screen(app, id, base).await?;
    let pages = i32::try_from(view.pages.len()).unwrap_or(i32::MAX);
    let share = Share::of(pages, 1, Some(page)).or_else(|_| Share::of(pages, 1, None))?;
    let next = format!("/public/sites/{id}/screen?page={}", share.part % share.parts + 1);
    Ok(page_text::screen(&view, share, &next))
}
