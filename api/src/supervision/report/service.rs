//! Writing, filing, answering and reading reports.

use entity::ids::{SiteId, SupervisionReportId};
use entity::site;
use entity::supervision_report::{self, ReportState};
use sea_orm::ConnectionTrait;
use serde_json::json;

use super::domain::{ReportAction, ReportRefusal, allowed_actions, decide_step, may_read};
use super::dto::{DraftReport, SupervisionReportPage, SupervisionReportView};
use super::{counting, repository};
use crate::app::App;
use crate::auth::{Caller, Permission};
use crate::journal;
use crate::platform::clock::local_day;
use crate::platform::failure::{Failure, Refusal, code};
use crate::platform::paging::Pager;
use crate::platform::tx::Tx;
use crate::site as sites;
use crate::supervision::{error, quarter};

/// Begins a report of a quarter.
///
/// # Errors
/// `report_exists`.
pub(super) async fn draft(
    tx: &Tx<'_>,
    caller: &Caller,
    site: SiteId,
    body: DraftReport,
) -> Result<supervision_report::Model, Failure> {
    let site = sites::get(&**tx, site).await?;
    caller.require_at(Permission::Supervise, &site.path)?;
    let quarter = quarter::begun(&body.quarter, local_day(tx.now))?;
    let row = supervision_report::Model {
        id: tx.new_id(),
        site_id: site.id,
        quarter: quarter.to_string(),
        state: ReportState::Draft,
        text: body.text.into(),
        counts: None,
        written_by: caller.account,
        written_at: tx.now,
        filed_at: None,
        answer: None,
        answered_by: None,
        answered_at: None,
        version: 1,
        updated_at: tx.now,
    };
    let row = repository::insert(tx, row).await?.ok_or(error::REPORT_EXISTS)?;
    tell(tx, "supervision_report.drafted", &row).await?;
    Ok(row)
}

/// What each step asks of who takes it.
const fn permission_for(action: ReportAction) -> Permission {
    match action {
        ReportAction::Revise | ReportAction::File => Permission::Supervise,
        ReportAction::Answer => Permission::AppointSupervisors,
    }
}

async fn begin(
    tx: &Tx<'_>,
    caller: &Caller,
    id: SupervisionReportId,
    action: ReportAction,
) -> Result<(supervision_report::Model, site::Model), Failure> {
    let mut report = repository::lock(tx, id).await?.ok_or(code::NOT_FOUND)?;
    let site = sites::get(&**tx, report.site_id).await?;
    caller.require_at(permission_for(action), &site.path)?;
    if !may_read(&report, caller.account) {
        return Err(code::NOT_FOUND.into());
    }
    report.state = decide_step(&report, action, caller.account)?;
    Ok((report, site))
}

async fn store(
    tx: &Tx<'_>,
    report: supervision_report::Model,
    kind: &str,
) -> Result<supervision_report::Model, Failure> {
    let report =
        supervision_report::Model { version: report.version + 1, updated_at: tx.now, ..report };
    if !repository::save(tx, &report).await? {
        return Err(Failure::internal("a locked report changed"));
    }
    tell(tx, kind, &report).await?;
    Ok(report)
}

/// Tells the journal; the text is nobody's business there.
async fn tell(tx: &Tx<'_>, kind: &str, report: &supervision_report::Model) -> Result<(), Failure> {
    let data = json!({"quarter": report.quarter, "state": report.state});
    let (id, site) = (report.id.into(), Some(report.site_id));
    journal::publish(tx, kind, "supervision_report", id, site, data).await
}

/// Writes the text of a draft anew.
///
/// # Errors
/// `stale_version`, `wrong_state` once it is filed.
pub(super) async fn revise(
    tx: &Tx<'_>,
    caller: &Caller,
    (id, expected): (SupervisionReportId, i32),
    text: String,
) -> Result<supervision_report::Model, Failure> {
    let (mut report, _) = begin(tx, caller, id, ReportAction::Revise).await?;
    if report.version != expected {
        return Err(code::STALE.into());
    }
    report.text = text;
    store(tx, report, "supervision_report.revised").await
}

/// Files a draft: the counts are taken now, and stay.
///
/// # Errors
/// `wrong_state`.
pub(super) async fn file(
    tx: &Tx<'_>,
    caller: &Caller,
    id: SupervisionReportId,
) -> Result<supervision_report::Model, Failure> {
    let (mut report, site) = begin(tx, caller, id, ReportAction::File).await?;
    let quarter = report.quarter.parse().map_err(Failure::internal)?;
    let counts = counting::count(&**tx, &site.path, quarter).await?;
    report.counts = Some(serde_json::to_value(counts).map_err(Failure::internal)?);
    report.filed_at = Some(tx.now);
    store(tx, report, "supervision_report.filed").await
}

/// The town answers a filed report.
///
/// # Errors
/// `wrong_state`, `must_recuse` for its writer.
pub(super) async fn answer(
    tx: &Tx<'_>,
    caller: &Caller,
    id: SupervisionReportId,
    answer: String,
) -> Result<supervision_report::Model, Failure> {
    let (mut report, _) = begin(tx, caller, id, ReportAction::Answer).await?;
    report.answer = Some(answer);
    report.answered_by = Some(caller.account);
    report.answered_at = Some(tx.now);
    store(tx, report, "supervision_report.answered").await
}

/// One report.
///
/// # Errors
/// `not_found`, also for another's draft; the caller's lack of permission.
pub(super) async fn get(
    app: &App,
    caller: &Caller,
    id: SupervisionReportId,
) -> Result<SupervisionReportView, Failure> {
    let db = &app.pools.read;
    let report = repository::find(db, id).await?.ok_or(code::NOT_FOUND)?;
    let site = sites::get(db, report.site_id).await?;
    caller.require_at(Permission::ViewSupervision, &site.path)?;
    if !may_read(&report, caller.account) {
        return Err(code::NOT_FOUND.into());
    }
    view(db, caller, report).await
}

/// The reports of a site and those below it, newest first.
pub(super) async fn list(
    app: &App,
    caller: &Caller,
    (site_id, quarter): (SiteId, Option<String>),
    pager: &Pager<'_>,
) -> Result<SupervisionReportPage, Failure> {
    let db = &app.pools.read;
    let site = sites::get(db, site_id).await?;
    caller.require_at(Permission::ViewSupervision, &site.path)?;
    let quarter = quarter::filter(quarter.as_deref())?;
    let after = pager.after()?;
    let at = (site.path.as_str(), caller.account);
    let rows = repository::list_at(db, at, quarter.as_deref(), (after, pager.limit())).await?;
    let (rows, next_page_token) = pager.cut(rows, |row| row.id.to_string())?;
    let mut items = Vec::with_capacity(rows.len());
    for report in rows {
        items.push(view(db, caller, report).await?);
    }
    Ok(SupervisionReportPage { items, next_page_token })
}

/// A report as the caller may see it.
///
/// # Errors
/// The database's.
pub(super) async fn view(
    db: &impl ConnectionTrait,
    caller: &Caller,
    report: supervision_report::Model,
) -> Result<SupervisionReportView, Failure> {
    let site = sites::get(db, report.site_id).await?;
    let may = |action| caller.may_at(permission_for(action), &site.path);
    let actions = allowed_actions(&report, caller.account, may);
    let counts = report.counts.clone().map(serde_json::from_value).transpose();
    Ok(SupervisionReportView::new(report, counts.map_err(Failure::internal)?, actions))
}

impl From<ReportRefusal> for Failure {
    fn from(refusal: ReportRefusal) -> Self {
        match refusal {
            ReportRefusal::State(state) => {
                Refusal::new(code::WRONG_STATE).with("state", state).into()
            }
            ReportRefusal::NotHers => code::PERMISSION_DENIED.into(),
            ReportRefusal::MustRecuse => code::MUST_RECUSE.into(),
        }
    }
}
