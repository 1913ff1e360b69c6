//! What operators and front-end developers read: liveness, readiness, the document.

use std::collections::HashSet;
use std::time::Duration;

use actix_web::http::header;
use actix_web::web::{Data, ServiceConfig};
use actix_web::{HttpResponse, Responder};
use migration::{Migrator, MigratorTrait};
use sea_orm::{ConnectionTrait, Statement};
use serde_json::{Map, json};

use crate::app::App;
use crate::http::read_only;
use crate::platform::db::{Trouble, trouble};
use crate::platform::failure::{Failure, Refusal, code};
use crate::server::Draining;

/// Registers the probes. They are not operations: they take no token and stand
/// outside the document.
pub(crate) fn configure(cfg: &mut ServiceConfig) {
    cfg.service(read_only("/healthz", alive))
        .service(read_only("/readyz", ready))
        .service(read_only("/openapi.json", document))
        .service(read_only("/.well-known/jwks.json", key_set));
}

/// The process answers; nothing else is asked.
async fn alive() -> impl Responder {
    HttpResponse::Ok().json(json!({"status": "ok"}))
}

/// Whether a load balancer may send requests here: the database answers, has at least this
/// version's schema, and the process is not stopping. Redis and WeChat are reported but do
/// not make it unready: the service goes on without them.
async fn ready(app: Data<App>, draining: Data<Draining>) -> Result<HttpResponse, Failure> {
    let database = database_answers(&app).await;
    let schema = if database { schema_of(&app).await } else { "unknown" };
    let mut facts = Map::new();
    facts.insert("database".into(), database.into());
    facts.insert("schema".into(), schema.into());
    facts.insert("redis".into(), app.kv.is_up().await.into());
    facts.insert("wechat".into(), (!app.wechat.circuit_open()).into());
    facts.insert("draining".into(), draining.is_on().into());
    if draining.is_on() || !matches!(schema, "current" | "newer") {
        let refusal = Refusal { extra: facts, ..Refusal::new(code::UNAVAILABLE) };
        return Err(refusal.retry_after(1).into());
    }
    facts.insert("status".into(), "ready".into());
    Ok(HttpResponse::Ok().json(facts))
}

async fn database_answers(app: &App) -> bool {
    let db = &app.pools.write;
    let ping = db.execute_raw(Statement::from_string(db.get_database_backend(), "SELECT 1"));
    matches!(tokio::time::timeout(patience_of(app), ping).await, Ok(Ok(_)))
}

/// How long a probe waits for the database.
fn patience_of(app: &App) -> Duration {
    Duration::from_millis(app.config.server.probe_patience_ms)
}

/// How the database's schema stands to this version's. A newer one is fine: while versions
/// change, the database is brought up to date first.
pub(crate) async fn schema_of(app: &App) -> &'static str {
    let db = &app.pools.write;
    let text = "SELECT version FROM seaql_migrations";
    let rows = db.query_all_raw(Statement::from_string(db.get_database_backend(), text));
    let rows = match tokio::time::timeout(patience_of(app), rows).await {
        Ok(Ok(rows)) => rows,
        // Without the table nothing has ever been migrated.
        Ok(Err(error)) if trouble(&error) == Trouble::Fault => return "older",
        Ok(Err(_)) | Err(_) => return "unknown",
    };
    let done: HashSet<String> =
        rows.iter().filter_map(|row| row.try_get("", "version").ok()).collect();
    let steps = Migrator::migrations();
    if steps.iter().any(|step| !done.contains(step.name())) {
        "older"
    } else if done.len() > steps.len() {
        "newer"
    } else {
        "current"
    }
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
