//! Background work: what runs, how often, under a lease so that one process of many
//! does it at a time. Every job may run twice without harm.

use std::pin::Pin;
use std::time::Duration;

use actix_web::web::Data;
use chrono::TimeDelta;
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::activity;
use crate::app::App;
use crate::attendance;
use crate::auth;
use crate::bulletin;
use crate::disqualification;
use crate::journal;
use crate::ledger;

use crate::opening;
use crate::platform::actor::Actor;
use crate::platform::failure::Failure;
use crate::platform::idempotency;
use crate::platform::lease;
use crate::platform::tx::in_tx;
use crate::publicity;
use crate::redemption;
use crate::replay;
use crate::supervision;
use crate::task::{self, Kind, Kinds};
use crate::tree;

/// A run that has not finished by then is taken for dead.
const LEASE: TimeDelta = TimeDelta::seconds(60);

/// How soon after the start every job has its first turn.
const FIRST: Duration = Duration::from_secs(5);
/// How long a stopping process waits for its jobs.
const PATIENCE: Duration = Duration::from_secs(10);

type Run = Pin<Box<dyn Future<Output = Result<u64, Failure>>>>;

/// One kind of background work.
struct Job {
    name: &'static str,
    every: Duration,
    /// Whether processes must take turns; a job that locks its own rows needs no lease.
    leased: bool,
    run: fn(Data<App>) -> Run,
}

/// Every job of the product, in the order in which they are run once.
fn all() -> Vec<Job> {
    let mut jobs = business();
    jobs.extend(upkeep());
    jobs.extend(retention());
    jobs
}

/// Counts from zero what is counted later, so that a job's first failure shows as one more.
pub(crate) fn count_from_zero() {
    for job in all() {
        metrics::counter!("job_failures_total", "job" => job.name).increment(0);
    }
}

/// What time alone brings about.
fn business() -> Vec<Job> {
    vec![
        Job {
            name: "journal.sequencer",
            every: Duration::from_millis(500),
            leased: false,
            run: |app| Box::pin(async move { number_and_grow(&app).await }),
        },
        Job {
            name: "activity.progress",
            every: Duration::from_secs(30),
            leased: true,
            run: |app| Box::pin(async move { activity::jobs::run(&app).await }),
        },
        // Before redemptions expire: one that was frozen gets its time back first.
        Job {
            name: "supervision.turn",
            every: Duration::from_secs(30),
            leased: true,
            run: |app| Box::pin(async move { supervision::jobs::run(&app).await }),
        },
        Job {
            name: "redemption.expiry",
            every: Duration::from_mins(1),
            leased: true,
            run: |app| Box::pin(async move { redemption::jobs::run(&app).await }),
        },
        Job {
            name: "disqualification.year_end",
            every: Duration::from_mins(10),
            leased: true,
            run: |app| Box::pin(async move { disqualification::jobs::run(&app).await }),
        },
        Job {
            name: "ledger.expiry",
            every: Duration::from_hours(1),
            leased: true,
            run: |app| Box::pin(async move { ledger::jobs::run(&app).await }),
        },
        Job {
            name: "publicity.rounds",
            every: Duration::from_mins(10),
            leased: true,
            run: |app| Box::pin(async move { publicity::jobs::run(&app).await }),
        },
        Job {
            name: "bulletin.quarters",
            every: Duration::from_mins(10),
            leased: true,
            run: |app| Box::pin(async move { bulletin::jobs::run(&app).await }),
        },
    ]
}

/// Signing, long work, and tidying up after both.
fn upkeep() -> Vec<Job> {
    vec![
        Job {
            name: "tree.signer",
            every: Duration::from_hours(1),
            leased: true,
            run: |app| Box::pin(async move { tree::jobs::run(&app).await }),
        },
        Job {
            name: "idempotency.purge",
            every: Duration::from_hours(1),
            leased: true,
            run: |app| Box::pin(async move { purge_answers(&app).await }),
        },
        Job {
            name: "task.worker",
            every: Duration::from_millis(500),
            leased: false,
            run: |app| Box::pin(async move { task::run(&app).await }),
        },
        Job {
            name: "task.purge",
            every: Duration::from_hours(1),
            leased: true,
            run: |app| Box::pin(async move { task::purge(&app).await }),
        },
    ]
}

/// Tidying away what is past its time on record.
fn retention() -> [Job; 2] {
    [
        Job {
            name: "session.purge",
            every: Duration::from_hours(6),
            leased: true,
            run: |app| Box::pin(async move { auth::purge(&app).await }),
        },
        Job {
            name: "check_in_refusal.purge",
            every: Duration::from_hours(6),
            leased: true,
            run: |app| Box::pin(async move { attendance::purge(&app).await }),
        },
    ]
}

/// Every kind of long work, each from the slice that does it. One a line.
pub(crate) fn task_kinds() -> Kinds {
    let kinds: Vec<Kind> = vec![
        Kind::of::<replay::Replay>(),
        Kind::of::<opening::Booking>(),
        #[cfg(feature = "test-support")]
        Kind::of::<task::drill::Drill>(),
        Kind::of::<publicity::Settle>(),
        Kind::of::<bulletin::Compile>(),
        Kind::of::<redemption::RegisterExport>(),
    ];
    Kinds::new(kinds)
}

/// The trees read what was numbered in the same step, in transactions of their own: a
/// fault of theirs leaves the numbers given.
async fn number_and_grow(app: &App) -> Result<u64, Failure> {
    let numbered = journal::jobs::run(app).await?;
    tree::read_journal(app).await?;
    Ok(numbered)
}

async fn purge_answers(app: &App) -> Result<u64, Failure> {
    let actor = Actor::system("idempotency.purge", String::new());
    in_tx(&app.core, &actor, async |tx| idempotency::purge(tx).await).await
}

/// The jobs of this process.
#[derive(Debug)]
pub(crate) struct Running {
    stop: watch::Sender<bool>,
    jobs: JoinSet<()>,
}

impl Running {
    /// Lets what is under way end, for a while, and starts nothing more. Whoever ends the
    /// runtime under a job tears a connection from it.
    pub(crate) async fn stop(mut self) {
        self.stop.send_replace(true);
        let ended = async { while self.jobs.join_next().await.is_some() {} };
        if tokio::time::timeout(PATIENCE, ended).await.is_err() {
            tracing::warn!("jobs were cut off; they go on at the next start");
        }
        self.jobs.shutdown().await;
    }
}

/// Starts every job on this process's runtime. The first turn comes soon, however seldom the
/// others: what fell due while the service was away must not wait for hours.
pub(crate) fn start(app: &Data<App>) -> Running {
    let holder = app.ids.uuid(app.clock.now()).simple().to_string();
    let (stop, stopping) = watch::channel(false);
    let mut jobs = JoinSet::new();
    for job in all() {
        let (app, holder, mut stopping) = (app.clone(), holder.clone(), stopping.clone());
        jobs.spawn_local(async move {
            let mut pause = job.every.min(FIRST);
            loop {
                tokio::select! {
                    () = tokio::time::sleep(pause) => {}
                    _ = stopping.wait_for(|stop| *stop) => return,
                }
                report(job.name, turn(&app, &job, &holder).await);
                pause = job.every;
            }
        });
    }
    Running { stop, jobs }
}

/// Runs every job once, in order; for tests and for the operator.
///
/// # Errors
/// The first failure.
pub async fn run_all(app: &Data<App>) -> Result<(), Failure> {
    for job in all() {
        (job.run)(app.clone()).await?;
    }
    Ok(())
}

fn report(name: &str, result: Result<u64, Failure>) {
    match result {
        Ok(0) => {}
        Ok(done) => {
            metrics::counter!("job_items_total", "job" => name.to_owned()).increment(done);
        }
        Err(error) => {
            metrics::counter!("job_failures_total", "job" => name.to_owned()).increment(1);
            let cause = error.for_log();
            tracing::warn!(job = name, cause, "a background job failed");
        }
    }
}

/// One turn: the lease, the work, the result.
async fn turn(app: &Data<App>, job: &Job, holder: &str) -> Result<u64, Failure> {
    if !job.leased {
        return (job.run)(app.clone()).await;
    }
    let actor = Actor::system(job.name, String::new());
    let mine = in_tx(&app.core, &actor, async |tx| lease::take(tx, job.name, holder, LEASE).await);
    if !mine.await? {
        return Ok(0);
    }
    let result = (job.run)(app.clone()).await;
    let text = match &result {
        Ok(done) => format!("ok: {done}"),
        Err(failure) => format!("failed: {}", failure.for_log()),
    };
    // The column holds so much; a database's message may be longer.
    let text: String = text.chars().take(200).collect();
    in_tx(&app.core, &actor, async |tx| lease::give_back(tx, job.name, holder, &text).await)
        .await?;
    result
}
