//! `my_redemptions` and `my_redemption`.

use harness::{Offer, TestApp};

#[actix_web::test]
async fn one_sees_ones_own_and_nobody_elses() {
    let app = TestApp::start().await;
    let shop = app.shop(Offer::default()).await;
    let villager = app.rich_volunteer("zhang-xiulan", &shop.station, 100).await;
    let other = app.rich_volunteer("li-fen", &shop.station, 100).await;
    let (first, _) = shop.redeem(&villager).await;
    let (second, _) = shop.redeem(&villager).await;
    let (others, _) = shop.redeem(&other).await;
    shop.hand_over(&first, &villager).await.assert_ok();

    let page = villager.client.get("/v1/me/redemptions?page_size=1").await.ok();
    let token = page["next_page_token"].as_str().unwrap();
    let next =
        villager.client.get(format!("/v1/me/redemptions?page_size=1&page_token={token}")).await;
    let done = villager.client.get("/v1/me/redemptions?state=fulfilled").await.ok();

    assert_eq!(page["items"][0]["id"], second.as_str());
    assert_eq!(page["items"][0]["goods_name"], "洗衣液");
    assert!(page["items"][0].get("volunteer_name").is_none());
    assert_eq!(next.ok()["items"][0]["id"], first.as_str());
    assert_eq!(done["items"].as_array().unwrap().len(), 1);
    let foreign = villager.client.get(format!("/v1/me/redemptions/{others}")).await;
    foreign.assert_problem(404, "not_found");
    let stolen = other.client.get(format!("/v1/me/redemptions?page_token={token}")).await;
    stolen.assert_problem(400, "bad_page_token");
}
