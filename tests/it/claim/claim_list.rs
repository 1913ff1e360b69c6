//! `claim_list`.

use entity::role_assignment::Role;
use serde_json::json;

use super::Desk;

#[actix_web::test]
async fn the_queue_shows_who_waits_longest_first_page_by_page() {
    let desk = Desk::open().await;
    let (first, second) = (desk.submitted(5).await, desk.submitted(6).await);
    let certified = desk.certified(7).await;
    let institute = desk.county.town.institute.id;
    let path = format!("/v1/sites/{institute}/claims?state=submitted&page_size=1");
    let admin = desk.app.staff("admin", Role::TownAdmin, &desk.county.town.institute).await;

    let one = admin.get(&path).await.ok();
    let token = one["next_page_token"].as_str().unwrap();
    let two = admin.get(format!("{path}&page_token={token}")).await.ok();

    assert_eq!(one["items"][0]["id"], first);
    assert_eq!(two["items"][0]["id"], second);
    assert!(two.get("next_page_token").is_none());
    let done = admin.get(format!("/v1/sites/{institute}/claims?state=certified")).await.ok();
    assert_eq!(done["items"][0]["id"], certified);
    let elsewhere = format!("/v1/sites/{institute}/claims?state=certified&page_token={token}");
    admin.get(elsewhere).await.assert_problem(400, "bad_page_token");
}

#[actix_web::test]
async fn each_claim_says_whether_the_reader_must_recuse_herself() {
    let desk = Desk::open().await;
    let entered_by = desk.app.account("certifier").await;
    let by_hand = harness::Attended { entered_by, ..desk.attended(5) };
    let by_hand = desk.store(by_hand).await;
    desk.claim_all(&[by_hand]).await.assert_ok();
    desk.submitted(6).await;
    let station = &desk.county.town.stations[0];
    let path = format!("/v1/sites/{}/claims", station.id);

    let list = desk.certifier.get(&path).await.ok();

    let flags = |list: &serde_json::Value| -> Vec<_> {
        list["items"].as_array().unwrap().iter().map(|c| c["must_recuse"].clone()).collect()
    };
    assert_eq!(flags(&list), [json!(true), json!(false)]);
    assert_eq!(list["items"][0]["allowed_actions"], json!([]));
    let herself = desk.app.staff("zhang-xiulan", Role::Certifier, station).await;
    assert_eq!(flags(&herself.get(&path).await.ok()), [json!(true), json!(true)]);
}

#[actix_web::test]
async fn other_towns_and_wrong_filters_are_refused() {
    let desk = Desk::open().await;
    let path = format!("/v1/sites/{}/claims", desk.county.town.stations[0].id);

    desk.stranger().await.get(&path).await.assert_problem(404, "not_found");
    desk.zhang.client.get(&path).await.assert_problem(403, "permission_denied");
    let wrong = desk.certifier.get(format!("{path}?state=paid")).await;
    assert_eq!(wrong.status.as_u16() / 100, 4, "{}", wrong.describe());
}
