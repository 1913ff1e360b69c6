//! Take-overs and their lines as lists, their faults as a list and as CSV, and the template.

use std::collections::HashSet;

use entity::ids::{OpeningImportId, SiteId};
use entity::{opening_import, opening_row};
use sea_orm::ConnectionTrait;

use super::booking::Booking;
use super::dto::{
    OpeningFaultPage, OpeningFaultView, OpeningImportPage, OpeningImportView, OpeningRowPage,
    OpeningRowView,
};
use super::repository;
use super::service::{self, SHOWN};
use super::table::{COLUMNS, LINES_MAX};
use crate::app::App;
use crate::auth::{Caller, Permission};
use crate::card;
use crate::platform::clock::local_day;
use crate::platform::failure::{Failure, code};
use crate::platform::paging::{PageQuery, Pager};
use crate::platform::text::spreadsheet::{BOM, csv_line};
use crate::site as sites;
use crate::task::{self, Work};
use crate::volunteer::Names;

/// Faults of one line: one for each column.
const FAULTS_MAX: usize = LINES_MAX * COLUMNS.len();

async fn find(
    app: &App,
    caller: &Caller,
    id: OpeningImportId,
) -> Result<opening_import::Model, Failure> {
    let db = &app.pools.read;
    let row = repository::find(db, id).await?.ok_or(code::NOT_FOUND)?;
    let site = sites::get(db, row.site_id).await?;
    caller.require_at(Permission::ImportOpenings, &site.path)?;
    Ok(row)
}

pub(super) async fn get(
    app: &App,
    caller: &Caller,
    id: OpeningImportId,
) -> Result<OpeningImportView, Failure> {
    let row = find(app, caller, id).await?;
    let db = &app.pools.read;
    let shown = u64::try_from(SHOWN).map_err(Failure::internal)?;
    let faults = list_faults(db, &row, None, shown).await?;
    let refused = repository::count_refused(db, &[id]).await?.get(&id).copied();
    let task = task::latest::<Booking>(db, row.site_id, &id.to_string()).await?;
    let is_booking = service::is_being_booked(db, id).await?;
    let view = view(db, caller, (row, is_booking), faults).await?;
    Ok(view.refusing(refused.unwrap_or_default()).with_task(task))
}

/// A take-over as the caller sees it: whoever must recuse herself is offered nothing.
async fn view(
    db: &impl ConnectionTrait,
    caller: &Caller,
    (row, is_booking): (opening_import::Model, bool),
    faults: Vec<OpeningFaultView>,
) -> Result<OpeningImportView, Failure> {
    let id = row.id;
    let view = OpeningImportView::new(row, faults, (caller.account, is_booking));
    if view.offers_commit() && service::names_kin(db, caller, id).await? {
        return Ok(view.without_actions());
    }
    Ok(view)
}

/// Those of a site, newest first, without their faults.
pub(super) async fn list(
    app: &App,
    caller: &Caller,
    site: SiteId,
    page: &PageQuery,
) -> Result<OpeningImportPage, Failure> {
    let db = &app.pools.read;
    let site = sites::get(db, site).await?;
    caller.require_at(Permission::ImportOpenings, &site.path)?;
    let name = format!("opening-imports|{}|{}", caller.account, site.id);
    let pager = Pager::new(&app.core, name, page)?;
    let after = pager.after()?;
    let rows = repository::list(db, site.id, after, pager.limit()).await?;
    let (rows, next_page_token) = pager.cut(rows, |row| row.id.to_string())?;
    let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
    let refused = repository::count_refused(db, &ids).await?;
    let booking = repository::list_being_booked(db, Booking::NAME, &ids).await?;
    let mut items = Vec::with_capacity(rows.len());
    for row in rows {
        let refused = refused.get(&row.id).copied().unwrap_or_default();
        let is_booking = booking.contains(&row.id);
        let view = view(db, caller, (row, is_booking), Vec::new()).await?;
        items.push(view.refusing(refused));
    }
    Ok(OpeningImportPage { items, next_page_token })
}

/// The lines of a file without faults, as they are booked or were. Whoever takes books over
/// decides about these people and must know whom she signs for; a minor's name is on her own page,
/// which asks why.
pub(super) async fn rows(
    app: &App,
    caller: &Caller,
    id: OpeningImportId,
    page: &PageQuery,
) -> Result<OpeningRowPage, Failure> {
    let import = find(app, caller, id).await?;
    let db = &app.pools.read;
    let pager = Pager::new(&app.core, format!("opening-rows|{}|{id}", caller.account), page)?;
    let rows = repository::list_rows(db, import.id, pager.position()?, pager.limit()).await?;
    let (rows, next_page_token) = pager.cut(rows, |row| row.line.to_string())?;
    let people: HashSet<_> = rows.iter().map(|row| row.volunteer_id).collect();
    let known = repository::list_names(db, &people).await?;
    let tails = card::tails(db, &people).await?;
    let names = Names::closed(local_day(app.clock.now()));
    let view = |row: opening_row::Model| {
        let her = row.volunteer_id;
        let name = known.get(&her).map(|(name, born)| names.of(name, *born)).unwrap_or_default();
        OpeningRowView::new(row, (name, tails.get(&her).cloned()))
    };
    Ok(OpeningRowPage { items: rows.into_iter().map(view).collect(), next_page_token })
}

/// What is wrong with a file, or what could not be booked of it, by line.
pub(super) async fn faults(
    app: &App,
    caller: &Caller,
    id: OpeningImportId,
    page: &PageQuery,
) -> Result<OpeningFaultPage, Failure> {
    let row = find(app, caller, id).await?;
    let pager = Pager::new(&app.core, format!("opening-faults|{}|{id}", caller.account), page)?;
    let after = pager.after.as_deref().map(read_cursor).transpose()?;
    let rows = list_faults(&app.pools.read, &row, after, pager.limit()).await?;
    let (items, next_page_token) = pager.cut(rows, |row| format!("{}|{}", row.line, row.field))?;
    Ok(OpeningFaultPage { items, next_page_token })
}

fn read_cursor(text: &str) -> Result<(i32, String), Failure> {
    let parts = text.split_once('|');
    let parts = parts.and_then(|(line, field)| Some((line.parse().ok()?, field.to_owned())));
    parts.ok_or_else(|| code::BAD_PAGE_TOKEN.into())
}

/// The faults of a file that has any; of a sound one the rows that could not be booked any more.
async fn list_faults(
    db: &impl ConnectionTrait,
    row: &opening_import::Model,
    after: Option<(i32, String)>,
    limit: u64,
) -> Result<Vec<OpeningFaultView>, Failure> {
    if row.fault_count > 0 {
        let faults = repository::list_faults(db, row.id, after, limit).await?;
        return Ok(faults.into_iter().map(Into::into).collect());
    }
    let after = after.map_or(0, |(line, _)| line);
    let refused = repository::list_refused(db, row.id, after, limit).await?;
    Ok(refused.into_iter().map(Into::into).collect())
}

/// The same as a file that a spreadsheet opens and takes for no formula.
pub(super) async fn faults_csv(
    app: &App,
    caller: &Caller,
    id: OpeningImportId,
) -> Result<String, Failure> {
    let row = find(app, caller, id).await?;
    let mut text = format!("{BOM}行号,列,问题\r\n");
    let most = u64::try_from(FAULTS_MAX).map_err(Failure::internal)?;
    for fault in list_faults(&app.pools.read, &row, None, most).await? {
        let cells = [fault.line.to_string(), column(&fault.field).to_owned(), fault.message];
        text += &csv_line(cells);
    }
    Ok(text)
}

/// What a fault's field is called in the file's head.
fn column(field: &str) -> &str {
    let [row, card, external, name, points, page] = COLUMNS;
    match field {
        "row_id" => row,
        "card_number" => card,
        "external_no" => external,
        "name" => name,
        "points" => points,
        "page" => page,
        "outcome" => "入账",
        other => other,
    }
}

/// A file to fill in: the head, nothing else.
pub(super) fn template() -> String {
    format!("{BOM}{}\r\n", COLUMNS.join(","))
}

#[cfg(test)]
mod tests {
    use super::super::table::{FileFault, Written, read};
    use super::*;

    #[test]
    fn the_template_has_the_head_that_is_asked_for() {
        let filled = format!("{}1,JF-1,,张秀兰,30,第3页\r\n", template());
        assert_eq!(read(filled.as_bytes(), Written::CsvUtf8).unwrap().len(), 1);
        assert_eq!(read(template().as_bytes(), Written::CsvUtf8), Err(FileFault::Length));
    }
}
