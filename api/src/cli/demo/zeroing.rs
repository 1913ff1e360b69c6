//! A zeroing in due order, and overturned: every point comes back.

#![expect(
    clippy::indexing_slicing,
    reason = "indexing a JSON value answers null where there is nothing"
)]

use serde_json::json;

use super::own_server::Service;
use super::quarter::Office;
use super::stage::{Expect, Stage, text};
use super::story::{Cast, spendable};

/// Days after which the time to speak is over, with any holidays.
const HEARD: i64 = 25;

/// Tells the case.
///
/// # Errors
/// Where it could not go on.
pub(super) async fn tell(
    stage: &mut Stage,
    service: &Service,
    (cast, office): (&Cast, &Office),
) -> Result<(), String> {
    let accused = cast.newcomer();
    let (manager, document) = (&cast.manager, "镇执决字〔2026〕7号");
    let before = stage.get(accused, "查看积分", "/v1/me/points").await?;
    let before = before.body["available"].as_i64().ok_or("no points")?;
    let profile = stage.get(accused, "查看我的首页", "/v1/me").await?;
    let her = text(&profile.body["volunteer"], "id")?;
    let body = json!({
        "ground": "violation_of_law", "document_no": document,
        "document_issuer": "青山县综合执法局", "document_date": service.today(),
    });
    let path = format!("/v1/volunteers/{her}/disqualifications");
    let proposed = stage.post(manager, "提出清零", &path, body, Expect::Done).await?;
    let id = text(&proposed.body, "id")?;
    let step = |name: &str| format!("/v1/disqualifications/{id}/{name}");
    let own = |name: &str| format!("/v1/me/disqualifications/{id}/{name}");

    stage.post(manager, "发出告知书", &step("notify"), json!({}), Expect::Done).await?;
    stage.post(accused, "签收告知书", &own("acknowledge"), json!({}), Expect::Done).await?;
    let words = json!({"text": "处罚的不是我，请查。"});
    stage.post(accused, "陈述申辩", &own("statement"), words, Expect::Done).await?;
    let confirmed = json!({"document_no": document});
    let early = Expect::Refused("statement_period_running");
    stage.post(&office.town, "未到期就执行", &step("execute"), confirmed.clone(), early).await?;
    service.pass_days(HEARD).await?;
    let present = json!({"note": "在场"});
    stage.post(&office.supervisor, "监督员到场", &step("supervise"), present, Expect::Done).await?;
    let opinion = json!({"opinion": "proceed", "note": "文书在案"});
    stage.post(&office.second, "复核", &step("review"), opinion, Expect::Done).await?;
    let note = json!({"note": "同意"});
    stage.post(&office.town, "决定清零", &step("decide"), note, Expect::Done).await?;
    stage
        .post(&office.second, "第二人确认并执行", &step("execute"), confirmed, Expect::Done)
        .await?;
    spendable(stage, accused, 0).await?;

    let words = json!({"text": "处罚决定已被撤销。"});
    stage.post(accused, "申诉", &own("appeal"), words, Expect::Done).await?;
    let overturn = json!({"outcome": "overturn", "note": "处罚决定已被撤销"});
    let path = step("appeal-decision");
    stage.post(&office.county, "县级决定：撤销清零", &path, overturn, Expect::Done).await?;
    spendable(stage, accused, before).await
}
