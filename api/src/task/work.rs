//! What a kind of task is: its name, who may see it, and its steps.

use entity::ids::{AccountId, SiteId, TaskId};
use entity::task;
use futures_util::future::LocalBoxFuture;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::worker::{self, Taken, Turn};
use crate::app::App;
use crate::auth::{Caller, Permission};
use crate::platform::failure::{Code, Failure};
use crate::platform::tx::Tx;

/// One kind of long work. Implemented by a type without values in the slice that does it.
pub(crate) trait Work: 'static {
    /// Stable name, `slice.noun`.
    const NAME: &'static str;
    /// Its name for people (Chinese).
    const TITLE: &'static str;
    /// Who may see, cancel and download a task of this kind, at the task's site.
    const PERMISSION: Permission;
    /// What [`ready`](Self::ready) hands to [`step`](Self::step).
    type Ready;

    /// Reads and computes for the next step, outside any transaction, as long as it takes
    /// (the lease is renewed meanwhile). Heavy computing belongs on a blocking thread. It
    /// may run again for the same step, so it must not have effects.
    fn ready(app: &App, run: &Run) -> impl Future<Output = Result<Self::Ready, Failure>>;

    /// Does one step in one transaction, short: at most about half a second. Mark and
    /// progress are written in the same transaction, so that the step counts once. A
    /// refusal ends the task as failed; trouble of the database is tried again.
    fn step(
        app: &App,
        tx: &Tx<'_>,
        run: &Run,
        ready: &Self::Ready,
    ) -> impl Future<Output = Result<Step, Failure>>;
}

/// A task as its work sees it.
#[derive(Clone, Debug)]
pub(crate) struct Run {
    /// The task.
    pub(crate) id: TaskId,
    /// For which site.
    pub(crate) site: SiteId,
    /// Who started it; none for the service itself.
    pub(crate) started_by: Option<AccountId>,
    /// Units done before this step.
    pub(crate) done: i64,
    params: Value,
    mark: Option<Value>,
}

impl Run {
    /// The parameters it was started with.
    ///
    /// # Errors
    /// A fault of ours when they are not of this shape.
    pub(crate) fn params<T: DeserializeOwned>(&self) -> Result<T, Failure> {
        serde_json::from_value(self.params.clone()).map_err(Failure::internal)
    }

    /// The mark the last step left; none before the first.
    ///
    /// # Errors
    /// A fault of ours when it is not of this shape.
    pub(crate) fn mark<T: DeserializeOwned>(&self) -> Result<Option<T>, Failure> {
        let mark = self.mark.clone();
        mark.map(serde_json::from_value).transpose().map_err(Failure::internal)
    }
}

impl From<&task::Model> for Run {
    fn from(row: &task::Model) -> Self {
        Self {
            id: row.id,
            site: row.site_id,
            started_by: row.started_by,
            done: row.done,
            params: row.params.clone(),
            mark: row.mark.clone(),
        }
    }
}

/// A row of what was read that could not be used. Never with personal data.
#[derive(Clone, Debug)]
pub(crate) struct RowError {
    /// The row, counted from 1.
    pub(crate) row: i64,
    /// The field at fault.
    pub(crate) field: Option<String>,
    /// A stable code.
    pub(crate) code: String,
    /// In words (Chinese).
    pub(crate) message: String,
}

/// A file as the result, kept for a week.
#[derive(Clone, Debug)]
pub(crate) struct File {
    /// ASCII, no personal data.
    pub(crate) name: String,
    /// Media type.
    pub(crate) media_type: &'static str,
    /// Its bytes, after those of earlier [`Step::piece`]s.
    pub(crate) bytes: Vec<u8>,
}

/// How a task goes on after a step.
#[derive(Clone, Debug)]
pub(super) enum Next {
    /// There is more to do, from this mark.
    GoOn(Value),
    /// It is done.
    Succeed { result: Value, file: Option<(String, &'static str)> },
    /// It cannot be done.
    Fail { code: &'static str, message: String },
}

/// What a step did.
#[derive(Clone, Debug)]
pub(crate) struct Step {
    pub(super) next: Next,
    pub(super) progress: Option<(i64, Option<i64>)>,
    pub(super) errors: Vec<RowError>,
    pub(super) bytes: Vec<u8>,
}

impl Step {
    const fn new(next: Next) -> Self {
        Self { next, progress: None, errors: Vec::new(), bytes: Vec::new() }
    }

    /// There is more to do; the next step finds `mark`.
    ///
    /// # Errors
    /// When the mark cannot be written as JSON.
    pub(crate) fn go_on(mark: impl Serialize) -> Result<Self, Failure> {
        serde_json::to_value(mark).map(Next::GoOn).map(Self::new).map_err(Failure::internal)
    }

    /// It is done; the result is small.
    ///
    /// # Errors
    /// When the result cannot be written as JSON.
    pub(crate) fn succeed(result: impl Serialize) -> Result<Self, Failure> {
        let result = serde_json::to_value(result).map_err(Failure::internal)?;
        Ok(Self::new(Next::Succeed { result, file: None }))
    }

    /// It cannot be done. Unlike a refusal, which rolls the step back, this keeps the
    /// step's effects and its error report.
    pub(crate) fn fail(code: Code, message: impl Into<String>) -> Self {
        Self::new(Next::Fail { code: code.name, message: message.into() })
    }

    /// So many of so many units are done.
    #[must_use]
    pub(crate) fn progress(mut self, done: i64, total: Option<i64>) -> Self {
        self.progress = Some((done, total));
        self
    }

    /// Rows for the error report.
    #[must_use]
    pub(crate) fn errors(mut self, errors: Vec<RowError>) -> Self {
        self.errors.extend(errors);
        self
    }

    /// The next bytes of the result file, before the last step names it.
    #[must_use]
    pub(crate) fn piece(mut self, bytes: Vec<u8>) -> Self {
        self.bytes.extend(bytes);
        self
    }

    /// The result file; only with [`succeed`](Self::succeed).
    #[must_use]
    pub(crate) fn file(mut self, made: File) -> Self {
        if let Next::Succeed { file, .. } = &mut self.next {
            *file = Some((made.name, made.media_type));
            self.bytes.extend(made.bytes);
        }
        self
    }
}

/// A kind as it is registered.
#[derive(Clone, Copy)]
pub(crate) struct Kind {
    pub(super) name: &'static str,
    pub(super) title: &'static str,
    pub(super) permission: Permission,
    pub(super) turn: TurnOf,
}

type TurnOf = for<'a> fn(&'a App, &'a Taken) -> LocalBoxFuture<'a, Result<Turn, Failure>>;

impl Kind {
    /// The kind whose work is `W`.
    pub(crate) const fn of<W: Work>() -> Self {
        Self { name: W::NAME, title: W::TITLE, permission: W::PERMISSION, turn: boxed::<W> }
    }
}

fn boxed<'a, W: Work>(app: &'a App, taken: &'a Taken) -> LocalBoxFuture<'a, Result<Turn, Failure>> {
    Box::pin(worker::turn::<W>(app, taken))
}

/// Every kind of the product.
#[derive(Clone)]
pub(crate) struct Kinds(Vec<Kind>);

impl Kinds {
    /// These kinds.
    pub(crate) const fn new(kinds: Vec<Kind>) -> Self {
        Self(kinds)
    }

    pub(super) fn find(&self, name: &str) -> Option<Kind> {
        self.0.iter().find(|kind| kind.name == name).copied()
    }

    pub(super) fn names(&self) -> Vec<&'static str> {
        self.0.iter().map(|kind| kind.name).collect()
    }

    /// The kinds the caller may see at a site.
    pub(super) fn seen_by(&self, caller: &Caller, path: &str) -> Vec<&'static str> {
        let seen = self.0.iter().filter(|kind| caller.may_at(kind.permission, path));
        seen.map(|kind| kind.name).collect()
    }
}
