//! Use cases that only read activities.

use chrono::{DateTime, NaiveDate, Utc};
use entity::activity::{ActivityKind, ActivityState};
use entity::ids::{ActivityId, SiteId};
use sea_orm::{ConnectionTrait, Iterable};

use super::cursor::{Cursor, instant_text, parse_instant};
use super::domain::{day_start, is_known_to_public};
use super::dto::{OrganiserView, OverdueActivity};
use super::error;
use super::repository::{self, Half, PublicFilter, WithSite};
use super::service::{Placed, get};
use crate::app::App;
use crate::auth::{Caller, Permission};
use crate::calendar;
use crate::platform::clock::local_day;
use crate::platform::failure::{Failure, code};
use crate::platform::paging::Pager;
use crate::{card, site, volunteer};

/// A page of activities with their sites, and the token of the next.
pub(super) type Page = (Vec<Placed>, Option<String>);

/// What a villager asks the public list for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Wanted {
    pub(super) site_id: Option<SiteId>,
    pub(super) from: Option<NaiveDate>,
    pub(super) to: Option<NaiveDate>,
    pub(super) kind: Option<ActivityKind>,
}

/// A public activity.
///
/// # Errors
/// `not_found` for one that was never published.
pub(super) async fn get_public(
    db: &impl ConnectionTrait,
    id: ActivityId,
) -> Result<Placed, Failure> {
    let activity = get(db, id).await?;
    if !is_known_to_public(&activity) {
        return Err(code::NOT_FOUND.into());
    }
    let site = site::get(db, activity.site_id).await?;
    Ok(Placed { activity, site })
}

/// The public list: what is to come, soonest first, then what is over, latest first.
pub(super) async fn list_public(
    app: &App,
    wanted: &Wanted,
    pager: &Pager<'_>,
) -> Result<Page, Failure> {
    let db = &app.pools.read;
    let filter = public_filter(db, wanted).await?;
    let start = match &pager.after {
        Some(text) => PublicCursor::parse(text)?,
        None => PublicCursor { seen_at: app.clock.now(), half: Half::Coming, after: None },
    };
    let seen_at = start.seen_at;
    let part = (start.half, seen_at);
    let mut rows = repository::list_public(db, &filter, part, start.after, pager.limit()).await?;
    let missing = pager.limit().saturating_sub(u64::try_from(rows.len()).unwrap_or(u64::MAX));
    if start.half == Half::Coming && missing > 0 {
        let part = (Half::Over, seen_at);
        rows.extend(repository::list_public(db, &filter, part, None, missing).await?);
    }
    cut(pager, rows, |row| {
        let half = if row.activity.ends_at > seen_at { Half::Coming } else { Half::Over };
        let after = Some(Cursor::new(row.activity.starts_at, row.activity.id));
        PublicCursor { seen_at, half, after }.to_text()
    })
}

async fn public_filter(
    db: &impl ConnectionTrait,
    wanted: &Wanted,
) -> Result<PublicFilter, Failure> {
    let path = match wanted.site_id {
        Some(id) => Some(site::get(db, id).await?.path),
        None => None,
    };
    let until = wanted.to.and_then(|day| day.succ_opt()).map(day_start);
    Ok(PublicFilter { path, from: wanted.from.map(day_start), until, kind: wanted.kind })
}

/// The place in the public list. It keeps the instant of the first page, so that an
/// activity that ends meanwhile is neither lost nor shown twice.
struct PublicCursor {
    seen_at: DateTime<Utc>,
    half: Half,
    after: Option<Cursor>,
}

impl PublicCursor {
    fn to_text(&self) -> String {
        let half = match self.half {
            Half::Coming => "coming",
            Half::Over => "over",
        };
        let after = self.after.map(Cursor::to_text).unwrap_or_default();
        format!("{half}|{}|{after}", instant_text(self.seen_at))
    }

    fn parse(text: &str) -> Result<Self, Failure> {
        let mut parts = text.splitn(3, '|');
        let half = match parts.next() {
            Some("coming") => Half::Coming,
            Some("over") => Half::Over,
            Some(_) | None => return Err(code::BAD_PAGE_TOKEN.into()),
        };
        let seen_at = parts.next().and_then(parse_instant).ok_or(code::BAD_PAGE_TOKEN)?;
        let after = Some(Cursor::parse(parts.next().unwrap_or_default())?);
        Ok(Self { seen_at, half, after })
    }
}

/// An activity of exactly this site, as staff see it.
pub(super) async fn get_managed(
    app: &App,
    caller: &Caller,
    site_id: SiteId,
    id: ActivityId,
) -> Result<Placed, Failure> {
    let db = &app.pools.read;
    let site = visible_site(app, caller, site_id).await?;
    let activity = get(db, id).await?;
    if activity.site_id != site.id {
        return Err(code::NOT_FOUND.into());
    }
    Ok(Placed { activity, site })
}

pub(super) async fn list_managed(
    app: &App,
    caller: &Caller,
    (site_id, state): (SiteId, Option<ActivityState>),
    pager: &Pager<'_>,
) -> Result<Page, Failure> {
    let site = visible_site(app, caller, site_id).await?;
    let after = pager.after.as_deref().map(Cursor::parse).transpose()?;
    let state = state.map(|state| (state, app.clock.now()));
    let db = &app.pools.read;
    let rows = repository::list_managed(db, &site.path, state, after, pager.limit()).await?;
    cut(pager, rows, |row| Cursor::new(row.activity.starts_at, row.activity.id).to_text())
}

/// How many activities of the site and below are in each state now.
pub(super) async fn count(
    app: &App,
    caller: &Caller,
    site_id: SiteId,
) -> Result<Vec<(ActivityState, i64)>, Failure> {
    let site = visible_site(app, caller, site_id).await?;
    let found = repository::count_states(&app.pools.read, &site.path, app.clock.now()).await?;
    let of = |state| found.iter().find(|row| row.0 == state).map_or(0, |row| row.1);
    Ok(ActivityState::iter().map(|state| (state, of(state))).collect())
}

/// Activities whose record is overdue, each with the day by which it was due.
pub(super) async fn list_overdue(
    app: &App,
    caller: &Caller,
    site_id: SiteId,
    pager: &Pager<'_>,
) -> Result<(Vec<OverdueActivity>, Option<String>), Failure> {
    let (db, now) = (&app.pools.read, app.clock.now());
    let site = visible_site(app, caller, site_id).await?;
    let days = site::effective_settings(db, &site, now).await?.record_due_working_days;
    let calendar = calendar::working_days(db, local_day(now)).await?;
    let last = calendar.last_overdue_day(local_day(now), days).and_then(|day| day.succ_opt());
    let Some(before) = last.map(day_start) else { return Ok((Vec::new(), None)) };
    let after = pager.after.as_deref().map(Cursor::parse).transpose()?;
    let limit = pager.limit();
    let rows = repository::list_unrecorded(db, &site.path, (before, now), after, limit).await?;
    let key = |row: &Placed| Cursor::new(row.activity.ends_at, row.activity.id).to_text();
    let (rows, next_page_token) = cut(pager, rows, key)?;
    let due = |row: &Placed| calendar.last_day_after(local_day(row.activity.ends_at), days);
    let items = rows.into_iter().map(|row| OverdueActivity::new(due(&row), row)).collect();
    Ok((items, next_page_token))
}

/// Whose card this is, so that she can be named an organiser though she is no staff.
/// A card of another town is as unknown as one that does not exist.
///
/// # Errors
/// `card_unknown`, `card_not_active`, `no_account`.
pub(super) async fn find_organiser(
    app: &App,
    caller: &Caller,
    site_id: SiteId,
    card_number: &str,
) -> Result<OrganiserView, Failure> {
    let db = &app.pools.read;
    let here = site::get(db, site_id).await?;
    caller.require_at(Permission::ManageActivities, &here.path)?;
    let holder = volunteer::get(db, card::resolve(db, card_number).await?.volunteer_id).await?;
    let home = site::get(db, holder.site_id).await?;
    if here.town_id.is_some() && home.town_id != here.town_id {
        return Err(card::CARD_UNKNOWN.into());
    }
    let account_id = holder.account_id.ok_or(error::NO_ACCOUNT)?;
    Ok(OrganiserView { account_id, name: volunteer::masked_name(&holder.name) })
}

async fn visible_site(
    app: &App,
    caller: &Caller,
    id: SiteId,
) -> Result<entity::site::Model, Failure> {
    let site = site::get(&app.pools.read, id).await?;
    caller.require_at(Permission::ViewActivities, &site.path)?;
    Ok(site)
}

fn cut(
    pager: &Pager<'_>,
    rows: Vec<WithSite>,
    key: impl Fn(&Placed) -> String,
) -> Result<Page, Failure> {
    let placed = |(activity, site): WithSite| Some(Placed { activity, site: site? });
    pager.cut(rows.into_iter().filter_map(placed).collect(), key)
}
