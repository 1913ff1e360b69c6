//! Take-overs as lists, their faults as a list and as CSV, and the template.

use entity::ids::{OpeningImportId, SiteId};
use entity::opening_import;

use super::dto::{OpeningFaultPage, OpeningFaultView, OpeningImportPage, OpeningImportView};
use super::repository;
use super::service::SHOWN;
use super::table::{COLUMNS, LINES_MAX};
use crate::app::App;
use crate::auth::{Caller, Permission};
use crate::platform::failure::{Failure, code};
use crate::platform::paging::{PageQuery, Pager};
use crate::platform::text::spreadsheet::guard;
use crate::site as sites;

/// Marks a text as UTF-8 for spreadsheets.
const BOM: &str = "\u{feff}";
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
    let faults = all_faults(app, &row, SHOWN).await?;
    Ok(OpeningImportView::new(row, faults, caller.account))
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
    let view = |row| OpeningImportView::new(row, Vec::new(), caller.account);
    Ok(OpeningImportPage { items: rows.into_iter().map(view).collect(), next_page_token })
}

/// What is wrong with a file, by line.
pub(super) async fn faults(
    app: &App,
    caller: &Caller,
    id: OpeningImportId,
    page: &PageQuery,
) -> Result<OpeningFaultPage, Failure> {
    let row = find(app, caller, id).await?;
    let pager = Pager::new(&app.core, format!("opening-faults|{}|{id}", caller.account), page)?;
    let after = pager.after.as_deref().map(read_cursor).transpose()?;
    let db = &app.pools.read;
    let rows = repository::list_faults(db, row.id, after, pager.limit()).await?;
    let (rows, next_page_token) = pager.cut(rows, |row| format!("{}|{}", row.line, row.field))?;
    Ok(OpeningFaultPage { items: rows.into_iter().map(Into::into).collect(), next_page_token })
}

fn read_cursor(text: &str) -> Result<(i32, String), Failure> {
    let parts = text.split_once('|');
    let parts = parts.and_then(|(line, field)| Some((line.parse().ok()?, field.to_owned())));
    parts.ok_or_else(|| code::BAD_PAGE_TOKEN.into())
}

/// Faults of a file, and rows that could not be booked any more.
async fn all_faults(
    app: &App,
    row: &opening_import::Model,
    limit: usize,
) -> Result<Vec<OpeningFaultView>, Failure> {
    let db = &app.pools.read;
    let most = u64::try_from(limit).map_err(Failure::internal)?;
    let faults = repository::list_faults(db, row.id, None, most).await?;
    let mut faults: Vec<_> = faults.into_iter().map(OpeningFaultView::from).collect();
    for refused in repository::list_refused(db, row.id).await? {
        let message = refused.refusal.unwrap_or_default();
        faults.push(OpeningFaultView { line: refused.line, field: "outcome".into(), message });
    }
    faults.truncate(limit);
    Ok(faults)
}

/// The same as a file that a spreadsheet opens and takes for no formula.
pub(super) async fn faults_csv(
    app: &App,
    caller: &Caller,
    id: OpeningImportId,
) -> Result<String, Failure> {
    let row = find(app, caller, id).await?;
    let mut text = format!("{BOM}行号,列,问题\r\n");
    for fault in all_faults(app, &row, FAULTS_MAX).await? {
        let (field, message) = (quote(column(&fault.field)), quote(&fault.message));
        text += &[&fault.line.to_string(), ",", &field, ",", &message, "\r\n"].concat();
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

fn quote(cell: &str) -> String {
    format!("\"{}\"", guard(cell).replace('"', "\"\""))
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

    #[test]
    fn no_cell_of_the_report_is_a_formula() {
        assert_eq!(quote("=1\"+1"), "\"'=1\"\"+1\"");
    }
}
