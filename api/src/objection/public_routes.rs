//! Operations of objections: without signing in.

use actix_web::web::{Data, Json, Path};
use actix_web::{get, post};
use utoipa_actix_web::service_config::ServiceConfig;

use super::filing_dto::FileAnonymously;
use super::receipt_dto::{ObjectionReceipt, ObjectionStateView};
use super::{filing, reading};
use crate::app::App;
use crate::auth;
use crate::platform::actor::Actor;
use crate::platform::command::{Answer, Command, Done};
use crate::platform::failure::Failure;
use crate::platform::kv::Quota;

/// Objections of one network: a village behind one address has no more to say in an hour.
const FILED: Quota = Quota { requests: 20, seconds: 3600 };
/// Receipt codes asked for by one network; sixty random bits are not guessed at this pace.
const ASKED: Quota = Quota { requests: 60, seconds: 60 };

/// 匿名提出异议
///
/// Anybody may say that a record is wrong without giving a name. The answer holds a receipt
/// code, once; of the filer nothing is kept but its keyed hash and, if she left one, her number.
/// The audit trail does not know the network either. Only where an `Idempotency-Key` is sent, the
/// answer is kept for 72 hours, sealed, under the network it was sent from (/24 or /48), so that a
/// lost answer can be asked for once more: who wants no such trace sends no key.
#[utoipa::path(
    operation_id = "objection_file_anonymously", tag = "objections",
    request_body = FileAnonymously,
    extensions(
        ("x-permission" = json!("public")),
        ("x-codes" = json!(["not_found", "rate_limited"])),
    ),
    responses((status = CREATED, description = "回执", body = ObjectionReceipt)),
)]
#[post("/public/objections")]
async fn file(app: Data<App>, cmd: Command<FileAnonymously>) -> Answer {
    auth::spend(&app, &format!("objection:{}", cmd.actor().principal()), FILED).await?;
    cmd.without_network()
        .run(async move |tx, body| {
            let (row, receipt) = filing::file_anonymously(tx, &app.vault, body).await?;
            Ok(Done::created(receipt, "/v1/public/objections".into()).about(row.id))
        })
        .await
}

/// 查询匿名异议的状态
///
/// The state of the objection the code was given for, and how it was answered: the outcome with
/// the written reason, and what was done. Nothing else of it.
#[utoipa::path(
    operation_id = "objection_state", tag = "objections",
    params(("receipt_code" = String, Path, description = "查询码，可带连字符", example = "YY-7K3Q-X0Z1-M942-C")),
    extensions(
        ("x-permission" = json!("public")),
        ("x-codes" = json!(["rate_limited"])),
    ),
    responses((status = OK, description = "状态", body = ObjectionStateView)),
)]
#[get("/public/objections/{receipt_code}")]
async fn state(
    app: Data<App>,
    actor: Actor,
    receipt_code: Path<String>,
) -> Result<Json<ObjectionStateView>, Failure> {
    auth::spend(&app, &format!("objection-state:{}", actor.principal()), ASKED).await?;
    let row = filing::by_receipt(&app.pools.read, &app.vault, &receipt_code).await?;
    reading::by_receipt(&app.pools.read, &row).await.map(Json)
}

pub(super) fn configure(cfg: &mut ServiceConfig<'_>) {
    cfg.service(file).service(state);
}
