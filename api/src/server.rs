//! The HTTP server: layers in their order, routes, listeners, graceful stop.

use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use actix_web::dev::ServerHandle;
use actix_web::http::header;
use actix_web::middleware::{Compress, NormalizePath, TrailingSlash, from_fn};
use actix_web::web::{self, Data, PathConfig, PayloadConfig};
use actix_web::{App as ActixApp, HttpRequest, HttpResponse, HttpServer};
use utoipa_actix_web::AppExt;

use crate::app::App;
use crate::auth::guard;
use crate::platform::body::BODY_LIMIT;
use crate::platform::failure::{Failure, code};
use crate::{attendance, bulletin, http, openapi, pages, probes, publicity};

/// Slow clients lose their connection after this.
const HEADER_TIMEOUT: Duration = Duration::from_secs(5);

/// Whether the process is stopping; shared with the readiness probe.
#[derive(Clone, Debug, Default)]
pub struct Draining(Arc<AtomicBool>);

impl Draining {
    /// Whether it is.
    #[must_use]
    pub fn is_on(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    fn begin(&self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// A running server.
#[derive(Debug)]
pub struct Running {
    /// The port it listens on.
    pub port: u16,
    handle: ServerHandle,
    draining: Draining,
    lame_duck: Duration,
    task: tokio::task::JoinHandle<std::io::Result<()>>,
}

impl Running {
    /// Stops at once; for tests.
    pub async fn stop(&self) {
        self.handle.stop(false).await;
    }

    /// Says "not ready" for a moment, then lets running requests end.
    pub async fn drain(&self) {
        self.draining.begin();
        tokio::time::sleep(self.lame_duck).await;
        self.handle.stop(true).await;
    }

    /// Waits until it has stopped.
    ///
    /// # Errors
    /// When the server itself failed.
    pub async fn stopped(self) -> std::io::Result<()> {
        self.task.await.map_err(std::io::Error::other)?
    }
}

/// Starts to listen.
///
/// # Errors
/// When the address is taken.
pub fn start(app: Data<App>, listener: TcpListener) -> std::io::Result<Running> {
    let port = listener.local_addr()?.port();
    let draining = Draining::default();
    let lame_duck = Duration::from_millis(app.config.server.lame_duck_ms);
    let drain_seconds = app.config.server.drain_seconds;
    let workers = match app.config.server.workers {
        0 => std::thread::available_parallelism().map_or(2, Into::into),
        count => count,
    };
    let state = draining.clone();
    let factory = move || {
        let app = app.clone();
        let docs = app.config.server.docs;
        let base = ActixApp::new()
            .app_data(app.core.clone())
            .app_data(Data::new(state.clone()))
            .app_data(PayloadConfig::new(BODY_LIMIT))
            .app_data(
                PathConfig::default().error_handler(|_, _| Failure::from(code::NOT_FOUND).into()),
            )
            .into_utoipa_app()
            .service(utoipa_actix_web::scope("/v1").configure(openapi::configure))
            .into_app();
        base.app_data(app)
            .configure(probes::configure)
            .configure(attendance::page::configure)
            .configure(publicity::page::configure)
            .configure(bulletin::page::configure)
            .configure(|cfg| pages::configure(cfg, docs))
            .default_service(web::to(nothing_here))
            .wrap(from_fn(guard))
            .wrap(from_fn(http::watch))
            .wrap(NormalizePath::new(TrailingSlash::MergeOnly))
            .wrap(Compress::default())
    };
    let server = HttpServer::new(factory)
        .workers(workers)
        .backlog(1024)
        .client_request_timeout(HEADER_TIMEOUT)
        .client_disconnect_timeout(Duration::from_secs(1))
        .shutdown_timeout(drain_seconds)
        .disable_signals()
        .listen(listener)?
        .run();
    let handle = server.handle();
    let task = tokio::spawn(server);
    Ok(Running { port, handle, draining, lame_duck, task })
}

/// No handler took the request: the path is unknown, or has no such method.
async fn nothing_here(app: Data<App>, request: HttpRequest) -> HttpResponse {
    let pattern = request.match_pattern().unwrap_or_default();
    let methods = app.operations.methods_of(&pattern);
    if methods.is_empty() {
        return HttpResponse::NotFound().finish();
    }
    HttpResponse::MethodNotAllowed().insert_header((header::ALLOW, methods.join(", "))).finish()
}
