//! `objection_list`, `objection_count`, `objection_get`.

use serde_json::json;

use super::Office;

#[actix_web::test]
async fn staff_read_the_list_and_the_counts_of_their_sites() {
    let office = Office::open().await;
    let one = office.filed(&office.certified(5).await).await;
    let other = office.investigating(&office.certified(6).await).await;
    let station = office.county.town.stations[0].id;
    let path = format!("/v1/sites/{station}/objections");
    let head = office.phone("head").await;

    let all = head.get(&path).await.ok();
    let filed = head.get(format!("{path}?state=filed")).await.ok();
    let overdue = head.get(format!("{path}?overdue=true")).await.ok();
    let counts = head.get(format!("{path}/counts")).await.ok();

    let ids = |page: &serde_json::Value| -> Vec<String> {
        let items = page["items"].as_array().expect("items").iter();
        items.filter_map(|row| row["id"].as_str().map(str::to_owned)).collect()
    };
    assert_eq!(ids(&all), [one.clone(), other.clone()]);
    assert_eq!((ids(&filed), ids(&overdue)), (vec![one], vec![]));
    assert_eq!(counts["overdue"], 0);
    assert_eq!(counts["by_state"].as_array().map(Vec::len), Some(2));
    let first = head.get(format!("{path}?page_size=1")).await.ok();
    let token = first["next_page_token"].as_str().expect("a token");
    let second = head.get(format!("{path}?page_size=1&page_token={token}")).await.ok();
    assert_eq!(ids(&second), [other]);
    let town = office.county.town.institute.id;
    let below = office.phone("town-a").await.get(format!("/v1/sites/{town}/objections")).await.ok();
    assert_eq!(ids(&below).len(), 2);
}

#[actix_web::test]
async fn who_only_looks_on_sees_masked_names_and_no_hands_and_other_towns_nothing() {
    let office = Office::open().await;
    let id = office.investigating(&office.certified(5).await).await;
    let path = format!("/v1/objections/{id}");

    let seen = office.phone("watch").await.get(&path).await.ok();

    let name = seen["subject_volunteer_name"].as_str().expect("a name");
    assert!(name.contains('*'), "{name}");
    assert!(!office.read(&id).await["subject_volunteer_name"].to_string().contains('*'));
    assert!(seen["steps"].as_array().expect("steps").iter().all(|step| step.get("by").is_none()));
    assert_eq!(seen["allowed_actions"], json!([]));
    for account in [office.li.account, office.app.account("head").await] {
        assert!(!seen.to_string().contains(&account.to_string()));
    }
    // Nor do those who handle it learn who filed it.
    let handled = office.read(&id).await.to_string();
    assert!(!handled.contains(&office.li.account.to_string()));
    assert!(!handled.contains(&office.li.volunteer.to_string()));
    office.phone("stranger").await.get(&path).await.assert_problem(404, "not_found");
    office.phone("certifier").await.get(&path).await.assert_problem(403, "permission_denied");
    let station = office.county.town.stations[0].id;
    for rest in ["", "/counts"] {
        let path = format!("/v1/sites/{station}/objections{rest}");
        office.phone("stranger").await.get(path).await.assert_problem(404, "not_found");
    }
}
