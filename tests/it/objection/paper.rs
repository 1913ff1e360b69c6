//! `objection_file_on_paper`, `objection_enter_appeal`.

use entity::role_assignment::Role;
use serde_json::{Value, json};

use super::Office;

fn paper(claim: &str) -> Value {
    let mut body = Office::about(claim);
    body["witness"] = json!("王建军");
    body
}

#[actix_web::test]
async fn paper_counts_as_much_and_is_found_again_on_her_phone() {
    let office = Office::open().await;
    let claim = office.rejected(5).await;
    let path = format!("/v1/volunteers/{}/objections", office.zhang.volunteer);
    let head = office.phone("head").await;

    let filed = head.post(&path, paper(&claim)).await.ok();

    assert_eq!((&filed["channel"], &filed["by_holder"]), (&json!("paper"), &json!(true)));
    assert_eq!(office.newest_of("zhang-xiulan").await["id"], filed["id"]);
    head.post(&path, paper(&claim)).await.assert_problem(409, "objection_open");
    let zhang = office.phone("zhang-xiulan").await;
    let twice = zhang.post("/v1/objections", Office::about(&claim)).await;
    twice.assert_problem(409, "objection_open");
    head.post(&path, Office::about(&claim)).await.assert_problem(422, "missing_field");
    let other = office.phone("stranger").await.post(&path, paper(&claim)).await;
    other.assert_problem(404, "not_found");
    zhang.post(&path, paper(&claim)).await.assert_problem(403, "permission_denied");
}

#[actix_web::test]
async fn an_appeal_on_paper_goes_to_the_county_too() {
    let office = Office::open().await;
    let id = office.decided(&office.certified(5).await, "rejected").await;
    let body = json!({"text": "书面申诉", "witness": "王建军"});

    office.app.staff("deputy", Role::StationManager, &office.county.town.stations[0]).await;

    let appeal = office.step("deputy", &id, "appeal", body.clone()).await.ok();

    assert_eq!((&appeal["kind"], &appeal["state"]), (&json!("appeal"), &json!("filed")));
    office.step("deputy", &id, "appeal", body).await.assert_problem(409, "objection_appealed");
    assert_eq!(office.newest_of("li-jianguo").await["id"], appeal["id"]);
}

#[actix_web::test]
async fn who_had_a_hand_in_the_answer_does_not_enter_the_appeal() {
    let office = Office::open().await;
    let station = &office.county.town.stations[0];
    office.app.staff("deputy", Role::StationManager, station).await;
    let decided = office.decided(&office.certified(5).await, "rejected").await;
    let refused = office.filed(&office.certified(6).await).await;
    office.step("head", &refused, "refuse", json!({"reason": "无事实"})).await.assert_ok();
    let body = json!({"text": "书面申诉", "witness": "王建军"});

    // She took it up and looked into it, he decided; of the other, she refused to take it up.
    for (who, id) in [("head", &decided), ("town-a", &decided), ("head", &refused)] {
        let own = office.step(who, id, "appeal", body.clone()).await;
        own.assert_problem(403, "must_recuse");
    }

    for id in [&decided, &refused] {
        office.step("deputy", id, "appeal", body.clone()).await.assert_ok();
    }
    office.app.assert_sound().await;
}
