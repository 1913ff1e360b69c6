//! `points-bank serve` and `points-bank migrate`.

use std::io::{self, Write};
use std::net::TcpListener;
use std::time::Duration;

use actix_web::web::Data;
use migration::{Migrator, MigratorTrait};
use sea_orm::{ConnectionTrait, DbErr};
use tokio::signal::unix::{SignalKind, signal};

use super::key_check::{self, Known};
use crate::app::App;
use crate::config::{Config, Profile};
use crate::platform::clock::Clock;
use crate::platform::db::{self, is_postgres};
use crate::{jobs, seed, server, telemetry};

/// How long a stopping process waits for the database to let go.
const CLOSING: Duration = Duration::from_secs(5);

pub(super) fn run(config: Config) -> Result<(), Vec<String>> {
    actix_web::rt::System::new().block_on(serve(config)).map_err(|fault| vec![fault])
}

pub(super) fn migrate(config: Config) -> Result<(), Vec<String>> {
    actix_web::rt::System::new()
        .block_on(async {
            let app = App::build(config, Clock::system()).await?;
            Migrator::up(&app.pools.write, None).await.map_err(|error| error.to_string())?;
            key_check::require(&app).await?;
            close(&app).await;
            Ok::<(), String>(())
        })
        .map_err(|fault| vec![fault])
}

async fn serve(config: Config) -> Result<(), String> {
    telemetry::start_logs(&config.telemetry)?;
    let metrics = telemetry::start_metrics()?;
    telemetry::fold_metrics(metrics.clone());
    let app = Data::new(App::build(config, Clock::system()).await?);
    let config = &app.config;
    if config.profile == Profile::Embedded {
        prepare_embedded(&app).await?;
    }
    let known = key_check::begin(&app).await?;
    let embedded = config.profile == Profile::Embedded;
    if embedded && seed::run(&app).await.map_err(|error| format!("{error:?}"))? {
        tracing::info!("seeded a county to try out");
    }
    if let Some(address) = config.server.metrics_listen {
        let listener = bind(address)?;
        telemetry::serve_metrics(metrics, listener).map_err(|error| error.to_string())?;
    }
    let listener = bind(config.server.listen)?;
    let running = server::start(app.clone(), listener).map_err(|error| error.to_string())?;
    let jobs = jobs::start(&app);
    greet(&app, running.port);
    tracing::info!(port = running.port, "listening");
    let ended = tokio::select! {
        asked = wait_for_stop() => asked,
        // A database that was away at the start is asked for its key when it is back.
        fault = key_check::until_wrong(&app), if known == Known::NotYet => Err(fault),
    };
    tracing::info!("stopping");
    if ended.is_ok() {
        running.drain().await;
    } else {
        running.stop().await;
    }
    jobs.stop().await;
    running.stopped().await.map_err(|error| error.to_string())?;
    close(&app).await;
    ended
}

/// Closes the pools. SQLite's file holds everything afterwards: the log beside it is written back,
/// which its last connection does by itself only where it may write.
pub(super) async fn close(app: &App) {
    let cause = match tokio::time::timeout(CLOSING, close_pools(app)).await {
        Ok(Ok(())) => return,
        Ok(Err(error)) => db::describe(&error),
        Err(_) => "no answer in time".to_owned(),
    };
    tracing::warn!(cause, "the database was not closed properly");
}

async fn close_pools(app: &App) -> Result<(), DbErr> {
    let (read, write) = (&app.pools.read, &app.pools.write);
    read.close_by_ref().await?;
    if !is_postgres(write.get_database_backend()) {
        write.execute_unprepared("PRAGMA wal_checkpoint(TRUNCATE)").await?;
    }
    write.close_by_ref().await
}

/// Says where everything is, and who can sign in when WeChat is simulated. Whoever listens no
/// more (`| head -1`) does not stop the service.
fn greet(app: &App, port: u16) {
    if write_greeting(app, port, &mut io::stdout().lock()).is_err() {
        tracing::debug!("nobody reads standard output");
    }
}

fn write_greeting(app: &App, port: u16, out: &mut impl Write) -> io::Result<()> {
    let base = format!("http://{}:{port}", app.config.server.listen.ip());
    writeln!(out, "points-bank: {base}   (openapi: {base}/openapi.json)")?;
    if app.config.server.docs {
        writeln!(out, "docs, with sandbox login: {base}/docs")?;
    }
    if app.config.wechat.sandbox {
        writeln!(out, "sandbox codes for POST {base}/v1/auth/wechat-login:")?;
        for login in seed::logins() {
            writeln!(out, "  {:<18} {}", login.code, login.who)?;
        }
    }
    out.flush()
}

/// The embedded database is brought up to date at every start.
pub(super) async fn prepare_embedded(app: &App) -> Result<(), String> {
    Migrator::up(&app.pools.write, None).await.map_err(|error| error.to_string())
}

fn bind(address: std::net::SocketAddr) -> Result<TcpListener, String> {
    TcpListener::bind(address).map_err(|error| format!("{address}: {error}"))
}

async fn wait_for_stop() -> Result<(), String> {
    let mut term = signal(SignalKind::terminate()).map_err(|error| error.to_string())?;
    tokio::select! {
        _ = term.recv() => Ok(()),
        pressed = tokio::signal::ctrl_c() => pressed.map_err(|error| error.to_string()),
    }
}
