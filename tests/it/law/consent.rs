//! Statements 1, 2 and 11: consent before enrolment, for publication, for sharing.

use entity::consent::{ConsentChannel, ConsentPurpose};
use entity::role_assignment::Role;
use entity::{consent, journal_event, volunteer};
use harness::{Offer, TestApp, assisted_registration, registration};
use sea_orm::{EntityTrait, PaginatorTrait};
use serde_json::json;

use super::operations;

#[actix_web::test]
async fn law_01_no_enrolment_without_stored_consent() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let station = &county.town.stations[0];
    let clerk = app.staff("clerk", Role::Clerk, station).await;
    let villager = app.sign_in("zhang").await;
    let at_counter = format!("/v1/sites/{}/volunteers", station.id);
    let (mut own, mut paper) =
        (registration(station, "1952-03-08", 1), assisted_registration("1940-01-01", 2));
    let (agreed_here, agreed_there) = (own["consents"].take(), paper["consents"].take());
    for nothing in [json!([]), json!([{"purpose": "sms", "text_version": "2026-01"}])] {
        own["consents"] = nothing;
        let refused = villager.post("/v1/volunteers", own.clone()).await;
        assert_eq!(refused.status, 422, "{}", refused.describe());
    }
    paper["consents"] = json!([{"purpose": "sms", "text_version": "2026-01", "channel": "paper"}]);
    clerk.post(&at_counter, paper.clone()).await.assert_problem(422, "consent_required");
    let people = volunteer::Entity::find().count(&app.db).await.expect("people");
    assert_eq!(people, 0, "nobody was enrolled");

    own["consents"] = agreed_here;
    paper["consents"] = agreed_there;
    villager.post("/v1/volunteers", own).await.assert_ok();
    clerk.post(&at_counter, paper).await.assert_ok();

    let mut rows = consent::Entity::find().all(&app.db).await.expect("consents");
    rows.sort_by_key(|row| row.witness.is_some());
    let [own, paper] = rows.try_into().expect("one each");
    for row in [&own, &paper] {
        assert_eq!((row.purpose, row.text_version.as_str()), (ConsentPurpose::Enrol, "2026-01"));
        assert!(row.granted_at <= app.clock.now() && row.withdrawn_at.is_none());
    }
    assert_eq!((own.channel, own.witness), (ConsentChannel::MiniProgram, None));
    assert_eq!((paper.channel, paper.witness), (ConsentChannel::Paper, Some("李支书".into())));
}

#[actix_web::test]
async fn law_02_refusing_publication_or_leader_board_still_earns_and_redeems() {
    let app = TestApp::start().await;
    let shop = app.shop(Offer { points: 4, ..Offer::default() }).await;
    let rules = app.given_rules(&shop.county.town).await;
    let certifier = app.staff("certifier", Role::Certifier, &shop.station).await;
    let her = app.volunteer("zhang-xiulan", &shop.station).await;
    for purpose in ["named_publication", "leaderboard", "share_with_county", "sms", "photo_use"] {
        let body = json!({"purpose": purpose, "text_version": "2026-01"});
        her.client.post("/v1/me/consents", body).await.assert_ok();
        let withdraw = format!("/v1/me/consents/{purpose}/withdraw");
        her.client.post(withdraw, json!({})).await.assert_ok();
    }

    let attendance = app.store_attended(&app.attended(&her, &shop.station, rules, 5)).await;
    let body = json!({"attendance_ids": [attendance]});
    let claim = her.client.post("/v1/claims", body).await.ok()["results"][0]["id"].clone();
    let certified = certifier.post("/v1/claims/certify", json!({"claim_ids": [claim]})).await.ok();

    assert_eq!(certified["results"][0]["status"], "ok", "{certified}");
    assert_eq!(app.points_of(her.volunteer).await, (4, 0));
    let (id, _) = shop.redeem(&her).await;
    shop.hand_over(&id, &her).await.assert_ok();
    assert_eq!(app.points_of(her.volunteer).await, (0, 0));
    app.assert_sound().await;
}

/// What exists today: nothing is given to the county at all. The operations are those of the
/// generated document, so that the first one that shares fails this test until it is named here
/// with its basis.
#[actix_web::test]
async fn law_11_nothing_is_shared_with_the_county_without_a_recorded_basis() {
    for (method, path, id, permission) in operations() {
        let words = path.split(['/', '-', '_', '.']).chain(id.split('_'));
        let shares = ["feed", "feeds", "webhook", "webhooks", "share", "shares", "oauth", "sync"];
        let found = words.filter(|word| shares.contains(word)).count();
        assert_eq!(found, 0, "{method} {path} ({id}, {permission}) shares: on what basis?");
    }
    let app = TestApp::start().await;
    let county = app.county().await;
    let her = app.volunteer("zhang-xiulan", &county.town.stations[0]).await;
    let consents = her.client.get("/v1/me/consents").await.ok();
    assert_eq!(consents["items"], json!([]), "sharing is not agreed to by silence");

    let body = json!({"purpose": "share_with_county", "text_version": "2026-01"});
    her.client.post("/v1/me/consents", body).await.assert_ok();
    her.client.post("/v1/me/consents/share_with_county/withdraw", json!({})).await.assert_ok();

    let row = consent::Entity::find().one(&app.db).await.expect("consents").expect("hers");
    assert_eq!(row.purpose, ConsentPurpose::ShareWithCounty);
    assert!(row.withdrawn_at >= Some(row.granted_at), "the basis and its end are on record");
    // The events that a feed will read name ids and states, never a person.
    for event in journal_event::Entity::find().all(&app.db).await.expect("events") {
        let text = format!("{event:?}");
        assert!(!text.contains("zhang-xiulan") && !text.contains(&her.card_number), "{text}");
    }
}
