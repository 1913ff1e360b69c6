//! `sample_judge`, `sample_settle`, `public_error_rate`.

use entity::role_assignment::Role;
use harness::Answer;
use serde_json::{Value, json};

use super::sample::seed;
use super::{Village, text};

impl Village {
    /// A drawn sample of three of four certified claims.
    async fn drawn(&self) -> Value {
        for day in 1..=4 {
            self.certified(day).await;
        }
        let id = self.commit("peng-dafu", 3, &seed(1)).await.id();
        self.reveal("peng-dafu", &id, &seed(1)).await.ok()
    }

    async fn judge(&self, who: &str, sample: &Value, case: usize, body: Value) -> Answer {
        let position = &sample["cases"][case]["position"];
        let path = format!("/v1/samples/{}/cases/{position}/judge", text(sample, "id"));
        self.phone(who).await.post(path, body).await
    }

    async fn settle(&self, who: &str, sample: &Value, case: usize) -> Answer {
        let position = &sample["cases"][case]["position"];
        let path = format!("/v1/samples/{}/cases/{position}/settle", text(sample, "id"));
        self.phone(who).await.post(path, json!({"note": "已撤销认定"})).await
    }

    async fn rate(&self) -> Value {
        let path = format!("/v1/public/sites/{}/error-rate", self.station().id);
        let answer = self.app.anonymous().get(format!("{path}?quarter={}", self.quarter())).await;
        answer.ok()["kinds"][0].clone()
    }
}

#[actix_web::test]
async fn the_error_rate_counts_what_was_judged_and_shows_what_was_not() {
    let village = Village::watched().await;
    let sample = village.drawn().await;
    assert!(village.rate().await["error_percent"].is_null(), "nothing was judged");

    village.judge("peng-dafu", &sample, 0, json!({"verdict": "in_order"})).await.assert_ok();
    let defect = json!({"verdict": "defect", "reason": "签退晚于活动结束"});
    let judged = village.judge("peng-dafu", &sample, 1, defect).await.ok();

    assert_eq!(judged["cases"][1]["follow_up"], "open");
    let rate = village.rate().await;
    assert_eq!(rate["tally"], json!({"drawn": 3, "judged": 2, "defects": 1}));
    assert_eq!(rate["error_percent"], "50.0");
    let path = format!("/v1/public/samples/{}", text(&sample["sample"], "number"));
    let public = village.app.anonymous().get(path).await.ok();
    assert_eq!(public["tally"], rate["tally"]);
    village.app.assert_sound().await;
}

#[actix_web::test]
async fn a_case_is_judged_once_with_a_reason_by_a_stranger_to_it() {
    let village = Village::watched().await;
    let sample = village.drawn().await;
    let in_order = json!({"verdict": "in_order"});
    for who in ["head", "town-a", "office"] {
        let refused = village.judge(who, &sample, 0, in_order.clone()).await;
        refused.assert_problem(403, "permission_denied");
    }
    let bare = village.judge("peng-dafu", &sample, 0, json!({"verdict": "defect"})).await;
    bare.assert_names("/reason");
    let alien = json!({"verdict": "defect", "reason": "存疑", "freeze_id": sample["id"]});
    village.judge("peng-dafu", &sample, 0, alien).await.assert_names("/freeze_id");
    village.judge("peng-dafu", &sample, 0, in_order.clone()).await.assert_ok();
    let twice = village.judge("peng-dafu", &sample, 0, in_order.clone()).await;
    twice.assert_problem(409, "case_judged");
    let id = text(&sample, "id");
    let drawn: Vec<_> = (0..3).map(|at| sample["cases"][at]["position"].clone()).collect();
    let other = (1..=4).find(|at| !drawn.contains(&json!(at))).expect("one was not drawn");
    let peng = village.phone("peng-dafu").await;
    let path = format!("/v1/samples/{id}/cases/{other}/judge");
    peng.post(path, in_order.clone()).await.assert_problem(404, "not_found");

    let kin = json!({"volunteer_id": village.zhang.volunteer, "relation": "姐姐"});
    peng.post("/v1/me/relatives", kin).await.assert_ok();

    let close = village.judge("peng-dafu", &sample, 1, in_order).await;
    close.assert_problem(403, "must_recuse");
    let seen = peng.get(format!("/v1/samples/{id}")).await.ok();
    assert_eq!(seen["cases"][1]["must_recuse"], true);
    village.app.assert_sound().await;
}

#[actix_web::test]
async fn a_defect_may_go_with_a_freeze_and_is_settled_by_the_town() {
    let village = Village::watched().await;
    let sample = village.drawn().await;
    let claim = text(&sample["cases"][0], "case_id").to_owned();
    let freeze = village.freeze("peng-dafu", "claim", &claim, "签退晚于活动结束").await.id();
    let body = json!({"verdict": "defect", "reason": "签退晚于活动结束", "freeze_id": freeze});
    let judged = village.judge("peng-dafu", &sample, 0, body).await.ok();
    assert_eq!(judged["cases"][0]["freeze_id"], json!(freeze));
    village.settle("peng-dafu", &sample, 0).await.assert_problem(403, "permission_denied");
    village.settle("head", &sample, 0).await.assert_problem(403, "permission_denied");
    village.settle("town-a", &sample, 1).await.assert_problem(409, "wrong_state");

    let kin = json!({"volunteer_id": village.zhang.volunteer, "relation": "姑姑"});
    let declared = village.phone("town-a").await.post("/v1/me/relatives", kin).await.id();
    village.settle("town-a", &sample, 0).await.assert_problem(403, "must_recuse");
    let path = format!("/v1/me/relatives/{declared}/withdraw");
    village.phone("town-a").await.post(path, json!({})).await.assert_ok();
    village.settle("town-a", &sample, 0).await.assert_problem(403, "must_recuse");
    village.app.staff("town-b", Role::TownAdmin, &village.county.town.institute).await;
    let settled = village.settle("town-b", &sample, 0).await.ok();

    assert_eq!(settled["cases"][0]["follow_up"], "settled");
    village.settle("town-a", &sample, 0).await.assert_problem(409, "wrong_state");
    assert_eq!(village.rate().await["tally"]["defects"], 1, "mended, it was a defect all the same");
    // Who found a defect does not settle it, whatever her roles.
    village.app.staff("peng-dafu", Role::TownAdmin, &village.county.town.institute).await;
    let defect = json!({"verdict": "defect", "reason": "时长有误"});
    village.judge("peng-dafu", &sample, 2, defect).await.assert_ok();
    village.settle("peng-dafu", &sample, 2).await.assert_problem(403, "must_recuse");
}
