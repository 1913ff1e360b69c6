//! `consent_grant` and `consent_withdraw` of a child: her guardian decides, and she may always end it.

use entity::role_assignment::Role;
use harness::{TestApp, born_years_ago, registration};
use serde_json::json;

#[actix_web::test]
async fn a_child_consents_to_nothing_herself_and_withdraws_whatever_was_given() {
    let app = TestApp::start().await;
    let station = &app.county().await.town.stations[0];
    let clerk = app.staff("clerk", Role::Clerk, station).await;
    let child = app.sign_in("child").await;
    let body = registration(station, &born_years_ago(12), 1);
    let id = child.post("/v1/volunteers", body).await.id();
    let child = app.sign_in("child").await;

    for purpose in ["named_publication", "leaderboard", "share_with_county", "sms", "photo_use"] {
        let body = json!({"purpose": purpose, "text_version": "2026-01"});
        let alone = child.post("/v1/me/consents", body).await;
        alone.assert_problem(409, "guardian_decides");
    }
    // Her guardian comes to the station, though the child has an account.
    let given = json!({
        "purpose": "photo_use", "text_version": "2026-01", "channel": "paper", "witness": "李支书",
    });
    clerk.post(format!("/v1/volunteers/{id}/consents"), given).await.assert_ok();
    child.post("/v1/me/consents/photo_use/withdraw", json!({})).await.assert_ok();
    // From the age on it is hers.
    let older = app.sign_in("older").await;
    let body = registration(station, &born_years_ago(15), 2);
    older.post("/v1/volunteers", body).await.assert_ok();
    let older = app.sign_in("older").await;
    let body = json!({"purpose": "sms", "text_version": "2026-01"});
    older.post("/v1/me/consents", body).await.assert_ok();
}
