//! `claim_submit`.

use entity::attendance;
use sea_orm::{ActiveValue::Set, EntityTrait};
use serde_json::json;

use super::Desk;

#[actix_web::test]
async fn a_returned_claim_is_submitted_again_with_points_computed_anew() {
    let desk = Desk::open().await;
    let attendance = desk.store(desk.attended(5)).await;
    let claim = super::id_of(&desk.claim_all(&[attendance]).await);
    desk.decline("return", &claim).await.assert_ok();
    let corrected = attendance::ActiveModel {
        id: Set(attendance),
        hours_tenths: Set(Some(30)),
        ..Default::default()
    };
    attendance::Entity::update(corrected).exec(&desk.app.db).await.unwrap();

    let path = format!("/v1/claims/{claim}/submit");
    let submitted = desk.zhang.client.post(&path, json!({})).await.ok();

    assert_eq!(submitted["state"], "submitted");
    assert_eq!(submitted["points"], 6, "not cut by its own four points");
    assert_eq!(submitted["version"], 3);
    let again = desk.zhang.client.post(&path, json!({})).await;
    again.assert_problem(409, "wrong_state");
}

#[actix_web::test]
async fn anothers_claim_is_not_found() {
    let desk = Desk::open().await;
    let claim = desk.submitted(5).await;
    desk.decline("return", &claim).await.assert_ok();
    let li = desk.app.volunteer("li-guihua", &desk.county.town.stations[0]).await;

    let answer = li.client.post(format!("/v1/claims/{claim}/submit"), json!({})).await;

    answer.assert_problem(404, "not_found");
    let points = json!({"points": 50});
    let points = desk.zhang.client.post(format!("/v1/claims/{claim}/submit"), points).await;
    points.assert_problem(422, "unknown_field");
}
