//! Logs and metrics.

use std::io::{IsTerminal, stderr};
use std::net::TcpListener;
use std::time::Duration;

use actix_web::web::{self, Data};
use actix_web::{App as ActixApp, HttpResponse, HttpServer};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;

use crate::config::Telemetry;
use crate::{jobs, wechat};

/// Bounds of the latency histogram, in seconds.
const SECONDS: [f64; 10] = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0];

/// How often samples are folded: a busy service takes a few ten thousand of eight bytes meanwhile.
const FOLD_EVERY: Duration = Duration::from_secs(5);

/// Starts logging to standard error.
///
/// # Errors
/// When the filter cannot be understood, or logging has been started before.
pub fn start_logs(settings: &Telemetry) -> Result<(), String> {
    start_logs_to(settings, stderr)
}

/// Starts logging to any writer.
///
/// # Errors
/// When the filter cannot be understood, or logging has been started before.
pub fn start_logs_to<W>(settings: &Telemetry, writer: W) -> Result<(), String>
where
    W: for<'w> MakeWriter<'w> + Send + Sync + 'static,
{
    let filter = EnvFilter::try_new(&settings.log)
        .map_err(|error| format!("telemetry.log (PB_TELEMETRY__LOG): {error}"))?;
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(writer);
    let started = if settings.json {
        builder.json().flatten_event(true).try_init()
    } else {
        // Colours are for eyes: a file or a pipe gets plain text.
        builder.compact().with_ansi(stderr().is_terminal()).try_init()
    };
    started.map_err(|error| error.to_string())
}

/// Starts counting.
///
/// # Errors
/// When counting has been started before.
pub fn start_metrics() -> Result<PrometheusHandle, String> {
    let handle = PrometheusBuilder::new()
        .set_buckets(&SECONDS)
        .and_then(PrometheusBuilder::install_recorder)
        .map_err(|error| error.to_string())?;
    count_from_zero();
    Ok(handle)
}

/// An alarm on a counter that is not there yet says nothing, and misses the first time.
fn count_from_zero() {
    for name in [
        "http_faults_total",
        "redis_failures_total",
        "transaction_retries_total",
        "tree_signer_refusals_total",
    ] {
        metrics::counter!(name).increment(0);
    }
    jobs::count_from_zero();
    wechat::count_from_zero();
}

/// Folds the samples of the histograms into their bounds from time to time. They are kept one by
/// one until then, so a service whose metrics nobody reads would grow with every request.
pub fn fold_metrics(handle: PrometheusHandle) {
    tokio::spawn(async move {
        let mut every = tokio::time::interval(FOLD_EVERY);
        loop {
            every.tick().await;
            handle.run_upkeep();
        }
    });
}

/// Serves `/metrics` on its own listener, which is never the public one.
///
/// # Errors
/// When the listener cannot be used.
pub fn serve_metrics(handle: PrometheusHandle, listener: TcpListener) -> std::io::Result<()> {
    let factory = move || {
        ActixApp::new().app_data(Data::new(handle.clone())).route(
            "/metrics",
            web::get().to(|handle: Data<PrometheusHandle>| async move {
                handle.run_upkeep();
                HttpResponse::Ok().content_type("text/plain; version=0.0.4").body(handle.render())
            }),
        )
    };
    let server = HttpServer::new(factory).workers(1).disable_signals().listen(listener)?.run();
    tokio::spawn(server);
    Ok(())
}
