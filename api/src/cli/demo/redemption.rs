//! The story's end: the monthly session, the last cup, and the counter.

#![expect(
    clippy::indexing_slicing,
    reason = "indexing a JSON value answers null where there is nothing"
)]

use serde_json::json;

use super::own_server::Service;
use super::stage::{Actor, Expect, Reply, Stage, text};
use super::story::{Cast, EARNED, find, spendable};

/// There is one of it, and it costs six points.
const LAST: &str = "纪念搪瓷杯";
const LAST_POINTS: i64 = 6;
/// There is plenty of it at three points.
const PLENTY: &str = "作业本";

/// Tells how points become goods.
///
/// # Errors
/// Where it could not go on.
pub(super) async fn tell(stage: &mut Stage, service: &Service, cast: &Cast) -> Result<(), String> {
    let newcomer = cast.newcomer();
    let path = format!("/v1/sites/{}/redemption-sessions", cast.station);
    let sessions = stage.get(newcomer, "看集中兑换", &path).await?;
    let session = text(&find(&sessions.body["items"], "state", "open")?, "id")?;
    let path = format!("/v1/redemption-sessions/{session}");
    let offered = stage.get(newcomer, "看可兑换的物品", &path).await?;
    let goods = |name: &str| {
        find(&offered.body["items"], "goods_name", name).and_then(|item| text(&item, "goods_id"))
    };
    let (last, plenty) = (goods(LAST)?, goods(PLENTY)?);

    let winner = race_for_the_last(stage, cast, &session, &last).await?;
    let placed = placed_by(stage, &winner).await?;
    hand_over(stage, cast, &winner, &placed).await?;
    change_of_mind(stage, cast, &session, &plenty).await?;
    too_dear(stage, cast, &session, &offered).await?;

    let today = service.today();
    let path = format!("/v1/sites/{}/redemption-register?from={today}&to={today}", cast.station);
    let register = stage.get(&cast.manager, "查看兑换台账", &path).await?;
    let rows = register.body["items"].as_array().map_or(0, Vec::len);
    stage.check(rows == 1, "the register has the one redemption that was handed over");
    Ok(())
}

/// Two villagers want the last cup at the same moment: exactly one gets it.
async fn race_for_the_last(
    stage: &mut Stage,
    cast: &Cast,
    session: &str,
    goods: &str,
) -> Result<Actor, String> {
    let pair: Vec<_> = cast.villagers.1.iter().take(2).cloned().collect();
    let body = json!({"session_id": session, "goods_id": goods, "quantity": 1});
    let replies = stage.together(&pair, "兑换最后一个搪瓷杯", "/v1/redemptions", body).await?;
    let won = replies.iter().filter(|reply| reply.is_success()).count();
    let lost = replies.iter().filter(|reply| reply.code() == "out_of_stock").count();
    stage.check(won == 1 && lost == 1, "the last cup goes to exactly one");
    let at = replies.iter().position(Reply::is_success).ok_or("nobody got the last cup")?;
    pair.get(at).cloned().ok_or_else(|| "no winner".into())
}

async fn placed_by(stage: &mut Stage, who: &Actor) -> Result<String, String> {
    let mine = stage.get(who, "查看我的兑换", "/v1/me/redemptions").await?;
    text(&mine.body["items"][0], "id")
}

/// The counter: a wrong code, the right card, and nothing twice.
async fn hand_over(
    stage: &mut Stage,
    cast: &Cast,
    winner: &Actor,
    redemption: &str,
) -> Result<(), String> {
    let ready = format!("/v1/redemptions/{redemption}/ready");
    stage.post(&cast.clerk, "备好物品", &ready, json!({}), Expect::Done).await?;
    let fulfil = format!("/v1/redemptions/{redemption}/fulfil");
    let wrong = json!({"pickup_code": "QH-0000-000", "signature": "code"});
    let refused = Expect::Refused("pickup_proof_wrong");
    stage.post(&cast.clerk, "核对错误的取货码", &fulfil, wrong, refused).await?;
    let card = stage.get(winner, "出示积分卡", "/v1/me/card").await?;
    let number = text(&card.body, "number")?;
    let body = json!({"card_number": number, "signature": "card"});
    stage.post(&cast.clerk, "发放物品", &fulfil, body.clone(), Expect::Done).await?;
    let twice = Expect::Refused("wrong_state");
    stage.post(&cast.clerk, "再发一次", &fulfil, body, twice).await?;
    spendable(stage, winner, EARNED - LAST_POINTS).await
}

/// Held points come back when she changes her mind.
async fn change_of_mind(
    stage: &mut Stage,
    cast: &Cast,
    session: &str,
    goods: &str,
) -> Result<(), String> {
    let who = cast.newcomer();
    let body = json!({"session_id": session, "goods_id": goods, "quantity": 2});
    let placed = stage.post(who, "兑换两本作业本", "/v1/redemptions", body, Expect::Done).await?;
    spendable(stage, who, EARNED - 6).await?;
    let id = text(&placed.body, "id")?;
    let path = format!("/v1/redemptions/{id}/cancel");
    stage.post(who, "改主意，取消兑换", &path, json!({}), Expect::Done).await?;
    spendable(stage, who, EARNED).await
}

/// Nobody spends what she does not have.
async fn too_dear(
    stage: &mut Stage,
    cast: &Cast,
    session: &str,
    offered: &Reply,
) -> Result<(), String> {
    let oil = text(&find(&offered.body["items"], "goods_name", "食用油")?, "goods_id")?;
    let body = json!({"session_id": session, "goods_id": oil, "quantity": 1});
    let refused = Expect::Refused("insufficient_points");
    stage.post(cast.newcomer(), "积分不够也要换油", "/v1/redemptions", body, refused).await?;
    Ok(())
}
