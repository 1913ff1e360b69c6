//! Use cases of the register (台账): the list and the workbook.
//!
//! Names are in full for staff who hand out at the site, whose signature book this is; whoever
//! only looks on (a supervisor, the town, the county) sees them masked. Those of minors are masked
//! for everybody unless the reader says why she needs them; then the line in the audit trail that
//! each look leaves (personal information protection law art. 51) keeps that, too.

use std::fs::File;

use chrono::DateTime;
use entity::ids::SiteId;
use entity::site;
use serde_json::{Value, json};

use super::register_dto::{Period, RegisterPage, RegisterQuery, RegisterRow};
use super::register_rows::{self, Cursor};
use super::workbook;
use crate::app::App;
use crate::auth::{Caller, Permission};
use crate::platform::actor::Actor;
use crate::platform::audit_row;
use crate::platform::clock::local_day;
use crate::platform::failure::{Failure, code};
use crate::platform::paging::{PageQuery, Pager};
use crate::platform::tx::in_tx;
use crate::platform::workbook::{Part, write};
use crate::site as sites;
use crate::volunteer::{self, Names, ReadingReason};

/// Lines read at a time for the workbook.
const CHUNK: u64 = 500;
/// Chunks that may wait for the writer.
const AHEAD: usize = 2;

async fn register_site(app: &App, caller: &Caller, id: SiteId) -> Result<site::Model, Failure> {
    let site = sites::get(&app.pools.read, id).await?;
    caller.require_at(Permission::ExportRegister, &site.path)?;
    Ok(site)
}

/// Keeps who looked, and why minors' names were shown to her, if they were.
async fn leave_trace(
    app: &App,
    actor: &Actor,
    (action, site): (&str, SiteId),
    detail: Option<Value>,
) -> Result<(), Failure> {
    let object = site.to_string();
    let work = async |tx: &crate::platform::tx::Tx<'_>| match detail.clone() {
        Some(detail) => audit_row::record_with(tx, action, Some(&object), detail).await,
        None => audit_row::record(tx, action, Some(&object), "ok").await,
    };
    in_tx(&app.core, actor, work).await
}

pub(super) async fn list(
    app: &App,
    caller: &Caller,
    actor: &Actor,
    site: SiteId,
    query: RegisterQuery,
) -> Result<RegisterPage, Failure> {
    let site = register_site(app, caller, site).await?;
    let RegisterQuery { from, to, reason, page_size, page_token } = query;
    let period = Period::new(from, to)?;
    let name = format!("register|{}|{}|{from}|{to}", caller.account, site.id);
    let pager = Pager::new(&app.core, name, &PageQuery { page_size, page_token })?;
    let after = pager.after.as_deref().map(read_cursor).transpose()?;
    let db = &app.pools.read;
    let rows =
        register_rows::list(db, register_rows::of(site.id), period, after, pager.limit()).await?;
    let (rows, next_page_token) = pager.cut(rows, write_cursor)?;
    leave_trace(app, actor, ("register_list", site.id), None).await?;
    let hands_out = hands_out(caller, &site);
    let people = rows.iter().map(|row| (row.volunteer_id, row.volunteer_birth_date));
    let object = ("register_list", Some(site.id.to_string()));
    let reason = reason.filter(|_| hands_out);
    let names = volunteer::open_names(app, actor, object, people, reason).await?;
    let shown = Shown { hands_out, names };
    let items = rows.into_iter().map(|row| shown.line(row).into()).collect();
    Ok(RegisterPage { items, next_page_token })
}

fn hands_out(caller: &Caller, site: &site::Model) -> bool {
    caller.may_at(Permission::FulfilRedemptions, &site.path)
}

/// What of the names a reader may see.
#[derive(Clone, Copy)]
struct Shown {
    hands_out: bool,
    names: Names,
}

impl Shown {
    fn line(self, row: RegisterRow) -> RegisterRow {
        if self.hands_out { row.named(self.names) } else { row.masked() }
    }
}

pub(super) fn cursor_of(row: &RegisterRow) -> Cursor {
    (row.fulfilled_at, row.id)
}

fn write_cursor(row: &RegisterRow) -> String {
    format!("{}|{}", row.fulfilled_at.timestamp_micros(), row.id)
}

fn read_cursor(text: &str) -> Result<Cursor, Failure> {
    let parts = text.split_once('|').and_then(|(micros, id)| {
        let at = DateTime::from_timestamp_micros(micros.parse().ok()?)?;
        Some((at, id.parse().ok()?))
    });
    parts.ok_or_else(|| code::BAD_PAGE_TOKEN.into())
}

/// The register as a workbook in a file. Lines are read page by page while a thread of its
/// own writes them, so that neither memory nor other requests feel a long register.
pub(super) async fn export(
    app: &App,
    caller: &Caller,
    actor: &Actor,
    site: SiteId,
    (period, reason): (Period, Option<ReadingReason>),
) -> Result<File, Failure> {
    let site = register_site(app, caller, site).await?;
    let hands_out = hands_out(caller, &site);
    let reason = reason.filter(|_| hands_out);
    let names = Names::stated(local_day(app.clock.now()), reason.as_ref());
    let shown = Shown { hands_out, names };
    let (lines, waiting) = tokio::sync::mpsc::channel(AHEAD);
    let writer = tokio::task::spawn_blocking(move || write(waiting));
    let head = Part::Sheet(workbook::head(site.name.clone(), period));
    let read = send_lines(app, (site.id, period, shown), head, lines).await;
    let written = writer.await.map_err(Failure::internal)?;
    read?;
    let file = written.map_err(Failure::internal)?;
    let why =
        reason.map(|why| json!({ "reason": why.as_str(), "from": period.from, "to": period.to }));
    leave_trace(app, actor, ("register_export", site.id), why).await?;
    Ok(file)
}

async fn send_lines(
    app: &App,
    (site, period, shown): (SiteId, Period, Shown),
    head: Part,
    lines: tokio::sync::mpsc::Sender<Part>,
) -> Result<(), Failure> {
    let (mut after, mut next) = (None, head);
    loop {
        if lines.send(next).await.is_err() {
            // The writer gave up; its own error says why.
            return Ok(());
        }
        let rows =
            register_rows::list(&app.pools.read, register_rows::of(site), period, after, CHUNK)
                .await?;
        let Some(last) = rows.last() else {
            return Ok(());
        };
        after = Some(cursor_of(last));
        next = Part::Rows(rows.into_iter().map(|row| workbook::row(shown.line(row))).collect());
    }
}
