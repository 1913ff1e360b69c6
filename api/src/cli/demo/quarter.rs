//! The story goes on through a quarter: two notices, an objection, a zeroing that does not
//! stand, the bulletin, and the line on paper.

#![expect(
    clippy::indexing_slicing,
    reason = "indexing a JSON value answers null where there is nothing"
)]

use chrono::{Datelike, NaiveDate};
use serde_json::json;

use super::own_server::Service;
use super::stage::{Actor, Expect, Reply, Stage, text};
use super::story::{Cast, Claims, claim, code, confirm, find};
use super::{bulletin, notices, proof, zeroing};

/// The days after which a month's notice has been drafted by the service.
const DRAFTED: u32 = 6;

/// Who comes on stage for the quarter.
pub(super) struct Office {
    pub(super) institute: String,
    pub(super) town: Actor,
    pub(super) second: Actor,
    pub(super) county: Actor,
    pub(super) supervisor: Actor,
}

/// Tells the quarter.
///
/// # Errors
/// Where it could not go on.
pub(super) async fn tell(stage: &mut Stage, service: &Service, cast: &Cast) -> Result<(), String> {
    let began = service.today();
    let office = gather(stage, cast).await?;
    service.pass_to_next_month(DRAFTED).await?;
    let first = notices::open(stage, &office).await?;
    notices::object(stage, (cast, &office), &first).await?;
    notices::close(stage, service, &office, &first).await?;
    serve_again(stage, service, cast).await?;
    zeroing::tell(stage, service, (cast, &office)).await?;
    if service.today().month() == (began.month() % 12) + 1 {
        service.pass_to_next_month(DRAFTED).await?;
    }
    let second = notices::open(stage, &office).await?;
    notices::close(stage, service, &office, &second).await?;
    while quarter(service.today()) == quarter(began) {
        service.pass_to_next_month(DRAFTED).await?;
    }
    let root = bulletin::tell(stage, service, (cast, &office)).await?;
    proof::tell(stage, cast, &root).await
}

fn quarter(day: NaiveDate) -> (i32, u32) {
    (day.year(), day.month0() / 3)
}

/// The town hall; its second person is invited.
async fn gather(stage: &mut Stage, cast: &Cast) -> Result<Office, String> {
    let town = stage.sign_in("town", "镇管理员许主任").await?;
    let county = stage.sign_in("county", "县文明办周主任").await?;
    let supervisor = stage.sign_in("supervisor", "监督员彭大爷").await?;
    let second = stage.sign_in("town-second", "镇管理员罗姐").await?;
    let sites = stage.get(&cast.manager, "查看所站", "/v1/sites").await?;
    let institute = text(&find(&sites.body["items"], "kind", "institute")?, "id")?;
    let path = format!("/v1/sites/{institute}/staff-invitations");
    let body = json!({"invitee_name": "罗敏", "roles": ["town_admin"]});
    let invited = stage.post(&county, "邀请第二位镇管理员", &path, body, Expect::Done).await?;
    let accept = json!({"code": text(&invited.body, "code")?});
    let path = "/v1/staff-invitations/accept";
    stage.post(&second, "接受邀请", path, accept, Expect::Done).await?;
    Ok(Office { institute, town, second, county, supervisor })
}

/// Everybody serves once more, in the second month.
async fn serve_again(stage: &mut Stage, service: &Service, cast: &Cast) -> Result<(), String> {
    let body = json!({
        "title": "清扫村道，迎接新月", "kind": "service", "rule_item_code": "A01",
        "content": "集中清扫主干道两侧垃圾。", "place": "李家村主干道",
        "starts_at": service.in_minutes(60), "ends_at": service.in_minutes(240),
        "capacity": 20, "risk_level": "ordinary", "needs_sign_up": true,
    });
    let path = format!("/v1/sites/{}/activities", cast.station);
    let made = stage.post(&cast.clerk, "起草下月活动", &path, body, Expect::Done).await?;
    let id = text(&made.body, "id")?;
    let act = |step: &str| format!("/v1/activities/{id}/{step}");
    stage.post(&cast.clerk, "提交活动", &act("submit"), json!({}), Expect::Done).await?;
    stage.post(&cast.manager, "发布活动", &act("publish"), json!({}), Expect::Done).await?;
    let everybody = cast.everybody();
    all_of(stage, &everybody, ("报名", &act("sign-ups")), json!({})).await?;
    service.pass(45);
    let shown = json!({"code": code(stage, cast, &id, "in").await?});
    all_of(stage, &everybody, ("扫码签到", "/v1/check-ins"), shown).await?;
    service.pass(195);
    let shown = json!({"code": code(stage, cast, &id, "out").await?});
    all_of(stage, &everybody, ("扫码签退", "/v1/check-outs"), shown).await?;
    confirm(stage, cast, &id, 7).await?;
    claim(stage, cast, Claims::Plain).await
}

async fn all_of(
    stage: &mut Stage,
    people: &[Actor],
    (what, path): (&str, &str),
    body: serde_json::Value,
) -> Result<(), String> {
    let replies = stage.together(people, what, path, body).await?;
    stage.check(replies.iter().all(Reply::is_success), &format!("everybody: {what}"));
    Ok(())
}
