//! `disqualification_decide`, `disqualification_execute`.

use chrono::TimeDelta;
use serde_json::json;

use super::Court;

#[actix_web::test]
async fn execution_cancels_orders_takes_all_points_and_suspends_until_the_year_ends() {
    let court = Court::open().await;
    let case = court.decided().await;
    let order = court.shop_order().await;

    let executed = court.step("town-b", &case, "execute", Court::confirmation()).await.ok();

    assert_eq!((&executed["state"], &executed["points_taken"]), (&json!("executed"), &json!(100)));
    assert!(executed["suspended_through"].as_str().is_some_and(|day| day.ends_with("-12-31")));
    let points = court.points().await;
    assert_eq!((&points["available"], &points["held"]), (&json!(0), &json!(0)));
    let order = court.phone("zhang-xiulan").await.get(order).await.ok();
    assert_eq!(order["state"], "cancelled");
    let zhang = court.phone("zhang-xiulan").await;
    let again = zhang.post("/v1/redemptions", court.wish().await).await;
    again.assert_problem(409, "volunteer_not_active");
    court
        .step("town-b", &case, "execute", Court::confirmation())
        .await
        .assert_problem(409, "wrong_state");
    court.app.assert_sound().await;
}

#[actix_web::test]
async fn a_dry_run_says_what_would_be_taken_and_takes_nothing() {
    let court = Court::open().await;
    let case = court.decided().await;

    let would =
        court.step("town-b", &case, "execute?dry_run=true", Court::confirmation()).await.ok();

    assert_eq!(would["points_taken"], 100);
    assert_eq!(court.points().await["available"], 100);
    court.app.assert_sound().await;
}

#[actix_web::test]
async fn the_decision_and_its_confirmation_are_two_persons_neither_of_whom_proposed() {
    let court = Court::open().await;
    let case = court.delivered().await;
    court.wait();
    court.step("watch", &case, "supervise", json!({})).await.assert_ok();
    let opinion = json!({"opinion": "proceed", "note": "属实"});
    court.step("town-b", &case, "review", opinion).await.assert_ok();
    let station = court.step("head", &case, "decide", json!({"note": "我来"})).await;
    station.assert_problem(403, "permission_denied");
    court.step("town-a", &case, "decide", json!({"note": "同意"})).await.assert_ok();

    let own = court.step("town-a", &case, "execute", Court::confirmation()).await;
    let wrong = json!({"document_no": "另一文书"});
    let mistaken = court.step("town-b", &case, "execute", wrong).await;

    own.assert_problem(403, "must_recuse");
    mistaken.assert_names("/document_no");
    assert_eq!(court.points().await["available"], 100);
    court.step("town-b", &case, "execute", Court::confirmation()).await.assert_ok();
    court.app.assert_sound().await;
}

#[actix_web::test]
async fn executed_eight_times_at_once_it_happens_once() {
    let court = Court::open().await;
    let case = court.decided().await;
    let town = court.phone("town-b").await;
    let path = format!("/v1/disqualifications/{case}/execute");

    let sent = (0..8).map(|_| town.post(&path, Court::confirmation()));
    let answers = futures_util::future::join_all(sent).await;

    assert_eq!(answers.iter().filter(|answer| answer.status.is_success()).count(), 1);
    let entries = court.phone("zhang-xiulan").await.get("/v1/me/ledger-entries").await.ok();
    let zeroed = entries["items"].as_array().expect("entries").iter();
    assert_eq!(zeroed.filter(|entry| entry["kind"] == "zero_out").count(), 1);
    court.app.assert_sound().await;
}

/// She waits to be verified again, and goes on waiting when it is over.
#[actix_web::test]
async fn a_corrected_name_does_not_stop_a_case() {
    let court = Court::open().await;
    let case = court.decided().await;
    let correction = json!({"name": "章秀兰", "reason": "打错字"});
    let zhang = court.phone("zhang-xiulan").await;
    let waiting = zhang.post("/v1/me/volunteer/correct", correction).await.ok();
    assert_eq!(waiting["state"], "pending_verification");

    let executed = court.step("town-b", &case, "execute", Court::confirmation()).await.ok();

    assert_eq!((&executed["state"], &executed["points_taken"]), (&json!("executed"), &json!(100)));
    let path = format!("/v1/volunteers/{}", court.zhang.volunteer);
    let state = async || court.phone("head").await.get(&path).await.ok()["state"].clone();
    assert_eq!(state().await, "disqualified");
    court.app.assert_sound().await;
    court.app.advance(TimeDelta::days(366));
    court.app.run_jobs().await;
    assert_eq!(state().await, "pending_verification");
    court.app.assert_sound().await;
}

/// Points that come back would be what the case left her.
#[actix_web::test]
async fn goods_do_not_come_back_while_she_is_disqualified() {
    let court = Court::open().await;
    court.reopen().await;
    let zhang = court.phone("zhang-xiulan").await;
    let order = zhang.post("/v1/redemptions", court.wish().await).await.id();
    let handed_over = court.shop.hand_over(&order, &court.zhang).await;
    handed_over.assert_ok();
    let town = court.shop.county.town.institute.id;
    let window = format!("/v1/sites/{town}/settings/return_window_days");
    court.phone("town-a").await.put(window, json!({"value": 90}), 0).await.assert_ok();
    let case = court.decided().await;
    court.step("town-b", &case, "execute", Court::confirmation()).await.assert_ok();

    let back = json!({"condition": "sound", "reason": "不要了"});
    let path = format!("/v1/redemptions/{order}/return");
    let refused = court.phone("head").await.post(path, back).await;

    refused.assert_problem(409, "volunteer_not_active");
    assert_eq!(court.points().await["available"], 0);
    court.app.assert_sound().await;
}

#[actix_web::test]
async fn an_order_placed_meanwhile_is_cancelled_or_refused() {
    let court = Court::open().await;
    let case = court.decided().await;
    court.reopen().await;
    let town = court.phone("town-b").await;
    let zhang = court.phone("zhang-xiulan").await;
    let path = format!("/v1/disqualifications/{case}/execute");
    let wish = court.wish().await;

    let orders = (0..6).map(|_| zhang.post("/v1/redemptions", wish.clone()));
    let (executed, _) = futures_util::future::join(
        town.post(&path, Court::confirmation()),
        futures_util::future::join_all(orders),
    )
    .await;

    executed.assert_ok();
    let points = court.points().await;
    assert_eq!((&points["available"], &points["held"]), (&json!(0), &json!(0)));
    court.app.assert_sound().await;
}

impl Court {
    /// A session that is open at this hour, after the one of the start is over.
    async fn reopen(&self) {
        let manager = self.phone("head").await;
        let path = format!("/v1/sites/{}/redemption-sessions", self.shop.station.id);
        let plan = self.app.session_plan(&self.shop.goods, harness::Offer::default());
        let session = manager.post(path, plan).await.id();
        let open = format!("/v1/redemption-sessions/{session}/open");
        manager.post(open, json!({})).await.assert_ok();
    }

    /// What she would order in the session open now.
    async fn wish(&self) -> serde_json::Value {
        let path = format!("/v1/sites/{}/redemption-sessions", self.shop.station.id);
        let sessions = self.app.anonymous().get(path).await.ok();
        let open = sessions["items"].as_array().and_then(|items| {
            items.iter().find(|session| {
                session["ends_at"]
                    .as_str()
                    .is_some_and(|end| end > self.app.clock.now().to_rfc3339().as_str())
            })
        });
        let session = open.expect("an open session")["id"].clone();
        json!({"session_id": session, "goods_id": self.shop.goods, "quantity": 1})
    }

    /// An order of hers in the session open now; its path.
    async fn shop_order(&self) -> String {
        self.reopen().await;
        let zhang = self.phone("zhang-xiulan").await;
        let id = zhang.post("/v1/redemptions", self.wish().await).await.id();
        format!("/v1/me/redemptions/{id}")
    }
}
