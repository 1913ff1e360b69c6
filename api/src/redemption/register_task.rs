//! The register of a site and those below it as a task: a CSV file that grows page by page, goes
//! on where it was stopped and shows how far it is. Every name in it is masked: it is kept for
//! a week, and whoever leaves meanwhile is not named in it.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use chrono::{DateTime, NaiveDate, Utc};
use entity::ids::{RedemptionId, SiteId};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::register::cursor_of;
use super::register_dto::{Period, StartRegisterExport};
use super::register_rows::{self, Cursor};
use super::workbook;
use crate::app::App;
use crate::auth::{Caller, Permission};
use crate::platform::failure::Failure;
use crate::platform::text::spreadsheet::{BOM, CSV, csv_line};
use crate::platform::tx::Tx;
use crate::site as sites;
use crate::task::{self, File, NewTask, Run, Step, TaskView, Work};

/// Lines of one step.
const CHUNK: u64 = 500;

/// The register of an area, as a task.
pub(crate) enum RegisterExport {}

/// Which days.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Which {
    from: NaiveDate,
    to: NaiveDate,
}

/// The last line written, and the sums up to it.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Mark {
    at: DateTime<Utc>,
    id: RedemptionId,
    lines: i64,
    points: i64,
    total: i64,
}

/// What the next step writes.
pub(crate) struct Page {
    text: String,
    mark: Option<Mark>,
    is_last: bool,
}

impl Work for RegisterExport {
    const NAME: &'static str = "redemption.register";
    const TITLE: &'static str = "导出兑换台账";
    const PERMISSION: Permission = Permission::ExportRegister;
    type Ready = Page;

    async fn ready(app: &App, run: &Run) -> Result<Page, Failure> {
        let db = &app.pools.read;
        let Which { from, to } = run.params()?;
        let period = Period::new(from, to)?;
        let before: Option<Mark> = run.mark()?;
        let after = before.map(|mark| -> Cursor { (mark.at, mark.id) });
        let places = register_rows::below(&sites::get(db, run.site).await?);
        let total = match before {
            Some(mark) => mark.total,
            None => register_rows::count(db, places.clone(), period).await?,
        };
        let rows = register_rows::list(db, places, period, after, CHUNK).await?;
        let is_last = u64::try_from(rows.len()).is_ok_and(|count| count < CHUNK);
        let (mut mark, mut text) = (before, String::new());
        if before.is_none() {
            text = format!("{BOM}{}", csv_line(head()));
        }
        let mut names: HashMap<SiteId, String> = HashMap::new();
        for row in rows {
            let place = match names.entry(row.site_id) {
                Entry::Occupied(known) => known.get().clone(),
                Entry::Vacant(new) => new.insert(sites::get(db, row.site_id).await?.name).clone(),
            };
            let ((at, id), sums) = (cursor_of(&row), mark.map_or((0, 0), |m| (m.lines, m.points)));
            let (lines, points) = (sums.0 + 1, sums.1.saturating_add(row.points));
            mark = Some(Mark { at, id, lines, points, total });
            let cells = workbook::row(row.masked());
            let cells = cells.into_iter().map(|cell| cell.to_string());
            text += &csv_line(std::iter::once(place).chain(cells));
        }
        Ok(Page { text, mark, is_last })
    }

    async fn step(_: &App, _: &Tx<'_>, run: &Run, page: &Page) -> Result<Step, Failure> {
        let (lines, points) = page.mark.map_or((0, 0), |mark| (mark.lines, mark.points));
        let total = page.mark.map_or(0, |mark| mark.total.max(mark.lines));
        let bytes = page.text.clone().into_bytes();
        if !page.is_last {
            return Ok(Step::go_on(page.mark)?.progress(lines, Some(total)).piece(bytes));
        }
        let Which { from, to } = run.params()?;
        let step =
            Step::succeed(json!({"from": from, "to": to, "lines": lines, "points": points}))?;
        let name = format!("redemption-register-{from}-{to}.csv");
        let made = File { name, media_type: CSV, bytes };
        Ok(step.progress(lines, Some(lines)).file(made))
    }
}

fn head() -> impl Iterator<Item = String> {
    let columns = workbook::COLUMNS.iter().map(|(name, _)| *name);
    std::iter::once("所站").chain(columns).map(str::to_owned)
}

/// Puts an export in the queue.
///
/// # Errors
/// `invalid_value` for the days; the caller's lack of permission.
pub(super) async fn start(
    tx: &Tx<'_>,
    caller: &Caller,
    site: SiteId,
    body: StartRegisterExport,
) -> Result<TaskView, Failure> {
    let site = sites::get(&**tx, site).await?;
    caller.require_at(Permission::ExportRegister, &site.path)?;
    let StartRegisterExport { from, to } = body;
    Period::read(from, to).map_err(|(name, why)| Failure::field(&format!("/{name}"), why))?;
    let params = serde_json::to_value(Which { from, to }).map_err(Failure::internal)?;
    let new = NewTask { site: site.id, started_by: Some(caller.account), params, once: None };
    task::start::<RegisterExport>(tx, new).await
}
