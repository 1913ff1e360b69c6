//! `attendance_list`.

use entity::role_assignment::Role;
use serde_json::json;

use super::Scene;

#[actix_web::test]
async fn staff_see_names_previews_and_what_they_may_do() {
    let mut scene = Scene::new(json!({})).await;
    let zhang = scene.person("zhang").await;
    let li = scene.person("li").await;
    scene.check_in(&zhang.client).await.assert_ok();
    scene.check_in(&li.client).await.assert_ok();
    let path = format!("/v1/activities/{}/attendances", scene.id);
    let running = scene.manager.get(&path).await.ok();
    assert_eq!(running["items"][0]["allowed_actions"], json!([]), "before it begins");
    scene.after(50).await;
    scene.check_out(&scene.app.sign_in("zhang").await).await.assert_ok();
    scene.after(91).await;

    let seen = scene.manager.get(format!("{path}?page_size=1")).await.ok();
    let first = &seen["items"][0];
    assert_eq!(first["volunteer_name"], "zhang");
    assert_eq!(first["preview_tenths"], 5);
    assert_eq!(first["allowed_actions"], json!(["confirm", "dispute", "mark_no_show"]));
    assert_eq!(first["nonce_unverified"], false);
    let token = seen["next_page_token"].as_str().unwrap();
    let rest = scene.manager.get(format!("{path}?page_size=1&page_token={token}")).await.ok();
    assert_eq!(rest["items"][0]["preview_tenths"], 20);
    assert_eq!(rest["next_page_token"], json!(null));

    let supervisor = scene.app.staff("supervisor", Role::Supervisor, &scene.station).await;
    let masked = supervisor.get(&path).await.ok();
    assert_eq!(masked["items"][0]["volunteer_name"], "z***g");
    assert_eq!(masked["items"][0]["allowed_actions"], json!([]));
    let foreign = scene.app.staff("foreign", Role::Clerk, &scene.county.other.stations[0]).await;
    foreign.get(&path).await.assert_problem(404, "not_found");
    let villager = scene.app.sign_in("li").await;
    villager.get(&path).await.assert_problem(404, "not_found");
}
