//! The story's first day: from signing in to the points in the ledger.

#![expect(
    clippy::indexing_slicing,
    reason = "indexing a JSON value answers null where there is nothing"
)]

use serde_json::{Value, json};

use super::own_server::Service;
use super::stage::{Actor, Expect, Stage, text};
use super::{counter, quarter, redemption};

/// The activity of the story: two hours and a half away when the service starts, three
/// hours long, three points an hour.
const ACTIVITY: &str = "重阳敬老上门服务";
/// What three hours at three points an hour make.
pub(super) const EARNED: i64 = 9;

/// Everybody on stage.
pub(super) struct Cast {
    pub(super) manager: Actor,
    pub(super) certifier: Actor,
    pub(super) clerk: Actor,
    /// The newcomer, and villagers who have been there before.
    pub(super) villagers: (Actor, Vec<Actor>),
    pub(super) station: String,
}

impl Cast {
    /// Who registers in the story.
    pub(super) fn newcomer(&self) -> &Actor {
        &self.villagers.0
    }

    /// Everybody who takes part in the activity; the certifier is a villager, too.
    pub(super) fn everybody(&self) -> Vec<Actor> {
        let (newcomer, neighbours) = &self.villagers;
        let mut all = vec![newcomer.clone(), self.certifier.clone()];
        all.extend_from_slice(neighbours);
        all
    }

    /// The clerk issues a card and hands it over; its number.
    ///
    /// # Errors
    /// Where it could not go on.
    pub(super) async fn give_card(
        &self,
        stage: &mut Stage,
        id: &str,
        name: &str,
    ) -> Result<String, String> {
        let path = format!("/v1/volunteers/{id}/cards");
        let what = format!("给{name}发卡");
        let card = stage.post(&self.clerk, &what, &path, json!({}), Expect::Done).await?;
        let number = text(&card.body, "number")?;
        let path = format!("/v1/cards/{number}/activate");
        stage.post(&self.clerk, "当面启用积分卡", &path, json!({}), Expect::Done).await?;
        Ok(number)
    }
}

/// Tells the whole story.
///
/// # Errors
/// Where it could not go on.
pub(super) async fn tell(stage: &mut Stage, service: &Service) -> Result<(), String> {
    let cast = gather(stage).await?;
    join(stage, &cast).await?;
    let elder = counter::join(stage, &cast).await?;
    let activity = sign_up(stage, &cast).await?;
    counter::sign_up(stage, &cast, &elder, &activity).await?;
    check_in(stage, service, &cast, &activity).await?;
    counter::call(stage, &cast, (&elder, &activity), "in").await?;
    check_out(stage, service, &cast, &activity).await?;
    counter::call(stage, &cast, (&elder, &activity), "out").await?;
    confirm(stage, &cast, &activity, 8).await?;
    claim(stage, &cast, Claims::WithRefusals).await?;
    counter::claim(stage, &cast, &elder).await?;
    for who in &cast.everybody() {
        spendable(stage, who, EARNED).await?;
    }
    redemption::tell(stage, service, &cast).await?;
    quarter::tell(stage, service, &cast).await
}

async fn gather(stage: &mut Stage) -> Result<Cast, String> {
    let manager = stage.sign_in("manager", "陈站长").await?;
    let certifier = stage.sign_in("certifier", "认定员郭老师").await?;
    let clerk = stage.sign_in("clerk", "办事员唐姐").await?;
    let newcomer = stage.sign_in("newcomer", "新村民周桂兰").await?;
    let mut neighbours = Vec::new();
    for number in 1..=5 {
        neighbours.push(stage.sign_in(&format!("v{number:02}"), &format!("村民{number}")).await?);
    }
    let sites = stage.get(&manager, "查看所站", "/v1/sites").await?;
    let station = find(&sites.body["items"], "short_name", "李家村站")?;
    let villagers = (newcomer, neighbours);
    Ok(Cast { manager, certifier, clerk, villagers, station: text(&station, "id")? })
}

/// The item of a list whose member has this value.
pub(super) fn find(list: &Value, member: &str, wanted: &str) -> Result<Value, String> {
    let items = list.as_array().into_iter().flatten();
    let found = items.clone().find(|item| item[member].as_str() == Some(wanted));
    found.cloned().ok_or_else(|| format!("no {member} {wanted} in {list}"))
}

/// The newcomer registers, is verified, gets her card; so does the certifier, who is a
/// villager like everybody else.
async fn join(stage: &mut Stage, cast: &Cast) -> Result<(), String> {
    let people = [
        (cast.newcomer(), "周桂兰", "11010519491231002X", "1949-12-31", 2),
        (&cast.certifier, "郭建平", "34052419800101001X", "1980-01-01", 1),
    ];
    for (actor, name, document, born, gender) in people {
        let body = json!({
            "name": name, "gender": gender, "birth_date": born, "id_type": "resident_id",
            "id_number": document, "site_id": cast.station, "groups": ["群众"],
            "consents": [{"purpose": "enrol", "text_version": "2026-01"}],
        });
        let registered =
            stage.post(actor, "登记为志愿者", "/v1/volunteers", body, Expect::Done).await?;
        let id = text(&registered.body, "id")?;
        let path = format!("/v1/volunteers/{id}/verify");
        let what = format!("核对证件并核验{name}");
        let shown = json!({"id_number": document});
        stage.post(&cast.manager, &what, &path, shown, Expect::Done).await?;
        cast.give_card(stage, &id, name).await?;
    }
    Ok(())
}

async fn sign_up(stage: &mut Stage, cast: &Cast) -> Result<String, String> {
    let path = format!("/v1/activities?site_id={}", cast.station);
    let list = stage.get(cast.newcomer(), "看本周活动", &path).await?;
    let activity = text(&find(&list.body["items"], "title", ACTIVITY)?, "id")?;
    let path = format!("/v1/activities/{activity}/sign-ups");
    let everybody = cast.everybody();
    let replies = stage.together(&everybody, "报名", &path, json!({})).await?;
    stage.check(replies.iter().all(super::stage::Reply::is_success), "everybody signs up");
    Ok(activity)
}

/// The code the station shows.
///
/// # Errors
/// Where it could not go on.
pub(super) async fn code(
    stage: &mut Stage,
    cast: &Cast,
    activity: &str,
    direction: &str,
) -> Result<String, String> {
    let path = format!("/v1/activities/{activity}/check-in-codes");
    let body = json!({"direction": direction});
    let what = if direction == "in" { "出示签到码" } else { "出示签退码" };
    let shown = stage.post(&cast.manager, what, &path, body, Expect::Done).await?;
    text(&shown.body, "code")
}

async fn check_in(
    stage: &mut Stage,
    service: &Service,
    cast: &Cast,
    activity: &str,
) -> Result<(), String> {
    let early = code(stage, cast, activity, "in").await?;
    let body = json!({"code": early});
    let first = cast.newcomer().clone();
    stage.post(&first, "过早签到", "/v1/check-ins", body, Expect::Refused("too_early")).await?;
    service.pass(45);
    let old = code(stage, cast, activity, "in").await?;
    service.pass_seconds(31);
    let body = json!({"code": old});
    stage
        .post(&first, "扫过期的码", "/v1/check-ins", body, Expect::Refused("code_expired"))
        .await?;
    let fresh = code(stage, cast, activity, "in").await?;
    let everybody = cast.everybody();
    let body = json!({"code": fresh});
    let replies = stage.together(&everybody, "扫码签到", "/v1/check-ins", body.clone()).await?;
    stage.check(replies.iter().all(super::stage::Reply::is_success), "everybody checks in");
    let again =
        stage.post(&first, "再扫一次（不重复计）", "/v1/check-ins", body, Expect::Done).await?;
    stage.check(again.body["repeated"] == true, "a second scan is the same attendance");
    let body = json!({"code": fresh});
    let wrong = Expect::Refused("wrong_direction");
    stage.post(&first, "用签到码签退", "/v1/check-outs", body, wrong).await?;
    Ok(())
}

async fn check_out(
    stage: &mut Stage,
    service: &Service,
    cast: &Cast,
    activity: &str,
) -> Result<(), String> {
    service.pass(195);
    let fresh = code(stage, cast, activity, "out").await?;
    let everybody = cast.everybody();
    let body = json!({"code": fresh});
    let replies = stage.together(&everybody, "扫码签退", "/v1/check-outs", body).await?;
    stage.check(replies.iter().all(super::stage::Reply::is_success), "everybody checks out");
    Ok(())
}

/// The manager confirms whoever was there, so many.
///
/// # Errors
/// Where it could not go on.
pub(super) async fn confirm(
    stage: &mut Stage,
    cast: &Cast,
    activity: &str,
    people: usize,
) -> Result<(), String> {
    let path = format!("/v1/activities/{activity}/attendances");
    let list = stage.get(&cast.manager, "查看签到名单", &path).await?;
    let items = list.body["items"].as_array().into_iter().flatten();
    let items: Vec<_> = items.map(|item| json!({"attendance_id": item["id"]})).collect();
    let count = items.len();
    let body = json!({"items": items});
    let path = format!("{path}/confirm");
    let done = stage.post(&cast.manager, "批量确认", &path, body, Expect::Done).await?;
    let results = done.body["results"].as_array().into_iter().flatten();
    let fine = results.filter(|result| result["status"] == "ok").count();
    stage.check(fine == count && count == people, "every attendance is confirmed");
    Ok(())
}

/// Whether applying and certifying are told with what must be refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Claims {
    WithRefusals,
    Plain,
}

/// Everybody applies for what she did, and everything is certified.
///
/// # Errors
/// Where it could not go on.
pub(super) async fn claim(stage: &mut Stage, cast: &Cast, how: Claims) -> Result<(), String> {
    let mut others = Vec::new();
    let mut own = Value::Null;
    let everybody = cast.everybody();
    for who in &everybody {
        let open = stage.get(who, "查看可申请积分", "/v1/me/claimables").await?;
        let items = open.body["items"].as_array().into_iter().flatten();
        let ids: Vec<_> = items.map(|item| item["attendance_id"].clone()).collect();
        let body = json!({"attendance_ids": ids});
        let claimed =
            stage.post(who, "一键申请积分", "/v1/claims", body.clone(), Expect::Done).await?;
        let id = claimed.body["results"][0]["id"].clone();
        if who.name == cast.certifier.name {
            own = id;
        } else {
            others.push(id);
        }
        if who.name == cast.newcomer().name && how == Claims::WithRefusals {
            let twice = Expect::Refused("already_claimed");
            stage.post(who, "重复申请", "/v1/claims", body, twice).await?;
        }
    }
    let certify = "/v1/claims/certify";
    let body = json!({"claim_ids": [own]});
    if how == Claims::WithRefusals {
        let refused = Expect::Refused("must_recuse");
        stage.post(&cast.certifier, "认定自己的申请", certify, body.clone(), refused).await?;
    }
    let batch = json!({"claim_ids": others});
    stage.post(&cast.certifier, "批量认定他人的申请", certify, batch, Expect::Done).await?;
    stage.post(&cast.manager, "认定郭老师的申请", certify, body, Expect::Done).await?;
    Ok(())
}

/// Somebody looks at her points and has so many.
///
/// # Errors
/// Where it could not go on.
pub(super) async fn spendable(stage: &mut Stage, who: &Actor, wanted: i64) -> Result<(), String> {
    let points = stage.get(who, "查看积分", "/v1/me/points").await?;
    let has = points.body["available"].as_i64();
    stage.check(has == Some(wanted), &format!("{} has {wanted} points, not {has:?}", who.name));
    Ok(())
}
