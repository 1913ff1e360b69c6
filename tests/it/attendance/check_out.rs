//! `check_out`.

use serde_json::json;

use super::{Scene, assert_refused, scan_out};

#[actix_web::test]
async fn leaving_is_recorded_once() {
    let scene = Scene::new(json!({})).await;
    let zhang = scene.person("zhang").await;
    let code = scene.code("out").await;

    assert_refused(&scan_out(&zhang.client, &code).await, 409, "not_in");
    scene.check_in(&zhang.client).await.assert_ok();
    let first = scan_out(&zhang.client, &code).await.ok();
    let again = scan_out(&zhang.client, &code).await.ok();

    assert_eq!(first["state"], "checked_out");
    assert_eq!((&first["repeated"], &again["repeated"]), (&json!(false), &json!(true)));
    assert_eq!(first["checked_out_at"], again["checked_out_at"]);
    assert_refused(&scene.check_in(&zhang.client).await, 409, "already_in");
    let entry = scene.code("in").await;
    assert_refused(&scan_out(&zhang.client, &entry).await, 409, "wrong_direction");
}

#[actix_web::test]
async fn the_way_out_closes_after_the_late_minutes() {
    let mut scene = Scene::new(json!({})).await;
    for name in ["zhang", "li"] {
        let person = scene.person(name).await;
        scene.check_in(&person.client).await.assert_ok();
    }

    scene.after(169).await;
    let zhang = scene.app.sign_in("zhang").await;
    assert_eq!(scene.check_out(&zhang).await.ok()["state"], "checked_out");
    scene.after(2).await;
    let li = scene.app.sign_in("li").await;
    assert_refused(&scene.check_out(&li).await, 409, "too_late");
}
