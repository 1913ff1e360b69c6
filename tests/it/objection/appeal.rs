//! `my_objection_appeal`, `objection_enter_appeal`.

use chrono::TimeDelta;
use serde_json::json;

use super::Office;

async fn appeal(office: &Office, id: &str) -> harness::Answer {
    let path = format!("/v1/me/objections/{id}/appeal");
    office.phone("li-jianguo").await.post(path, json!({"text": "请县里再看一看"})).await
}

#[actix_web::test]
async fn the_county_decides_an_appeal_and_the_points_go_back() {
    let office = Office::open().await;
    let claim = office.certified(5).await;
    let first = office.decided(&claim, "rejected").await;
    let id = appeal(&office, &first).await.id();
    let decision = json!({"outcome": "upheld", "reason": "签到照片不符"});

    let town = office.step("head", &id, "accept", json!({})).await;
    town.assert_problem(403, "permission_denied");
    office.step("county-a", &id, "accept", json!({})).await.assert_ok();
    office.step("county-a", &id, "investigate", json!({})).await.assert_ok();
    let town = office.step("town-a", &id, "decide", decision.clone()).await;
    town.assert_problem(403, "permission_denied");
    let decided = office.step("county-a", &id, "decide", decision).await.ok();
    assert_eq!((&decided["kind"], &decided["appeal_of"]), (&json!("appeal"), &json!(first)));
    let own = office.step("county-a", &id, "execute", json!({})).await;
    own.assert_problem(403, "must_recuse");
    let done = office.step("county-b", &id, "execute", json!({})).await.ok();

    assert_eq!(done["effect"], "reversed");
    assert_eq!(office.available(office.zhang.volunteer).await, 0);
    office.app.assert_sound().await;
}

#[actix_web::test]
async fn who_took_part_before_does_not_decide_the_appeal() {
    let office = Office::open().await;
    let claim = office.certified(5).await;
    let first = office.investigating(&claim).await;
    let decision = json!({"outcome": "rejected", "reason": "无依据"});
    office.step("county-a", &first, "decide", decision.clone()).await.assert_ok();
    let id = appeal(&office, &first).await.id();

    let same = office.step("county-a", &id, "accept", json!({})).await;
    office.step("county-b", &id, "accept", json!({})).await.assert_ok();

    same.assert_problem(403, "must_recuse");
}

#[actix_web::test]
async fn one_appeals_once_and_not_against_ones_own_success() {
    let office = Office::open().await;
    let refused = office.filed(&office.certified(5).await).await;
    appeal(&office, &refused).await.assert_problem(409, "wrong_state");
    office.step("head", &refused, "refuse", json!({"reason": "无事实"})).await.assert_ok();
    let upheld = office.decided(&office.certified(6).await, "upheld").await;

    let once = appeal(&office, &refused).await.id();
    appeal(&office, &refused).await.assert_problem(409, "objection_appealed");
    appeal(&office, &once).await.assert_problem(409, "wrong_state");
    appeal(&office, &upheld).await.assert_problem(409, "objection_outcome");
    let stranger = office.phone("zhang-xiulan").await;
    let path = format!("/v1/me/objections/{refused}/appeal");
    stranger.post(path, json!({"text": "我也要"})).await.assert_problem(404, "not_found");
    let mine = office.phone("li-jianguo").await.get("/v1/me/objections").await.ok();
    let first = mine["items"].as_array().expect("items").iter().find(|row| row["id"] == refused);
    let steps = first.expect("hers")["steps"].as_array().expect("steps").clone();
    assert_eq!(steps.last().expect("a step")["words"], "已向县级申诉。");
}

#[actix_web::test]
async fn an_appeal_comes_in_time_or_not_at_all() {
    let office = Office::open().await;
    let id = office.decided(&office.certified(5).await, "rejected").await;
    assert!(office.newest_of("li-jianguo").await["appeal_until"].is_string());
    office.app.advance(TimeDelta::days(60));

    let late = appeal(&office, &id).await;

    late.assert_problem(409, "objection_appeal_closed");
    assert_eq!(office.newest_of("li-jianguo").await["allowed_actions"], json!([]));
}

#[actix_web::test]
async fn an_appeal_taken_back_does_not_use_up_the_one() {
    let office = Office::open().await;
    let id = office.decided(&office.certified(5).await, "rejected").await;
    let first = appeal(&office, &id).await.id();
    appeal(&office, &id).await.assert_problem(409, "objection_appealed");
    let li = office.phone("li-jianguo").await;
    li.post(format!("/v1/me/objections/{first}/withdraw"), json!({})).await.assert_ok();
    let mine = li.get("/v1/me/objections").await.ok();
    let row = mine["items"].as_array().expect("items").iter().find(|row| row["id"] == id);
    assert_eq!(row.expect("hers")["allowed_actions"], json!(["appeal"]));

    let second = appeal(&office, &id).await.ok();

    assert_eq!((&second["state"], second["id"] == first), (&json!("filed"), false));
    appeal(&office, &id).await.assert_problem(409, "objection_appealed");
    office.app.assert_sound().await;
}
