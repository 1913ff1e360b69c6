//! `rule_replay_line_list`.

use api::task::drill::{self, Plan};
use entity::role_assignment::Role;
use serde_json::json;

use super::{Bench, cleaning};

#[actix_web::test]
async fn lines_are_paged_who_loses_most_first_and_can_be_filtered() {
    let bench = Bench::open().await;
    // Under 3 an hour but 4 a day: 1 h gains, 2 h stays, 4 h loses.
    for (name, hours) in [("zhang", 10), ("li", 20), ("wang", 40)] {
        let person = bench.volunteer(name).await;
        bench.served(&person, 0, hours).await;
    }
    let mut item = cleaning(3, 4);
    item["max_per_activity"] = json!(4);
    let draft = bench.draft(vec![item]).await;
    let task = bench.replay(&draft).await;
    let path = format!("/v1/rule-replays/{}/lines", task["id"].as_str().expect("an id"));

    let all = bench.staff.get(format!("{path}?page_size=2")).await.ok();
    let token = all["next_page_token"].as_str().expect("a next page");
    let rest = bench.staff.get(format!("{path}?page_size=2&page_token={token}")).await.ok();
    let gains = bench.staff.get(format!("{path}?change=gain")).await.ok();
    let losses = bench.staff.get(format!("{path}?change=loss")).await.ok();
    let same = bench.staff.get(format!("{path}?change=same")).await.ok();

    let deltas = |page: &serde_json::Value| {
        let items = page["items"].as_array().expect("items").clone();
        items.iter().map(|line| line["delta"].as_i64().expect("a delta")).collect::<Vec<_>>()
    };
    assert_eq!((deltas(&all), deltas(&rest)), (vec![-4, 0], vec![1]));
    assert_eq!((deltas(&losses), deltas(&same), deltas(&gains)), (vec![-4], vec![0], vec![1]));
    let loser = &losses["items"][0];
    assert_eq!((&loser["before"], &loser["after"]), (&json!(8), &json!(4)));
    assert_eq!(loser["items"], json!([{"code": "HJ01", "before": 8, "after": 4}]));
    assert_eq!(loser["card_tail"].as_str().map(str::len), Some(4));
    assert_ne!(loser["name"], "wang", "the name is masked");
    bench.staff.get(format!("{path}?change=more")).await.assert_problem(422, "invalid_value");
}

#[actix_web::test]
async fn another_town_other_staff_and_other_tasks_have_no_lines() {
    let bench = Bench::open().await;
    let draft = bench.draft(vec![cleaning(3, 9)]).await;
    let task = bench.replay(&draft).await;
    let path = format!("/v1/rule-replays/{}/lines", task["id"].as_str().expect("an id"));
    assert_eq!(bench.staff.get(&path).await.ok()["items"], json!([]));

    let clerk = bench.app.staff("clerk", Role::Clerk, &bench.county.town.institute).await;
    clerk.get(&path).await.assert_problem(403, "permission_denied");
    let other = &bench.county.other.institute;
    let stranger = bench.app.staff("stranger", Role::TownAdmin, other).await;
    stranger.get(&path).await.assert_problem(404, "not_found");
    let town = bench.county.town.institute.id;
    let drill = drill::start(&bench.app.app, town, &Plan::default(), None).await.expect("a task");
    let path = format!("/v1/rule-replays/{drill}/lines");
    bench.staff.get(path).await.assert_problem(404, "not_found");
}
