//! A month's notice: opened by a person, read by everybody, objected to, closed when its days
//! are over.

#![expect(
    clippy::indexing_slicing,
    reason = "indexing a JSON value answers null where there is nothing"
)]

use serde_json::{Value, json};

use super::own_server::Service;
use super::quarter::Office;
use super::stage::{Actor, Expect, Stage, text};
use super::story::{Cast, find, spendable};

/// Whole days a notice stays open, and one more.
const OPEN_DAYS: i64 = 9;

/// Opens the round the service has drafted; its id and number.
///
/// # Errors
/// Where it could not go on.
pub(super) async fn open(stage: &mut Stage, office: &Office) -> Result<Value, String> {
    let path = format!("/v1/sites/{}/notice-rounds", office.institute);
    let rounds = stage.get(&office.town, "查看自动起草的公示", &path).await?;
    let draft = find(&rounds.body["items"], "state", "drafting")?;
    let path = format!("/v1/notice-rounds/{}/open", text(&draft, "id")?);
    let opened = stage.post(&office.town, "发布本月公示", &path, json!({}), Expect::Done).await?;
    Ok(opened.body)
}

/// A villager objects to another's entry; it is upheld, and the entry is struck visibly.
///
/// # Errors
/// Where it could not go on.
pub(super) async fn object(
    stage: &mut Stage,
    (cast, office): (&Cast, &Office),
    round: &Value,
) -> Result<(), String> {
    let [.., objector, doubted] = cast.villagers.1.as_slice() else {
        return Err("no two neighbours".into());
    };
    let number = text(round, "number")?;
    let position = position_of(stage, doubted, &number).await?;
    let body = json!({
        "kind": "objection",
        "subject": {"kind": "notice_entry", "notice": number, "position": position},
        "text": "当天她中途离开了，请核实。",
    });
    let filed = stage.post(objector, "对公示条目提出异议", "/v1/objections", body, Expect::Done);
    let id = text(&filed.await?.body, "id")?;
    let step = |name: &str| format!("/v1/objections/{id}/{name}");
    let manager = &cast.manager;
    let own = Expect::Refused("must_recuse");
    stage.post(manager, "自己确认的签到自己受理", &step("accept"), json!({}), own).await?;
    let second = &office.second;
    stage.post(second, "受理异议，条目暂缓", &step("accept"), json!({}), Expect::Done).await?;
    stage.post(second, "开始核查", &step("investigate"), json!({}), Expect::Done).await?;
    let upheld = json!({"outcome": "upheld", "reason": "经核查属实"});
    stage.post(&office.town, "决定：异议成立", &step("decide"), upheld, Expect::Done).await?;
    let own = Expect::Refused("must_recuse");
    stage.post(&office.town, "自己决定又自己执行", &step("execute"), json!({}), own).await?;
    stage.post(&office.county, "执行决定", &step("execute"), json!({}), Expect::Done).await?;
    stage.post(manager, "归档异议", &step("close"), json!({}), Expect::Done).await?;
    spendable(stage, doubted, 0).await?;
    let path = format!("/v1/public/notices/{number}/entries/{position}");
    let shown = stage.get(objector, "公众查看更正后的条目", &path).await?;
    let struck = shown.body["entry"]["state"] == "corrected";
    stage.check(struck, "the entry stands struck for everybody to see");
    Ok(())
}

/// The number of her own entry, which she finds by her name or her card's tail.
async fn position_of(stage: &mut Stage, who: &Actor, number: &str) -> Result<i64, String> {
    let card = stage.get(who, "出示积分卡", "/v1/me/card").await?;
    let card = text(&card.body, "number")?.replace('-', "");
    let profile = stage.get(who, "查看我的首页", "/v1/me").await?;
    let name = profile.body["volunteer"]["name"].as_str().unwrap_or_default().to_owned();
    let tail = card.get(card.len().saturating_sub(4)..).unwrap_or_default();
    let path = format!("/v1/public/notices/{number}/entries?page_size=100");
    let entries = stage.get(who, "在公示里找自己", &path).await?;
    let mut shown = entries.body["items"].as_array().into_iter().flatten();
    let hers = shown.find(|entry| {
        let text = entry["person"]["text"].as_str().unwrap_or_default();
        text == name || (text.starts_with("尾号") && text.ends_with(tail))
    });
    hers.and_then(|entry| entry["position"].as_i64()).ok_or_else(|| "no entry of hers".into())
}

/// Not before its days are over; then it is closed, booked and archived.
///
/// # Errors
/// Where it could not go on.
pub(super) async fn close(
    stage: &mut Stage,
    service: &Service,
    office: &Office,
    round: &Value,
) -> Result<(), String> {
    let step = |name: &str| text(round, "id").map(|id| format!("/v1/notice-rounds/{id}/{name}"));
    let early = Expect::Refused("notice_running");
    stage.post(&office.town, "公示未满就结束", &step("close")?, json!({}), early).await?;
    service.pass_days(OPEN_DAYS).await?;
    let path = format!("/v1/notice-rounds/{}", text(round, "id")?);
    let now = stage.get(&office.town, "公示期满，自动结束", &path).await?;
    stage.check(now.body["state"] == "closed", "the service closes what is over");
    stage.post(&office.town, "归档公示", &step("archive")?, json!({}), Expect::Done).await?;
    Ok(())
}
