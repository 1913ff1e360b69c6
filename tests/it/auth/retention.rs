//! Sessions and refused check-ins go after their time on record.

use chrono::TimeDelta;
use entity::{check_in_refusal, refresh_token, session};
use harness::TestApp;
use sea_orm::{ActiveValue::Set, EntityTrait, PaginatorTrait};
use serde_json::json;

async fn counts(app: &TestApp) -> (u64, u64, u64) {
    let sessions = session::Entity::find().count(&app.db).await.expect("sessions");
    let tokens = refresh_token::Entity::find().count(&app.db).await.expect("tokens");
    let refusals = check_in_refusal::Entity::find().count(&app.db).await.expect("refusals");
    (sessions, tokens, refusals)
}

#[actix_web::test]
async fn what_is_over_stays_half_a_year_and_goes_then() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let zhang = app.volunteer("zhang", &county.town.stations[0]).await;
    zhang.client.post("/v1/auth/logout", json!({})).await.assert_ok();
    let refusal = check_in_refusal::ActiveModel {
        id: Set(app.new_id().into()),
        activity_id: Set(None),
        account_id: Set(zhang.account),
        nonce: Set("0123456789".into()),
        reason: Set("code_expired".into()),
        created_at: Set(app.clock.now()),
    };
    check_in_refusal::Entity::insert(refusal).exec_without_returning(&app.db).await.expect("row");
    let before = counts(&app).await;
    assert!(before.0 >= 2 && before.1 >= 2, "{before:?}");

    // Her other session lives on for 30 days without use.
    app.advance(TimeDelta::days(179));
    app.run_jobs().await;
    assert_eq!(counts(&app).await, before);
    app.advance(TimeDelta::days(2));
    app.run_jobs().await;
    let later = counts(&app).await;
    assert_eq!((later.0, later.1, later.2), (before.0 - 1, before.1 - 1, 0), "only what ended");
    app.advance(TimeDelta::days(31));
    app.run_jobs().await;
    assert_eq!(counts(&app).await, (0, 0, 0));
    app.sign_in("zhang").await.get("/v1/me").await.assert_ok();
}
