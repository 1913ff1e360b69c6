//! The story of who has no phone: whatever others do on theirs, she does at the counter.

use serde_json::{Value, json};

use super::stage::{Expect, Stage, text};
use super::story::{Cast, EARNED};

/// A sound number of nobody.
const DOCUMENT: &str = "110105194103080068";

/// Grandmother Wang, as her station knows her.
pub(super) struct Elder {
    id: String,
    card: String,
}

/// The clerk registers her, somebody else says who she is, and she gets a card.
///
/// # Errors
/// Where it could not go on.
pub(super) async fn join(stage: &mut Stage, cast: &Cast) -> Result<Elder, String> {
    let body = json!({
        "name": "王桂英", "gender": 2, "birth_date": "1941-03-08", "id_type": "resident_id",
        "id_number": DOCUMENT, "reason": "没有手机，到站点现场登记", "witness": "李支书",
        "consents": [{"purpose": "enrol", "text_version": "2026-01", "channel": "paper"}],
    });
    let path = format!("/v1/sites/{}/volunteers", cast.station);
    let what = "为没有手机的王奶奶登记";
    let registered = stage.post(&cast.clerk, what, &path, body, Expect::Done).await?;
    let id = text(&registered.body, "id")?;
    let path = format!("/v1/volunteers/{id}/verify");
    let shown = json!({"id_number": DOCUMENT});
    let own = Expect::Refused("must_recuse");
    stage.post(&cast.clerk, "核验自己登记的人", &path, shown.clone(), own).await?;
    stage.post(&cast.manager, "核对证件并核验王奶奶", &path, shown, Expect::Done).await?;
    let card = cast.give_card(stage, &id, "王奶奶").await?;
    Ok(Elder { id, card })
}

/// She joins an activity.
///
/// # Errors
/// Where it could not go on.
pub(super) async fn sign_up(
    stage: &mut Stage,
    cast: &Cast,
    elder: &Elder,
    activity: &str,
) -> Result<(), String> {
    let path = format!("/v1/sites/{}/activities/{activity}/sign-ups", cast.station);
    let body = json!({"card_number": elder.card});
    stage.post(&cast.clerk, "凭卡为王奶奶报名", &path, body, Expect::Done).await?;
    Ok(())
}

/// Her card is read at the door, in or out.
///
/// # Errors
/// Where it could not go on.
pub(super) async fn call(
    stage: &mut Stage,
    cast: &Cast,
    (elder, activity): (&Elder, &str),
    direction: &str,
) -> Result<(), String> {
    let path = format!("/v1/activities/{activity}/attendances");
    let body = json!({"card_number": elder.card, "direction": direction});
    let what = if direction == "in" {
        "凭卡为王奶奶点名签到"
    } else {
        "凭卡为王奶奶签退"
    };
    stage.post(&cast.manager, what, &path, body, Expect::Done).await?;
    Ok(())
}

/// The clerk files what she may claim; who filed it does not certify it.
///
/// # Errors
/// Where it could not go on.
pub(super) async fn claim(stage: &mut Stage, cast: &Cast, elder: &Elder) -> Result<(), String> {
    let path = format!("/v1/sites/{}/claimables?card_number={}", cast.station, elder.card);
    let open = stage.get(&cast.clerk, "凭卡查看王奶奶可申请的积分", &path).await?;
    let items = open.body.get("items").and_then(Value::as_array).into_iter().flatten();
    let ids: Vec<_> = items.filter_map(|item| item.get("attendance_id")).collect();
    let body = json!({
        "card_number": elder.card, "attendance_ids": ids, "reason": "本人没有手机，持卡到站申请",
    });
    let path = format!("/v1/sites/{}/attendance-claims", cast.station);
    let filed = stage.post(&cast.clerk, "代王奶奶申请积分", &path, body, Expect::Done).await?;
    let claim = filed.body.pointer("/results/0/id").cloned().unwrap_or_default();
    let body = json!({"claim_ids": [claim]});
    let what = "认定王奶奶的申请";
    stage.post(&cast.certifier, what, "/v1/claims/certify", body, Expect::Done).await?;
    let path = format!("/v1/volunteers/{}/points", elder.id);
    let points = stage.get(&cast.clerk, "查看王奶奶的积分", &path).await?;
    let has = points.body.get("available").and_then(Value::as_i64);
    stage.check(has == Some(EARNED), &format!("she has {EARNED} points, not {has:?}"));
    Ok(())
}
