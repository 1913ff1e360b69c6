//! Operations of the public trees: anybody may ask, nobody need sign in.

use actix_web::web::{Data, Json, Path};
use actix_web::{HttpResponse, get};
use utoipa_actix_web::service_config::ServiceConfig;

use super::dto::{
    CheckpointView, ConsistencyQuery, ConsistencyView, InclusionView, SizeQuery, TreeKeyList,
    TreeList,
};
use super::service;
use crate::app::App;
use crate::platform::command::Answer;
use crate::platform::failure::Failure;
use crate::platform::query::Query;

fn plain(text: String) -> HttpResponse {
    HttpResponse::Ok().content_type("text/plain; charset=utf-8").body(text)
}

/// 全部公开哈希树
///
/// The hash trees of the county and its towns, by division code.
#[utoipa::path(
    operation_id = "tree_list", tag = "trees",
    extensions(("x-permission" = json!("public"))),
    responses((status = OK, description = "公开哈希树", body = TreeList)),
)]
#[get("/trees")]
async fn list(app: Data<App>) -> Result<Json<TreeList>, Failure> {
    service::list(&app.pools.read).await.map(Json)
}

/// 签名树头
///
/// The newest signed head, or the one of a size.
#[utoipa::path(
    operation_id = "tree_checkpoint", tag = "trees",
    params(("tree" = String, Path, description = "区划代码数字", example = "510123101"), SizeQuery),
    extensions(
        ("x-permission" = json!("public")),
        ("x-codes" = json!(["tree_unknown", "checkpoint_unknown"])),
    ),
    responses((status = OK, description = "签名树头", body = CheckpointView)),
)]
#[get("/trees/{tree}/checkpoint")]
async fn checkpoint(
    app: Data<App>,
    tree: Path<String>,
    query: Query<SizeQuery>,
) -> Result<Json<CheckpointView>, Failure> {
    service::checkpoint(&app.pools.read, &tree, query.size).await.map(Json)
}

/// 签名树头全文
///
/// The same as the signed text itself (C2SP tlog-checkpoint), to be kept and compared.
#[utoipa::path(
    operation_id = "tree_checkpoint_text", tag = "trees",
    params(("tree" = String, Path, description = "区划代码数字", example = "510123101"), SizeQuery),
    extensions(
        ("x-permission" = json!("public")),
        ("x-codes" = json!(["tree_unknown", "checkpoint_unknown"])),
    ),
    responses((status = OK, description = "签名树头全文", body = String, content_type = "text/plain")),
)]
#[get("/trees/{tree}/checkpoint.txt")]
async fn checkpoint_text(app: Data<App>, tree: Path<String>, query: Query<SizeQuery>) -> Answer {
    service::checkpoint_text(&app.pools.read, &tree, query.size).await.map(plain)
}

/// 叶在树中的证明
///
/// The path from a leaf to the root of a signed head.
#[utoipa::path(
    operation_id = "tree_inclusion", tag = "trees",
    params(
        ("tree" = String, Path, description = "区划代码数字", example = "510123101"),
        ("index" = u64, Path, description = "叶的序号", minimum = 0), SizeQuery,
    ),
    extensions(
        ("x-permission" = json!("public")),
        ("x-codes" = json!(["tree_unknown", "checkpoint_unknown", "not_published_yet"])),
    ),
    responses((status = OK, description = "证明", body = InclusionView)),
)]
#[get("/trees/{tree}/leaves/{index}/proof")]
async fn inclusion(
    app: Data<App>,
    path: Path<(String, u64)>,
    query: Query<SizeQuery>,
) -> Result<Json<InclusionView>, Failure> {
    let (tree, index) = path.into_inner();
    service::inclusion(&app.pools.read, (&tree, index), query.size).await.map(Json)
}

/// 叶在树中的证明文件
///
/// The same as a file (C2SP tlog-proof), without the line: that is its holder's.
#[utoipa::path(
    operation_id = "tree_inclusion_file", tag = "trees",
    params(
        ("tree" = String, Path, description = "区划代码数字", example = "510123101"),
        ("index" = u64, Path, description = "叶的序号", minimum = 0), SizeQuery,
    ),
    extensions(
        ("x-permission" = json!("public")),
        ("x-codes" = json!(["tree_unknown", "checkpoint_unknown", "not_published_yet"])),
    ),
    responses((status = OK, description = "证明文件", body = String, content_type = "text/plain")),
)]
#[get("/trees/{tree}/leaves/{index}/proof.txt")]
async fn inclusion_file(
    app: Data<App>,
    path: Path<(String, u64)>,
    query: Query<SizeQuery>,
) -> Answer {
    let (tree, index) = path.into_inner();
    service::inclusion_file(&app.pools.read, (&tree, index), query.size).await.map(plain)
}

/// 两个树头的一致性证明
///
/// The proof that the later signed head begins with the earlier one: nothing was changed.
#[utoipa::path(
    operation_id = "tree_consistency", tag = "trees",
    params(
        ("tree" = String, Path, description = "区划代码数字", example = "510123101"),
        ConsistencyQuery,
    ),
    extensions(
        ("x-permission" = json!("public")),
        ("x-codes" = json!(["tree_unknown", "checkpoint_unknown"])),
    ),
    responses((status = OK, description = "一致性证明", body = ConsistencyView)),
)]
#[get("/trees/{tree}/consistency")]
async fn consistency(
    app: Data<App>,
    tree: Path<String>,
    query: Query<ConsistencyQuery>,
) -> Result<Json<ConsistencyView>, Failure> {
    service::consistency(&app.pools.read, &tree, &query).await.map(Json)
}

/// 签名公钥
///
/// Whose signatures stand under the heads, with the fingerprints painted at the stations.
#[utoipa::path(
    operation_id = "tree_keys", tag = "trees",
    params(("tree" = String, Path, description = "区划代码数字", example = "510123101")),
    extensions(("x-permission" = json!("public")), ("x-codes" = json!(["tree_unknown"]))),
    responses((status = OK, description = "公钥", body = TreeKeyList)),
)]
#[get("/trees/{tree}/keys")]
async fn keys(app: Data<App>, tree: Path<String>) -> Result<Json<TreeKeyList>, Failure> {
    service::list_keys(&app, &tree).await.map(Json)
}

pub(super) fn configure(cfg: &mut ServiceConfig<'_>) {
    cfg.service(list).service(checkpoint).service(checkpoint_text).service(inclusion);
    cfg.service(inclusion_file).service(consistency).service(keys);
}
