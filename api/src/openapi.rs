//! The published document: its head, its tags, and every slice's operations.

use std::sync::OnceLock;

use actix_web::web::Bytes;
use utoipa::OpenApi;
use utoipa::openapi::OpenApi as Document;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::auth::Permission;
use crate::http::{CodeBook, Problem, finish_document, print_document};
use crate::platform::operation::Operations;
// One a line, so that two branches may add theirs.
use crate::activity;
use crate::attendance;
use crate::audit;
use crate::auth;
use crate::bulletin;
use crate::calendar;
use crate::card;
use crate::claim;
use crate::disqualification;
use crate::goods;
use crate::ledger;
use crate::me;
use crate::objection;
use crate::opening;
use crate::platform;
use crate::publicity;
use crate::redemption;
use crate::replay;
use crate::rule;
use crate::site;
use crate::supervision;
use crate::task;
use crate::tree;
use crate::volunteer;

/// Every code of the product.
pub const CODES: CodeBook = CodeBook(&[
    // One a line, so that two branches may add theirs.
    platform::failure::code::ALL,
    attendance::CODES,
    auth::CODES,
    bulletin::CODES,
    activity::CODES,
    activity::SIGN_UP_CODES,
    card::CODES,
    claim::CODES,
    disqualification::CODES,
    goods::CODES,
    ledger::CODES,
    me::CODES,
    opening::CODES,
    objection::CODES,
    publicity::CODES,
    redemption::CODES,
    rule::CODES,
    site::CODES,
    supervision::CODES,
    tree::CODES,
    volunteer::CODES,
]);

#[derive(OpenApi)]
#[openapi(
    info(
        title = "新时代文明实践积分银行",
        description = "乡镇新时代文明实践积分银行的开放接口：志愿者登录、领卡、签到、申请积分、兑换物品；工作人员确认、认定、发放与公开。\n\nAPI of the civilization-practice points bank. Errors are RFC 9457 problems with a stable `code`; writes accept an `Idempotency-Key`; lists are paged with `page_token`.",
        license(name = "Apache-2.0", identifier = "Apache-2.0"),
    ),
    servers((url = "/", description = "本服务")),
    tags(
        (name = "auth", description = "登录与会话"),
        (name = "ledger", description = "积分与流水"),
        (name = "openings", description = "期初结转：纸质积分册"),
        (name = "audit", description = "审计记录"),
        (name = "activities", description = "活动与报名"),
        (name = "rules", description = "积分细则"),
        (name = "claims", description = "积分申请与认定"),
        (name = "sites", description = "中心、所、站及其设置、人员、任职、兑换点"),
        (name = "attendance", description = "签到、签退、点名、确认与志愿服务记录"),
        (name = "volunteers", description = "志愿者：登记、核验、同意、监护人、回避与代办"),
        (name = "cards", description = "积分卡"),
        (name = "me", description = "首页"),
        (name = "disqualifications", description = "清零与取消积分资格"),
        (name = "objections", description = "异议、申诉与更正"),
        (name = "supervision", description = "监督：监督员聘任、抽查、冻结、报告与预警"),
        (name = "calendar", description = "工作日历：节假日与调休"),
        (name = "goods", description = "物品与库存"),
        (name = "tasks", description = "后台任务：进度、取消、结果与出错明细"),
        (name = "publicity", description = "积分公示与公开"),
        (name = "trees", description = "公开哈希树：签名树头、证明与公钥"),
        (name = "redemption", description = "集中兑换、兑换与台账"),
    ),
    components(schemas(Problem)),
)]
struct Head;

/// Registers every slice's operations.
pub fn configure(cfg: &mut ServiceConfig<'_>) {
    cfg.configure(attendance::configure);
    cfg.configure(auth::configure);
    cfg.configure(activity::configure);
    cfg.configure(audit::configure);
    cfg.configure(bulletin::configure);
    cfg.configure(calendar::configure);
    cfg.configure(claim::configure);
    cfg.configure(card::configure);
    cfg.configure(disqualification::configure);
    cfg.configure(goods::configure);
    cfg.configure(ledger::configure);
    cfg.configure(objection::configure);
    cfg.configure(publicity::configure);
    cfg.configure(redemption::configure);
    cfg.configure(me::configure);
    cfg.configure(replay::configure);
    cfg.configure(opening::configure);
    cfg.configure(rule::configure);
    cfg.configure(site::configure);
    cfg.configure(supervision::configure);
    cfg.configure(task::configure);
    cfg.configure(tree::configure);
    cfg.configure(volunteer::configure);
}

/// The finished document.
///
/// # Errors
/// When an operation names an unknown code.
pub fn document() -> Result<Document, String> {
    let app = actix_web::App::new();
    let (_, document) = utoipa_actix_web::UtoipaApp::from(app)
        .openapi(Head::openapi())
        .service(utoipa_actix_web::scope("/v1").configure(configure))
        .split_for_parts();
    finish_document(document, CODES)
}

/// What the service needs of the document.
#[derive(Clone, Debug)]
pub struct Published {
    /// Every operation with its permission.
    pub operations: Operations,
    /// The document as it is served.
    pub text: Bytes,
}

/// The document, built once: it depends on nothing but the code.
///
/// # Errors
/// As [`document`]; names operations without a permission there is.
pub fn published() -> Result<Published, String> {
    static BUILT: OnceLock<Result<Published, String>> = OnceLock::new();
    BUILT.get_or_init(build).clone()
}

fn build() -> Result<Published, String> {
    let document = document()?;
    let operations = Operations::from_document(&document)?;
    for operation in operations.iter() {
        operation.permission().parse::<Permission>()?;
    }
    let text = print_document(&document).map_err(|error| error.to_string())?;
    Ok(Published { operations, text: text.into() })
}
