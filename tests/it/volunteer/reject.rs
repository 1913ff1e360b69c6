//! `volunteer_reject`, and who gives way to whom.

use entity::role_assignment::Role;
use entity::volunteer;
use harness::{Offer, TestApp, assisted_registration, document, registration};
use sea_orm::EntityTrait;
use serde_json::json;

fn reason() -> serde_json::Value {
    json!({"reason": "证件并非本人所有"})
}

#[actix_web::test]
async fn a_squatter_is_rejected_and_the_owner_registers() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let station = &county.town.stations[0];
    let clerk = app.staff("clerk", Role::Clerk, station).await;
    let squatter = app.sign_in("squatter").await;
    let owner = app.sign_in("owner").await;
    let mut body = registration(station, "1952-03-08", 1);
    body["external_volunteer_no"] = json!("510123000012345");
    let id = squatter.post("/v1/volunteers", body.clone()).await.id();
    owner.post("/v1/volunteers", body.clone()).await.assert_problem(409, "registration_conflict");
    let path = format!("/v1/volunteers/{id}/reject");

    let view = clerk.post(&path, reason()).await.ok();
    clerk.post(&path, reason()).await.assert_problem(409, "wrong_state");

    assert_eq!(view["state"], "closed");
    assert_eq!(view["allowed_actions"], json!([]));
    assert!(view.get("id_number").is_none());
    let row = volunteer::Entity::find_by_id(id.parse::<uuid::Uuid>().unwrap());
    let row = row.one(&app.db).await.unwrap().unwrap();
    assert_eq!(
        (row.account_id, row.id_number_index, row.external_volunteer_no),
        (None, None, None)
    );
    assert_eq!(row.name, "已注销");
    owner.post("/v1/volunteers", body).await.assert_ok();
    // Her own document she may register, too.
    let own = registration(station, "1971-01-01", 5);
    squatter.post("/v1/volunteers", own).await.assert_ok();
}

#[actix_web::test]
async fn only_pending_registrations_and_only_by_staff_of_the_station_who_are_no_kin() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let [station, beside] = &county.town.stations;
    let clerk = app.staff("clerk", Role::Clerk, station).await;
    let next_door = app.staff("next-door", Role::Clerk, beside).await;
    let other = app.staff("other", Role::TownAdmin, &county.other.institute).await;
    let supervisor = app.staff("supervisor", Role::Supervisor, station).await;
    let (active, _) = app.card_only("zhang", station).await;
    let own = clerk.post("/v1/volunteers", registration(station, "1980-02-03", 1)).await.id();
    let path = |id: &dyn std::fmt::Display| format!("/v1/volunteers/{id}/reject");

    clerk.post(path(&active), reason()).await.assert_problem(409, "wrong_state");
    clerk.post(path(&own), reason()).await.assert_problem(403, "must_recuse");
    clerk.post(path(&own), json!({})).await.assert_names("/reason");
    next_door.post(path(&own), reason()).await.assert_problem(403, "permission_denied");
    supervisor.post(path(&own), reason()).await.assert_problem(403, "permission_denied");
    other.post(path(&own), reason()).await.assert_problem(404, "not_found");
}

#[actix_web::test]
async fn an_unproven_claim_gives_way_to_the_document_at_the_counter_a_proven_one_does_not() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let station = &county.town.stations[0];
    let clerk = app.staff("clerk", Role::Clerk, station).await;
    let manager = app.staff("manager", Role::StationManager, station).await;
    // Registered in another town, where nobody here can see it.
    let far = registration(&county.other.stations[0], "1952-03-08", 1);
    let squatter = app.sign_in("squatter").await;
    let squat = squatter.post("/v1/volunteers", far).await.id();
    let path = format!("/v1/sites/{}/volunteers", station.id);

    let id = clerk.post(&path, assisted_registration("1952-03-08", 1)).await.id();
    let verify = format!("/v1/volunteers/{id}/verify");
    manager.post(verify, document("1952-03-08", 1)).await.assert_ok();
    let again = clerk.post(&path, assisted_registration("1952-03-08", 1)).await;

    let row = volunteer::Entity::find_by_id(squat.parse::<uuid::Uuid>().unwrap());
    let row = row.one(&app.db).await.unwrap().unwrap();
    assert_eq!(row.state, volunteer::VolunteerState::Closed);
    again.assert_problem(409, "registration_conflict");
}

#[actix_web::test]
async fn who_was_verified_once_is_not_wiped_by_a_correction_and_a_refusal() {
    let app = TestApp::start().await;
    let shop = app.shop(Offer::default()).await;
    let her = app.rich_volunteer("zhang-xiulan", &shop.station, 50).await;
    let clerk = &shop.keepers.clerk;
    let path = |verb: &str| format!("/v1/volunteers/{}/{verb}", her.volunteer);

    let typo = json!({"name": "章秀兰", "reason": "登记时写错一字"});
    clerk.post(path("correct"), typo).await.assert_ok();
    let refused = clerk.post(path("reject"), reason()).await;

    let seen = format!("/v1/volunteers/{}", her.volunteer);
    let waiting = shop.keepers.manager.get(seen).await.ok();
    assert_eq!(waiting["state"], "pending_verification");
    let offered = waiting["allowed_actions"].as_array().unwrap();
    assert!(offered.contains(&json!("verify")) && !offered.contains(&json!("reject")));
    refused.assert_problem(409, "volunteer_admitted");
    let home = her.client.get("/v1/me").await.ok();
    assert_eq!(home["volunteer"]["name"], "章秀兰");
    assert_eq!(home["card"]["state"], "active");
    assert_eq!(home["points"]["spendable"], 50);
    app.assert_sound().await;
}

#[actix_web::test]
async fn nor_by_her_own_document_at_the_counter() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let station = &county.town.stations[0];
    let clerk = app.staff("clerk", Role::Clerk, station).await;
    let manager = app.staff("manager", Role::StationManager, station).await;
    let her = app.sign_in("zhang").await;
    let id = her.post("/v1/volunteers", registration(station, "1952-03-08", 1)).await.id();
    let verify = format!("/v1/volunteers/{id}/verify");
    manager.post(&verify, document("1952-03-08", 1)).await.assert_ok();
    app.give(id.parse().unwrap(), 50).await;
    let typo = json!({"name": "章秀兰", "reason": "打错字"});
    her.post("/v1/me/volunteer/correct", typo).await.assert_ok();

    let path = format!("/v1/sites/{}/volunteers", station.id);
    let again = clerk.post(path, assisted_registration("1952-03-08", 1)).await;

    again.assert_problem(409, "registration_conflict");
    let home = her.get("/v1/me").await.ok();
    assert_eq!(home["volunteer"]["state"], "pending_verification");
    assert_eq!(home["points"]["spendable"], 50);
    // It takes the document once more, and she goes on.
    clerk.post(&verify, document("1952-03-08", 1)).await.assert_ok();
    assert_eq!(her.get("/v1/me").await.ok()["volunteer"]["state"], "active");
}
