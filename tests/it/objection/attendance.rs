//! An attendance that was objected to with right: attendance, service record and points become
//! what the decision says, in one.

use api::ledger::{self, Source};
use api::platform::actor::Actor;
use api::platform::tx::in_tx;
use chrono::{DateTime, TimeDelta, Utc};
use entity::attendance::{self, AttendanceState};
use entity::claim::{self, ClaimState};
use entity::ids::AttendanceId;
use entity::{attendance_correction, ledger_entry, notice_entry, service_record};
use harness::Answer;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
};
use serde_json::{Value, json};

use super::Office;

/// A villager's attendance of two hours, with the objection to it.
struct Case {
    office: Office,
    attendance: AttendanceId,
    at: DateTime<Utc>,
}

impl Case {
    /// Confirmed, claimed by nobody yet.
    async fn open(state: AttendanceState) -> Self {
        let office = Office::open().await;
        let station = &office.county.town.stations[0];
        let mut attended = office.app.attended(&office.zhang, station, office.rules, 5);
        attended.state = state;
        let attendance = office.app.store_attended(&attended).await;
        Self { office, attendance, at: attended.at }
    }

    /// Certified for four points.
    async fn certified() -> Self {
        let case = Self::open(AttendanceState::Confirmed).await;
        let claim = case.claim().await;
        let body = json!({"claim_ids": [claim]});
        let certifier = case.office.phone("certifier").await;
        let answer = certifier.post("/v1/claims/certify", body).await.ok();
        assert_eq!(answer["results"][0]["status"], "ok", "{answer}");
        assert_eq!(case.points().await, 4);
        case
    }

    async fn claim(&self) -> Value {
        let zhang = self.office.phone("zhang-xiulan").await;
        let body = json!({"attendance_ids": [self.attendance]});
        zhang.post("/v1/claims", body).await.ok()["results"][0]["id"].clone()
    }

    async fn points(&self) -> i64 {
        self.office.available(self.office.zhang.volunteer).await
    }

    /// Somebody objects to the attendance, and it is looked into.
    async fn investigated(&self, who: &str, kind: &str) -> String {
        let body = json!({"kind": kind, "text": "签到记录与实际不符，请核实。",
            "subject": {"kind": "attendance", "id": self.attendance}});
        let id = self.office.phone(who).await.post("/v1/objections", body).await.id();
        self.office.step("head", &id, "accept", json!({})).await.assert_ok();
        self.office.step("head", &id, "investigate", json!({})).await.assert_ok();
        id
    }

    /// So many minutes from the activity's beginning to so many.
    fn present(&self, from: i64, to: i64) -> Value {
        let at = |minutes| (self.at + TimeDelta::minutes(minutes)).to_rfc3339();
        json!({"present": true, "starts_at": at(from), "ends_at": at(to)})
    }

    async fn corrections(&self) -> usize {
        let rows = attendance_correction::Entity::find().all(&self.office.app.db).await;
        rows.expect("corrections").len()
    }

    async fn decide(&self, id: &str, outcome: &str, attendance: Value) -> Answer {
        self.decide_as("town-a", id, outcome, attendance).await
    }

    async fn decide_as(&self, who: &str, id: &str, outcome: &str, attendance: Value) -> Answer {
        let mut body = json!({"outcome": outcome, "reason": "经查签名册"});
        if !attendance.is_null() {
            body["attendance"] = attendance;
        }
        self.office.step(who, id, "decide", body).await
    }

    /// Decided like this, and put into effect.
    async fn corrected(&self, who: &str, kind: &str, attendance: Value) -> Value {
        let id = self.investigated(who, kind).await;
        // Whoever had a hand in the first leaves the second to others.
        let (decider, executor) = match self.corrections().await {
            0 => ("town-a", "county-a"),
            _ => ("county-b", "head"),
        };
        self.decide_as(decider, &id, "upheld", attendance).await.assert_ok();
        let done = self.office.step(executor, &id, "execute", json!({})).await.ok();
        assert_eq!(done["effect"], "corrected", "{done}");
        self.office.app.assert_sound().await;
        done
    }

    async fn row(&self) -> attendance::Model {
        let row = attendance::Entity::find_by_id(self.attendance).one(&self.office.app.db).await;
        row.expect("attendances").expect("hers")
    }

    /// The states and points of her claims, the oldest first.
    async fn claims(&self) -> Vec<(ClaimState, i32)> {
        let claims = claim::Entity::find().order_by_asc(claim::Column::Id);
        let rows = claims.all(&self.office.app.db).await.expect("claims");
        rows.into_iter().map(|row| (row.state, row.points)).collect()
    }

    /// The hours of the versions of her service record.
    async fn records(&self) -> Vec<i32> {
        let rows = service_record::Entity::find().order_by_asc(service_record::Column::Revision);
        let rows = rows.all(&self.office.app.db).await.expect("records");
        rows.into_iter().map(|row| row.hours_tenths).collect()
    }

    async fn kinds(&self) -> Vec<String> {
        let rows = ledger_entry::Entity::find().order_by_asc(ledger_entry::Column::Seq);
        let rows = rows.all(&self.office.app.db).await.expect("entries");
        rows.into_iter().map(|row| row.kind.to_string()).collect()
    }
}

#[actix_web::test]
async fn she_was_there_longer_than_was_confirmed() {
    let case = Case::certified().await;

    let done = case.corrected("zhang-xiulan", "correction", case.present(0, 180)).await;

    assert_eq!(done["attendance"]["present"], true);
    let row = case.row().await;
    assert_eq!((row.state, row.hours_tenths), (AttendanceState::Confirmed, Some(30)));
    let words = row.explanation.unwrap_or_default();
    assert_eq!(words, "计 3.0 小时；按异议处理决定更正，原记录为2.0 小时");
    assert_eq!(case.claims().await, [(ClaimState::Revoked, 4), (ClaimState::Certified, 6)]);
    assert_eq!(case.points().await, 6);
    assert_eq!(case.kinds().await, ["earn", "reverse", "earn"], "nothing is edited");
    assert_eq!(case.records().await, [30], "the fixture has no first version");
    let zhang = case.office.phone("zhang-xiulan").await;
    let claims = zhang.get("/v1/me/claims").await.ok();
    let told = "签到记录已按异议处理决定更正，积分重新计算";
    assert_eq!(claims["items"][0]["decision_reason"], told);
    assert_eq!(claims["items"][1]["decision_reason"], told);
    let mine = case.office.newest_of("zhang-xiulan").await;
    assert_eq!(mine["attendance"]["ends_at"], json!(case.at + TimeDelta::hours(3)));
}

#[actix_web::test]
async fn what_she_has_spent_of_it_is_never_due_when_she_gains() {
    let case = Case::certified().await;
    let her = case.office.zhang.volunteer;
    assert!(super::execute::order_goods(&case.office).await);
    assert_eq!(case.points().await, 0);

    case.corrected("zhang-xiulan", "correction", case.present(0, 180)).await;

    assert_eq!(case.points().await, 2);
    let balances = ledger::balances(&case.office.app.db, her).await.expect("balances");
    assert_eq!(balances.recovery_due, 0);
}

#[actix_web::test]
async fn she_was_not_there_at_all() {
    let case = Case::certified().await;

    case.corrected("li-jianguo", "objection", json!({"present": false})).await;

    let row = case.row().await;
    assert_eq!((row.state, row.hours_tenths), (AttendanceState::NoShow, None));
    assert_eq!(case.claims().await, [(ClaimState::Revoked, 4)]);
    assert_eq!(case.points().await, 0);
    let zhang = case.office.phone("zhang-xiulan").await;
    let body = json!({"attendance_ids": [case.attendance]});
    let again = zhang.post("/v1/claims", body).await.ok();
    assert_eq!(again["results"][0]["code"], "attendance_not_confirmed", "{again}");
    // Who objected sees that it was right, and nobody's times.
    let li = case.office.newest_of("li-jianguo").await;
    assert_eq!((&li["effect"], &li["attendance"]), (&json!("corrected"), &Value::Null));
}

#[actix_web::test]
async fn service_records_get_versions_and_their_hours_count() {
    let case = Case::certified().await;
    let path = format!("/v1/me/service-records?year={}", case.at.format("%Y"));
    case.corrected("zhang-xiulan", "correction", case.present(0, 180)).await;
    let zhang = case.office.phone("zhang-xiulan").await;
    assert_eq!(zhang.get(&path).await.ok()["year_hours_tenths"], 30);

    case.corrected("li-jianguo", "objection", json!({"present": false})).await;

    assert_eq!(case.records().await, [30, 0]);
    let seen = zhang.get(&path).await.ok();
    assert_eq!(seen["year_hours_tenths"], 0);
    assert_eq!(seen["items"][0]["hours_tenths"], 0, "what stood there is known");
}

#[actix_web::test]
async fn who_was_written_down_as_absent_gets_her_claim_and_somebody_certifies_it() {
    let case = Case::open(AttendanceState::NoShow).await;

    case.corrected("zhang-xiulan", "correction", case.present(30, 150)).await;

    assert_eq!(case.claims().await, [(ClaimState::Submitted, 4)]);
    assert_eq!(case.points().await, 0);
    let claims = claim::Entity::find().all(&case.office.app.db).await.expect("claims");
    let body = json!({"claim_ids": [claims[0].id]});
    let certified = case.office.phone("certifier").await.post("/v1/claims/certify", body).await;
    assert_eq!(certified.ok()["results"][0]["status"], "ok");
    assert_eq!(case.points().await, 4);
    case.office.app.assert_sound().await;
}

#[actix_web::test]
async fn what_waits_is_valued_anew_and_what_she_does_not_ask_for_stays_hers_to_ask() {
    let waiting = Case::open(AttendanceState::Confirmed).await;
    waiting.claim().await;
    waiting.corrected("zhang-xiulan", "correction", waiting.present(0, 180)).await;
    assert_eq!(waiting.claims().await, [(ClaimState::Submitted, 6)]);
    waiting.corrected("li-jianguo", "objection", json!({"present": false})).await;
    assert_eq!(waiting.claims().await, [(ClaimState::Rejected, 6)]);

    let unasked = Case::open(AttendanceState::Confirmed).await;
    unasked.corrected("zhang-xiulan", "correction", unasked.present(0, 180)).await;
    assert_eq!(unasked.claims().await, []);
}

#[actix_web::test]
async fn who_may_not_earn_gains_nothing_by_it() {
    let case = Case::certified().await;
    let sql = "UPDATE volunteer SET state = 'suspended' WHERE state = 'active'";
    let id = case.investigated("zhang-xiulan", "correction").await;
    case.decide(&id, "upheld", case.present(0, 180)).await.assert_ok();
    case.office.app.db.execute_unprepared(sql).await.expect("a suspension");

    case.office.step("county-a", &id, "execute", json!({})).await.assert_ok();

    assert_eq!(case.row().await.hours_tenths, Some(30), "hours are not points");
    assert_eq!(case.claims().await, [(ClaimState::Certified, 4)]);
    assert_eq!(case.points().await, 4);
    case.office.app.assert_sound().await;
}

/// A part of what was certified was wrong, and she may not earn at the moment: she keeps the rest.
#[actix_web::test]
async fn who_may_not_earn_loses_no_more_than_is_wrong() {
    let case = Case::certified().await;
    let sql = "UPDATE volunteer SET state = 'suspended' WHERE state = 'active'";
    let id = case.investigated("li-jianguo", "objection").await;
    case.decide(&id, "partly", case.present(0, 60)).await.assert_ok();
    case.office.app.db.execute_unprepared(sql).await.expect("a suspension");

    case.office.step("county-a", &id, "execute", json!({})).await.assert_ok();

    assert_eq!(case.claims().await, [(ClaimState::Revoked, 4), (ClaimState::Certified, 2)]);
    assert_eq!(case.points().await, 2);
    case.office.app.assert_sound().await;
}

#[actix_web::test]
async fn what_was_zeroed_comes_back_by_no_correction() {
    for minutes in [60, 240] {
        let case = Case::certified().await;
        let actor = Actor::system("test", "test".into());
        let zeroing = Source { kind: "test", id: uuid::Uuid::from_u128(1) };
        let her = case.office.zhang.volunteer;
        in_tx(&case.office.app.app.core, &actor, async |tx| {
            ledger::zero_out(tx, her, zeroing, "清零").await
        })
        .await
        .expect("a zeroing");
        let id = case.investigated("li-jianguo", "objection").await;
        case.decide(&id, "partly", case.present(0, minutes)).await.assert_ok();

        case.office.step("county-a", &id, "execute", json!({})).await.assert_ok();

        assert_eq!(case.points().await, 0, "{minutes}");
        assert_eq!(case.kinds().await, ["earn", "zero_out"]);
    }
}

#[actix_web::test]
async fn the_last_decision_stands_in_whatever_order_they_are_carried_out() {
    let case = Case::certified().await;
    let (first, second) = (
        case.investigated("zhang-xiulan", "correction").await,
        case.investigated("li-jianguo", "objection").await,
    );
    case.decide(&first, "upheld", case.present(0, 180)).await.assert_ok();
    case.office.app.advance(TimeDelta::hours(1));
    case.decide(&second, "upheld", json!({"present": false})).await.assert_ok();

    let done = case.office.step("county-a", &second, "execute", json!({})).await.ok();
    let overtaken = case.office.step("county-b", &first, "execute", json!({})).await.ok();

    assert_eq!(
        (&done["effect"], &overtaken["effect"]),
        (&json!("corrected"), &json!("correction_needed"))
    );
    assert_eq!(case.row().await.state, AttendanceState::NoShow);
    assert_eq!(case.points().await, 0);
    case.office.step("head", &first, "close", json!({})).await.assert_ok();
    case.office.app.assert_sound().await;
}

#[actix_web::test]
async fn what_the_county_grants_on_appeal_is_not_undone_by_the_towns_answer() {
    let case = Case::certified().await;
    let id = case.investigated("zhang-xiulan", "correction").await;
    case.decide(&id, "partly", case.present(0, 60)).await.assert_ok();
    let path = format!("/v1/me/objections/{id}/appeal");
    let wish = json!({"text": "请县里再看一看"});
    let appeal = case.office.phone("zhang-xiulan").await.post(path, wish).await.id();
    for step in ["accept", "investigate"] {
        case.office.step("county-a", &appeal, step, json!({})).await.assert_ok();
    }
    case.decide_as("county-a", &appeal, "upheld", case.present(0, 180)).await.assert_ok();
    let granted = case.office.step("county-b", &appeal, "execute", json!({})).await.ok();
    assert_eq!(granted["effect"], "corrected");

    let done = case.office.step("county-b", &id, "execute", json!({})).await.ok();

    assert_eq!(done["effect"], "correction_needed");
    assert_eq!((case.row().await.hours_tenths, case.points().await), (Some(30), 6));
    case.office.app.assert_sound().await;
}

/// Against what is upheld there is no appeal: it must be what was asked for.
#[actix_web::test]
async fn who_was_right_gets_neither_less_nor_the_same() {
    let case = Case::certified().await;
    let hers = case.investigated("zhang-xiulan", "correction").await;
    for less in [json!({"present": false}), case.present(0, 60), case.present(0, 120)] {
        let refused = case.decide(&hers, "upheld", less.clone()).await;
        refused.assert_problem(422, "invalid_value");
        refused.assert_names("/attendance");
    }
    case.decide(&hers, "partly", case.present(0, 60)).await.assert_ok();

    let others = case.investigated("li-jianguo", "objection").await;
    let same = case.decide(&others, "upheld", case.present(0, 120)).await;
    same.assert_problem(422, "invalid_value");
    case.decide(&others, "upheld", case.present(0, 90)).await.assert_ok();
}

/// Whoever confirmed the attendance keeps away, by whichever record it is objected to.
#[actix_web::test]
async fn who_confirmed_it_does_not_judge_it_by_way_of_its_claim() {
    let case = Case::certified().await;
    let head = case.office.app.account("head").await;
    attendance::Entity::update_many()
        .col_expr(attendance::Column::ConfirmedBy, Expr::value(head))
        .exec(&case.office.app.db)
        .await
        .expect("the attendance");
    let claims = claim::Entity::find().all(&case.office.app.db).await.expect("claims");
    let id = case.office.filed(&claims[0].id.to_string()).await;

    let refused = case.office.step("head", &id, "accept", json!({})).await;

    refused.assert_problem(403, "must_recuse");
}

/// What stands in the place of a claim falls with it.
#[actix_web::test]
async fn an_upheld_objection_reaches_what_stands_in_the_place_of_its_claim() {
    let case = Case::certified().await;
    let claims = claim::Entity::find().all(&case.office.app.db).await.expect("claims");
    let doubt = case.office.decided(&claims[0].id.to_string(), "upheld").await;
    let half = case.investigated("zhang-xiulan", "correction").await;
    case.decide_as("county-a", &half, "partly", case.present(0, 60)).await.assert_ok();
    case.office.step("county-b", &half, "execute", json!({})).await.assert_ok();
    assert_eq!(case.points().await, 2);

    let done = case.office.step("head", &doubt, "execute", json!({})).await.ok();

    assert_eq!((&done["effect"], case.points().await), (&json!("reversed"), 0));
    case.office.app.assert_sound().await;
}

#[actix_web::test]
async fn what_is_doubted_by_its_attendance_enters_no_notice() {
    let office = Office::open().await;
    let doubtful = office.certified(5).await;
    office.certified(6).await;
    let claims = claim::Entity::find().all(&office.app.db).await.expect("claims");
    let doubted = claims.iter().find(|claim| claim.id.to_string() == doubtful).expect("the claim");
    let body = json!({"kind": "objection", "text": "当天她没有参加清扫，请核实。",
        "subject": {"kind": "attendance", "id": doubted.attendance_id}});
    let id = office.file(body).await.id();
    office.step("head", &id, "accept", json!({})).await.assert_ok();
    office.app.advance(TimeDelta::days(35));

    super::notice::open_round(&office).await;

    let entries = notice_entry::Entity::find().all(&office.app.db).await.expect("entries");
    let shown: Vec<_> = entries.iter().map(|entry| entry.claim_id.to_string()).collect();
    assert!(shown.len() == 1 && !shown.contains(&doubtful), "{shown:?}");
}

#[actix_web::test]
async fn an_entry_waits_while_its_attendance_is_doubted() {
    let (office, _) = super::notice::noticed().await;
    let entries = notice_entry::Entity::find().all(&office.app.db).await.expect("entries");
    let first = entries.iter().find(|entry| entry.position == 1).expect("an entry");
    let claims = claim::Entity::find_by_id(first.claim_id).one(&office.app.db).await;
    let doubted = claims.expect("claims").expect("its claim");
    let body = json!({"kind": "objection", "text": "当天她没有参加清扫，请核实。",
        "subject": {"kind": "attendance", "id": doubted.attendance_id}});
    let id = office.file(body).await.id();
    office.step("head", &id, "accept", json!({})).await.assert_ok();

    super::notice::close(&office).await;

    assert_eq!(office.available(office.zhang.volunteer).await, 4, "the other entry's");
    office.step("head", &id, "investigate", json!({})).await.assert_ok();
    let body = json!({"outcome": "rejected", "reason": "经核实在场"});
    office.step("town-a", &id, "decide", body).await.assert_ok();
    assert_eq!(office.available(office.zhang.volunteer).await, 8);
    office.app.assert_sound().await;
}

#[actix_web::test]
async fn her_export_tells_what_stood_there_before() {
    let case = Case::certified().await;
    case.corrected("li-jianguo", "objection", json!({"present": false})).await;
    let zhang = case.office.phone("zhang-xiulan").await;
    let mut found = Vec::new();
    let mut path = "/v1/me/export?page_size=100".to_owned();
    loop {
        let page = zhang.get(&path).await.ok();
        found.extend(page["items"].as_array().expect("items").clone());
        let Some(token) = page["next_page_token"].as_str() else { break };
        path = format!("/v1/me/export?page_size=100&page_token={token}");
    }
    let corrections: Vec<_> =
        found.iter().filter(|item| item["kind"] == "attendance_correction").collect();
    assert_eq!(corrections.len(), 1);
    assert_eq!(corrections[0]["data"]["tenths_before"], 20, "{}", corrections[0]);
}

#[actix_web::test]
async fn a_decision_says_what_was_or_is_refused() {
    let case = Case::certified().await;
    let id = case.investigated("zhang-xiulan", "correction").await;
    let (inside, minutes) = (case.present(0, 60), |from, to| case.present(from, to));
    let only = |member: &str| {
        let mut said = case.present(0, 60);
        said.as_object_mut().expect("an object").remove(member);
        said
    };
    let absent_since = json!({"present": false, "starts_at": inside["starts_at"]});
    for (outcome, attendance, member) in [
        ("upheld", Value::Null, "/attendance"),
        ("rejected", inside.clone(), "/attendance"),
        ("upheld", minutes(-1, 60), "/attendance/starts_at"),
        ("upheld", minutes(60, 541), "/attendance/ends_at"),
        ("upheld", minutes(60, 60), "/attendance/ends_at"),
        ("upheld", only("starts_at"), "/attendance/starts_at"),
        ("upheld", only("ends_at"), "/attendance/ends_at"),
        ("upheld", absent_since, "/attendance/starts_at"),
    ] {
        let refused = case.decide(&id, outcome, attendance.clone()).await;
        refused.assert_problem(422, "invalid_value");
        refused.assert_names(member);
    }
    assert_eq!(case.office.read(&id).await["state"], "investigating");
    assert_eq!(case.corrections().await, 0);
}

#[actix_web::test]
async fn only_what_rests_on_an_attendance_is_corrected_by_one() {
    let case = Case::certified().await;
    let wish = json!({"outcome": "partly", "reason": "经查", "attendance": {"present": false}});
    // The entry of a claim rests on the attendance; one of an honour would not.
    let claims = claim::Entity::find().all(&case.office.app.db).await.expect("claims");
    let id = case.office.investigating(&claims[0].id.to_string()).await;
    case.office.step("town-a", &id, "decide", wish.clone()).await.assert_ok();
    let done = case.office.step("county-a", &id, "execute", json!({})).await.ok();
    assert_eq!((&done["effect"], case.points().await), (&json!("corrected"), 0));

    let her = case.office.zhang.volunteer;
    case.office.app.give(her, 9).await;
    let zhang = case.office.phone("zhang-xiulan").await;
    let entry = zhang.get("/v1/me/ledger-entries").await.ok()["items"][0]["id"].clone();
    let body = json!({"kind": "correction", "text": "数额有误，请核实。",
        "subject": {"kind": "ledger_entry", "id": entry}});
    let id = zhang.post("/v1/objections", body).await.id();
    case.office.step("head", &id, "accept", json!({})).await.assert_ok();
    case.office.step("head", &id, "investigate", json!({})).await.assert_ok();
    let refused = case.office.step("town-a", &id, "decide", wish).await;
    refused.assert_problem(422, "invalid_value");
    refused.assert_names("/attendance");
}

#[actix_web::test]
async fn she_is_in_one_place_at_a_time() {
    let case = Case::certified().await;
    let station = &case.office.county.town.stations[0];
    let mut other = case.office.app.attended(&case.office.zhang, station, case.office.rules, 5);
    other.at += TimeDelta::hours(3);
    let later = case.office.app.store_attended(&other).await;
    let id = case.investigated("zhang-xiulan", "correction").await;

    let refused = case.decide(&id, "upheld", case.present(0, 181)).await;
    refused.assert_problem(422, "invalid_value");
    refused.assert_names("/attendance/starts_at");
    case.decide(&id, "upheld", case.present(0, 180)).await.assert_ok();

    // What is confirmed after the decision stands in its way.
    let sql = "UPDATE attendance SET starts_at = checked_in_at WHERE checked_in_at <> starts_at";
    let earlier = other.at - TimeDelta::minutes(90);
    let row = attendance::ActiveModel {
        id: Set(later),
        starts_at: Set(Some(earlier)),
        ..Default::default()
    };
    attendance::Entity::update(row).exec(&case.office.app.db).await.expect("a later change");
    let refused = case.office.step("county-a", &id, "execute", json!({})).await;
    refused.assert_problem(409, "overlap");
    assert_eq!(case.row().await.hours_tenths, Some(20));
    case.office.app.db.execute_unprepared(sql).await.expect("put right");
    case.office.step("county-a", &id, "execute", json!({})).await.assert_ok();
}

#[actix_web::test]
async fn while_it_goes_on_its_people_decide() {
    let case = Case::open(AttendanceState::Disputed).await;
    let sql = "UPDATE activity SET state = 'published', ends_at = '2099-01-01 00:00:00+00:00'";
    case.office.app.db.execute_unprepared(sql).await.expect("an activity that goes on");
    let id = case.investigated("zhang-xiulan", "correction").await;

    let refused = case.decide(&id, "upheld", case.present(0, 60)).await;

    refused.assert_problem(422, "invalid_value");
    case.decide(&id, "upheld", Value::Null).await.assert_ok();
    let done = case.office.step("county-a", &id, "execute", json!({})).await.ok();
    assert_eq!(done["effect"], "correction_needed");
}

#[actix_web::test]
async fn who_certified_its_points_does_not_judge_the_attendance() {
    let case = Case::certified().await;
    let body = json!({"kind": "objection", "text": "当天她没有参加清扫，请核实。",
        "subject": {"kind": "attendance", "id": case.attendance}});
    let id = case.office.file(body).await.id();
    let station = &case.office.county.town.stations[0];
    let role = entity::role_assignment::Role::StationManager;
    case.office.app.staff("certifier", role, station).await;

    let refused = case.office.step("certifier", &id, "accept", json!({})).await;

    refused.assert_problem(403, "must_recuse");
}

#[actix_web::test]
async fn a_frozen_claim_holds_the_whole_correction() {
    let case = Case::open(AttendanceState::Confirmed).await;
    let claim = case.claim().await;
    let id = case.investigated("li-jianguo", "objection").await;
    case.decide(&id, "upheld", json!({"present": false})).await.assert_ok();
    let station = case.office.county.town.stations[0].id;
    let body = json!({"subject": {"kind": "claim", "id": claim}, "reason": "存疑", "days": 5});
    let watch = case.office.phone("watch").await;
    let freeze = watch.post(format!("/v1/sites/{station}/freezes"), body).await.id();

    let refused = case.office.step("county-a", &id, "execute", json!({})).await;

    refused.assert_problem(423, "frozen");
    assert_eq!(case.row().await.state, AttendanceState::Confirmed);
    let seen = case.office.phone("county-a").await.get(format!("/v1/objections/{id}")).await.ok();
    assert_eq!(seen["allowed_actions"], json!([]), "and nobody is offered it: {seen}");
    let lift = json!({"reason": "已核实"});
    watch.post(format!("/v1/freezes/{freeze}/lift"), lift).await.assert_ok();
    case.office.step("county-a", &id, "execute", json!({})).await.assert_ok();
    assert_eq!(case.row().await.state, AttendanceState::NoShow);
}

#[actix_web::test]
async fn in_a_dry_run_nothing_is_put_right() {
    let case = Case::certified().await;
    let id = case.investigated("li-jianguo", "objection").await;
    case.decide(&id, "upheld", json!({"present": false})).await.assert_ok();

    let dry = case.office.step("county-a", &id, "execute?dry_run=true", json!({})).await.ok();

    assert_eq!(dry["effect"], "corrected");
    assert_eq!((case.row().await.state, case.points().await), (AttendanceState::Confirmed, 4));
}

#[actix_web::test]
async fn the_database_keeps_what_was_decided_and_done() {
    let case = Case::certified().await;
    case.corrected("li-jianguo", "objection", json!({"present": false})).await;
    let db = &case.office.app.db;
    let open = case.investigated("zhang-xiulan", "correction").await;
    case.decide_as("county-b", &open, "upheld", case.present(0, 60)).await.assert_ok();
    for (sql, by) in [
        ("UPDATE attendance_correction SET present = NOT present", "append-only"),
        ("UPDATE attendance_correction SET ends_at = starts_at", "append-only"),
        ("DELETE FROM attendance_correction", "append-only"),
        (
            "UPDATE attendance_correction SET executed_by = decided_by, executed_at = decided_at, \
             state_before = 'no_show', tenths_after = 1 WHERE executed_at IS NULL",
            "attendance_correction_two_persons",
        ),
        (
            "UPDATE attendance_correction SET tenths_after = 5 WHERE executed_at IS NULL",
            "attendance_correction_executed",
        ),
    ] {
        let error = db.execute_unprepared(sql).await.expect_err(sql).to_string();
        assert!(error.contains(by), "{sql}: {error}");
    }
}

#[actix_web::test]
async fn the_audit_finds_an_attendance_that_is_not_what_was_decided() {
    let case = Case::certified().await;
    case.corrected("zhang-xiulan", "correction", case.present(0, 180)).await;
    let db = &case.office.app.db;
    let found = async |sql: &str| {
        db.execute_unprepared(sql).await.expect(sql);
        let report = api::audit::run(db).await.expect("an audit");
        report.violations.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
    };
    let hours = found("UPDATE attendance SET hours_tenths = 50").await;
    assert!(hours.contains("corrected_attendance_stands"), "{hours}");
    assert!(hours.contains("service_record_is_of_its_attendance"), "{hours}");
    let sound = found("UPDATE attendance SET hours_tenths = 30").await;
    assert_eq!(sound, "");
    let gone = found("UPDATE attendance SET state = 'no_show', hours_tenths = NULL").await;
    assert!(gone.contains("corrected_attendance_stands"), "{gone}");
    let of = attendance_correction::Column::AttendanceId.eq(case.attendance);
    assert!(attendance_correction::Entity::find().filter(of).one(db).await.unwrap().is_some());
}

/// Of the first entry of a notice somebody says that she was there for an hour, and it was so.
async fn one_hour_only(office: &Office, number: &str) -> String {
    let id = office.file(super::notice::about(number, 1)).await.id();
    office.step("head", &id, "accept", json!({})).await.assert_ok();
    office.step("head", &id, "investigate", json!({})).await.assert_ok();
    let entries = notice_entry::Entity::find().all(&office.app.db).await.expect("entries");
    let first = entries.iter().find(|entry| entry.position == 1).expect("an entry");
    let at = first.served_at;
    let said = json!({"present": true, "starts_at": at, "ends_at": at + TimeDelta::hours(1)});
    let body = json!({"outcome": "partly", "reason": "到场一小时", "attendance": said});
    office.step("town-a", &id, "decide", body).await.assert_ok();
    id
}

#[actix_web::test]
async fn what_stands_in_a_notice_is_struck_and_its_new_worth_waits_for_the_next() {
    let (office, number) = super::notice::noticed().await;
    let id = one_hour_only(&office, &number).await;

    let done = office.step("county-a", &id, "execute", json!({})).await.ok();

    assert_eq!(done["effect"], "corrected", "{done}");
    let claims = claim::Entity::find().order_by_asc(claim::Column::Id);
    let claims = claims.all(&office.app.db).await.expect("claims");
    let seen: Vec<_> = claims.iter().map(|row| (row.state, row.points)).collect();
    use ClaimState::{Certified, InNotice, Revoked};
    assert_eq!(seen, [(Revoked, 4), (InNotice, 4), (Certified, 2)]);
    assert_eq!(office.available(office.zhang.volunteer).await, 0);
    super::notice::close(&office).await;
    assert_eq!(office.available(office.zhang.volunteer).await, 4, "the other entry's");
    office.app.assert_sound().await;
}

#[actix_web::test]
async fn what_had_taken_effect_counts_on_for_what_it_is_worth() {
    let (office, number) = super::notice::noticed().await;
    super::notice::close(&office).await;
    assert_eq!(office.available(office.zhang.volunteer).await, 8);
    let id = one_hour_only(&office, &number).await;

    office.step("county-a", &id, "execute", json!({})).await.assert_ok();

    assert_eq!(office.available(office.zhang.volunteer).await, 6);
    office.app.assert_sound().await;
}
