//! Operations on the keys of others and their signatures.

use actix_web::post;
use actix_web::web::Path;
use entity::ids::TreeKeyId;
use utoipa_actix_web::service_config::ServiceConfig;

use super::cosigning;
use super::domain::KeyAction;
use super::dto::{Cosign, CosignedView, ProposeKey, TreeKeyView};
use crate::auth::Caller;
use crate::platform::command::{Answer, Command, Done, NoBody};

/// 登记联署公钥
///
/// Proposes the key of the county's platform or of the supervisors; a second person
/// approves it.
#[utoipa::path(
    operation_id = "tree_key_propose", tag = "trees", request_body = ProposeKey,
    params(("tree" = String, Path, description = "区划代码数字", example = "510123101")),
    extensions(
        ("x-permission" = json!("manage_tree_keys")),
        ("x-codes" = json!(["tree_unknown", "key_registered"])),
    ),
    responses((status = OK, description = "待复核的公钥", body = TreeKeyView)),
)]
#[post("/trees/{tree}/keys")]
async fn propose(caller: Caller, tree: Path<String>, cmd: Command<ProposeKey>) -> Answer {
    cmd.run(async move |tx, body| {
        let row = cosigning::propose(tx, &caller, &tree, &body).await?;
        Ok(Done::ok(cosigning::view(&row)?).about(row.id))
    })
    .await
}

/// 复核联署公钥
///
/// A second person agrees after comparing the fingerprint; from now on its signatures count.
#[utoipa::path(
    operation_id = "tree_key_approve", tag = "trees",
    params(("tree_key_id" = TreeKeyId, Path, description = "公钥编号")),
    extensions(
        ("x-permission" = json!("manage_tree_keys")),
        ("x-codes" = json!(["wrong_state", "must_recuse"])),
    ),
    responses((status = OK, description = "使用中的公钥", body = TreeKeyView)),
)]
#[post("/tree-keys/{tree_key_id}/approve")]
async fn approve(caller: Caller, id: Path<TreeKeyId>, cmd: Command<NoBody>) -> Answer {
    cmd.run(async move |tx, _| {
        let row = cosigning::change(tx, &caller, *id, KeyAction::Approve).await?;
        Ok(Done::ok(cosigning::view(&row)?))
    })
    .await
}

/// 停用联署公钥
///
/// Its signatures count no longer; those it has made stay under their heads.
#[utoipa::path(
    operation_id = "tree_key_revoke", tag = "trees",
    params(("tree_key_id" = TreeKeyId, Path, description = "公钥编号")),
    extensions(
        ("x-permission" = json!("manage_tree_keys")),
        ("x-codes" = json!(["wrong_state"])),
    ),
    responses((status = OK, description = "已停用的公钥", body = TreeKeyView)),
)]
#[post("/tree-keys/{tree_key_id}/revoke")]
async fn revoke(caller: Caller, id: Path<TreeKeyId>, cmd: Command<NoBody>) -> Answer {
    cmd.run(async move |tx, _| {
        let row = cosigning::change(tx, &caller, *id, KeyAction::Revoke).await?;
        Ok(Done::ok(cosigning::view(&row)?))
    })
    .await
}

/// 联署树头
///
/// Puts a signature by a registered key under a signed head. The signature is the
/// permission: whoever brings it need not sign in.
#[utoipa::path(
    operation_id = "tree_cosign", tag = "trees", request_body = Cosign,
    params(("tree" = String, Path, description = "区划代码数字", example = "510123101")),
    extensions(
        ("x-permission" = json!("public")),
        ("x-codes" = json!(["tree_unknown", "checkpoint_unknown", "signature_refused"])),
    ),
    responses((status = OK, description = "已联署", body = CosignedView)),
)]
#[post("/trees/{tree}/cosignatures")]
async fn cosign(tree: Path<String>, cmd: Command<Cosign>) -> Answer {
    cmd.run(async move |tx, body| Ok(Done::ok(cosigning::cosign(tx, &tree, &body).await?))).await
}

pub(super) fn configure(cfg: &mut ServiceConfig<'_>) {
    cfg.service(propose).service(approve).service(revoke).service(cosign);
}
