//! What nobody comes for.

use chrono::TimeDelta;
use harness::{Offer, TestApp};

#[actix_web::test]
async fn what_nobody_comes_for_goes_back_once() {
    let app = TestApp::start().await;
    let shop = app.shop(Offer { limit: Some(1), ..Offer::default() }).await;
    let villager = app.rich_volunteer("zhang-xiulan", &shop.station, 100).await;
    let (id, _) = shop.redeem(&villager).await;

    app.advance(TimeDelta::hours(71));
    app.run_jobs().await;
    assert_eq!(app.points_of(villager.volunteer).await, (70, 30), "there is an hour left");
    app.advance(TimeDelta::hours(1));
    app.run_jobs().await;
    app.run_jobs().await;

    assert_eq!(app.points_of(villager.volunteer).await, (100, 0));
    let phone = app.sign_in("zhang-xiulan").await;
    let read = phone.get(format!("/v1/me/redemptions/{id}")).await.ok();
    assert_eq!((&read["state"], &read["ended_reason"]), (&"expired".into(), &"逾期未领取".into()));
    app.assert_books_agree().await;
}

#[actix_web::test]
async fn more_than_one_batch_is_expired_in_one_run() {
    let app = TestApp::start_with(|config| config.limits.enabled = false).await;
    let shop = app.shop(Offer { stock: 120, quantity: 120, ..Offer::default() }).await;
    let villager = app.rich_volunteer("zhang-xiulan", &shop.station, 120 * 30).await;
    for _ in 0..120 {
        shop.redeem(&villager).await;
    }

    app.advance(TimeDelta::hours(73));
    app.run_jobs().await;

    assert_eq!(app.points_of(villager.volunteer).await, (120 * 30, 0));
    app.assert_books_agree().await;
}
