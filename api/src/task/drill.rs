//! A task for tests only: counts rows, leaving one audit line each, and goes wrong where it
//! is told to.

use std::time::Duration;

use entity::ids::{SiteId, TaskId};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::service::{NewTask, start as start_task};
use super::work::{File, RowError, Run, Step, Work};
use super::worker;
use crate::app::App;
use crate::auth::Permission;
use crate::platform::actor::Actor;
use crate::platform::audit_row;
use crate::platform::failure::{Failure, Refusal, code};
use crate::platform::tx::{Tx, in_tx};

/// What the drill is to do.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Plan {
    /// Rows to count, one a step.
    pub rows: i64,
    /// Milliseconds each row takes.
    #[serde(default)]
    pub pause_ms: u64,
    /// Rows for the error report.
    #[serde(default)]
    pub bad_rows: Vec<i64>,
    /// The step of this row is refused.
    #[serde(default)]
    pub refuse_at: Option<i64>,
    /// The step of this row breaks down.
    #[serde(default)]
    pub break_at: Option<i64>,
    /// Whether bad rows make it fail at the end.
    #[serde(default)]
    pub strict: bool,
    /// Bytes of the result file.
    #[serde(default)]
    pub file_bytes: usize,
}

/// The drill's work.
pub(crate) struct Drill;

impl Work for Drill {
    const NAME: &'static str = "task.drill";
    const TITLE: &'static str = "演练";
    const PERMISSION: Permission = Permission::ManageRules;
    type Ready = Plan;

    async fn ready(_: &App, run: &Run) -> Result<Plan, Failure> {
        let plan: Plan = run.params()?;
        tokio::time::sleep(Duration::from_millis(plan.pause_ms)).await;
        Ok(plan)
    }

    async fn step(_: &App, tx: &Tx<'_>, run: &Run, plan: &Plan) -> Result<Step, Failure> {
        let row = run.mark::<i64>()?.unwrap_or(0) + 1;
        audit_row::record(tx, "drill_row", Some(&format!("{}:{row}", run.site)), "ok").await?;
        if plan.refuse_at == Some(row) {
            return Err(Refusal::new(code::WRONG_STATE).detail("演练：这一行不行").into());
        }
        if plan.break_at == Some(row) {
            return Err(Failure::internal("drill"));
        }
        let step = match row {
            _ if row < plan.rows => Step::go_on(row)?,
            _ if plan.strict => Step::fail(code::INVALID_VALUE, "有不能使用的行"),
            _ => Step::succeed(json!({"rows": row}))?.file(File {
                name: "drill.csv".into(),
                media_type: "text/csv; charset=utf-8",
                bytes: vec![b'x'; plan.file_bytes],
            }),
        };
        let bad = plan.bad_rows.contains(&row).then(|| RowError {
            row,
            field: Some("points".into()),
            code: code::INVALID_VALUE.name.into(),
            message: "应为正整数".into(),
        });
        Ok(step.progress(row, Some(plan.rows)).errors(bad.into_iter().collect()))
    }
}

/// Starts a drill at a site.
///
/// # Errors
/// The database's.
pub async fn start(
    app: &App,
    site: SiteId,
    plan: &Plan,
    once: Option<&str>,
) -> Result<TaskId, Failure> {
    let actor = Actor::system("drill", String::new());
    let params = serde_json::to_value(plan).map_err(Failure::internal)?;
    in_tx(&app.core, &actor, async |tx| {
        let once = once.map(str::to_owned);
        let new = NewTask { site, started_by: None, params: params.clone(), once };
        Ok(start_task::<Drill>(tx, new).await?.id)
    })
    .await
}

/// Does up to so many steps of one waiting task; says how many were done.
///
/// # Errors
/// The database's.
pub async fn advance(app: &App, steps: u32) -> Result<u64, Failure> {
    worker::run_some(app, steps).await
}

/// Works until nothing waits.
///
/// # Errors
/// The database's.
pub async fn work(app: &App) -> Result<u64, Failure> {
    worker::run(app).await
}
