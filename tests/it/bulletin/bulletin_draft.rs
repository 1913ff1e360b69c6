//! `bulletin_draft`, `bulletin_recompile`, `bulletin_list`, `bulletin_lines`: the figures are
//! what the ledger says.

use entity::attendance::AttendanceState;
use entity::role_assignment::Role;
use entity::{ledger_entry, points_account};
use harness::Attended;
use sea_orm::EntityTrait;
use serde_json::json;

use super::{Quarter, id_of, refusal};

/// One more activity of the quarter ends by itself: no bulletin counts it as held.
async fn nobody_came(quarter: &Quarter) {
    let station = &quarter.shop.station;
    let rules = quarter.app.given_rules(&quarter.shop.county.other).await;
    let attended = quarter.app.attended(&quarter.zhang, station, rules, 6);
    let missed = Attended { state: AttendanceState::NoShow, ..attended };
    quarter.app.store_attended(&missed).await;
}

#[actix_web::test]
async fn the_sums_are_the_ledgers_and_lead_from_opening_to_closing() {
    let quarter = Quarter::over().await;
    nobody_came(&quarter).await;
    let draft = quarter.drafted().await;

    assert_eq!((&draft["state"], &draft["line_count"]), (&json!("drafting"), &json!(3)));
    let row = quarter.row().await;
    let [total, institute, first, second] =
        quarter.figures(row.id).await.try_into().expect("the whole and three sites");
    assert_eq!((total.opening, institute.closing), (0, 0));
    assert_eq!((first.earned, first.taken_over), (100 + 50 + 4 + 10, 6));
    assert_eq!((first.redeemed, first.given_back, first.reversed), (90, 30, 14));
    assert_eq!((second.zeroed, second.restored), (40, 40));
    assert_eq!((first.closing, second.closing, total.closing), (96, 40, 136));
    assert_eq!((total.handed_out, total.handed_out_points), (3, 90));
    assert_eq!((total.volunteers, total.participants, total.activities), (4, 1, 1));
    let accounts = points_account::Entity::find().all(&quarter.app.db).await.unwrap();
    let had: i64 = accounts.iter().map(|a| a.available + a.held - a.recovery_due).sum();
    assert_eq!(total.closing, had, "nothing moved since");
    let entries = ledger_entry::Entity::find().all(&quarter.app.db).await.unwrap();
    let moved: i64 =
        entries.iter().map(|e| e.available_delta + e.held_delta - e.recovery_delta).sum();
    assert_eq!(total.closing - total.opening, moved);
    quarter.app.assert_sound().await;
}

#[actix_web::test]
async fn the_next_quarter_opens_with_what_the_last_closed_with() {
    let quarter = Quarter::over().await;
    let first = quarter.drafted().await;
    let path = format!("/v1/redemptions/{}/return", quarter.redeemed);
    let back = json!({"condition": "sound", "reason": "领错了"});
    quarter.set("return_window_days", json!(90)).await;
    let name = format!("manager-{}", quarter.shop.station.division_code);
    quarter.phone(&name).await.post(path, back).await.assert_ok();
    quarter.next_quarter();
    let second = quarter.drafted().await;

    let closing: Vec<_> =
        first["figures"].as_array().unwrap().iter().map(|f| f["closing"].clone()).collect();
    let opening: Vec<_> =
        second["figures"].as_array().unwrap().iter().map(|f| f["opening"].clone()).collect();
    assert_eq!(opening, closing);
    assert_eq!(second["figures"][0]["given_back"], 30);
    assert_eq!(second["line_count"], 0, "it was handed over before");
    quarter.app.assert_sound().await;
}

#[actix_web::test]
async fn one_bulletin_per_site_and_quarter_and_only_of_one_that_is_over() {
    let quarter = Quarter::over().await;
    let town = quarter.phone("town").await;
    let body = json!({"quarter": quarter.last()});
    let all = (0..5).map(|_| town.post(quarter.path(), body.clone()));
    let answers = futures_util::future::join_all(all).await;
    let mut statuses: Vec<_> = answers.iter().map(|answer| answer.status.as_u16()).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 409, 409, 409, 409]);
    let again = town.post(quarter.path(), body.clone()).await;
    assert_eq!(refusal(&again), "409 bulletin_exists");

    for (text, code) in [("2099Q1", "invalid_value"), ("2026", "invalid_value")] {
        let answer = town.post(quarter.path(), json!({"quarter": text})).await;
        assert_eq!(refusal(&answer), format!("422 {code}"), "{text}");
    }
    let station = format!("/v1/sites/{}/bulletins", quarter.shop.station.id);
    let own = quarter.phone("manager").await.post(station, body.clone()).await.ok();
    quarter.app.run_jobs().await;
    let own = quarter.read(&own).await;
    assert_eq!(own["figures"].as_array().unwrap().len(), 2, "itself, and the whole of it");
    let center = quarter.shop.county.center.id;
    let county = quarter.app.staff("county", Role::CountyAdmin, &quarter.shop.county.center).await;
    let answer = county.post(format!("/v1/sites/{center}/bulletins"), body).await;
    assert_ne!(answer.status, 201, "the center has none");
}

#[actix_web::test]
async fn the_task_shows_its_progress_and_a_second_start_finds_it() {
    let quarter = Quarter::over().await;
    let body = json!({"quarter": quarter.last()});
    let draft = quarter.phone("town").await.post(quarter.path(), body).await.ok();
    assert_eq!((&draft["state"], &draft["figures"]), (&json!("compiling"), &json!([])));
    assert_eq!(draft["allowed_actions"], json!([]));
    for step in ["publish", "archive", "recompile"] {
        let early = quarter.step("town", &draft, step).await;
        assert_eq!(refusal(&early), "409 bulletin_compiling", "{step}");
    }
    let task = format!("/v1/tasks/{}", draft["task_id"].as_str().unwrap());
    let town = quarter.phone("town").await;
    assert_eq!(town.get(&task).await.ok()["state"], "queued");

    quarter.app.run_jobs().await;

    let done = quarter.phone("town").await.get(&task).await.ok();
    assert_eq!((&done["state"], &done["kind"]), (&json!("succeeded"), &json!("bulletin.compile")));
    assert_eq!((&done["done"], &done["total"]), (&json!(7), &json!(7)), "accounts and lines");
}

#[actix_web::test]
async fn interrupted_after_each_step_it_comes_to_the_same() {
    let quarter = Quarter::over().await;
    let body = json!({"quarter": quarter.last()});
    let draft = quarter.phone("town").await.post(quarter.path(), body).await.ok();
    let mut steps = 0;
    while api::task::drill::advance(&quarter.app.app, 1).await.unwrap() > 0 {
        steps += 1;
    }
    assert!(steps >= 4, "{steps} steps");
    let row = quarter.row().await;
    assert_eq!((row.state.as_str(), row.line_count), ("drafting", 3));
    let figures = quarter.figures(row.id).await;

    let town = quarter.step("town", &draft, "recompile").await.ok();
    assert_eq!(town["state"], "compiling");
    quarter.app.run_jobs().await;

    assert_eq!(quarter.figures(row.id).await, figures);
    assert_eq!(quarter.lines(row.id).await.len(), 3);
    quarter.app.assert_sound().await;
}

#[actix_web::test]
async fn a_cancelled_making_begins_again_by_itself() {
    let quarter = Quarter::over().await;
    let body = json!({"quarter": quarter.last()});
    let town = quarter.phone("town").await;
    let draft = town.post(quarter.path(), body).await.ok();
    let cancel = format!("/v1/tasks/{}/cancel", draft["task_id"].as_str().unwrap());
    town.post(cancel, json!({})).await.assert_ok();
    quarter.app.run_jobs().await;
    assert_eq!(quarter.read(&draft).await["state"], "drafting");
}

#[actix_web::test]
async fn staff_list_bulletins_and_see_the_register_as_the_public_will() {
    let quarter = Quarter::over().await;
    let draft = quarter.drafted().await;
    let certifier = quarter.app.staff("certifier", Role::Certifier, &quarter.shop.station).await;
    let list = quarter.phone("town").await.get(quarter.path()).await.ok();
    assert_eq!(list["items"][0]["id"], draft["id"]);
    let none = format!("{}?state=published", quarter.path());
    assert_eq!(quarter.phone("town").await.get(none).await.ok()["items"], json!([]));
    let path = format!("/v1/bulletins/{}/lines?page_size=2", id_of(&draft));
    let lines = quarter.phone("town").await.get(&path).await.ok();
    assert_eq!(lines["items"].as_array().unwrap().len(), 2);
    assert!(lines["items"][0]["person"]["text"].as_str().unwrap().starts_with("尾号"));
    assert_eq!(certifier.get(&path).await.status, 403, "the town's bulletin");
}

#[actix_web::test]
async fn a_draft_of_a_wrong_quarter_is_taken_back_and_the_latest_quarter_leads_the_list() {
    let quarter = Quarter::over().await;
    let last = quarter.drafted().await;
    let town = quarter.phone("town").await;
    let wrong = town.post(quarter.path(), json!({"quarter": "2023Q1"})).await.ok();
    town.post(quarter.path(), json!({"quarter": "2023Q2"})).await.assert_ok();
    quarter.app.run_jobs().await;
    let quarters = async || -> Vec<String> {
        let (mut found, mut more) = (vec![], String::new());
        loop {
            let list = format!("{}?page_size=2{more}", quarter.path());
            let page = quarter.phone("town").await.get(list).await.ok();
            let items = page["items"].as_array().unwrap().iter();
            found.extend(items.map(|one| one["quarter"].as_str().unwrap().to_owned()));
            let Some(token) = page["next_page_token"].as_str() else { return found };
            more = format!("&page_token={token}");
        }
    };
    assert_eq!(quarters().await, [&quarter.last(), "2023Q2", "2023Q1"]);

    let path = format!("/v1/bulletins/{}", wrong["id"].as_str().unwrap());
    let taken_back = town.post(format!("{path}/discard"), json!({})).await.ok();

    assert_eq!(taken_back["quarter"], "2023Q1");
    town.get(&path).await.assert_problem(404, "not_found");
    town.post(format!("{path}/discard"), json!({})).await.assert_problem(404, "not_found");
    quarter.app.run_jobs().await;
    assert_eq!(quarters().await, [&quarter.last(), "2023Q2"]);
    town.post(quarter.path(), json!({"quarter": "2023Q1"})).await.assert_ok();
    quarter.step("town", &last, "publish").await.assert_ok();
    quarter.step("town", &last, "discard").await.assert_problem(409, "wrong_state");
    quarter.app.assert_sound().await;
}
