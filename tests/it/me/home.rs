//! `me_home`.

use entity::account;
use entity::role_assignment::Role;
use harness::{TestApp, registration};
use sea_orm::EntityTrait;
use serde_json::json;

#[actix_web::test]
async fn a_stranger_sees_an_account_and_nothing_else() {
    let app = TestApp::start().await;
    let home = app.sign_in("stranger").await.get("/v1/me").await.ok();

    assert_eq!(home["account_id"], app.account("stranger").await.to_string());
    assert_eq!(home["roles"], json!([]));
    for absent in ["volunteer", "registration_refusal", "card", "points", "next_activity"] {
        assert!(home.get(absent).is_none(), "{absent}");
    }
    app.anonymous().get("/v1/me").await.assert_problem(401, "unauthenticated");
}

#[actix_web::test]
async fn who_has_just_registered_sees_that_she_waits() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let villager = app.sign_in("villager").await;
    assert!(villager.get("/v1/me").await.ok().get("volunteer").is_none());
    let body = registration(&county.town.stations[0], "1952-03-08", 1);
    villager.post("/v1/volunteers", body).await.assert_ok();

    let home = villager.get("/v1/me").await.ok();

    assert_eq!(home["volunteer"]["state"], "pending_verification");
    assert_eq!(home["volunteer"]["id_number"].as_str().unwrap().matches('*').count(), 16);
    assert_eq!(home["points"], json!({"certified": 0, "in_notice": 0, "held": 0, "spendable": 0}));
    assert!(home.get("card").is_none());
}

#[actix_web::test]
async fn whose_registration_was_refused_reads_why_until_she_registers_again() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let station = &county.town.stations[0];
    let clerk = app.staff("clerk", Role::Clerk, station).await;
    let villager = app.sign_in("villager").await;
    let body = registration(station, "1952-03-08", 1);
    let id = villager.post("/v1/volunteers", body.clone()).await.id();
    let why = json!({"reason": "常住地不在本镇"});
    clerk.post(format!("/v1/volunteers/{id}/reject"), why).await.assert_ok();

    let refused = villager.get("/v1/me").await.ok();
    villager.post("/v1/volunteers", body).await.assert_ok();
    let again = villager.get("/v1/me").await.ok();

    assert!(refused.get("volunteer").is_none());
    assert_eq!(refused["registration_refusal"]["reason"], "常住地不在本镇");
    assert!(refused["registration_refusal"]["at"].is_string());
    assert!(again.get("registration_refusal").is_none());
    let row = account::Entity::find_by_id(app.account("villager").await).one(&app.db).await;
    let row = row.unwrap().unwrap();
    assert_eq!((row.registration_refused_at, row.registration_refused_reason), (None, None));
}

#[actix_web::test]
async fn whoever_gave_way_to_the_document_is_sent_to_the_station() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let station = &county.town.stations[0];
    let clerk = app.staff("clerk", Role::Clerk, station).await;
    let villager = app.sign_in("villager").await;
    villager.post("/v1/volunteers", registration(station, "1952-03-08", 1)).await.assert_ok();

    harness::register_assisted(&clerk, station, "1952-03-08", 1).await;

    // Her phone may be known for a few seconds as it was.
    api::auth::forget_account(&app.app, app.account("villager").await).await;
    let home = villager.get("/v1/me").await.ok();
    assert_eq!(home["registration_refusal"]["reason"], "登记信息须凭证件原件到站点核对");
}

#[actix_web::test]
async fn a_volunteer_sees_her_card_points_and_the_soonest_activity_she_has_a_place_in() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let station = &county.town.stations[0];
    let manager = app.staff("manager", Role::StationManager, station).await;
    let zhang = app.volunteer("zhang", station).await;
    api::ledger::give_points(&app.app, zhang.volunteer, 120).await.unwrap();
    let mut ids = Vec::new();
    for (start, end) in [(600, 660), (300, 360)] {
        let times = json!({"starts_at": app.in_minutes(start), "ends_at": app.in_minutes(end)});
        let id = app.published_activity(&manager, station, times).await;
        zhang.client.post(format!("/v1/activities/{id}/sign-ups"), json!({})).await.assert_ok();
        ids.push(id);
    }
    // Sooner, but not hers.
    app.published_activity(&manager, station, json!({})).await;

    let home = zhang.client.get("/v1/me").await.ok();

    assert_eq!(home["card"]["number"], zhang.card_number);
    assert_eq!(home["card"]["state"], "active");
    assert_eq!(
        home["points"],
        json!({"certified": 120, "in_notice": 0, "held": 0, "spendable": 120})
    );
    assert_eq!(home["next_activity"]["id"], ids[1].as_str());
    assert_eq!(home["volunteer"]["state"], "active");
}

#[actix_web::test]
async fn staff_see_where_they_may_do_what() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let station = &county.town.stations[0];
    let clerk = app.staff("clerk", Role::Clerk, station).await;

    let home = clerk.get("/v1/me").await.ok();

    let role = &home["roles"][0];
    assert_eq!(role["role"], "clerk");
    assert_eq!(role["site_id"], station.id.to_string());
    assert_eq!(role["site_name"], station.name);
    let permissions: Vec<_> = role["permissions"].as_array().unwrap().iter().collect();
    assert!(permissions.contains(&&json!("manage_volunteers")));
    assert!(!permissions.contains(&&json!("certify_claims")));
}

#[actix_web::test]
async fn what_was_certified_for_her_does_not_shrink_when_she_redeems() {
    let app = TestApp::start().await;
    let shop = app.shop(harness::Offer::default()).await;
    let zhang = app.rich_volunteer("zhang-xiulan", &shop.station, 100).await;
    let (placed, _) = shop.redeem(&zhang).await;
    shop.hand_over(&placed, &zhang).await.assert_ok();

    let home = zhang.client.get("/v1/me").await.ok();
    let points = zhang.client.get("/v1/me/points").await.ok();

    assert_eq!((&home["points"]["certified"], &points["certified"]), (&json!(100), &json!(100)));
    assert_eq!((&home["points"]["spendable"], &points["available"]), (&json!(70), &json!(70)));
}
