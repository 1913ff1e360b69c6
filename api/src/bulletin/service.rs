//! Reading bulletins as staff, and what somebody has to do about them.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use entity::bulletin::{self, BulletinState};
use entity::ids::{BulletinId, SiteId};
use sea_orm::{ConnectionTrait, Iterable};

use super::domain::{Place, allowed_actions, publishing_due, quarter_of, waits};
use super::dto::{
    BulletinLinePage, BulletinPage, BulletinReminder, BulletinReminders, BulletinView,
};
use super::public_dto::PublicFigures;
use super::{line_rows, public, repository};
use crate::app::App;
use crate::auth::{Caller, Permission};
use crate::platform::clock::local_day;
use crate::platform::failure::{Failure, code};
use crate::platform::paging::Pager;
use crate::site as sites;
use crate::tree;

/// Whether statements are written, asked once for each town and quarter.
#[derive(Default)]
struct Written(HashMap<(SiteId, NaiveDate), bool>);

impl Written {
    /// The question that publishing asks, too: what is offered is not refused.
    async fn ask(
        &mut self,
        db: &impl ConnectionTrait,
        town: SiteId,
        row: &bulletin::Model,
    ) -> Result<bool, Failure> {
        if let Some(known) = self.0.get(&(town, row.quarter)) {
            return Ok(*known);
        }
        let written = tree::is_complete(db, town, quarter_of(row)).await?;
        self.0.insert((town, row.quarter), written);
        Ok(written)
    }
}

/// A bulletin as staff may see it, with what this caller may do.
///
/// # Errors
/// The database's.
pub(super) async fn view(
    db: &impl ConnectionTrait,
    caller: &Caller,
    row: bulletin::Model,
) -> Result<BulletinView, Failure> {
    view_among(db, caller, row, &mut Written::default()).await
}

async fn view_among(
    db: &impl ConnectionTrait,
    caller: &Caller,
    row: bulletin::Model,
    written: &mut Written,
) -> Result<BulletinView, Failure> {
    let site = sites::get(db, row.site_id).await?;
    let figures = match row.state {
        BulletinState::Compiling => Vec::new(),
        BulletinState::Drafting | BulletinState::Published | BulletinState::Archived => {
            repository::list_figures(db, row.id).await?
        }
    };
    let may = caller.may_at(Permission::PublishNotices, &site.path);
    let town = site.town_id.unwrap_or(site.id);
    let waits = row.state == BulletinState::Drafting
        && waits(row.state, written.ask(db, town, &row).await?);
    let actions = if may { allowed_actions(row.state, waits) } else { Vec::new() };
    let figures = figures.into_iter().map(PublicFigures::new).collect();
    Ok(BulletinView::new(row, site.name, figures, (waits, actions)))
}

/// The bulletin, if the caller may look at those of its site.
async fn visible(
    db: &impl ConnectionTrait,
    caller: &Caller,
    id: BulletinId,
) -> Result<bulletin::Model, Failure> {
    let row = repository::find(db, id).await?.ok_or(code::NOT_FOUND)?;
    let site = sites::get(db, row.site_id).await?;
    caller.require_at(Permission::ViewClaims, &site.path)?;
    Ok(row)
}

/// One bulletin.
pub(super) async fn get(
    app: &App,
    caller: &Caller,
    id: BulletinId,
) -> Result<BulletinView, Failure> {
    let db = &app.pools.read;
    let row = visible(db, caller, id).await?;
    view(db, caller, row).await
}

/// The bulletins of a site and those below it.
pub(super) async fn list(
    app: &App,
    caller: &Caller,
    (site, state): (SiteId, Option<BulletinState>),
    pager: &Pager<'_>,
) -> Result<BulletinPage, Failure> {
    let db = &app.pools.read;
    let site = sites::get(db, site).await?;
    caller.require_at(Permission::ViewClaims, &site.path)?;
    let after = pager.after()?;
    let states: Vec<_> =
        BulletinState::iter().filter(|one| state.is_none_or(|wanted| wanted == *one)).collect();
    let rows =
        repository::list_at(db, sites::below(&site), &states, (after, pager.limit())).await?;
    let (rows, next_page_token) = pager.cut(rows, |(row, _)| Place::of(row).to_string())?;
    let (mut items, mut written) = (Vec::with_capacity(rows.len()), Written::default());
    for (row, _) in rows {
        items.push(view_among(db, caller, row, &mut written).await?);
    }
    Ok(BulletinPage { items, next_page_token })
}

/// The register of a bulletin as everybody sees it, drafts included.
pub(super) async fn lines(
    app: &App,
    caller: &Caller,
    id: BulletinId,
    pager: &Pager<'_>,
) -> Result<BulletinLinePage, Failure> {
    let db = &app.pools.read;
    let row = visible(db, caller, id).await?;
    let rows = line_rows::list(db, id, (pager.position()?, pager.limit())).await?;
    let (rows, next_page_token) = pager.cut(rows, |(line, _)| line.position.to_string())?;
    Ok(BulletinLinePage { items: public::draw(app, &row, rows).await?, next_page_token })
}

/// What somebody at a site has to publish, and by when.
pub(super) async fn reminders(
    app: &App,
    caller: &Caller,
    site: SiteId,
) -> Result<BulletinReminders, Failure> {
    let (db, now) = (&app.pools.read, app.clock.now());
    let site = sites::get(db, site).await?;
    caller.require_at(Permission::ViewClaims, &site.path)?;
    let mut items = Vec::new();
    for row in repository::list_due(db, &site.path).await? {
        let of = sites::get(db, row.site_id).await?;
        let may_act = caller.may_at(Permission::PublishNotices, &of.path);
        items.push(reminder(&row, of.name, now, may_act));
    }
    Ok(BulletinReminders { items })
}

fn reminder(
    row: &bulletin::Model,
    site_name: String,
    now: DateTime<Utc>,
    may_act: bool,
) -> BulletinReminder {
    let due = publishing_due(row.compiled_at.unwrap_or(row.drafted_at));
    BulletinReminder::new(row, site_name, due, (local_day(now) > due, may_act))
}
