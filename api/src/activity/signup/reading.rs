//! Use cases that only read sign-ups.

use std::collections::HashMap;

use entity::ids::{ActivityId, SignUpId, SiteId, VolunteerId};
use entity::sign_up::{self, SignUpState};
use entity::{activity, site as site_row, volunteer as volunteer_row};

use super::super::cursor::Cursor;
use super::super::service::{Placed, get};
use super::repository;
use super::service::InLine;
use crate::app::App;
use crate::auth::{Caller, Permission};
use crate::platform::actor::Actor;
use crate::platform::failure::{Failure, code};
use crate::platform::paging::Pager;
use crate::site;
use crate::volunteer::{self, Names, ReadingReason};

/// One line of the roster.
#[derive(Clone, Debug)]
pub(super) struct Line {
    pub(super) in_line: InLine,
    pub(super) volunteer: volunteer_row::Model,
}

/// A page of the roster.
#[derive(Debug)]
pub(super) struct Roster {
    pub(super) lines: Vec<Line>,
    pub(super) next: Option<String>,
    /// How the reader sees names if she works with these people.
    pub(super) names: Option<Names>,
}

/// One state's part of an activity's roster.
pub(super) async fn list_roster(
    app: &App,
    (actor, caller): (&Actor, &Caller),
    (site_id, id, state): (SiteId, ActivityId, SignUpState),
    reason: Option<ReadingReason>,
    pager: &Pager<'_>,
) -> Result<Roster, Failure> {
    let db = &app.pools.read;
    let site = site::get(db, site_id).await?;
    caller.require_at(Permission::ViewActivities, &site.path)?;
    if get(db, id).await?.site_id != site.id {
        return Err(code::NOT_FOUND.into());
    }
    let (seen, after) = match &pager.after {
        Some(text) => read_place(text)?,
        None => (0, None),
    };
    let rows = repository::list_roster(db, (id, state), after, pager.limit()).await?;
    let waiting = state == SignUpState::Waitlisted;
    let rows = rows.into_iter().filter_map(|(row, volunteer)| Some((row, volunteer?)));
    let line = |(number, (sign_up, volunteer))| {
        let place = waiting.then_some(number);
        (number, Line { in_line: InLine { sign_up, place }, volunteer })
    };
    let lines: Vec<_> = (seen + 1..).zip(rows).map(line).collect();
    let (lines, next) = pager.cut(lines, |(n, line)| place_text(*n, &line.in_line.sign_up))?;
    let lines: Vec<Line> = lines.into_iter().map(|(_, line)| line).collect();
    let names = if caller.may_at(Permission::RunAttendance, &site.path) {
        let people = lines.iter().map(|line| (line.volunteer.id, line.volunteer.birth_date));
        let object = ("activity_roster", Some(id.to_string()));
        Some(volunteer::open_names(app, actor, object, people, reason).await?)
    } else {
        None
    };
    Ok(Roster { lines, next, names })
}

/// The last row shown with its number, so that places in line go on counting.
fn place_text(number: u64, row: &sign_up::Model) -> String {
    format!("{number}|{}", Cursor::new(row.signed_up_at, row.id).to_text())
}

fn read_place(text: &str) -> Result<(u64, Option<Cursor>), Failure> {
    let (number, cursor) = text.split_once('|').ok_or(code::BAD_PAGE_TOKEN)?;
    let number = number.parse().map_err(|_| code::BAD_PAGE_TOKEN)?;
    Ok((number, Some(Cursor::parse(cursor)?)))
}

/// An activity of mine, with where I stand.
#[derive(Debug)]
pub(super) struct Mine {
    pub(super) placed: Placed,
    pub(super) in_line: InLine,
}

/// A volunteer's activities, those to come or those over.
pub(super) async fn list_mine(
    app: &App,
    volunteer: VolunteerId,
    upcoming: bool,
    pager: &Pager<'_>,
) -> Result<(Vec<Mine>, Option<String>), Failure> {
    let (db, now) = (&app.pools.read, app.clock.now());
    let after = pager.after.as_deref().map(Cursor::parse).transpose()?;
    let part = (upcoming, now);
    let rows = repository::list_mine(db, volunteer, part, after, pager.limit()).await?;
    let rows: Vec<_> = rows.into_iter().filter_map(whole).collect();
    let waiting = rows.iter().filter(|row| row.0.state == SignUpState::Waitlisted);
    let places = places(app, waiting.map(|row| row.0.activity_id).collect()).await?;
    let mine = |(sign_up, activity, site): Whole| {
        let place = places.get(&sign_up.id).copied();
        Mine { placed: Placed { activity, site }, in_line: InLine { sign_up, place } }
    };
    let (rows, next) =
        pager.cut(rows, |(row, activity, _)| Cursor::new(activity.starts_at, row.id).to_text())?;
    Ok((rows.into_iter().map(mine).collect(), next))
}

type Whole = (sign_up::Model, activity::Model, site_row::Model);

fn whole(
    (row, activity, site): (sign_up::Model, Option<activity::Model>, Option<site_row::Model>),
) -> Option<Whole> {
    Some((row, activity?, site?))
}

/// Everybody's place in the lines of these activities.
async fn places(app: &App, activities: Vec<ActivityId>) -> Result<HashMap<SignUpId, u64>, Failure> {
    if activities.is_empty() {
        return Ok(HashMap::new());
    }
    let mut lengths: HashMap<ActivityId, u64> = HashMap::new();
    let mut places = HashMap::new();
    for (activity, sign_up) in repository::list_waiting(&app.pools.read, activities).await? {
        let length = lengths.entry(activity).or_default();
        *length += 1;
        places.insert(sign_up, *length);
    }
    Ok(places)
}
