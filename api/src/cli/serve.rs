//! `points-bank serve` and `points-bank migrate`.

use std::net::TcpListener;

use actix_web::web::Data;
use migration::{Migrator, MigratorTrait};
use tokio::signal::unix::{SignalKind, signal};

use crate::app::App;
use crate::config::{Config, Profile};
use crate::platform::clock::Clock;
use crate::{jobs, seed, server, telemetry};

pub(super) fn run(config: Config) -> Result<(), Vec<String>> {
    actix_web::rt::System::new().block_on(serve(config)).map_err(|fault| vec![fault])
}

pub(super) fn migrate(config: Config) -> Result<(), Vec<String>> {
    actix_web::rt::System::new()
        .block_on(async {
            let app = App::build(config, Clock::system()).await?;
            Migrator::up(&app.pools.write, None).await.map_err(|error| error.to_string())
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
        if seed::run(&app).await.map_err(|error| format!("{error:?}"))? {
            tracing::info!("seeded a county to try out");
        }
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
    wait_for_stop().await?;
    tracing::info!("stopping");
    running.drain().await;
    jobs.stop().await;
    running.stopped().await.map_err(|error| error.to_string())
}

/// Says where everything is, and who can sign in when WeChat is simulated.
#[expect(clippy::print_stdout, reason = "for the person at the terminal")]
fn greet(app: &App, port: u16) {
    let base = format!("http://{}:{port}", app.config.server.listen.ip());
    println!("points-bank: {base}   (openapi: {base}/openapi.json)");
    if app.config.server.docs {
        println!("docs, with sandbox login: {base}/docs");
    }
    if app.config.wechat.sandbox {
        println!("sandbox codes for POST {base}/v1/auth/wechat-login:");
        for login in seed::logins() {
            println!("  {:<18} {}", login.code, login.who);
        }
    }
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
