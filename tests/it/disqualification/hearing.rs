//! The notice, her time to speak, the review: `disqualification_notify`, `_deliver`,
//! `_enter_statement`, `_supervise`, `_review`, `my_disqualification_acknowledge`, `_speak`.

use chrono::{DateTime, TimeDelta, Utc};
use entity::role_assignment::Role;
use harness::TestApp;
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};

use super::Court;

/// Everything said in the case, in order.
fn texts(case: &Value) -> Vec<&str> {
    let said = case["statements"].as_array().expect("statements").iter();
    said.filter_map(|one| one["text"].as_str()).collect()
}

#[actix_web::test]
async fn nothing_is_decided_before_her_time_to_speak_is_over() {
    let court = Court::open().await;
    let case = court.delivered().await;
    let opinion = json!({"opinion": "proceed", "note": "属实"});

    for (who, step, body) in [
        ("watch", "supervise", json!({})),
        ("head", "review", opinion.clone()),
        ("town-a", "decide", json!({"note": "同意"})),
        ("town-b", "execute", Court::confirmation()),
    ] {
        let answer = court.step(who, &case, step, body).await;
        answer.assert_problem(409, "statement_period_running");
        assert!(answer.json()["until"].is_string());
    }
    // Five working days are seven days at least.
    court.app.advance(TimeDelta::days(5));
    let early = court.step("town-b", &case, "execute", Court::confirmation()).await;
    early.assert_problem(409, "statement_period_running");
    assert_eq!(court.points().await["available"], 100);
}

/// Of a year that was not entered nobody knows yet when the Spring Festival's week is.
#[actix_web::test]
async fn her_five_working_days_are_five_whether_the_year_was_entered_or_not() {
    // A Monday; the Spring Festival is on the Thursday.
    let now: DateTime<Utc> = "2031-01-20T02:00:00Z".parse().expect("an instant");
    let court = Court::of(TestApp::start_on(now, |_| {}).await).await;
    let until = async || {
        let told = court.phone("zhang-xiulan").await.get("/v1/me/disqualifications").await.ok();
        told["items"][0]["statement_until"].clone()
    };

    let case = court.delivered().await;
    let cautious = until().await;
    court.step("town-a", &case, "drop", json!({"note": "重新办理"})).await.assert_ok();
    let off = |n: u32| json!({"day": format!("2031-01-{n}"), "kind": "holiday", "name": "春节"});
    let days: Vec<_> = (22..=28).map(off).collect();
    let order = json!({"document_no": "国办发明电〔2030〕7号", "days": days});
    court.phone("county-a").await.put("/v1/calendar/2031", order, 0).await.assert_ok();
    court.app.advance(TimeDelta::minutes(1));
    court.delivered().await;
    let entered = until().await;

    assert_eq!(cautious, "2031-02-05T16:00:00Z", "any seven weekdays from the 21st may be off");
    assert_eq!(entered, "2031-02-03T16:00:00Z", "the 21st, 29th, 30th and 31st, and 3 February");
}

#[actix_web::test]
async fn she_speaks_until_the_review_and_the_staff_read_it() {
    let court = Court::open().await;
    let case = court.delivered().await;
    let path = format!("/v1/me/disqualifications/{case}/statement");
    let say = |text: &str| json!({ "text": text });
    court.phone("zhang-xiulan").await.post(&path, say("我不在场")).await.assert_ok();
    court.wait();
    court.phone("zhang-xiulan").await.post(&path, say("我有证人")).await.assert_ok();

    court.step("watch", &case, "supervise", json!({})).await.assert_ok();
    let opinion = json!({"opinion": "drop", "note": "证据不足"});
    let reviewed = court.step("town-b", &case, "review", opinion).await.ok();

    assert_eq!(texts(&reviewed), ["我不在场", "我有证人"]);
    assert_eq!(reviewed["state"], "reviewed");
    let late = court.phone("zhang-xiulan").await.post(&path, say("还有")).await;
    late.assert_problem(409, "wrong_state");
}

#[actix_web::test]
async fn the_paper_path_has_the_same_steps() {
    let court = Court::open().await;
    let case = court.propose().await;
    court.step("head", &case, "notify", json!({})).await.assert_ok();

    court.without_phone().await;
    let handed = court.step("town-b", &case, "deliver", json!({"witness": "王队长"})).await.ok();
    let unseen = court.step("town-b", &case, "statement", json!({"text": "书面申辩"})).await;
    unseen.assert_problem(422, "missing_field");
    let paper = json!({"text": "书面申辩", "witness": "王队长"});
    let said = court.step("town-b", &case, "statement", paper).await.ok();

    assert_eq!(handed["delivered_via"], "paper");
    assert_eq!(handed["delivery_witness"], "王队长");
    let by = json!(court.app.account("town-b").await);
    let steps = handed["steps"].as_array().expect("steps");
    assert_eq!(
        steps.last().map(|step| (&step["step"], &step["by"])),
        Some((&json!("delivered"), &by))
    );
    assert!(handed["statement_until"].is_string());
    assert_eq!(texts(&said), ["书面申辩"]);
    let again = court.step("town-b", &case, "deliver", json!({"witness": "王队长"})).await;
    again.assert_problem(409, "wrong_state");
}

/// Else one person would hand over the notice, write down that she admits it, and find so.
#[actix_web::test]
async fn who_proposed_neither_delivers_nor_speaks_for_her_nor_reviews() {
    let court = Court::open().await;
    let case = court.propose().await;
    let offered = async || {
        let seen = court.phone("head").await.get(format!("/v1/disqualifications/{case}")).await;
        seen.ok()["allowed_actions"].as_array().expect("actions").clone()
    };
    let witness = json!({"witness": "王队长"});
    let paper = json!({"text": "我承认违法，愿意清零", "witness": "王队长"});
    let opinion = json!({"opinion": "proceed", "note": "属实"});
    court.step("head", &case, "notify", json!({})).await.assert_ok();

    let delivered = court.step("head", &case, "deliver", witness.clone()).await;
    assert!(!offered().await.contains(&json!("deliver")));
    court.without_phone().await;
    court.step("town-b", &case, "deliver", witness).await.assert_ok();
    let said = court.step("head", &case, "statement", paper).await;
    assert!(!offered().await.contains(&json!("speak")));
    court.wait();
    court.step("watch", &case, "supervise", json!({})).await.assert_ok();
    let reviewed = court.step("head", &case, "review", opinion.clone()).await;
    assert!(!offered().await.contains(&json!("review")));

    for refused in [delivered, said, reviewed] {
        refused.assert_problem(403, "must_recuse");
    }
    let reviewed = court.step("town-b", &case, "review", opinion).await.ok();
    assert_eq!(texts(&reviewed), [] as [&str; 0]);
}

#[actix_web::test]
async fn who_has_a_phone_speaks_for_herself() {
    let court = Court::open().await;
    let case = court.delivered().await;
    let paper = json!({"text": "我承认违法，愿意清零", "witness": "王队长"});
    let offered = async || {
        let seen = court.phone("town-b").await.get(format!("/v1/disqualifications/{case}")).await;
        seen.ok()["allowed_actions"].to_string().contains("\"speak\"")
    };

    let refused = court.step("town-b", &case, "statement", paper.clone()).await;
    let with_phone = offered().await;
    court.without_phone().await;
    let without = offered().await;
    court.step("town-b", &case, "statement", paper).await.assert_ok();

    refused.assert_problem(409, "has_account");
    assert_eq!((with_phone, without), (false, true));
}

#[actix_web::test]
async fn a_review_needs_a_supervisor_who_did_not_open_the_case() {
    let court = Court::open().await;
    let case = court.delivered().await;
    court.wait();
    let opinion = json!({"opinion": "proceed", "note": "属实"});

    let alone = court.step("town-b", &case, "review", opinion.clone()).await;
    alone.assert_problem(409, "supervisor_missing");
    let not_one = court.step("head", &case, "supervise", json!({})).await;
    not_one.assert_problem(403, "permission_denied");
    court.step("watch", &case, "supervise", json!({})).await.assert_ok();
    court.step("town-b", &case, "review", opinion).await.assert_ok();
}

#[actix_web::test]
async fn others_do_not_speak_for_her() {
    let court = Court::open().await;
    let case = court.delivered().await;
    court.app.volunteer("li", &court.shop.station).await;
    let li = court.phone("li").await;
    for step in ["acknowledge", "statement", "appeal"] {
        let body = if step == "acknowledge" { json!({}) } else { json!({"text": "冒名"}) };
        let answer = li.post(format!("/v1/me/disqualifications/{case}/{step}"), body).await;
        answer.assert_problem(404, "not_found");
    }
}

#[actix_web::test]
async fn what_staff_enter_stands_beside_her_own_words_and_says_who_entered_it() {
    let court = Court::open().await;
    let case = court.delivered().await;
    let zhang = court.phone("zhang-xiulan").await;
    let hers = json!({"text": "当天我不在现场，请核实。"});
    zhang.post(format!("/v1/me/disqualifications/{case}/statement"), hers).await.assert_ok();

    // She loses her phone, and finds it again.
    court.without_phone().await;
    let paper = json!({"text": "本人承认，无异议。", "witness": "王队长"});
    let entered = court.step("town-b", &case, "statement", paper).await.ok();
    court.bind(court.zhang.volunteer, Some(court.zhang.account)).await;

    let clerk = json!(court.app.account("town-b").await);
    let seen = zhang.get("/v1/me/disqualifications").await.ok()["items"][0].clone();
    let watched =
        court.phone("watch").await.get(format!("/v1/disqualifications/{case}")).await.ok();
    for view in [&entered, &seen, &watched] {
        assert_eq!(texts(view), ["当天我不在现场，请核实。", "本人承认，无异议。"]);
        let said = &view["statements"];
        assert_eq!((&said[0]["via"], &said[1]["via"]), (&json!("app"), &json!("paper")));
        assert_eq!(said[0].get("entered_by"), None, "she needs nobody");
        assert_eq!(said[1]["entered_by"], clerk);
    }
    let witness = |view: &Value| view["statements"][1]["witness"].clone();
    assert_eq!([&entered, &seen].map(witness), [json!("王队长"), json!("王队长")]);
    assert_eq!(witness(&watched), "王*长", "a supervisor sees nobody's whole name");
    let steps = entered["steps"].as_array().expect("steps").iter();
    let spoken: Vec<_> = steps.filter(|step| step["step"] == "statement_made").collect();
    assert_eq!(spoken.len(), 2, "{spoken:?}");
    assert_eq!((spoken[0].get("by"), spoken[1].get("by")), (None, Some(&clerk)));
}

#[actix_web::test]
async fn the_database_keeps_what_was_said_and_lets_only_the_words_of_who_left_go() {
    let court = Court::open().await;
    let case = court.delivered().await;
    let path = format!("/v1/me/disqualifications/{case}/statement");
    court.phone("zhang-xiulan").await.post(&path, json!({"text": "我不在场"})).await.assert_ok();

    for change in [
        "UPDATE disqualification_statement SET text = '我承认'",
        "UPDATE disqualification_statement SET text = NULL, witness = '某人'",
        "DELETE FROM disqualification_statement",
    ] {
        let refusal = court.app.db.execute_unprepared(change).await.expect_err(change);
        assert!(refusal.to_string().contains("append-only"), "{change}: {refusal}");
    }
    let left = "UPDATE disqualification_statement SET text = NULL";
    court.app.db.execute_unprepared(left).await.expect("she may take her words with her");
}

#[actix_web::test]
async fn her_allowed_actions_are_named_like_her_operations() {
    let court = Court::open().await;
    let case = court.propose().await;
    court.step("head", &case, "notify", json!({})).await.assert_ok();
    let zhang = court.phone("zhang-xiulan").await;
    let seen = zhang.get("/v1/me/disqualifications").await.ok();
    assert_eq!(seen["items"][0]["allowed_actions"], json!(["acknowledge"]));
}

#[actix_web::test]
async fn the_first_supervisor_who_was_present_stays_on_record() {
    let court = Court::open().await;
    court.app.staff("other", Role::Supervisor, &court.shop.station).await;
    let case = court.delivered().await;
    court.wait();
    let first = court.step("watch", &case, "supervise", json!({"note": "在场"})).await.ok();

    let second = court.step("other", &case, "supervise", json!({"note": "我也在"})).await;

    second.assert_problem(409, "supervised_already");
    let seen = court.phone("head").await.get(format!("/v1/disqualifications/{case}")).await.ok();
    assert_eq!(seen["steps"], first["steps"]);
    let actions =
        court.phone("other").await.get(format!("/v1/disqualifications/{case}")).await.ok();
    assert!(!actions["allowed_actions"].to_string().contains("supervise"), "{actions}");
}

/// The staff's file of a case is not its subject's to read, whatever her office.
#[actix_web::test]
async fn who_has_an_office_reads_her_own_case_as_everybody_does() {
    let court = Court::open().await;
    court.app.staff("zhang-xiulan", Role::TownAdmin, &court.shop.county.town.institute).await;
    let case = court.propose().await;
    let zhang = court.phone("zhang-xiulan").await;
    let file = format!("/v1/disqualifications/{case}");
    let list = format!("/v1/sites/{}/disqualifications", court.shop.station.id);
    let kinds = async || {
        let page = court.phone("zhang-xiulan").await.get("/v1/me/export?page_size=100").await;
        page.ok()["items"].to_string().contains("\"disqualification\"")
    };

    zhang.get(&file).await.assert_problem(404, "not_found");
    assert_eq!(zhang.get(&list).await.ok()["items"], json!([]));
    assert!(!kinds().await, "her export holds what she was told");
    court.step("head", &case, "notify", json!({})).await.assert_ok();

    zhang.get(&file).await.assert_problem(404, "not_found");
    let told = zhang.get("/v1/me/disqualifications").await.ok();
    assert_eq!(told["items"][0]["id"], case);
    assert!(kinds().await);
}
