//! Use cases of replays: starting one, reading its lines, one attendance in words.

use std::collections::HashMap;

use entity::activity;
use entity::attendance::{self, AttendanceState};
use entity::ids::{RuleSetId, TaskId, VolunteerId};
use sea_orm::ConnectionTrait;

use super::domain::{ByItem, Event, replay};
use super::dto::{
    AttendancePreview, AttendancePreviewPath, ClaimedPoints, PointsInWords, ReplayChange,
    ReplayLinePage, ReplayPath, StartReplay,
};
use super::repository::{self, LineRow, Scope};
use super::work::{Items, Params, Replay, events};
use crate::app::App;
use crate::auth::{Caller, Permission};
use crate::card::number::CardNumber;
use crate::platform::clock::local_day;
use crate::platform::failure::{Failure, Refusal, code};
use crate::platform::paging::Pager;
use crate::platform::quarter::Quarter;
use crate::platform::tx::Tx;
use crate::rule::compute::ComputedPoints;
use crate::task::{self, NewTask, TaskView};
use crate::volunteer::masked_name;
use crate::{rule, site};

/// The span of a quarter under a town's rules.
pub(super) fn scope_of(set: RuleSetId, quarter: Quarter) -> Scope {
    let (from, until) = quarter.span();
    Scope { set, from, until }
}

/// Puts a replay in the queue.
pub(super) async fn start(
    tx: &Tx<'_>,
    caller: &Caller,
    path: ReplayPath,
    body: &StartReplay,
) -> Result<TaskView, Failure> {
    let at = (path.site_id, path.rule_version_id);
    let (institute, version) = rule::version_at(&**tx, caller, Permission::ManageRules, at).await?;
    let quarter: Result<Quarter, _> = body.quarter.as_str().parse();
    let quarter = quarter.map_err(|_| Failure::field("/quarter", "应形如2026Q3"))?;
    if quarter.span().1 > tx.now {
        return Err(Failure::field("/quarter", "只能重算已经结束的季度"));
    }
    let scope = scope_of(version.rule_set_id, quarter);
    let items = Items::read(&**tx, &scope, version.id).await?;
    let params = Params {
        rule_version_id: version.id,
        version: version.version,
        items_digest: items.digest,
        quarter: quarter.to_string(),
    };
    let new = NewTask {
        site: institute.id,
        started_by: Some(caller.account),
        params: serde_json::to_value(params).map_err(Failure::internal)?,
        once: None,
    };
    task::start::<Replay>(tx, new).await
}

/// A line with the person in part.
#[derive(Debug)]
pub(super) struct ShownLine {
    pub(super) volunteer: VolunteerId,
    pub(super) name: String,
    pub(super) card_tail: Option<String>,
    pub(super) before: i64,
    pub(super) after: i64,
    pub(super) delta: i64,
    pub(super) items: ByItem,
}

/// The lines as anybody may see them: masked name and the card's tail.
pub(super) async fn shown(
    db: &impl ConnectionTrait,
    rows: Vec<LineRow>,
) -> Result<Vec<ShownLine>, Failure> {
    let ids = rows.iter().map(|row| row.volunteer_id).collect();
    let tail = |number: &str| CardNumber::parse(number).ok().map(|card| card.tail().to_owned());
    let cards = repository::list_cards(db, ids).await?.into_iter();
    let cards: HashMap<_, _> = cards.map(|(who, number)| (who, tail(&number))).collect();
    let line = |row: LineRow| {
        Ok(ShownLine {
            volunteer: row.volunteer_id,
            name: masked_name(&row.name),
            card_tail: cards.get(&row.volunteer_id).cloned().flatten(),
            before: row.before_points,
            after: row.after_points,
            delta: row.delta,
            items: serde_json::from_value(row.items).map_err(Failure::internal)?,
        })
    };
    rows.into_iter().map(line).collect()
}

/// The lines of a replay, who loses most first.
pub(super) async fn lines(
    app: &App,
    caller: &Caller,
    (task, change): (TaskId, Option<ReplayChange>),
    pager: &Pager<'_>,
) -> Result<ReplayLinePage, Failure> {
    let task = task::visible::<Replay>(app, caller, task).await?;
    let after = pager.after.as_deref().map(read_cursor).transpose()?;
    let db = &app.pools.read;
    let rows = repository::list_lines(db, task.id, change, after, pager.limit()).await?;
    let write_cursor = |row: &LineRow| format!("{}|{}", row.delta, row.volunteer_id);
    let (rows, next_page_token) = pager.cut(rows, write_cursor)?;
    let items = shown(db, rows).await?.into_iter().map(Into::into).collect();
    Ok(ReplayLinePage { items, next_page_token })
}

fn read_cursor(text: &str) -> Result<(i64, VolunteerId), Failure> {
    let parts = text.split_once('|');
    let parts = parts.and_then(|(delta, id)| Some((delta.parse().ok()?, id.parse().ok()?)));
    parts.ok_or_else(|| code::BAD_PAGE_TOKEN.into())
}

/// What a real attendance earns by its own version and would earn under another.
pub(super) async fn preview(
    app: &App,
    caller: &Caller,
    path: AttendancePreviewPath,
) -> Result<AttendancePreview, Failure> {
    let db = &app.pools.read;
    let at = (path.site_id, path.rule_version_id);
    let (institute, version) = rule::readable_version_at(db, caller, at).await?;
    let found = repository::find_attendance(db, path.attendance_id).await?;
    let (Some(row), Some(activity)) = found.unzip() else { return Err(code::NOT_FOUND.into()) };
    let activity = activity.ok_or(code::NOT_FOUND)?;
    let place = site::get(db, row.site_id).await?;
    if !place.path.starts_with(&institute.path) {
        return Err(code::NOT_FOUND.into());
    }
    caller.require_at(Permission::ViewActivities, &place.path)?;
    let event = find_event(db, &version, (&row, &activity)).await?;
    let claim = repository::find_claim(db, row.id).await?;
    let (event, frozen, tested) = event;
    Ok(AttendancePreview {
        attendance_id: row.id,
        day: local_day(event.at),
        frozen: in_words(&event, frozen),
        tested: in_words(&event, tested),
        item_code: event.item_code,
        hours_tenths: event.hours_tenths,
        claimed: claim.map(|claim| ClaimedPoints {
            state: claim.state,
            points: claim.points,
            explanation: claim.explanation,
        }),
    })
}

type Both = (Event, Option<ComputedPoints>, Option<ComputedPoints>);

/// The attendance among all its volunteer did that quarter: the caps need the others.
async fn find_event(
    db: &impl ConnectionTrait,
    version: &entity::rule_version::Model,
    (row, activity): (&attendance::Model, &activity::Model),
) -> Result<Both, Failure> {
    if row.state != AttendanceState::Confirmed {
        return Err(Refusal::new(code::WRONG_STATE).with("state", row.state).into());
    }
    let day = local_day(row.starts_at.unwrap_or(activity.starts_at));
    let scope = scope_of(version.rule_set_id, Quarter::of(day));
    let items = Items::read(db, &scope, version.id).await?;
    let all = events(db, &scope, &[row.volunteer_id], &items).await?;
    let place = all.iter().position(|event| event.attendance == Some(row.id));
    let none = || Refusal::new(code::NOT_FOUND).detail("这次签到不按本细则计分");
    let place = place.ok_or_else(none)?;
    let frozen = replay(&all, |event| items.frozen(event)).into_iter().nth(place).flatten();
    let tested = replay(&all, |event| items.tested(event)).into_iter().nth(place).flatten();
    let event = all.into_iter().nth(place).ok_or_else(none)?;
    Ok((event, frozen, tested))
}

fn in_words(event: &Event, computed: Option<ComputedPoints>) -> PointsInWords {
    let Some(ComputedPoints { points, explanation, cuts: _ }) = computed else {
        let explanation = format!("没有适用的条目“{}”，不计分", event.item_code);
        return PointsInWords { points: 0, explanation };
    };
    PointsInWords { points, explanation }
}
