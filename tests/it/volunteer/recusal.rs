//! `relative_withdraw` and the end of an authorisation: neither is a way to decide after all.

use chrono::TimeDelta;
use entity::role_assignment::Role;
use serde_json::json;

use crate::claim::{Desk, outcome};

async fn withdrawn(by: &harness::Client, whose: &entity::ids::VolunteerId) {
    let body = json!({"volunteer_id": whose, "relation": "母女"});
    let id = by.post("/v1/me/relatives", body).await.id();
    by.post(format!("/v1/me/relatives/{id}/withdraw"), json!({})).await.assert_ok();
}

#[actix_web::test]
async fn a_withdrawn_declaration_binds_for_ninety_days_more() {
    let desk = Desk::open().await;
    let claim = desk.submitted(5).await;
    withdrawn(&desk.certifier, &desk.zhang.volunteer).await;

    let shown = desk.certifier.get(format!("/v1/claims/{claim}")).await.ok();
    assert_eq!((&shown["must_recuse"], &shown["allowed_actions"]), (&json!(true), &json!([])));
    assert_eq!(outcome(&desk.certify(&desk.certifier, &claim).await), "must_recuse");
    desk.app.advance(TimeDelta::days(90) - TimeDelta::minutes(1));
    let certifier = desk.app.sign_in("certifier").await;
    let bound = certifier.get(format!("/v1/claims/{claim}")).await.ok();
    desk.app.advance(TimeDelta::minutes(2));
    let free = certifier.get(format!("/v1/claims/{claim}")).await.ok();
    assert_eq!((&bound["must_recuse"], &free["must_recuse"]), (&json!(true), &json!(false)));
}

#[actix_web::test]
async fn so_does_what_the_other_declared() {
    let desk = Desk::open().await;
    let station = &desk.county.town.stations[0];
    let zhang = desk.app.staff("zhang-xiulan", Role::Clerk, station).await;
    let own = desk.app.volunteer("husband", station).await;
    let husband = desk.app.staff("husband", Role::Certifier, station).await;
    let claim = desk.submitted(5).await;
    withdrawn(&zhang, &own.volunteer).await;

    assert_eq!(outcome(&desk.certify(&husband, &claim).await), "must_recuse");
    let list = format!("/v1/sites/{}/claims", station.id);
    let row = husband.get(list).await.ok()["items"][0].clone();
    assert_eq!(row["must_recuse"], true);
}
