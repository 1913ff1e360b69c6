//! Logs and metrics.

use std::net::TcpListener;

use actix_web::web::{self, Data};
use actix_web::{App as ActixApp, HttpResponse, HttpServer};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;

use crate::config::Telemetry;

/// Bounds of the latency histogram, in seconds.
const SECONDS: [f64; 10] = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0];

/// Starts logging to standard error.
///
/// # Errors
/// When the filter cannot be understood, or logging has been started before.
pub fn start_logs(settings: &Telemetry) -> Result<(), String> {
    start_logs_to(settings, std::io::stderr)
}

/// Starts logging to any writer.
///
/// # Errors
/// When the filter cannot be understood, or logging has been started before.
pub fn start_logs_to<W>(settings: &Telemetry, writer: W) -> Result<(), String>
where
    W: for<'w> MakeWriter<'w> + Send + Sync + 'static,
{
    let filter = EnvFilter::try_new(&settings.log).map_err(|error| error.to_string())?;
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(writer);
    let started = if settings.json {
        builder.json().flatten_event(true).try_init()
    } else {
        builder.compact().try_init()
    };
    started.map_err(|error| error.to_string())
}

/// Starts counting.
///
/// # Errors
/// When counting has been started before.
pub fn start_metrics() -> Result<PrometheusHandle, String> {
    PrometheusBuilder::new()
        .set_buckets(&SECONDS)
        .and_then(PrometheusBuilder::install_recorder)
        .map_err(|error| error.to_string())
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
