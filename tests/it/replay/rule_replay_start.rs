//! `rule_replay_start`.

use std::io::{Cursor, Read};

use chrono::TimeDelta;
use entity::attendance::AttendanceState;
use entity::claim::{self, ClaimState};
use entity::role_assignment::Role;
use entity::rule_item;
use harness::{Attended, Person};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::json;
use uuid::Uuid;

use super::{Bench, cleaning, honour};

impl Bench {
    /// She got an honour on the `day`th day of the quarter.
    async fn honoured(&self, person: &Person, day: u64) {
        let item = rule_item::Entity::find()
            .filter(rule_item::Column::RuleVersionId.eq(self.rules))
            .filter(rule_item::Column::Code.eq("RY01"))
            .one(&self.app.db)
            .await
            .expect("items")
            .expect("the honour");
        let row = claim::ActiveModel {
            id: Set(Uuid::now_v7().into()),
            volunteer_id: Set(person.volunteer),
            attendance_id: Set(None),
            award_ref: Set(Some("文明办〔2026〕12号".into())),
            rule_item_id: Set(item.id),
            site_id: Set(self.county.town.stations[0].id),
            state: Set(ClaimState::Submitted),
            points: Set(50),
            explanation: Set("获得“身边好人”".into()),
            entered_by: Set(person.account),
            submitted_at: Set(Some(self.at(day))),
            decided_by: Set(None),
            decided_at: Set(None),
            decision_reason: Set(None),
            version: Set(1),
            created_at: Set(self.at(day)),
            updated_at: Set(self.at(day)),
            ..Default::default()
        };
        claim::Entity::insert(row).exec_without_returning(&self.app.db).await.expect("claim");
    }
}

/// By hand. In force: 2 an hour, 8 an activity, 10 a day; an honour 50. Draft: 3 an hour,
/// 8 an activity, 9 a day; an honour 40.
/// Zhang, day 0: 2 h = 4 and 4 h = 8 cut to 6, together 10; draft 6 and 8 (of 12) cut to 3,
/// together 9. Day 1: 2.5 h = 5; draft 7. In all 15 and 16: she wins 1.
/// Li: an honour 50, draft 40, and 1 h = 2, draft 3: 52 and 43: he loses 9.
#[actix_web::test]
async fn who_gains_and_who_loses_computed_by_hand() {
    let bench = Bench::open().await;
    let (zhang, li) = (bench.volunteer("zhang").await, bench.volunteer("li").await);
    bench.served(&zhang, 0, 20).await;
    bench.served(&zhang, 0, 40).await;
    bench.served(&zhang, 1, 25).await;
    bench.served(&li, 5, 10).await;
    bench.honoured(&li, 6).await;
    // What does not count: another quarter, not confirmed.
    bench.served(&zhang, 95, 20).await;
    let station = &bench.county.town.stations[0];
    let base = bench.app.attended(&zhang, station, bench.rules, 1);
    let unconfirmed = Attended { at: bench.at(9), state: AttendanceState::CheckedOut, ..base };
    bench.app.store_attended(&unconfirmed).await;
    let draft = bench.draft(vec![cleaning(3, 9), honour(40)]).await;

    let body = json!({"quarter": bench.quarter()});
    let started = bench.staff.post(format!("{draft}/replays"), body).await;
    let waiting = started.ok();
    bench.app.run_jobs().await;
    let id = waiting["id"].as_str().expect("an id");
    let task = bench.staff.get(format!("/v1/tasks/{id}")).await.ok();

    assert_eq!((started.status.as_u16(), &waiting["state"]), (201, &json!("queued")));
    assert_eq!(started.headers["location"], format!("/v1/tasks/{id}"));
    assert_eq!(task["state"], "succeeded", "{task}");
    assert_eq!((&task["done"], &task["total"]), (&json!(2), &json!(2)));
    let result = &task["result"];
    let sums = ["volunteers", "gainers", "losers", "unchanged", "before", "after"];
    assert_eq!(sums.map(|name| result[name].as_i64()), [2, 1, 1, 0, 67, 59].map(Some));
    assert_eq!(
        result["items"],
        json!([
            {"code": "HJ01", "name": "环境卫生", "before": 17, "after": 19},
            {"code": "RY01", "name": "身边好人", "before": 50, "after": 40},
        ])
    );
    assert_eq!(result["digest"].as_str().map(str::len), Some(64));
    assert_eq!(bench.replay(&draft).await["result"], *result, "the same once more");
    bench.app.assert_sound().await;
}

#[actix_web::test]
async fn the_version_in_force_changes_nothing_and_nothing_is_written_to_claims() {
    let bench = Bench::open().await;
    let zhang = bench.volunteer("zhang").await;
    for day in 0..6 {
        bench.served(&zhang, day * 7, 15 + i32::try_from(day).expect("small") * 10).await;
    }
    let base = format!("/v1/sites/{}/rule-versions", bench.county.town.institute.id);

    let task = bench.replay(&format!("{base}/{}", bench.rules)).await;

    let result = &task["result"];
    assert_eq!(result["unchanged"], 1);
    assert_eq!(result["before"], result["after"]);
    assert!(result["before"].as_i64() > Some(0), "{result}");
    assert_eq!(claim::Entity::find().count(&bench.app.db).await.expect("claims"), 0);
    bench.app.assert_sound().await;
}

#[actix_web::test]
async fn the_workbook_shows_names_in_part_and_no_formula() {
    let bench = Bench::open().await;
    let zhang = bench.volunteer("zhang").await;
    let station = &bench.county.town.stations[0];
    let (volunteer, _) = bench.app.card_only("=1+1", station).await;
    let base = bench.app.attended(&zhang, station, bench.rules, 1);
    bench.app.store_attended(&Attended { volunteer, at: bench.at(0), ..base }).await;
    let draft = bench.draft(vec![cleaning(3, 9)]).await;
    let task = bench.replay(&draft).await;

    let path = format!("/v1/tasks/{}/file", task["id"].as_str().expect("an id"));
    let file = bench.staff.get(path).await;

    let name = format!("attachment; filename=\"rule-replay-{}.xlsx\"", bench.quarter());
    assert_eq!(file.headers["content-disposition"], name);
    assert!(file.headers["content-type"].ends_with("spreadsheetml.sheet"));
    let mut book = zip::ZipArchive::new(Cursor::new(file.body)).expect("a workbook");
    let mut sheet = String::new();
    let mut part = book.by_name("xl/worksheets/sheet1.xml").expect("a sheet");
    part.read_to_string(&mut sheet).expect("text");
    assert!(sheet.contains("<v>4</v>") && sheet.contains("<v>6</v>"), "{sheet}");
    assert!(!sheet.contains("<f>") && !sheet.contains("=1+1"), "{sheet}");
}

#[actix_web::test]
async fn a_draft_changed_meanwhile_ends_the_replay() {
    let bench = Bench::open().await;
    let draft = bench.draft(vec![cleaning(3, 9)]).await;
    let body = json!({"quarter": bench.quarter()});
    let id = bench.staff.post(format!("{draft}/replays"), body).await.id();
    let changed = json!({"note": "改", "items": [cleaning(4, 9)]});
    bench.staff.put(&draft, changed, 1).await.assert_ok();

    bench.app.run_jobs().await;

    let task = bench.staff.get(format!("/v1/tasks/{id}")).await.ok();
    assert_eq!(
        (&task["state"], &task["failure"]["code"]),
        (&json!("failed"), &json!("stale_version"))
    );
}

#[actix_web::test]
async fn a_draft_published_meanwhile_is_replayed_to_its_end() {
    let bench = Bench::open().await;
    let zhang = bench.volunteer("zhang").await;
    bench.served(&zhang, 0, 20).await;
    let draft = bench.draft(vec![cleaning(3, 9)]).await;
    let body = json!({"quarter": bench.quarter()});
    let id = bench.staff.post(format!("{draft}/replays"), body).await.id();
    let institute = &bench.county.town.institute;
    let second = bench.app.staff("second", Role::TownAdmin, institute).await;
    let digest = second.get(&draft).await.ok()["items_digest"].clone();
    let today = api::platform::clock::local_day(bench.app.clock.now());
    let body = json!({"effective_from": today, "items_digest": digest});
    second.post(format!("{draft}/publish"), body).await.assert_ok();

    bench.app.run_jobs().await;

    let task = bench.staff.get(format!("/v1/tasks/{id}")).await.ok();
    assert_eq!(task["state"], "succeeded", "{task}");
    assert_eq!((&task["result"]["before"], &task["result"]["after"]), (&json!(4), &json!(6)));
}

#[actix_web::test]
async fn only_past_quarters_by_who_manages_rules_there() {
    let bench = Bench::open().await;
    let draft = bench.draft(vec![cleaning(3, 9)]).await;
    let path = format!("{draft}/replays");
    let now = bench.first + chrono::Months::new(3) + TimeDelta::days(0);
    let current =
        format!("{}Q{}", chrono::Datelike::year(&now), chrono::Datelike::month0(&now) / 3 + 1);

    for wrong in [current.as_str(), "2026Q9", "Q32026"] {
        let refused = bench.staff.post(&path, json!({"quarter": wrong})).await;
        refused.assert_problem(422, "invalid_value");
        refused.assert_names("/quarter");
    }
    let body = json!({"quarter": bench.quarter()});
    let clerk = bench.app.staff("clerk", Role::Clerk, &bench.county.town.institute).await;
    clerk.post(&path, body.clone()).await.assert_problem(403, "permission_denied");
    let other = &bench.county.other.institute;
    let stranger = bench.app.staff("stranger", Role::TownAdmin, other).await;
    stranger.post(&path, body.clone()).await.assert_problem(404, "not_found");
    let key = "replay-start-0123456789";
    let first = bench.staff.post_with_key(&path, body.clone(), key).await.id();
    assert_eq!(bench.staff.post_with_key(&path, body, key).await.id(), first);
}
