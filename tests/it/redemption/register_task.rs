//! `register_export_start`: the register of a whole area as a task.

use api::task::drill;
use entity::role_assignment::Role;
use harness::TestApp;
use serde_json::{Value, json};

use super::register_export::busy;

const MORE: i64 = 1_200;

fn today(app: &TestApp) -> Value {
    let today = api::platform::clock::local_day(app.clock.now());
    json!({"from": today, "to": today})
}

#[actix_web::test]
async fn a_town_gets_all_its_lines_with_masked_names_and_sees_how_far_it_is() {
    let (mut app, shop) = busy(MORE).await;
    app.staff("town", Role::TownAdmin, &shop.county.town.institute).await;
    let path = format!("/v1/sites/{}/register-exports", shop.county.town.institute.id);
    let started = app.sign_in("town").await.post(&path, today(&app)).await.ok();
    let task = format!("/v1/tasks/{}", started["id"].as_str().unwrap());

    // Stopped after a step, it goes on where it was.
    assert_eq!(drill::advance(&app.app, 1).await.unwrap(), 1);
    let half = app.sign_in("town").await.get(&task).await.ok();
    assert_eq!((&half["state"], &half["done"]), (&json!("running"), &json!(500)));
    assert_eq!(half["total"], MORE + 1);
    app.restart().await;
    app.advance(chrono::TimeDelta::minutes(1));
    app.run_jobs().await;

    let town = app.sign_in("town").await;
    let done = town.get(&task).await.ok();
    assert_eq!((&done["state"], &done["done"]), (&json!("succeeded"), &json!(MORE + 1)));
    assert_eq!(done["result"]["lines"], MORE + 1);
    let file = town.get(format!("{task}/file")).await;
    assert_eq!(file.headers["content-type"], "text/csv; charset=utf-8");
    let text = file.text();
    let lines: Vec<_> = text.trim_end().split("\r\n").collect();
    assert_eq!(lines.len(), 2 + usize::try_from(MORE).unwrap());
    assert!(lines[0].starts_with("\u{feff}\"所站\",\"收据号\""), "{}", lines[0]);
    let name = shop.station.name.clone();
    assert!(lines[1..].iter().all(|line| line.starts_with(&format!("\"{name}\","))));
    let receipts: std::collections::HashSet<_> =
        lines[1..].iter().map(|line| line.split(',').nth(1)).collect();
    assert_eq!(receipts.len(), lines.len() - 1, "each line once");
    assert!(!text.contains("zhang-xiulan") && text.contains('*'), "{}", lines[1]);
}

#[actix_web::test]
async fn who_may_not_export_there_starts_none_and_wrong_days_are_named() {
    let (app, shop) = busy(MORE).await;
    let other = app.keepers(&shop.county.other.stations[0]).await;
    let villager = app.volunteer("li", &shop.station).await;
    let path = format!("/v1/sites/{}/register-exports", shop.station.id);

    other.manager.post(&path, today(&app)).await.assert_problem(404, "not_found");
    villager.client.post(&path, today(&app)).await.assert_problem(403, "permission_denied");
    let manager = &shop.keepers.manager;
    for (from, to) in [("2026-02-01", "2026-01-31"), ("2024-01-01", "2026-01-31")] {
        let wrong = manager.post(&path, json!({"from": from, "to": to})).await;
        wrong.assert_problem(422, "invalid_value");
        wrong.assert_names("/to");
    }
    let empty = json!({"from": "2026-01-01", "to": "2026-01-31"});
    let started = manager.post(&path, empty).await.ok();
    app.run_jobs().await;
    let task = format!("/v1/tasks/{}", started["id"].as_str().unwrap());
    let done = manager.get(&task).await.ok();
    assert_eq!((&done["state"], &done["result"]["lines"]), (&json!("succeeded"), &json!(0)));
    other.manager.get(&task).await.assert_problem(404, "not_found");
    other.manager.get(format!("{task}/file")).await.assert_problem(404, "not_found");

    let second = manager.post(&path, today(&app)).await.ok();
    let second = format!("/v1/tasks/{}", second["id"].as_str().unwrap());
    manager.post(format!("{second}/cancel"), json!({})).await.assert_ok();
    app.run_jobs().await;
    assert_eq!(manager.get(&second).await.ok()["state"], "cancelled");
    manager.get(format!("{second}/file")).await.assert_problem(404, "not_found");
}
