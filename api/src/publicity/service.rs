//! Reading rounds and entries as staff.

use chrono::{DateTime, Utc};
use entity::ids::{NoticeRoundId, SiteId};
use entity::notice_entry::EntryState;
use entity::notice_round::{self, NoticeState};
use entity::site;
use sea_orm::{ConnectionTrait, Iterable};

use super::domain::{RoundAction, allowed_actions, opening_due};
use super::drawing::{self, Person};
use super::dto::{
    NoticeCounts, NoticeEntryPage, NoticeEntryView, NoticeReminder, NoticeReminders,
    NoticeRoundPage, NoticeRoundView,
};
use super::{entry_rows, repository};
use crate::app::App;
use crate::auth::{Caller, Permission};
use crate::platform::clock::local_day;
use crate::platform::failure::{Failure, code};
use crate::platform::paging::Pager;
use crate::{site as sites, volunteer};

/// A round as staff may see it, with what this caller may do.
///
/// # Errors
/// The database's.
pub(super) async fn view(
    db: &impl ConnectionTrait,
    caller: &Caller,
    round: notice_round::Model,
    now: DateTime<Utc>,
) -> Result<NoticeRoundView, Failure> {
    let site = sites::get(db, round.site_id).await?;
    let counts = entry_rows::count(db, &[round.id]).await?;
    let counts = counts.get(&round.id).map(Vec::as_slice).unwrap_or_default();
    Ok(view_of(caller, (round, site), counts, now))
}

/// The same of what was read already.
fn view_of(
    caller: &Caller,
    (round, site): (notice_round::Model, site::Model),
    counts: &[entry_rows::StateCount],
    now: DateTime<Utc>,
) -> NoticeRoundView {
    let may = caller.may_at(Permission::PublishNotices, &site.path);
    let mut actions = if may { allowed_actions(&round, now) } else { Vec::new() };
    if counts.iter().any(|one| one.state == EntryState::Frozen && one.count > 0) {
        actions.retain(|action| *action != RoundAction::Archive);
    }
    NoticeRoundView::new(round, site.name, NoticeCounts::new(counts), actions)
}

/// The round, if the caller may look at rounds of its site.
async fn visible(
    db: &impl ConnectionTrait,
    caller: &Caller,
    id: NoticeRoundId,
) -> Result<notice_round::Model, Failure> {
    let round = repository::find(db, id).await?.ok_or(code::NOT_FOUND)?;
    let site = sites::get(db, round.site_id).await?;
    caller.require_at(Permission::ViewClaims, &site.path)?;
    Ok(round)
}

/// One round.
pub(super) async fn get(
    app: &App,
    caller: &Caller,
    id: NoticeRoundId,
) -> Result<NoticeRoundView, Failure> {
    let db = &app.pools.read;
    let round = visible(db, caller, id).await?;
    view(db, caller, round, app.clock.now()).await
}

/// The rounds of a site and those below it.
pub(super) async fn list(
    app: &App,
    caller: &Caller,
    (site, state): (SiteId, Option<NoticeState>),
    pager: &Pager<'_>,
) -> Result<NoticeRoundPage, Failure> {
    let (db, now) = (&app.pools.read, app.clock.now());
    let site = sites::get(db, site).await?;
    caller.require_at(Permission::ViewClaims, &site.path)?;
    let after = pager.after()?;
    let states: Vec<_> =
        NoticeState::iter().filter(|one| state.is_none_or(|wanted| wanted == *one)).collect();
    let rows =
        repository::list_at(db, sites::below(&site), &states, (after, pager.limit())).await?;
    let (rows, next_page_token) = pager.cut(rows, |(round, _)| round.id.to_string())?;
    let ids: Vec<NoticeRoundId> = rows.iter().map(|(round, _)| round.id).collect();
    let counts = entry_rows::count(db, &ids).await?;
    let items = rows.into_iter().filter_map(|(round, site)| {
        let counts = counts.get(&round.id).map(Vec::as_slice).unwrap_or_default();
        Some(view_of(caller, (round, site?), counts, now))
    });
    Ok(NoticeRoundPage { items: items.collect(), next_page_token })
}

/// The entries of a round; whoever looks on sees masked names beside what the public sees.
pub(super) async fn entries(
    app: &App,
    caller: &Caller,
    id: NoticeRoundId,
    pager: &Pager<'_>,
) -> Result<NoticeEntryPage, Failure> {
    let db = &app.pools.read;
    let round = visible(db, caller, id).await?;
    let after = pager.position()?;
    let rows = entry_rows::list(db, id, (after, pager.limit())).await?;
    let (rows, next_page_token) = pager.cut(rows, |(entry, _)| entry.position.to_string())?;
    let people = drawing::people(db, &drawing::of_rows(&rows), local_day(app.clock.now())).await?;
    let view = |(entry, site): drawing::Row| {
        let Person { name, shown } = people.of(entry.volunteer_id, round.opened_at);
        let person = (volunteer::masked_name(&name), shown);
        NoticeEntryView::new(entry, site.map(|site| site.name).unwrap_or_default(), person)
    };
    Ok(NoticeEntryPage { items: rows.into_iter().map(view).collect(), next_page_token })
}

/// What somebody at a site has to do about its rounds, and by when.
pub(super) async fn reminders(
    app: &App,
    caller: &Caller,
    site: SiteId,
) -> Result<NoticeReminders, Failure> {
    let (db, now) = (&app.pools.read, app.clock.now());
    let site = sites::get(db, site).await?;
    caller.require_at(Permission::ViewClaims, &site.path)?;
    let mut items = Vec::new();
    for round in repository::list_due(db, &site.path, now).await? {
        let due = match round.closes_at {
            None => (RoundAction::Open, opening_due(round.drafted_at)),
            Some(end) => (RoundAction::Close, local_day(end)),
        };
        let of = sites::get(db, round.site_id).await?;
        let may_act = caller.may_at(Permission::PublishNotices, &of.path);
        let marks = (local_day(now) > due.1, may_act);
        items.push(NoticeReminder::new(&round, of.name, due, marks));
    }
    Ok(NoticeReminders { items })
}
