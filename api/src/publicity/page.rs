//! Pages for everybody: `/public/notices/{number}`, `/public/sites/{id}/notices`. They are not
//! operations: they take no token and stand outside the document.

use actix_web::HttpRequest;
use actix_web::web::{Data, Path, ServiceConfig};
use entity::ids::SiteId;

use super::{page_text, public};
use crate::app::App;
use crate::http::read_only;
use crate::paper::page::{found, page_number};
use crate::paper::share::Share;
use crate::platform::command::Answer;
use crate::platform::failure::{Failure, code};
use crate::platform::paging::{PageQuery, Pager};
use crate::site as sites;

/// Notices on an index: two years and more of a town with its stations.
const NOTICES: u64 = 100;
/// What the page calls one that is not there.
const PAPER: &str = "公示";

/// Registers the pages.
pub(crate) fn configure(cfg: &mut ServiceConfig) {
    cfg.service(read_only("/public/notices/{number}", show))
        .service(read_only("/public/sites/{site_id}/notices", index));
}

async fn show(app: Data<App>, request: HttpRequest, number: Path<String>) -> Answer {
    let drawn = draw(&app, &number, page_number(&request)).await;
    found(&app, &request, drawn, PAPER).await
}

async fn draw(app: &App, number: &str, page: i32) -> Result<String, Failure> {
    let view = public::notice(app, number).await?;
    let share = Share::of(view.notice.entry_count, Share::PAGE, Some(page))?;
    let entries = public::stretch(app, number, share.stretch()).await?;
    let struck = public::struck(app, number).await?;
    Ok(page_text::notice(&view, &entries, struck, share))
}

async fn index(app: Data<App>, request: HttpRequest, site: Path<String>) -> Answer {
    let drawn = draw_index(&app, &site).await;
    found(&app, &request, drawn, PAPER).await
}

async fn draw_index(app: &App, site: &str) -> Result<String, Failure> {
    let id: SiteId = site.parse().map_err(|_| code::NOT_FOUND)?;
    let query = PageQuery { page_size: Some(NOTICES), page_token: None };
    let pager = Pager::new(&app.core, "public_notice_index".into(), &query)?;
    let notices = public::notices(app, id, &pager).await?;
    let site = sites::get(&app.pools.read, id).await?;
    Ok(page_text::index(&site.name, &notices))
}
