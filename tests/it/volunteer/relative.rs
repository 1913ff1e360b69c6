//! `relative_declare` and `relative_list`.

use entity::role_assignment::Role;
use harness::TestApp;
use serde_json::json;

use crate::claim::{Desk, outcome};
use crate::disqualification::Court;

#[actix_web::test]
async fn staff_declare_relatives_once_and_see_them_masked() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let station = &county.town.stations[0];
    let certifier = app.staff("certifier", Role::Certifier, station).await;
    let (sister, _) = app.card_only("张秀兰", station).await;
    let body = json!({"volunteer_id": sister, "relation": "姐姐"});

    let first = certifier.post("/v1/me/relatives", body.clone()).await.ok();
    let again = certifier.post("/v1/me/relatives", body).await.ok();
    let list = certifier.get("/v1/me/relatives").await.ok();

    assert_eq!(first["name"], "张*兰");
    assert_eq!(again, first);
    assert_eq!(list["items"], json!([first]));
}

/// Whoever decides about people has relatives: also an office that looks into no records.
#[actix_web::test]
async fn the_general_office_declares_hers() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let office = app.staff("office", Role::GeneralOffice, &county.town.institute).await;
    let (sister, _) = app.card_only("张秀兰", &county.town.stations[0]).await;
    let (far, _) = app.card_only("赵", &county.other.stations[0]).await;
    let body =
        |who: &dyn std::fmt::Display| json!({"volunteer_id": who.to_string(), "relation": "姐姐"});

    let declared = office.post("/v1/me/relatives", body(&sister)).await.ok();

    assert_eq!(declared["name"], "张*兰");
    let path = format!("/v1/me/relatives/{}/withdraw", declared["id"].as_str().unwrap());
    office.post(path, json!({})).await.assert_ok();
    office.post("/v1/me/relatives", body(&far)).await.assert_problem(404, "not_found");
}

#[actix_web::test]
async fn not_herself_not_another_town_and_not_by_villagers() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let station = &county.town.stations[0];
    app.staff("certifier", Role::Certifier, station).await;
    let own = app.volunteer("certifier", station).await;
    let (far, _) = app.card_only("zhao", &county.other.stations[0]).await;
    let villager = app.volunteer("villager", station).await.client;
    let body =
        |id: &dyn std::fmt::Display| json!({"volunteer_id": id.to_string(), "relation": "兄弟"});

    let herself = own.client.post("/v1/me/relatives", body(&own.volunteer)).await;
    let other_town = own.client.post("/v1/me/relatives", body(&far)).await;
    let by_villager = villager.post("/v1/me/relatives", body(&own.volunteer)).await;

    herself.assert_problem(422, "invalid_value");
    herself.assert_names("/volunteer_id");
    other_town.assert_problem(404, "not_found");
    by_villager.assert_problem(403, "permission_denied");
}

#[actix_web::test]
async fn a_declaration_is_withdrawn_by_whoever_made_it_and_stays_on_record() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let station = &county.town.stations[0];
    let clerk = app.staff("clerk", Role::Clerk, station).await;
    let manager = app.staff("manager", Role::StationManager, station).await;
    let (sister, _) = app.card_only("张秀兰", station).await;
    let body = json!({"volunteer_id": sister, "relation": "姐姐"});
    let declared = clerk.post("/v1/me/relatives", body.clone()).await.ok();
    let path = format!("/v1/me/relatives/{}/withdraw", declared["id"].as_str().unwrap());
    let suspend = format!("/v1/volunteers/{sister}/suspend");
    let reason = json!({"reason": "已迁出本镇"});

    clerk.post(&suspend, reason.clone()).await.assert_problem(403, "must_recuse");
    manager.post(&path, json!({})).await.assert_problem(404, "not_found");
    let ended = clerk.post(&path, json!({})).await.ok();
    clerk.post(&path, json!({})).await.assert_problem(404, "not_found");

    assert!(ended["withdrawn_at"].is_string() && ended["binds_until"].is_string());
    assert!(declared.get("binds_until").is_none());
    assert_eq!(clerk.get("/v1/me/relatives").await.ok()["items"], json!([ended]));
    let again = clerk.post("/v1/me/relatives", body).await.ok();
    assert_ne!(again["id"], declared["id"]);
    let path = format!("/v1/me/relatives/{}/withdraw", again["id"].as_str().unwrap());
    clerk.post(path, json!({})).await.assert_ok();
    app.advance(chrono::TimeDelta::days(90));
    let clerk = app.sign_in("clerk").await;
    assert_eq!(clerk.get("/v1/me/relatives").await.ok()["items"], json!([]));
    clerk.post(&suspend, reason).await.assert_ok();
}

/// Whoever of two relatives declared it: neither decides on the other.
#[actix_web::test]
async fn a_declaration_holds_for_both() {
    let desk = Desk::open().await;
    let station = &desk.county.town.stations[0];
    let zhang = desk.app.staff("zhang-xiulan", Role::Clerk, station).await;
    let own = desk.app.volunteer("husband", station).await;
    let husband = desk.app.staff("husband", Role::Certifier, station).await;
    let claim = desk.submitted(5).await;
    let spouse = json!({"volunteer_id": own.volunteer, "relation": "丈夫"});
    zhang.post("/v1/me/relatives", spouse).await.assert_ok();

    let shown = husband.get(format!("/v1/claims/{claim}")).await.ok();

    assert_eq!((&shown["must_recuse"], &shown["allowed_actions"]), (&json!(true), &json!([])));
    assert_eq!(outcome(&desk.certify(&husband, &claim).await), "must_recuse");
    let path = format!("/v1/volunteers/{}/disqualifications", desk.zhang.volunteer);
    let manager = desk.app.staff("husband", Role::StationManager, station).await;
    manager.post(path, Court::proposal()).await.assert_problem(403, "must_recuse");
}

#[actix_web::test]
async fn a_relative_at_another_station_of_the_town_is_declared_too() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let certifier = app.staff("certifier", Role::Certifier, &county.town.stations[0]).await;
    let (sister, _) = app.card_only("张秀兰", &county.town.stations[1]).await;
    let body = json!({"volunteer_id": sister, "relation": "姐姐"});
    certifier.post("/v1/me/relatives", body).await.assert_ok();
}
