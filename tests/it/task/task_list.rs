//! `GET /v1/sites/{site_id}/tasks`

use std::collections::HashSet;

use api::task::drill;
use entity::role_assignment::Role;
use entity::site;
use serde_json::{Value, json};

use super::{Office, rows};

#[actix_web::test]
async fn a_sites_tasks_are_listed_newest_first_by_page_state_and_kind() {
    let office = Office::open().await;
    let first = office.start(&rows(1)).await;
    office.advance(5).await;
    let second = office.start(&rows(1)).await;
    let path = format!("/v1/sites/{}/tasks", office.town.id);

    let page = office.staff.get(format!("{path}?page_size=1")).await.ok();
    assert_eq!(page["items"][0]["id"], second);
    let token = page["next_page_token"].as_str().expect("a next page");
    let next = office.staff.get(format!("{path}?page_size=1&page_token={token}")).await.ok();
    assert_eq!(next["items"][0]["id"], first);
    assert!(next["next_page_token"].is_null());

    let done = office.staff.get(format!("{path}?state=succeeded&kind=task.drill")).await.ok();
    assert_eq!(done["items"].as_array().map(Vec::len), Some(1));
    assert_eq!(done["items"][0]["id"], first);
    let wrong = office.staff.get(format!("{path}?kind=task.other")).await;
    wrong.assert_problem(422, "invalid_value");
    wrong.assert_names("kind");
    let none = office.staff.get(format!("{path}?kind=opening.booking")).await.ok();
    assert_eq!(none["items"], json!([]));
    office.staff.get(format!("{path}?sate=queued")).await.assert_problem(422, "unknown_field");
}

#[actix_web::test]
async fn kinds_the_caller_may_not_do_are_not_listed_and_other_towns_are_unknown() {
    let office = Office::open().await;
    office.start(&rows(1)).await;
    let path = format!("/v1/sites/{}/tasks", office.town.id);

    let clerk = office.app.staff("clerk", Role::Clerk, &office.town).await;
    assert_eq!(clerk.get(&path).await.ok()["items"], json!([]));
    let stranger = office.app.staff("stranger", Role::TownAdmin, &office.other).await;
    stranger.get(&path).await.assert_problem(404, "not_found");
}

#[actix_web::test]
async fn a_town_sees_the_tasks_of_its_stations_and_a_station_only_its_own() {
    let office = Office::open().await;
    let of_town = office.start(&rows(1)).await;
    let [one, two] = &office.stations;
    let of_one = drill::start(&office.app.app, one.id, &rows(1), None).await.expect("started");
    let of_other = drill::start(&office.app.app, office.other.id, &rows(1), None).await;
    of_other.expect("started");

    let ids = |page: &Value| {
        let items = page["items"].as_array().expect("tasks").iter();
        items.map(|task| task["id"].as_str().expect("an id").to_owned()).collect::<HashSet<_>>()
    };
    let tasks = |site: &site::Model| format!("/v1/sites/{}/tasks", site.id);
    let town = office.staff.get(tasks(&office.town)).await.ok();
    let station = office.staff.get(tasks(one)).await.ok();
    let none = office.staff.get(tasks(two)).await.ok();

    let of_one = of_one.to_string();
    let both = HashSet::from([of_one.clone(), of_town]);
    assert_eq!(ids(&town), both, "none of another town");
    assert_eq!(ids(&station), HashSet::from([of_one]));
    assert_eq!(none["items"], json!([]));
    let clerk = office.app.staff("clerk", Role::Clerk, one).await;
    clerk.get(tasks(&office.town)).await.assert_problem(403, "permission_denied");
}
