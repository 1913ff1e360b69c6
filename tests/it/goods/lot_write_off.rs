//! `lot_write_off`, `stock_adjustment_confirm`, `stock_adjustment_reject` and
//! `stock_adjustment_list`.

use entity::role_assignment::Role;
use futures_util::future::join_all;
use harness::TestApp;
use serde_json::json;

#[actix_web::test]
async fn pieces_are_written_off_by_two_persons_until_nothing_is_left() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let station = &county.town.stations[0];
    let keepers = app.keepers(station).await;
    let goods = keepers.goods(station, "洗衣液").await;
    let lot = keepers.stock(station, &goods, 5, None).await;
    let see = async || keepers.clerk.get(format!("/v1/stock-lots/{lot}")).await.ok();

    keepers.write_off(&lot, 2).await.assert_ok();
    let some = see().await;
    let too_many = keepers.write_off(&lot, 4).await;
    keepers.write_off(&lot, 3).await.assert_ok();
    let rest = see().await;
    let none = keepers.write_off(&lot, 1).await;

    assert_eq!((&some["on_hand"], &some["written_off"]), (&json!(3), &json!(2)));
    assert_eq!(some["state"], "on_shelf");
    too_many.assert_problem(409, "out_of_stock");
    assert_eq!(too_many.json()["available"], 3);
    assert_eq!(rest["state"], "written_off");
    none.assert_problem(409, "wrong_state");
    app.assert_sound().await;
}

#[actix_web::test]
async fn one_person_proposes_and_the_books_stay_until_another_confirms() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let station = &county.town.stations[0];
    let keepers = app.keepers(station).await;
    let goods = keepers.goods(station, "洗衣液").await;
    let lot = keepers.stock(station, &goods, 5, None).await;
    let path = format!("/v1/stock-lots/{lot}/write-off");
    let body = json!({"quantity": 1, "reason": "运输破损"});
    let on_hand =
        async || keepers.clerk.get(format!("/v1/stock-lots/{lot}")).await.ok()["on_hand"].clone();

    let mut id = String::new();
    for _ in 0..3 {
        id = keepers.clerk.post_with_key(&path, body.clone(), "write-off-000000001").await.id();
    }
    let bare = keepers.clerk.post(&path, json!({"quantity": 1})).await;
    bare.assert_problem(422, "missing_field");
    bare.assert_names("/reason");
    let second = keepers.manager.post(&path, body.clone()).await;
    second.assert_problem(409, "adjustment_pending");
    assert_eq!(on_hand().await, 5);
    let list = format!("/v1/sites/{}/stock-adjustments?state=proposed", station.id);
    let seen = keepers.clerk.get(&list).await.ok();
    assert_eq!(seen["items"][0]["allowed_actions"], json!([]), "she proposed it");
    let seen = keepers.manager.get(&list).await.ok();
    assert_eq!(seen["items"][0]["allowed_actions"], json!(["confirm", "reject"]));
    let confirm = format!("/v1/stock-adjustments/{id}/confirm");
    keepers.clerk.post(&confirm, json!({})).await.assert_problem(409, "second_signer_required");

    let all = join_all((0..8).map(|_| keepers.manager.post(&confirm, json!({})))).await;
    assert!(all.iter().all(|answer| answer.ok()["state"] == "confirmed"));
    assert_eq!(on_hand().await, 4);

    let id = keepers.clerk.post(&path, body).await.id();
    let reject = format!("/v1/stock-adjustments/{id}/reject");
    let reason = json!({"reason": "重新清点无误"});
    keepers.clerk.post(&reject, reason.clone()).await.assert_problem(409, "second_signer_required");
    assert_eq!(keepers.manager.post(&reject, reason).await.ok()["state"], "rejected");
    let confirm = format!("/v1/stock-adjustments/{id}/confirm");
    keepers.manager.post(&confirm, json!({})).await.assert_problem(409, "wrong_state");
    assert_eq!(on_hand().await, 4);
    let supervisor = app.staff("supervisor", Role::Supervisor, station).await;
    let all = format!("/v1/sites/{}/stock-adjustments", station.id);
    assert_eq!(supervisor.get(&all).await.ok()["items"].as_array().unwrap().len(), 2);
    supervisor.post(&confirm, json!({})).await.assert_problem(403, "permission_denied");
    let foreign = app.keepers(&county.other.stations[0]).await;
    foreign.manager.post(&confirm, json!({})).await.assert_problem(404, "not_found");
    foreign.manager.get(&all).await.assert_problem(404, "not_found");
    app.assert_sound().await;
}
