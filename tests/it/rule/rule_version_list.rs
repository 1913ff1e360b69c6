//! `rule_version_list`.

use serde_json::json;

use super::Desk;

#[actix_web::test]
async fn versions_are_paged_from_the_youngest() {
    let desk = Desk::open().await;
    for from in [0, 0, 5] {
        let id = desk.draft().await.id();
        desk.publish(&id, &desk.day(from)).await.assert_ok();
    }

    let first = desk.writer.get(format!("{}?page_size=2", desk.versions())).await.ok();
    let token = first["next_page_token"].as_str().unwrap();
    let next = format!("{}?page_size=2&page_token={token}", desk.versions());
    let second = desk.writer.get(next).await.ok();

    let row = |row: &serde_json::Value| json!([row["number"], row["state"], row["in_force"]]);
    assert_eq!(row(&first["items"][0]), json!([3, "published", false]));
    assert_eq!(row(&first["items"][1]), json!([2, "published", true]));
    assert_eq!(row(&second["items"][0]), json!([1, "retired", false]));
    assert!(second.get("next_page_token").is_none());
    let strange = desk.reader.get(format!("{}?page_token={token}", desk.versions())).await;
    strange.assert_problem(400, "bad_page_token");
}

#[actix_web::test]
async fn a_town_without_rules_has_an_empty_list() {
    let desk = Desk::open().await;

    let list = desk.writer.get(desk.versions()).await.ok();

    assert_eq!(list, json!({"items": []}));
}
