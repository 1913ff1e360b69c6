//! `rule_attendance_preview`.

use entity::attendance::AttendanceState;
use entity::role_assignment::Role;
use harness::Attended;
use serde_json::json;

use super::{Bench, cleaning, honour};

#[actix_web::test]
async fn one_attendance_in_words_under_both_versions_with_caps() {
    let bench = Bench::open().await;
    let zhang = bench.volunteer("zhang").await;
    bench.served(&zhang, 0, 40).await;
    let second = bench.served(&zhang, 0, 20).await;
    let draft = bench.draft(vec![cleaning(3, 9)]).await;

    let view = bench.staff.get(format!("{draft}/attendances/{second}/preview")).await.ok();

    assert_eq!((&view["item_code"], &view["hours_tenths"]), (&json!("HJ01"), &json!(20)));
    let words =
        "参加“清扫村道”2小时，按“环境卫生”每小时2分计4分；每日上限10分，此前已计8分，本次计2分";
    assert_eq!(view["frozen"], json!({"points": 2, "explanation": words}));
    let words =
        "参加“清扫村道”2小时，按“环境卫生”每小时3分计6分；每日上限9分，此前已计8分，本次计1分";
    assert_eq!(view["tested"], json!({"points": 1, "explanation": words}));
    assert!(view["claimed"].is_null());
}

#[actix_web::test]
async fn what_was_claimed_for_it_is_shown_and_a_missing_item_gives_nothing() {
    let bench = Bench::open().await;
    let zhang = bench.volunteer("zhang").await;
    let station = &bench.county.town.stations[0];
    let base = bench.app.attended(&zhang, station, bench.rules, 1);
    let recent = Attended { at: bench.app.clock.now() - chrono::TimeDelta::days(1), ..base };
    let id = bench.app.store_attended(&recent).await;
    zhang.client.post("/v1/claims", json!({"attendance_ids": [id]})).await.assert_ok();
    let draft = bench.draft(vec![honour(40)]).await;

    let view = bench.staff.get(format!("{draft}/attendances/{id}/preview")).await.ok();

    assert_eq!(view["claimed"]["points"], view["frozen"]["points"]);
    assert_eq!(view["claimed"]["explanation"], view["frozen"]["explanation"]);
    let none = json!({"points": 0, "explanation": "没有适用的条目“HJ01”，不计分"});
    assert_eq!(view["tested"], none);
}

#[actix_web::test]
async fn only_confirmed_ones_of_ones_own_town() {
    let bench = Bench::open().await;
    let zhang = bench.volunteer("zhang").await;
    let id = bench.served(&zhang, 0, 40).await;
    let station = &bench.county.town.stations[0];
    let base = bench.app.attended(&zhang, station, bench.rules, 1);
    let open = Attended { at: bench.at(3), state: AttendanceState::CheckedOut, ..base };
    let open = bench.app.store_attended(&open).await;
    let unruled = Attended { at: bench.at(5), rules: None, ..open_of(&bench, &zhang) };
    let unruled = bench.app.store_attended(&unruled).await;
    let draft = bench.draft(vec![cleaning(3, 9)]).await;
    let path = |id: &str| format!("{draft}/attendances/{id}/preview");

    let get = |id: String| bench.staff.get(path(&id));
    get(open.to_string()).await.assert_problem(409, "wrong_state");
    get(unruled.to_string()).await.assert_problem(404, "not_found");
    let other = &bench.county.other.institute;
    let stranger = bench.app.staff("stranger", Role::TownAdmin, other).await;
    stranger.get(path(&id.to_string())).await.assert_problem(404, "not_found");
    let theirs = format!("/v1/sites/{}/rule-versions", other.id);
    let body = json!({"note": "草案", "items": [cleaning(1, 9)]});
    let theirs = format!("{theirs}/{}", stranger.post(&theirs, body).await.id());
    let mixed = format!("{theirs}/attendances/{id}/preview");
    stranger.get(mixed).await.assert_problem(404, "not_found");
}

#[actix_web::test]
async fn staff_of_a_station_try_their_own_stations_service_on_a_version() {
    let bench = Bench::open().await;
    let zhang = bench.volunteer("zhang").await;
    let id = bench.served(&zhang, 0, 40).await;
    let [own, other] = &bench.county.town.stations;
    let clerk = bench.app.staff("clerk", Role::Clerk, own).await;
    let neighbour = bench.app.staff("neighbour", Role::Clerk, other).await;
    let path = |site: &entity::site::Model| {
        let version = format!("/v1/sites/{}/rule-versions/{}", site.id, bench.rules);
        format!("{version}/attendances/{id}/preview")
    };

    assert_eq!(clerk.get(path(own)).await.ok()["frozen"]["points"], 8);
    // By another station's rules, which are the same, but not another station's people.
    neighbour.get(path(other)).await.assert_problem(403, "permission_denied");
    neighbour.get(path(own)).await.assert_problem(403, "permission_denied");
    clerk.get(path(&bench.county.town.institute)).await.assert_problem(403, "permission_denied");
}

fn open_of(bench: &Bench, person: &harness::Person) -> Attended {
    bench.app.attended(person, &bench.county.town.stations[0], bench.rules, 1)
}
