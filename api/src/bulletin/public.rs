//! Reading bulletins as everybody may. A draft is nobody's business yet: it is not found.

use std::collections::{HashMap, HashSet};

use entity::bulletin::{self, BulletinState};
use entity::ids::{RedemptionId, SiteId};
use sea_orm::ConnectionTrait;

use super::domain::Place;
use super::line_rows::{self, Row};
use super::public_dto::{
    BulletinCorrectionPage, BulletinCorrectionView, OBJECTING, PublicBulletin, PublicBulletinPage,
    PublicBulletinView, PublicFigures, PublicRegisterLine, PublicRegisterPage,
};
use super::repository;
use crate::app::App;
use crate::paper::{self, PublicNotes};
use crate::platform::clock::local_day;
use crate::platform::failure::{Failure, code};
use crate::platform::paging::Pager;
use crate::publicity;
use crate::site as sites;

pub(super) const PUBLIC: [BulletinState; 2] = [BulletinState::Published, BulletinState::Archived];

/// What stands on every page of a site about its bulletins.
async fn notes(app: &App, site: &entity::site::Model) -> Result<PublicNotes, Failure> {
    paper::notes(&app.pools.read, site, app.clock.now(), OBJECTING).await
}

pub(super) async fn published(
    db: &impl ConnectionTrait,
    number: &str,
) -> Result<bulletin::Model, Failure> {
    let row = repository::find_by_number(db, &number.to_ascii_uppercase()).await?;
    let row = row.filter(|row| PUBLIC.contains(&row.state));
    row.ok_or_else(|| code::NOT_FOUND.into())
}

/// The redemption that everybody knows by a bulletin's number and its line's.
///
/// # Errors
/// `not_found` when there is none, or the bulletin is not published.
pub(crate) async fn find_line(
    db: &impl ConnectionTrait,
    number: &str,
    position: i32,
) -> Result<RedemptionId, Failure> {
    let row = published(db, number).await?;
    let after = position.checked_sub(1).ok_or(code::NOT_FOUND)?;
    let found = line_rows::list_plain(db, row.id, (after, 1)).await?;
    let line = found.into_iter().find(|line| line.position == position);
    Ok(line.ok_or(code::NOT_FOUND)?.redemption_id)
}

/// By which bulletin and line everybody knows a redemption, if one is published.
///
/// # Errors
/// The database's.
pub(crate) async fn line_of(
    db: &impl ConnectionTrait,
    redemption: RedemptionId,
) -> Result<Option<(String, i32)>, Failure> {
    Ok(line_rows::find_shown(db, redemption).await?)
}

/// One bulletin with its figures and notes.
pub(super) async fn bulletin(app: &App, number: &str) -> Result<PublicBulletinView, Failure> {
    let db = &app.pools.read;
    let row = published(db, number).await?;
    let figures = repository::list_figures(db, row.id).await?;
    let site = sites::get(db, row.site_id).await?;
    let notes = notes(app, &site).await?;
    let bulletin = PublicBulletin::new(row, site).ok_or(code::NOT_FOUND)?;
    let figures = figures.into_iter().map(PublicFigures::new).collect();
    Ok(PublicBulletinView { bulletin, figures, notes })
}

/// The bulletins of a site and those below it, or of the county, the latest quarter first; a
/// station's with those of its town, whose figures hold its own.
pub(super) async fn bulletins(
    app: &App,
    site: Option<SiteId>,
    pager: &Pager<'_>,
) -> Result<PublicBulletinPage, Failure> {
    let db = &app.pools.read;
    let site = match site {
        Some(id) => sites::get(db, id).await?,
        None => sites::center(db).await?,
    };
    let after = pager.after()?;
    let rows =
        repository::list_at(db, sites::shown_at(&site), &PUBLIC, (after, pager.limit())).await?;
    let (rows, next_page_token) = pager.cut(rows, |(row, _)| Place::of(row).to_string())?;
    let items = rows.into_iter().filter_map(|(row, site)| PublicBulletin::new(row, site?));
    let items = items.collect();
    Ok(PublicBulletinPage { items, notes: notes(app, &site).await?, next_page_token })
}

/// One page of a bulletin's register, drawn as of this moment.
pub(super) async fn lines(
    app: &App,
    number: &str,
    pager: &Pager<'_>,
) -> Result<PublicRegisterPage, Failure> {
    let db = &app.pools.read;
    let row = published(db, number).await?;
    let rows = line_rows::list(db, row.id, (pager.position()?, pager.limit())).await?;
    let (rows, next_page_token) = pager.cut(rows, |(line, _)| line.position.to_string())?;
    Ok(PublicRegisterPage { items: draw(app, &row, rows).await?, next_page_token })
}

/// A stretch of a bulletin's register, for what is turned by number or read through.
pub(super) async fn stretch(
    app: &App,
    number: &str,
    (after, limit): (i32, u64),
) -> Result<Vec<PublicRegisterLine>, Failure> {
    let db = &app.pools.read;
    let row = published(db, number).await?;
    draw(app, &row, line_rows::list(db, row.id, (after, limit)).await?).await
}

/// Draws lines with their people and corrections as of this moment.
pub(super) async fn draw(
    app: &App,
    bulletin: &bulletin::Model,
    rows: Vec<Row>,
) -> Result<Vec<PublicRegisterLine>, Failure> {
    let db = &app.pools.read;
    let ids: HashSet<_> = rows.iter().map(|(line, _)| line.volunteer_id).collect();
    let people = publicity::people(db, &ids, local_day(app.clock.now())).await?;
    let mut said: HashMap<i32, Vec<BulletinCorrectionView>> = HashMap::new();
    if let (Some((first, _)), Some((last, _))) = (rows.first(), rows.last()) {
        let span = (first.position, last.position);
        for row in repository::corrections_between(db, first.bulletin_id, span).await? {
            said.entry(row.position.unwrap_or_default()).or_default().push(row.into());
        }
    }
    let line = |(line, site): Row| {
        let place = site.map(|site| site.name).unwrap_or_default();
        let corrections = said.remove(&line.position).unwrap_or_default();
        let person = people.of(line.volunteer_id, bulletin.published_at).shown;
        PublicRegisterLine::new(&line, place, person, corrections)
    };
    Ok(rows.into_iter().map(line).collect())
}

/// One page of what became different after the publication.
pub(super) async fn corrections(
    app: &App,
    number: &str,
    pager: &Pager<'_>,
) -> Result<BulletinCorrectionPage, Failure> {
    let db = &app.pools.read;
    let row = published(db, number).await?;
    let after = pager.after()?;
    let rows = repository::list_corrections(db, row.id, (after, pager.limit())).await?;
    let (rows, next_page_token) = pager.cut(rows, |row| row.id.to_string())?;
    Ok(BulletinCorrectionPage {
        items: rows.into_iter().map(Into::into).collect(),
        next_page_token,
    })
}

/// What was said of the figures as a whole, for a page.
pub(super) async fn general_corrections(
    app: &App,
    number: &str,
) -> Result<Vec<BulletinCorrectionView>, Failure> {
    let db = &app.pools.read;
    let row = published(db, number).await?;
    let rows = repository::list_corrections(db, row.id, (None, 1000)).await?;
    let general = rows.into_iter().filter(|row| row.position.is_none());
    Ok(general.map(Into::into).collect())
}
