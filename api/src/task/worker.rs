//! Doing the work: take a task, do its steps one by one, give it back.

use std::time::{Duration, Instant};

use entity::ids::TaskId;
use entity::task::{self, TaskState};

use super::domain::{ATTEMPTS_MAX, LEASE, TaskAction, cut, pause_after};
use super::work::{Kind, Next, Run, Step, Work};
use super::{repository, rows};
use crate::app::App;
use crate::platform::actor::Actor;
use crate::platform::audit_row;
use crate::platform::failure::{Failure, code};
use crate::platform::tx::{Tx, in_tx};

/// Steps of one task before the next task in the queue gets its turn.
const STEPS_A_TURN: u32 = 20;
/// A third of the lease: two renewals may fail before it runs out.
const RENEWED_EVERY: Duration = Duration::from_secs(10);
/// Longest rest between two steps.
const PAUSE_MAX: Duration = Duration::from_secs(1);

/// A lease on one task.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Taken {
    pub(super) id: TaskId,
    pub(super) token: i64,
}

/// How a turn ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Turn {
    /// There is more to do.
    GoOn,
    /// The task has ended.
    Ended,
    /// Another worker has it now.
    Lost,
}

/// Works until nothing waits; says how many steps were done.
///
/// # Errors
/// The database's.
pub(crate) async fn run(app: &App) -> Result<u64, Failure> {
    let mut steps = 0;
    while let Some((kind, taken)) = take(app).await? {
        steps += work(app, kind, &taken, STEPS_A_TURN).await?;
    }
    Ok(steps)
}

/// Does one turn of one task, of at most `steps` steps; for tests.
///
/// # Errors
/// The database's.
#[cfg(feature = "test-support")]
pub(super) async fn run_some(app: &App, steps: u32) -> Result<u64, Failure> {
    match take(app).await? {
        Some((kind, taken)) => work(app, kind, &taken, steps).await,
        None => Ok(0),
    }
}

/// Takes the task that waited longest.
async fn take(app: &App) -> Result<Option<(Kind, Taken)>, Failure> {
    let holder = app.ids.uuid(app.clock.now()).simple().to_string();
    let actor = Actor::system("task.worker", String::new());
    let names = app.tasks.names();
    let row = in_tx(&app.core, &actor, async |tx| {
        let Some(row) = repository::lock_waiting(tx, &names, tx.now).await? else {
            return Ok(None);
        };
        // A holder that is still there died without giving the task back.
        let attempts = row.attempts + i32::from(row.lease_holder.is_some());
        if attempts >= ATTEMPTS_MAX {
            fail(tx, &row, code::INTERNAL.name, "多次中断，已停止").await?;
            return Ok(Some(None));
        }
        let state = TaskAction::Take.apply(row.state)?;
        let taken = repository::take(tx, &row, (state, attempts), &holder, tx.now + LEASE);
        Ok(Some(Some(taken.await?)))
    });
    let Some(found) = row.await? else { return Ok(None) };
    // The one that had failed is out of the way: look again.
    let Some(row) = found else { return Box::pin(take(app)).await };
    let kind = app.tasks.find(&row.kind);
    let kind = kind.ok_or_else(|| Failure::internal("a task of an unknown kind was taken"))?;
    Ok(Some((kind, Taken { id: row.id, token: row.lease_token })))
}

/// Does up to `steps` steps and gives the task back.
async fn work(app: &App, kind: Kind, taken: &Taken, steps: u32) -> Result<u64, Failure> {
    let mut done = 0;
    for _ in 0..steps {
        let began = Instant::now();
        match (kind.turn)(app, taken).await {
            Ok(Turn::GoOn) => {
                done += 1;
                // Nobody waits for long work; those who wait get a third of the time.
                tokio::time::sleep((began.elapsed() / 2).min(PAUSE_MAX)).await;
            }
            Ok(Turn::Ended | Turn::Lost) => return Ok(done + 1),
            Err(failure) => {
                broke_down(app, kind, taken, failure).await?;
                return Ok(done);
            }
        }
    }
    let actor = Actor::system(kind.name, taken.id.to_string());
    in_tx(&app.core, &actor, async |tx| Ok(repository::release(tx, taken, tx.now).await?)).await?;
    Ok(done)
}

/// One step of a task: make ready, then effect and mark in one transaction.
pub(super) async fn turn<W: Work>(app: &App, taken: &Taken) -> Result<Turn, Failure> {
    let read = repository::find(&app.pools.read, taken.id).await?;
    let Some(read) = read.filter(|row| row.lease_token == taken.token) else {
        return Ok(Turn::Lost);
    };
    let run = Run::from(&read);
    let ready = match read.state {
        TaskState::Running => Some(renewing(app, taken, W::ready(app, &run)).await?),
        TaskState::Queued
        | TaskState::Cancelling
        | TaskState::Succeeded
        | TaskState::Failed
        | TaskState::Cancelled => None,
    };
    let actor = Actor::system(W::NAME, taken.id.to_string());
    in_tx(&app.core, &actor, async |tx| {
        let Some(row) = repository::renew(tx, taken, tx.now + LEASE).await? else {
            return Ok(Turn::Lost);
        };
        let Some(ready) = ready.as_ref().filter(|_| row.state == TaskState::Running) else {
            return stop(tx, &row).await;
        };
        let step = W::step(app, tx, &run, ready).await?;
        write_down(tx, &row, step).await
    })
    .await
}

/// Waits for `ready` and keeps the lease meanwhile.
async fn renewing<T>(
    app: &App,
    taken: &Taken,
    ready: impl Future<Output = Result<T, Failure>>,
) -> Result<T, Failure> {
    let mut ready = std::pin::pin!(ready);
    let actor = Actor::system("task.worker", taken.id.to_string());
    loop {
        match tokio::time::timeout(RENEWED_EVERY, &mut ready).await {
            Ok(result) => return result,
            Err(_) => {
                in_tx(&app.core, &actor, async |tx| {
                    Ok(repository::renew(tx, taken, tx.now + LEASE).await?)
                })
                .await?;
            }
        }
    }
}

async fn stop(tx: &Tx<'_>, row: &task::Model) -> Result<Turn, Failure> {
    let state = TaskAction::Stop.apply(row.state)?;
    repository::end(tx, row, state, None).await?;
    told(tx, row.id, "cancelled").await?;
    Ok(Turn::Ended)
}

async fn fail(tx: &Tx<'_>, row: &task::Model, code: &str, message: &str) -> Result<(), Failure> {
    let state = TaskAction::Fail.apply(row.state)?;
    repository::end(tx, row, state, Some((code, &cut(message, 300)))).await?;
    told(tx, row.id, "failed").await
}

async fn told(tx: &Tx<'_>, id: TaskId, result: &str) -> Result<(), Failure> {
    audit_row::record(tx, "task_end", Some(&id.to_string()), result).await
}

/// Writes what a step did, in the step's own transaction.
async fn write_down(tx: &Tx<'_>, row: &task::Model, step: Step) -> Result<Turn, Failure> {
    let errors = rows::add_errors(tx, row, step.errors).await?;
    let file = rows::add_bytes(tx, row, &step.bytes).await?;
    repository::save_step(tx, row, step.progress, errors, file).await?;
    match step.next {
        Next::GoOn(mark) => {
            repository::save_mark(tx, row.id, mark).await?;
            Ok(Turn::GoOn)
        }
        Next::Succeed { result, file } => {
            let state = TaskAction::Succeed.apply(row.state)?;
            repository::save_result(tx, row.id, result, file, tx.now).await?;
            repository::end(tx, row, state, None).await?;
            told(tx, row.id, "ok").await?;
            Ok(Turn::Ended)
        }
        Next::Fail { code, message } => {
            fail(tx, row, code, &message).await?;
            Ok(Turn::Ended)
        }
    }
}

/// A step that broke down was rolled back. A refusal ends the task; trouble is tried again
/// after a pause, a few times.
async fn broke_down(app: &App, kind: Kind, taken: &Taken, failure: Failure) -> Result<(), Failure> {
    let actor = Actor::system(kind.name, taken.id.to_string());
    if failure.refusal().is_none() {
        let cause = failure.for_log();
        tracing::warn!(task = %taken.id, kind = kind.name, cause, "a task's step broke down");
    }
    in_tx(&app.core, &actor, async |tx| {
        let Some(row) = repository::renew(tx, taken, tx.now + LEASE).await? else {
            return Ok(());
        };
        if let Some(refusal) = failure.refusal() {
            let words = refusal.detail.as_deref().unwrap_or(refusal.code.title);
            return fail(tx, &row, refusal.code.name, words).await;
        }
        let attempts = row.attempts + 1;
        if attempts >= ATTEMPTS_MAX {
            return fail(tx, &row, code::INTERNAL.name, code::INTERNAL.title).await;
        }
        let again_at = tx.now + pause_after(attempts);
        Ok(repository::put_off(tx, row.id, attempts, again_at).await?)
    })
    .await
}
