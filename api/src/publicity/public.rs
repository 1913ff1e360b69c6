//! Reading what everybody may see. A draft is nobody's business yet: it is not found.

use entity::ids::SiteId;
use entity::notice_round::{self, NoticeState};
use sea_orm::ConnectionTrait;

use super::drawing::{self, Row};
use super::public_dto::{
    OBJECTING, OBJECTING_LATER, OBJECTING_NONE, PublicCorrection, PublicCorrectionPage,
    PublicEntry, PublicEntryPage, PublicEntryView, PublicNotice, PublicNoticePage,
    PublicNoticeView, Struck,
};
use super::{entry_rows, repository};
use crate::app::App;
use crate::paper::{self, Objecting, PublicNotes};
use crate::platform::clock::local_day;
use crate::platform::failure::{Failure, code};
use crate::platform::paging::Pager;
use crate::site as sites;

const PUBLIC: [NoticeState; 3] = [NoticeState::Open, NoticeState::Closed, NoticeState::Archived];

/// What stands on every page of a site about its notices.
async fn notes(
    app: &App,
    site: &entity::site::Model,
    objecting: Objecting,
) -> Result<PublicNotes, Failure> {
    paper::notes(&app.pools.read, site, app.clock.now(), objecting).await
}

async fn opened(db: &impl ConnectionTrait, number: &str) -> Result<notice_round::Model, Failure> {
    let number = number.to_ascii_uppercase();
    let round = repository::find_by_number(db, &number).await?;
    let round = round.filter(|round| PUBLIC.contains(&round.state));
    round.ok_or_else(|| code::NOT_FOUND.into())
}

/// One round with its notes.
pub(super) async fn notice(app: &App, number: &str) -> Result<PublicNoticeView, Failure> {
    let db = &app.pools.read;
    let round = opened(db, number).await?;
    let site = sites::get(db, round.site_id).await?;
    let is_over = round.closes_at.is_some_and(|end| end <= app.clock.now());
    let notes = notes(app, &site, if is_over { OBJECTING_LATER } else { OBJECTING }).await?;
    let notice = PublicNotice::new(round, site).ok_or(code::NOT_FOUND)?;
    Ok(PublicNoticeView { notice, notes })
}

/// The rounds of a site and those below it, newest first; a station's with those of its town,
/// which gives notice for it.
pub(super) async fn notices(
    app: &App,
    site: SiteId,
    pager: &Pager<'_>,
) -> Result<PublicNoticePage, Failure> {
    let db = &app.pools.read;
    let site = sites::get(db, site).await?;
    let after = pager.after()?;
    let rows =
        repository::list_at(db, sites::shown_at(&site), &PUBLIC, (after, pager.limit())).await?;
    let (rows, next_page_token) = pager.cut(rows, |(round, _)| round.id.to_string())?;
    let items = rows.into_iter().filter_map(|(round, site)| PublicNotice::new(round, site?));
    let items: Vec<_> = items.collect();
    let now = app.clock.now();
    let any_open = items.iter().any(|notice| notice.closes_at > now);
    let objecting = match (items.is_empty(), any_open) {
        (true, _) => OBJECTING_NONE,
        (false, true) => OBJECTING,
        (false, false) => OBJECTING_LATER,
    };
    let notes = notes(app, &site, objecting).await?;
    Ok(PublicNoticePage { items, notes, next_page_token })
}

/// One page of a round's entries, drawn as of this moment.
pub(super) async fn entries(
    app: &App,
    number: &str,
    pager: &Pager<'_>,
) -> Result<PublicEntryPage, Failure> {
    let db = &app.pools.read;
    let round = opened(db, number).await?;
    let after = pager.position()?;
    let rows = entry_rows::list(db, round.id, (after, pager.limit())).await?;
    let (rows, next_page_token) = pager.cut(rows, |(entry, _)| entry.position.to_string())?;
    Ok(PublicEntryPage { items: draw(app, &round, rows).await?, next_page_token })
}

/// A stretch of a round's entries, for a page that is turned by number.
pub(super) async fn stretch(
    app: &App,
    number: &str,
    (after, limit): (i32, u64),
) -> Result<Vec<PublicEntry>, Failure> {
    let round = opened(&app.pools.read, number).await?;
    let rows = entry_rows::list(&app.pools.read, round.id, (after, limit)).await?;
    draw(app, &round, rows).await
}

/// What of a round was struck after its opening.
pub(super) async fn struck(app: &App, number: &str) -> Result<Struck, Failure> {
    let round = opened(&app.pools.read, number).await?;
    Ok(entry_rows::struck(&app.pools.read, round.id).await?)
}

async fn draw(
    app: &App,
    round: &notice_round::Model,
    rows: Vec<Row>,
) -> Result<Vec<PublicEntry>, Failure> {
    let db = &app.pools.read;
    let people = drawing::people(db, &drawing::of_rows(&rows), local_day(app.clock.now())).await?;
    let claims: Vec<_> = rows.iter().map(|(entry, _)| entry.claim_id).collect();
    let mut corrections = entry_rows::corrections_of(db, &claims).await?;
    let entry = |(entry, site): Row| {
        let correction = corrections.remove(&entry.claim_id);
        let person = people.of(entry.volunteer_id, round.opened_at).shown;
        let place = site.map(|site| site.name).unwrap_or_default();
        PublicEntry::new(&entry, place, person, correction)
    };
    Ok(rows.into_iter().map(entry).collect())
}

/// One entry by its number.
pub(super) async fn entry(
    app: &App,
    number: &str,
    position: i32,
) -> Result<PublicEntryView, Failure> {
    let PublicNoticeView { notice, notes } = notice(app, number).await?;
    let round = opened(&app.pools.read, number).await?;
    let row = entry_rows::find_at(&app.pools.read, round.id, position).await?;
    let drawn = draw(app, &round, row.into_iter().collect()).await?;
    let entry = drawn.into_iter().next().ok_or(code::NOT_FOUND)?;
    Ok(PublicEntryView { entry, notice, notes })
}

/// One page of what became different after the opening.
pub(super) async fn corrections(
    app: &App,
    number: &str,
    pager: &Pager<'_>,
) -> Result<PublicCorrectionPage, Failure> {
    let db = &app.pools.read;
    let round = opened(db, number).await?;
    let after = pager.after()?;
    let rows = entry_rows::list_corrections(db, round.id, (after, pager.limit())).await?;
    let (rows, next_page_token) = pager.cut(rows, |row| row.id.to_string())?;
    let items = rows.into_iter().map(PublicCorrection::from).collect();
    Ok(PublicCorrectionPage { items, next_page_token })
}
