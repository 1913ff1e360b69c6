//! `freeze_create`, `freeze_lift`, `freeze_list`, `freeze_get`: claims and notice entries.

use chrono::TimeDelta;
use entity::role_assignment::Role;
use entity::setting;
use harness::{pdf, workbook::cells};
use sea_orm::{ActiveValue::Set, EntityTrait};
use serde_json::json;

use super::{Village, text};

#[actix_web::test]
async fn a_frozen_claim_is_not_decided_on_and_its_holder_sees_why() {
    let village = Village::watched().await;
    let claim = village.claim(5).await;

    let freeze = village.freeze("peng-dafu", "claim", &claim, "签到照片存疑").await.ok();

    assert_eq!(village.certify(&claim).await["code"], "frozen");
    let zhang = village.phone("zhang-xiulan").await;
    let seen = zhang.get(format!("/v1/claims/{claim}")).await.ok();
    assert_eq!(seen["frozen"]["reason"], "签到照片存疑");
    assert_eq!(seen["frozen"]["until"], freeze["frozen_until"]);
    assert_eq!(seen["allowed_actions"], json!([]));
    let withdraw = zhang.post(format!("/v1/claims/{claim}/withdraw"), json!({})).await;
    withdraw.assert_problem(423, "frozen");
    for step in ["return", "reject"] {
        let body = json!({"claim_ids": [claim], "reason": "有误"});
        let answer =
            village.phone("certifier").await.post(format!("/v1/claims/{step}"), body).await;
        assert_eq!(answer.ok()["results"][0]["code"], "frozen");
    }
    village.app.assert_sound().await;

    village.lift("peng-dafu", text(&freeze, "id")).await.assert_ok();

    assert_eq!(village.certify(&claim).await["status"], "ok");
    let seen = zhang.get(format!("/v1/claims/{claim}")).await.ok();
    assert!(seen["frozen"].is_null(), "{seen}");
    village.app.assert_sound().await;
}

#[actix_web::test]
async fn it_ends_by_itself_and_the_same_reason_does_not_serve_twice() {
    let village = Village::watched().await;
    let claim = village.claim(5).await;
    village.freeze("peng-dafu", "claim", &claim, "签到照片存疑").await.assert_ok();
    let again = village.freeze("peng-dafu", "claim", &claim, "又有举报").await;
    again.assert_problem(409, "already_frozen");

    village.app.advance(TimeDelta::days(5));

    assert_eq!(village.certify(&claim).await["status"], "ok", "before any job has looked");
    let same = village.freeze("peng-dafu", "claim", &claim, "签到照片，存疑").await;
    same.assert_problem(409, "freeze_reason_used");
    let second = village.freeze("peng-dafu", "claim", &claim, "又有举报").await.ok();
    village.app.assert_sound().await;
    village.app.advance(TimeDelta::days(6));
    village.app.run_jobs().await;
    let peng = village.phone("peng-dafu").await;
    let over = peng.get(format!("/v1/freezes/{}", text(&second, "id"))).await.ok();
    assert_eq!((&over["ended_how"], &over["may_lift"]), (&json!("lapsed"), &json!(false)));
    let in_force = peng.get(village.at("freezes?in_force=true")).await.ok();
    assert_eq!(in_force["items"], json!([]));
    let ended = peng.get(village.at("freezes?in_force=false")).await.ok();
    assert_eq!(ended["items"].as_array().map(Vec::len), Some(2));
    village.app.assert_sound().await;
}

#[actix_web::test]
async fn she_freezes_at_her_site_only_and_never_her_own_or_her_kin_s() {
    let village = Village::watched().await;
    let claim = village.claim(5).await;
    for who in ["head", "town-a", "office", "zhang-xiulan"] {
        let refused = village.freeze(who, "claim", &claim, "存疑").await;
        refused.assert_problem(403, "permission_denied");
    }
    let neighbour = &village.county.town.stations[1];
    village.app.staff("neighbour", Role::Supervisor, neighbour).await;
    let body = json!({"subject": {"kind": "claim", "id": claim}, "reason": "存疑", "days": 2});
    let path = format!("/v1/sites/{}/freezes", neighbour.id);
    village.phone("neighbour").await.post(path, body).await.assert_problem(404, "not_found");
    let peng = village.phone("peng-dafu").await;
    let kin = json!({"volunteer_id": village.zhang.volunteer, "relation": "姐姐"});
    peng.post("/v1/me/relatives", kin).await.assert_ok();

    let refused = village.freeze("peng-dafu", "claim", &claim, "存疑").await;

    refused.assert_problem(403, "must_recuse");
    let unknown = "0193a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b";
    village.freeze("peng-dafu", "claim", unknown, "存疑").await.assert_problem(404, "not_found");
    village.app.assert_sound().await;
}

#[actix_web::test]
async fn her_own_or_the_town_lifts_it_but_no_other_supervisor() {
    let village = Village::watched().await;
    village.app.staff("second", Role::Supervisor, village.station()).await;
    let claim = village.claim(5).await;
    let freeze = village.freeze("peng-dafu", "claim", &claim, "签到照片存疑").await.id();

    village.lift("second", &freeze).await.assert_problem(403, "permission_denied");
    village.lift("head", &freeze).await.assert_problem(403, "permission_denied");
    village.lift("stranger", &freeze).await.assert_problem(404, "not_found");
    let kin = json!({"volunteer_id": village.zhang.volunteer, "relation": "姑姑"});
    let town = village.phone("town-a").await;
    let declared = town.post("/v1/me/relatives", kin).await.id();
    village.lift("town-a", &freeze).await.assert_problem(403, "must_recuse");
    let path = format!("/v1/me/relatives/{declared}/withdraw");
    village.phone("town-a").await.post(path, json!({})).await.assert_ok();
    village.lift("town-a", &freeze).await.assert_problem(403, "must_recuse");
    village.app.staff("town-b", Role::TownAdmin, &village.county.town.institute).await;
    let lifted = village.lift("town-b", &freeze).await.ok();

    assert_eq!(
        (&lifted["ended_how"], &lifted["end_reason"]),
        (&json!("released"), &json!("已核实无误"))
    );
    village.lift("peng-dafu", &freeze).await.assert_problem(409, "wrong_state");
    village.app.assert_sound().await;
}

#[actix_web::test]
async fn of_many_freezes_of_one_record_at_once_one_is_made() {
    let village = Village::watched().await;
    village.app.staff("second", Role::Supervisor, village.station()).await;
    let claim = village.claim(5).await;
    let who = ["peng-dafu", "second", "peng-dafu", "second"];

    let reasons = ["甲某举报", "乙某举报", "丙某举报", "丁某举报"];
    let each = who.iter().zip(reasons).map(|(who, why)| village.freeze(who, "claim", &claim, why));
    let answers = futures_util::future::join_all(each).await;

    let made = answers.iter().filter(|answer| answer.status.is_success()).count();
    assert_eq!(made, 1);
    for refused in answers.iter().filter(|answer| !answer.status.is_success()) {
        refused.assert_problem(409, "already_frozen");
    }
    village.app.assert_sound().await;
}

#[actix_web::test]
async fn no_freeze_is_longer_than_the_setting_and_what_is_over_is_not_frozen() {
    let village = Village::watched().await;
    let claim = village.claim(5).await;
    let body = |days: i64| json!({"subject": {"kind": "claim", "id": claim}, "reason": "存疑", "days": days});
    let peng = village.phone("peng-dafu").await;
    for days in [0, 16] {
        let refused = peng.post(village.at("freezes"), body(days)).await;
        refused.assert_problem(422, "invalid_value");
        refused.assert_names("/days");
    }
    let zhang = village.phone("zhang-xiulan").await;
    zhang.post(format!("/v1/claims/{claim}/withdraw"), json!({})).await.assert_ok();

    peng.post(village.at("freezes"), body(2)).await.assert_problem(409, "wrong_state");
}

#[actix_web::test]
async fn a_frozen_notice_entry_waits_and_takes_effect_when_it_is_lifted() {
    let village = Village::watched().await;
    let row = setting::ActiveModel {
        id: Set(village.app.new_id().into()),
        site_id: Set(village.county.town.institute.id),
        key: Set("points_effective".into()),
        value: Set(json!("notice")),
        effective_from: Set(village.app.clock.now() - TimeDelta::minutes(1)),
        set_by: Set(None),
        created_at: Set(village.app.clock.now()),
    };
    setting::Entity::insert(row).exec_without_returning(&village.app.db).await.expect("setting");
    let (frozen, left_out) = (village.certified(5).await, village.certified(6).await);
    let month = village.app.clock.now();
    village.app.advance(TimeDelta::days(32));
    let held = village.freeze("peng-dafu", "claim", &left_out, "先不公示").await.id();
    let period = (month + TimeDelta::hours(8)).format("%Y-%m").to_string();
    let rounds = format!("/v1/sites/{}/notice-rounds", village.county.town.institute.id);
    let town = village.phone("town-a").await;
    let round = town.post(rounds, json!({"period": period})).await.id();
    let opened = town.post(format!("/v1/notice-rounds/{round}/open"), json!({})).await.ok();
    assert_eq!(opened["entry_count"], 1, "a frozen claim enters no notice");
    let in_notice = village.freeze("peng-dafu", "claim", &frozen, "公示期有反映").await;
    in_notice.assert_problem(409, "wrong_state");

    let freeze = village.freeze("peng-dafu", "notice_entry", &frozen, "公示期有反映").await.id();
    village.app.assert_sound().await;
    let seen = town.get(format!("/v1/notice-rounds/{round}/entries")).await.ok();
    assert_eq!(seen["items"][0]["frozen_reason"], "supervision");
    assert_eq!(seen["items"][0]["frozen_by"], freeze);
    let number = text(&opened, "number");
    let everybody = village.app.anonymous();
    let shown = everybody.get(format!("/v1/public/notices/{number}/entries")).await.ok();
    let entry = &shown["items"][0];
    assert_eq!(
        (&entry["state"], &entry["frozen_reason"]),
        (&json!("frozen"), &json!("supervision"))
    );
    let page = everybody.get(format!("/public/notices/{number}")).await.text();
    let files = format!("/v1/public/notices/{number}");
    let spoken = everybody.get(format!("{files}/broadcast.txt")).await.text();
    let book = everybody.get(format!("{files}/notice.xlsx")).await.body;
    let wall = everybody.get(format!("{files}/print.pdf")).await.body;
    for words in [page, spoken, cells(&book, 1).concat(), pdf::pages(&wall).concat()] {
        let words: String = words.split_whitespace().collect();
        assert!(words.contains("暂缓，监督员核查中"), "{words}");
    }

    let points = || async {
        let her = village.zhang.volunteer;
        api::ledger::balances(&village.app.db, her).await.expect("balances").available
    };
    let zhang = village.phone("zhang-xiulan").await.get(format!("/v1/claims/{frozen}")).await.ok();
    assert_eq!(zhang["frozen"]["reason"], "公示期有反映");
    // The freeze is over before the notice is: made anew, for another reason.
    village.app.advance(TimeDelta::days(6));
    village.app.run_jobs().await;
    village.lift("town-a", &freeze).await.assert_problem(409, "wrong_state");
    village.lift("town-a", &held).await.assert_problem(409, "wrong_state");
    let freeze = village.freeze("peng-dafu", "notice_entry", &frozen, "另有证据").await.id();
    village.app.advance(TimeDelta::days(3));
    village.app.run_jobs().await;
    assert_eq!(points().await, 0, "the round was closed without it");
    village.app.assert_sound().await;
    village.lift("peng-dafu", &freeze).await.assert_ok();
    assert_eq!(points().await, 4);
    village.app.assert_sound().await;
}
