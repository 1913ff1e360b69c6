//! What operators and front-end developers read: liveness, readiness, the document.

use std::time::Duration;

use actix_web::http::header;
use actix_web::web::{self, Data, ServiceConfig};
use actix_web::{HttpResponse, Responder};
use sea_orm::{ConnectionTrait, Statement};
use serde_json::json;

use crate::app::App;
use crate::server::Draining;

/// Registers the probes. They are not operations: they take no token and stand
/// outside the document.
pub(crate) fn configure(cfg: &mut ServiceConfig) {
    cfg.route("/healthz", web::get().to(alive))
        .route("/readyz", web::get().to(ready))
        .route("/openapi.json", web::get().to(document))
        .route("/.well-known/jwks.json", web::get().to(key_set));
}

/// The process answers; nothing else is asked.
async fn alive() -> impl Responder {
    HttpResponse::Ok().json(json!({"status": "ok"}))
}

/// Whether a load balancer may send requests here. Redis and WeChat are reported
/// but do not make it unready: the service goes on without them.
async fn ready(app: Data<App>, draining: Data<Draining>) -> impl Responder {
    let database = database_answers(&app).await;
    let redis = app.kv.is_up().await;
    let wechat = !app.wechat.circuit_open();
    let ready = database && !draining.is_on();
    let mut response = if ready { HttpResponse::Ok() } else { HttpResponse::ServiceUnavailable() };
    response.content_type("application/problem+json").json(json!({
        "status": if ready { "ready" } else { "not_ready" },
        "database": database, "redis": redis, "wechat": wechat, "draining": draining.is_on(),
    }))
}

async fn database_answers(app: &App) -> bool {
    let db = &app.pools.write;
    let ping = db.execute_raw(Statement::from_string(db.get_database_backend(), "SELECT 1"));
    let patience = Duration::from_millis(app.config.server.probe_patience_ms);
    matches!(tokio::time::timeout(patience, ping).await, Ok(Ok(_)))
}

async fn document(app: Data<App>) -> impl Responder {
    HttpResponse::Ok()
        .content_type("application/json")
        .insert_header((header::CACHE_CONTROL, "public, max-age=60"))
        .body(app.document.clone())
}

/// The key that checks our access tokens.
async fn key_set(app: Data<App>) -> impl Responder {
    HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "public, max-age=300"))
        .json(app.tokens.key_set())
}
