//! `goods_create` and `goods_get`.

use harness::{TestApp, goods_details};
use serde_json::json;

#[actix_web::test]
async fn a_manager_registers_goods_and_reads_them_back() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let station = &county.town.stations[0];
    let keepers = app.keepers(station).await;

    let path = format!("/v1/sites/{}/goods", station.id);
    let created = keepers.manager.post(path, goods_details("洗衣液")).await;

    assert_eq!(created.status, 201);
    let read = keepers.clerk.get(&created.headers["location"]).await;
    assert_eq!(read.ok()["name"], "洗衣液");
    assert_eq!(read.ok()["allowed_actions"], json!(["update", "retire"]));
    assert_eq!(read.version(), 1);
}

#[actix_web::test]
async fn a_lost_answer_does_not_register_twice() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let station = &county.town.stations[0];
    let keepers = app.keepers(station).await;
    let path = format!("/v1/sites/{}/goods", station.id);
    let send =
        || keepers.manager.post_with_key(&path, goods_details("毛巾"), "goods-create-000001");

    let (first, second) = (send().await, send().await);

    assert_eq!(first.id(), second.id());
    let list = keepers.manager.get(&path).await.ok();
    assert_eq!(list["items"].as_array().unwrap().len(), 1);
}

#[actix_web::test]
async fn wrong_values_are_named() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let station = &county.town.stations[0];
    let keepers = app.keepers(station).await;
    let path = format!("/v1/sites/{}/goods", station.id);

    for (field, value) in [
        ("points_price", json!(0)),
        ("points_price", json!(1.5)),
        ("name", json!("")),
        ("unit_label", json!("一二三四五六七八九十一")),
        ("image_url", json!("http://example.org/a.jpg")),
    ] {
        let mut body = goods_details("洗衣液");
        body[field] = value;
        let refused = keepers.manager.post(&path, body).await;
        refused.assert_problem(422, "invalid_value");
        refused.assert_names(&format!("/{field}"));
    }
}

#[actix_web::test]
async fn other_sites_and_towns_are_out_of_reach() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let keepers = app.keepers(&county.town.stations[0]).await;
    let send = async |site: &entity::site::Model| {
        let path = format!("/v1/sites/{}/goods", site.id);
        keepers.manager.post(path, goods_details("洗衣液")).await
    };

    send(&county.town.stations[1]).await.assert_problem(403, "permission_denied");
    send(&county.town.institute).await.assert_problem(403, "permission_denied");
    send(&county.other.stations[0]).await.assert_problem(404, "not_found");
}
