//! `supervision_report_draft`, `supervision_report_revise`, `supervision_report_file`,
//! `supervision_report_answer`, `supervision_report_list`, `supervision_report_get`.

use entity::role_assignment::Role;
use serde_json::{Value, json};

use super::Village;

impl Village {
    async fn draft(&self, who: &str) -> harness::Answer {
        let body = json!({"quarter": self.quarter(), "text": "本季度抽查一次"});
        self.phone(who).await.post(self.at("supervision-reports"), body).await
    }

    async fn report_step(&self, who: &str, id: &str, step: &str, body: Value) -> harness::Answer {
        self.phone(who).await.post(format!("/v1/supervision-reports/{id}/{step}"), body).await
    }
}

#[actix_web::test]
async fn what_is_counted_at_the_filing_stays() {
    let village = Village::watched().await;
    let (first, _) = (village.certified(5).await, village.certified(6).await);
    let id = village.draft("peng-dafu").await.id();
    village.freeze("peng-dafu", "claim", &first, "签到照片存疑").await.assert_ok();

    let filed = village.report_step("peng-dafu", &id, "file", json!({})).await.ok();

    let counts = json!({
        "claims_certified": 2, "redemptions_fulfilled": 0, "hand_entries": 0, "freezes": 1,
        "sampled": {"drawn": 0, "judged": 0, "defects": 0},
    });
    assert_eq!((&filed["state"], &filed["counts"]), (&json!("filed"), &counts));
    village.certified(7).await;
    let body = json!({"answer": "已责成核对"});
    let answered = village.report_step("town-a", &id, "answer", body).await.ok();
    assert_eq!((&answered["state"], &answered["counts"]), (&json!("answered"), &counts));
    assert_eq!(answered["text"], "本季度抽查一次");
    village.app.assert_sound().await;
}

#[actix_web::test]
async fn a_draft_is_hers_alone_and_a_filed_report_does_not_change() {
    let village = Village::watched().await;
    village.app.staff("second", Role::Supervisor, village.station()).await;
    for who in ["head", "town-a", "office"] {
        village.draft(who).await.assert_problem(403, "permission_denied");
    }
    let id = village.draft("peng-dafu").await.id();
    village.draft("peng-dafu").await.assert_problem(409, "report_exists");
    let path = format!("/v1/supervision-reports/{id}");
    let list = village.at("supervision-reports");
    for who in ["second", "town-a"] {
        let phone = village.phone(who).await;
        phone.get(&path).await.assert_problem(404, "not_found");
        assert_eq!(phone.get(&list).await.ok()["items"], json!([]));
    }
    let peng = village.phone("peng-dafu").await;
    let read = peng.get(&path).await;
    assert_eq!((read.ok()["version"].clone(), read.version()), (json!(1), 1));
    let text = json!({"text": "本季度抽查两次"});
    peng.put(&path, text.clone(), 9).await.assert_problem(412, "stale_version");
    let revised = peng.put(&path, text.clone(), 1).await.ok();
    assert_eq!(revised["text"], "本季度抽查两次");
    let early = village.report_step("town-a", &id, "answer", json!({"answer": "收到"})).await;
    early.assert_problem(404, "not_found");

    village.report_step("peng-dafu", &id, "file", json!({})).await.assert_ok();

    peng.put(&path, text, 3).await.assert_problem(409, "wrong_state");
    village
        .report_step("peng-dafu", &id, "file", json!({}))
        .await
        .assert_problem(409, "wrong_state");
    let town = village.phone("town-a").await.get(&list).await.ok();
    assert_eq!(town["items"][0]["allowed_actions"], json!(["answer"]));
    village.phone("stranger").await.get(&path).await.assert_problem(404, "not_found");
    village.phone("head").await.get(&path).await.assert_problem(403, "permission_denied");
    village.app.staff("peng-dafu", Role::TownAdmin, &village.county.town.institute).await;
    let own = village.report_step("peng-dafu", &id, "answer", json!({"answer": "收到"})).await;
    own.assert_problem(403, "must_recuse");
    let by_quarter = format!("{list}?quarter={}", village.quarter());
    let found = village.phone("office").await.get(by_quarter).await.ok();
    assert_eq!(super::text(&found["items"][0], "id"), id);
}

#[actix_web::test]
async fn a_list_is_narrowed_to_a_quarter_or_refused() {
    let village = Village::watched().await;
    let peng = village.phone("peng-dafu").await;
    for list in ["supervision-reports", "samples"] {
        for wrong in ["2026Q5", "abcdef", "2026-4"] {
            let refused = peng.get(village.at(&format!("{list}?quarter={wrong}"))).await;
            refused.assert_problem(422, "invalid_value");
            refused.assert_names("quarter");
        }
        peng.get(village.at(&format!("{list}?quarter=2026Q4"))).await.assert_ok();
    }
}
