//! `disqualification_propose`, `disqualification_list`, `disqualification_get`, `disqualification_drop`.

use chrono::TimeDelta;
use entity::role_assignment::Role;
use serde_json::json;

use super::Court;

#[actix_web::test]
async fn a_case_is_opened_once_and_takes_nothing() {
    let court = Court::open().await;
    let path = format!("/v1/volunteers/{}/disqualifications", court.zhang.volunteer);
    let head = court.phone("head").await;

    let opened = head.post(&path, Court::proposal()).await.ok();

    assert_eq!(
        (&opened["state"], &opened["volunteer_name"]),
        (&json!("proposed"), &json!("zhang-xiulan"))
    );
    assert!(
        opened["notice"].as_str().is_some_and(|text| text.contains("青公（行）罚决字〔2026〕12号"))
    );
    head.post(&path, Court::proposal()).await.assert_problem(409, "disqualification_open");
    assert_eq!(court.points().await["available"], 100);
    let list = format!("/v1/sites/{}/disqualifications?state=proposed", court.shop.station.id);
    let seen = court.phone("watch").await.get(list).await.ok();
    assert_eq!(seen["items"][0]["id"], opened["id"]);
    assert_ne!(seen["items"][0]["volunteer_name"], "zhang-xiulan", "a supervisor sees a mask");
}

#[actix_web::test]
async fn a_case_begins_while_she_waits_to_be_verified_again_and_not_before_she_ever_was() {
    let court = Court::open().await;
    let correction = json!({"name": "章秀兰", "reason": "打错字"});
    let zhang = court.phone("zhang-xiulan").await;
    zhang.post("/v1/me/volunteer/correct", correction).await.assert_ok();
    let body = harness::registration(&court.shop.station, "1952-03-08", 1);
    let stranger = court.phone("stranger").await.post("/v1/volunteers", body).await.id();

    let case = court.propose().await;
    let path = format!("/v1/volunteers/{stranger}/disqualifications");
    let unknown = court.phone("head").await.post(path, Court::proposal()).await;

    court.step("head", &case, "notify", json!({})).await.assert_ok();
    unknown.assert_problem(409, "volunteer_not_active");
}

#[actix_web::test]
async fn she_hears_of_it_only_by_the_notice() {
    let court = Court::open().await;
    let case = court.propose().await;
    let mine = "/v1/me/disqualifications";

    let before = court.phone("zhang-xiulan").await.get(mine).await.ok();
    court.step("head", &case, "notify", json!({})).await.assert_ok();
    let after = court.phone("zhang-xiulan").await.get(mine).await.ok();

    assert_eq!(before["items"], json!([]));
    assert_eq!(after["items"][0]["allowed_actions"], json!(["acknowledge"]));
    assert!(after["items"][0].get("steps").is_none(), "who did what is not hers to see");
}

#[actix_web::test]
async fn a_case_dropped_makes_room_for_another() {
    let court = Court::open().await;
    let case = court.delivered().await;

    let dropped = court.step("town-a", &case, "drop", json!({"note": "查无此事"})).await.ok();
    court
        .step("town-a", &case, "drop", json!({"note": "再来"}))
        .await
        .assert_problem(409, "wrong_state");
    court.propose().await;

    assert_eq!(dropped["state"], "dropped");
    court.app.assert_sound().await;
}

/// What the town decided is not the station's to drop, be she who proposed it or another.
#[actix_web::test]
async fn a_decided_case_is_dropped_by_who_could_have_decided_it() {
    let court = Court::open().await;
    let station = &court.shop.station;
    court.app.staff("head-b", Role::StationManager, station).await;
    let case = court.decided().await;
    let note = || json!({"note": "查无此事"});

    for who in ["head", "head-b"] {
        let refused = court.step(who, &case, "drop", note()).await;
        refused.assert_problem(403, "permission_denied");
        let seen = court.phone(who).await.get(format!("/v1/disqualifications/{case}")).await.ok();
        let offered = seen["allowed_actions"].as_array().expect("actions").clone();
        assert!(!offered.contains(&json!("drop")), "{offered:?}");
    }
    court.step("town-b", &case, "drop", note()).await.assert_ok();
}

/// Nor does the paging tell that there is something she does not see.
#[actix_web::test]
async fn a_hidden_case_takes_no_room_on_a_page() {
    let court = Court::open().await;
    let station = &court.shop.station;
    let kin = court.app.staff("kin", Role::StationManager, station).await;
    let declare = json!({"volunteer_id": court.zhang.volunteer, "relation": "配偶"});
    kin.post("/v1/me/relatives", declare).await.assert_ok();
    let list = format!("/v1/sites/{}/disqualifications?page_size=1", station.id);
    let li = court.app.volunteer("li", station).await;
    let path = format!("/v1/volunteers/{}/disqualifications", li.volunteer);
    let seen = court.phone("head").await.post(path, Court::proposal()).await.id();
    court.app.advance(TimeDelta::minutes(1));
    let hidden = court.propose().await;

    let before = kin.get(&list).await.ok();
    let of_others = court.phone("watch").await.get(&list).await.ok();
    court.step("head", &hidden, "notify", json!({})).await.assert_ok();
    let after = kin.get(&list).await.ok();

    assert_eq!((&before["items"][0]["id"], before.get("next_page_token")), (&json!(seen), None));
    for page in [of_others, after] {
        assert_eq!(page["items"][0]["id"], hidden);
        assert!(page["next_page_token"].is_string(), "{page}");
    }

    // What is her own she does not see here either, told or not.
    court.app.staff("zhang-xiulan", Role::TownAdmin, &court.shop.county.town.institute).await;
    let own = court.phone("zhang-xiulan").await.get(&list).await.ok();
    assert_eq!((&own["items"][0]["id"], own.get("next_page_token")), (&json!(seen), None));
}

#[actix_web::test]
async fn wrong_proposals_are_named() {
    let court = Court::open().await;
    let path = format!("/v1/volunteers/{}/disqualifications", court.zhang.volunteer);
    let head = court.phone("head").await;
    for (member, value, pointer) in [
        ("document_date", json!("2199-01-01"), "/document_date"),
        ("ground", json!("other"), "/ground_note"),
        ("ground_note", json!("拘留十日"), "/ground_note"),
        ("document_no", json!(""), "/document_no"),
        ("ground", json!("rude"), "/ground"),
    ] {
        let mut body = Court::proposal();
        body[member] = value;
        let answer = head.post(&path, body).await;
        answer.assert_problem(422, "invalid_value");
        answer.assert_names(pointer);
    }
}

#[actix_web::test]
async fn strangers_kin_and_other_towns_open_no_case() {
    let court = Court::open().await;
    let path = format!("/v1/volunteers/{}/disqualifications", court.zhang.volunteer);
    let (app, shop) = (&court.app, &court.shop);
    let clerk = app.staff("clerk-x", Role::Clerk, &shop.station).await;
    let other = app.staff("other", Role::TownAdmin, &shop.county.other.institute).await;
    let watch = court.phone("watch").await;
    let kin = app.staff("kin", Role::StationManager, &shop.station).await;
    let declare = json!({"volunteer_id": court.zhang.volunteer, "relation": "配偶"});
    kin.post("/v1/me/relatives", declare).await.assert_ok();

    clerk.post(&path, Court::proposal()).await.assert_problem(403, "permission_denied");
    watch.post(&path, Court::proposal()).await.assert_problem(403, "permission_denied");
    other.post(&path, Court::proposal()).await.assert_problem(404, "not_found");
    kin.post(&path, Court::proposal()).await.assert_problem(403, "must_recuse");
    let case = court.propose().await;
    other.get(format!("/v1/disqualifications/{case}")).await.assert_problem(404, "not_found");
    let notify = format!("/v1/disqualifications/{case}/notify");
    other.post(&notify, json!({})).await.assert_problem(404, "not_found");
    kin.post(&notify, json!({})).await.assert_problem(403, "must_recuse");
}
