//! `claim_create_award`.

use entity::role_assignment::Role;
use harness::Client;
use serde_json::{Value, json};

use super::{Desk, outcome};

fn path(desk: &Desk) -> String {
    format!("/v1/sites/{}/claims", desk.county.town.stations[0].id)
}

fn honour(desk: &Desk) -> Value {
    json!({
        "volunteer_id": desk.zhang.volunteer, "rule_item_code": "RY01",
        "award_ref": "2026年度身边好人", "reason": "县文明办〔2026〕12号",
    })
}

async fn manager(desk: &Desk) -> Client {
    desk.app.staff("manager", Role::StationManager, &desk.county.town.stations[0]).await
}

#[actix_web::test]
async fn staff_enter_an_honour_and_somebody_else_certifies_it() {
    let desk = Desk::open().await;
    let manager = manager(&desk).await;

    let entered = manager.post(path(&desk), honour(&desk)).await;
    let claim = entered.id();
    let own = desk.certify(&manager, &claim).await;
    let other = desk.certify(&desk.certifier, &claim).await;

    assert_eq!(entered.status, 201);
    let view = entered.ok();
    assert_eq!((&view["points"], &view["must_recuse"]), (&json!(50), &json!(true)));
    let words =
        "获得“2026年度身边好人”，按“身边好人”每项50分计50分；登记说明：县文明办〔2026〕12号";
    assert_eq!(view["explanation"], words);
    assert_eq!(outcome(&own), "must_recuse");
    assert_eq!(outcome(&other), "ok");
    assert_eq!(desk.available(desk.zhang.volunteer).await, 50);
}

#[actix_web::test]
async fn the_same_honour_is_entered_once() {
    let desk = Desk::open().await;
    let manager = manager(&desk).await;

    let (one, other) = tokio::join!(
        manager.post(path(&desk), honour(&desk)),
        manager.post(path(&desk), honour(&desk)),
    );

    let mut statuses = [one.status.as_u16(), other.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 409], "{} {}", one.describe(), other.describe());
    let refused = if one.status == 409 { one } else { other };
    refused.assert_problem(409, "already_claimed");
}

#[actix_web::test]
async fn an_honour_typed_otherwise_is_the_same_and_needs_its_document() {
    let desk = Desk::open().await;
    let manager = manager(&desk).await;
    let entered = |award: &str, reason: &str| {
        let mut body = honour(&desk);
        (body["award_ref"], body["reason"]) = (json!(award), json!(reason));
        manager.post(path(&desk), body)
    };
    let bare = entered("2026年度身边好人", "村里都知道").await;
    bare.assert_problem(422, "invalid_value");
    bare.assert_names("/reason");

    let first = entered("2026年度身边好人(县文明办[2026]12号)", "公开表彰").await.ok();

    assert_eq!(first["award_ref"], "2026年度身边好人（县文明办〔2026〕12号）");
    let twice = entered("２０２６年度 身边好人（县文明办【2026】12号）", "再报一次").await;
    twice.assert_problem(409, "already_claimed");
    let stopped = entered("2026年度身边好人（县文明办〔2026〕12号）。", "再报一次").await;
    stopped.assert_problem(409, "already_claimed");
    let signs = entered("——。", "证书编号：LJ-7").await;
    signs.assert_problem(422, "invalid_value");
    signs.assert_names("/award_ref");
    entered("2026年度好邻居", "证书编号：LJ-7").await.assert_ok();
}

#[actix_web::test]
async fn nobody_enters_her_own_honour() {
    let desk = Desk::open().await;
    let station = &desk.county.town.stations[0];
    let herself = desk.app.staff("zhang-xiulan", Role::Clerk, station).await;

    herself.post(path(&desk), honour(&desk)).await.assert_problem(403, "must_recuse");
}

#[actix_web::test]
async fn mistakes_are_named_and_points_cannot_be_sent() {
    let desk = Desk::open().await;
    let manager = manager(&desk).await;

    for (member, value, code) in [
        ("rule_item_code", json!("HJ01"), "invalid_value"),
        ("rule_item_code", json!("NONE"), "invalid_value"),
        ("award_ref", json!(""), "invalid_value"),
        ("points", json!(900), "unknown_field"),
    ] {
        let mut body = honour(&desk);
        body[member] = value;
        let answer = manager.post(path(&desk), body).await;
        answer.assert_problem(422, code);
        answer.assert_names(&format!("/{member}"));
    }
}

#[actix_web::test]
async fn only_for_volunteers_of_the_place_by_who_manages_them() {
    let desk = Desk::open().await;
    let stranger =
        desk.app.staff("stranger", Role::StationManager, &desk.county.other.stations[0]).await;
    let elsewhere = format!("/v1/sites/{}/claims", desk.county.other.stations[0].id);

    stranger.post(path(&desk), honour(&desk)).await.assert_problem(404, "not_found");
    stranger.post(elsewhere, honour(&desk)).await.assert_problem(404, "not_found");
    let certifier = desk.certifier.post(path(&desk), honour(&desk)).await;
    certifier.assert_problem(403, "permission_denied");
}
