//! Use cases of tasks: starting, watching, cancelling, fetching the result.

use entity::ids::{AccountId, SiteId, TaskId};
use entity::task::{self, TaskState};
use sea_orm::ConnectionTrait;
use serde_json::Value;

use super::domain::TaskAction;
use super::dto::{TaskErrorPage, TaskPage, TaskQuery, TaskView};
use super::repository::{self, TaskFilter};
use super::rows;
use super::work::{Kind, Work};
use crate::app::App;
use crate::auth::Caller;
use crate::platform::actor::Actor;
use crate::platform::audit_row;
use crate::platform::failure::{Failure, Refusal, code};
use crate::platform::paging::Pager;
use crate::platform::tx::{Tx, in_tx};
use crate::site;

/// A task to start.
#[derive(Clone, Debug)]
pub(crate) struct NewTask {
    /// For which site; its kind's permission is asked for there.
    pub(crate) site: SiteId,
    /// Who starts it; none for the service itself.
    pub(crate) started_by: Option<AccountId>,
    /// What its work needs to know, without personal data.
    pub(crate) params: Value,
    /// One task under this key, such as the period it is for: a second start finds the
    /// first one, unless that failed or was cancelled. None: as often as it is asked for.
    pub(crate) once: Option<String>,
}

/// Puts a task in the queue, or finds the one that was started under the same key.
///
/// # Errors
/// The database's.
pub(crate) async fn start<W: Work>(tx: &Tx<'_>, new: NewTask) -> Result<TaskView, Failure> {
    let kind = Kind::of::<W>();
    let id: TaskId = tx.new_id();
    let once_key = new.once.unwrap_or_else(|| id.to_string());
    let found = repository::find_once(&**tx, W::NAME, new.site, &once_key).await?;
    if let Some(found) = found {
        return Ok(TaskView::new(found, kind));
    }
    let row = task::Model {
        id,
        kind: W::NAME.into(),
        site_id: new.site,
        started_by: new.started_by,
        params: new.params,
        once_key,
        state: TaskState::Queued,
        done: 0,
        total: None,
        mark: None,
        result: None,
        failure_code: None,
        failure_message: None,
        error_count: 0,
        attempts: 0,
        lease_holder: None,
        lease_until: None,
        lease_token: 0,
        touched_at: tx.now,
        file_name: None,
        file_type: None,
        file_bytes: 0,
        file_chunks: 0,
        file_expires_at: None,
        created_at: tx.now,
        started_at: None,
        ended_at: None,
    };
    repository::insert(tx, row.clone()).await?;
    Ok(TaskView::new(row, kind))
}

/// The last task that was started under a key, however it ended.
///
/// # Errors
/// The database's.
pub(crate) async fn latest<W: Work>(
    db: &impl ConnectionTrait,
    site: SiteId,
    once: &str,
) -> Result<Option<TaskView>, Failure> {
    let found = repository::find_last(db, W::NAME, site, once).await?;
    Ok(found.map(|row| TaskView::new(row, Kind::of::<W>())))
}

/// The task of that kind, if the caller may see it.
///
/// # Errors
/// `not_found`, also for a task of another kind; `permission_denied`.
pub(crate) async fn visible<W: Work>(
    app: &App,
    caller: &Caller,
    id: TaskId,
) -> Result<task::Model, Failure> {
    let (row, _) = read(app, caller, id).await?;
    if row.kind == W::NAME { Ok(row) } else { Err(code::NOT_FOUND.into()) }
}

/// The task with its kind, if the caller may see it.
async fn admitted(
    app: &App,
    db: &impl ConnectionTrait,
    caller: &Caller,
    row: Option<task::Model>,
) -> Result<(task::Model, Kind), Failure> {
    let row = row.ok_or(code::NOT_FOUND)?;
    let kind = app.tasks.find(&row.kind).ok_or(code::NOT_FOUND)?;
    let site = site::get(db, row.site_id).await?;
    caller.require_at(kind.permission, &site.path)?;
    Ok((row, kind))
}

async fn read(app: &App, caller: &Caller, id: TaskId) -> Result<(task::Model, Kind), Failure> {
    let db = &app.pools.read;
    admitted(app, db, caller, repository::find(db, id).await?).await
}

/// How a task stands.
pub(super) async fn get(app: &App, caller: &Caller, id: TaskId) -> Result<TaskView, Failure> {
    let (row, kind) = read(app, caller, id).await?;
    Ok(TaskView::new(row, kind))
}

/// The tasks of a site and those below it that the caller may see, newest first.
pub(super) async fn list(
    app: &App,
    caller: &Caller,
    site: SiteId,
    query: &TaskQuery,
    pager: &Pager<'_>,
) -> Result<TaskPage, Failure> {
    let db = &app.pools.read;
    let site = site::get(db, site).await?;
    caller.require_at(crate::auth::Permission::ViewSites, &site.path)?;
    if let Some(kind) = query.kind.as_deref()
        && app.tasks.find(kind).is_none()
    {
        let known = app.tasks.names().join("、");
        return Err(Failure::field("kind", format!("应为以下之一：{known}")));
    }
    let seen = app.tasks.seen_by(caller, &site.path).into_iter();
    let wanted = seen.filter(|name| query.kind.as_deref().is_none_or(|kind| kind == *name));
    let filter = TaskFilter {
        path: site.path,
        kinds: wanted.map(str::to_owned).collect(),
        state: query.state,
        after: pager.after()?,
        limit: pager.limit(),
    };
    let rows = repository::list(db, filter).await?;
    let (rows, next_page_token) = pager.cut(rows, |row| row.id.to_string())?;
    let view = |row: task::Model| app.tasks.find(&row.kind).map(|kind| TaskView::new(row, kind));
    Ok(TaskPage { items: rows.into_iter().filter_map(view).collect(), next_page_token })
}

/// Cancels: at once while it waits, before its next step while it runs.
pub(super) async fn cancel(
    app: &App,
    tx: &Tx<'_>,
    caller: &Caller,
    id: TaskId,
) -> Result<TaskView, Failure> {
    let locked = repository::lock(tx, id).await?;
    let (row, kind) = admitted(app, &**tx, caller, locked).await?;
    let state = TaskAction::Cancel.apply(row.state)?;
    if state == TaskState::Cancelled {
        repository::end(tx, &row, state, None).await?;
        audit_row::record(tx, "task_end", Some(&id.to_string()), "cancelled").await?;
    } else {
        repository::ask_to_stop(tx, id, state).await?;
    }
    let saved = repository::find(&**tx, id).await?.ok_or(code::NOT_FOUND)?;
    Ok(TaskView::new(saved, kind))
}

/// The error report, in the order of finding.
pub(super) async fn list_errors(
    app: &App,
    caller: &Caller,
    id: TaskId,
    pager: &Pager<'_>,
) -> Result<TaskErrorPage, Failure> {
    read(app, caller, id).await?;
    let after = pager.after()?;
    let rows = rows::list_errors(&app.pools.read, id, after, pager.limit()).await?;
    let (rows, next_page_token) = pager.cut(rows, |row| row.seq.to_string())?;
    Ok(TaskErrorPage { items: rows.into_iter().map(Into::into).collect(), next_page_token })
}

/// A result file that is there to be fetched.
pub(super) struct Fetched {
    pub(super) name: String,
    pub(super) media_type: String,
    pub(super) chunks: i32,
}

/// The result file; that it was fetched leaves a line in the audit trail.
pub(super) async fn fetch(
    app: &App,
    caller: &Caller,
    actor: &Actor,
    id: TaskId,
) -> Result<Fetched, Failure> {
    let (row, _) = read(app, caller, id).await?;
    let (Some(name), Some(media_type)) = (row.file_name, row.file_type) else {
        return Err(Refusal::new(code::NOT_FOUND).detail("这个任务没有结果文件").into());
    };
    let expired = row.file_expires_at.is_none_or(|until| until <= app.clock.now());
    if expired || row.file_chunks == 0 {
        return Err(Refusal::new(code::NOT_FOUND).detail("结果文件已过保存期").into());
    }
    in_tx(&app.core, actor, async |tx| {
        audit_row::record(tx, "task_download", Some(&id.to_string()), "ok").await
    })
    .await?;
    Ok(Fetched { name, media_type, chunks: row.file_chunks })
}

/// One piece of a fetched file.
pub(super) async fn piece(app: &App, id: TaskId, seq: i32) -> Result<Vec<u8>, Failure> {
    let found = rows::find_chunk(&app.pools.read, id, seq).await?;
    found.ok_or_else(|| Failure::internal("a piece of a task's file is missing"))
}
