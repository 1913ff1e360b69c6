//! `sign_up_assisted`.

use entity::role_assignment::Role;
use harness::TestApp;
use serde_json::json;

#[actix_web::test]
async fn who_has_no_phone_is_signed_up_by_her_card() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let [here, there] = &county.town.stations;
    let manager = app.staff("manager", Role::StationManager, here).await;
    let clerk = app.staff("clerk", Role::Clerk, here).await;
    let supervisor = app.staff("supervisor", Role::Supervisor, here).await;
    let (neighbour, card) = app.card_only("王桂花", there).await;
    let (resident, _) = app.card_only("李建国", here).await;
    let id = app.published_activity(&manager, here, json!({})).await;
    let path = format!("/v1/sites/{}/activities/{id}/sign-ups", here.id);

    let by_id = clerk.post(&path, json!({"volunteer_id": neighbour})).await;
    by_id.assert_problem(403, "permission_denied");
    let by_card = clerk.post(&path, json!({"card_number": card})).await;
    assert_eq!(by_card.ok()["volunteer_id"], json!(neighbour), "her card is her consent");
    clerk.post(&path, json!({"volunteer_id": resident})).await.assert_ok();

    clerk.post(&path, json!({"card_number": card})).await.assert_problem(409, "already_signed_up");
    clerk.post(&path, json!({})).await.assert_names("/card_number");
    let both = json!({"card_number": card, "volunteer_id": resident});
    clerk.post(&path, both).await.assert_names("/volunteer_id");
    clerk
        .post(&path, json!({"card_number": "no such card"}))
        .await
        .assert_problem(404, "card_unknown");
    supervisor
        .post(&path, json!({"card_number": card}))
        .await
        .assert_problem(403, "permission_denied");
    let elsewhere = format!("/v1/sites/{}/activities/{id}/sign-ups", there.id);
    let admin = app.staff("admin", Role::TownAdmin, &county.town.institute).await;
    admin.post(elsewhere, json!({"card_number": card})).await.assert_problem(404, "not_found");
}
