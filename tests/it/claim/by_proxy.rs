//! Claims by who acts for a volunteer: `claimable_list`, `claim_create`, `my_claims`,
//! `claim_withdraw` and `claim_submit` from her proxy's phone.

use chrono::TimeDelta;
use entity::ids::AttendanceId;
use entity::role_assignment::Role;
use harness::{Answer, Attended, Client, Person};
use serde_json::{Value, json};

use super::assisted::Counter;
use super::{id_of, outcome};

/// Old Wang, and a neighbour with a phone.
struct Helped {
    counter: Counter,
    helper: Person,
}

impl Helped {
    async fn open() -> Self {
        let counter = Counter::open().await;
        let station = &counter.desk.county.town.stations[0];
        let helper = counter.desk.app.volunteer("helper", station).await;
        Self { counter, helper }
    }

    /// Authorises the helper from a day on, to a day; the id of the authorisation.
    async fn authorise(&self, from: i64, to: Option<i64>) -> String {
        let today = (self.counter.desk.app.clock.now() + TimeDelta::hours(8)).date_naive();
        let day = |ahead| (today + TimeDelta::days(ahead)).to_string();
        let body = json!({
            "proxy_volunteer_id": self.helper.volunteer, "reason": "腿脚不便",
            "starts_on": day(from), "ends_on": to.map(day),
        });
        let path = format!("/v1/volunteers/{}/proxies", self.counter.old);
        let added = self.counter.clerk.post(path, body).await.ok();
        added["id"].as_str().unwrap().to_owned()
    }

    async fn claimables(&self) -> Vec<Value> {
        let phone = self.counter.desk.app.sign_in("helper").await;
        let list = phone.get("/v1/me/claimables").await.ok();
        list["items"].as_array().unwrap().clone()
    }

    async fn claim(&self, attendance: AttendanceId) -> Answer {
        let phone = self.counter.desk.app.sign_in("helper").await;
        phone.post("/v1/claims", json!({"attendance_ids": [attendance]})).await
    }

    async fn phone(&self) -> Client {
        self.counter.desk.app.sign_in("helper").await
    }
}

#[actix_web::test]
async fn a_proxy_sees_files_and_takes_back_from_her_own_phone() {
    let helped = Helped::open().await;
    helped.authorise(0, Some(30)).await;
    let (counter, desk) = (&helped.counter, &helped.counter.desk);
    let attendance = counter.attended(5).await;
    let own = Attended { volunteer: helped.helper.volunteer, ..desk.attended(6) };
    let own = desk.store(own).await;

    let rows = helped.claimables().await;
    let phone = helped.phone().await;
    let only = format!("/v1/me/claimables?volunteer_id={}", counter.old);
    let only = phone.get(only).await.ok();
    let body = json!({"attendance_ids": [attendance, own]});
    let filed = phone.post("/v1/claims", body).await;
    let mine = phone.get("/v1/me/claims").await.ok();
    let hers = phone.get(format!("/v1/me/claims?volunteer_id={}", counter.old)).await.ok();
    let claim = filed.ok()["results"][0]["id"].as_str().unwrap().to_owned();
    let withdrawn = phone.post(format!("/v1/claims/{claim}/withdraw"), json!({})).await;

    assert_eq!(rows.len(), 2);
    let of = |row: &Value| (row["volunteer_id"].clone(), row["volunteer_name"].clone());
    assert_eq!(of(&rows[0]), (json!(helped.helper.volunteer), json!("helper")));
    assert_eq!(of(&rows[1]), (json!(counter.old), json!("王桂英")));
    assert_eq!(only["items"], json!([rows[1]]));
    assert_eq!(super::outcomes(&filed), ["ok", "ok"]);
    assert_eq!(mine["items"].as_array().unwrap().len(), 2);
    let item = &hers["items"][0];
    let entered = (&item["entered_via"], &item["entered_by"], &item["allowed_actions"]);
    assert_eq!(entered, (&json!("proxy"), &json!(helped.helper.account), &json!(["withdraw"])));
    assert_eq!(mine["items"][0]["entered_via"], "own");
    assert_eq!(withdrawn.ok()["state"], "withdrawn");
    assert_eq!(outcome(&helped.claim(attendance).await), "ok");
}

#[actix_web::test]
async fn an_authorisation_that_has_ended_or_not_begun_does_nothing() {
    let helped = Helped::open().await;
    let counter = &helped.counter;
    let attendance = counter.attended(5).await;

    let nobody = helped.claim(attendance).await;
    helped.authorise(2, Some(3)).await;
    let early = (helped.claimables().await.len(), outcome(&helped.claim(attendance).await));
    counter.desk.app.advance(TimeDelta::days(2));
    let claim = id_of(&helped.claim(attendance).await);
    counter.desk.app.advance(TimeDelta::days(2));
    let over = helped.phone().await.post(format!("/v1/claims/{claim}/withdraw"), json!({})).await;

    assert_eq!(outcome(&nobody), "not_found");
    assert_eq!(early, (0, "not_found".to_owned()));
    over.assert_problem(404, "not_found");
    helped.phone().await.get(format!("/v1/claims/{claim}")).await.assert_problem(404, "not_found");
    let only = format!("/v1/me/claims?volunteer_id={}", counter.old);
    helped.phone().await.get(only).await.assert_problem(404, "not_found");
    assert_eq!(helped.phone().await.get("/v1/me/claims").await.ok(), json!({"items": []}));
}

#[actix_web::test]
async fn an_authorisation_ended_by_hand_is_over_at_once_and_its_claims_stay_anothers_to_certify() {
    let helped = Helped::open().await;
    let (counter, desk) = (&helped.counter, &helped.counter.desk);
    let (one, two) = (counter.attended(5).await, counter.attended(6).await);
    let station = &desk.county.town.stations[0];
    desk.app.staff("helper", Role::Certifier, station).await;
    let authorisation = helped.authorise(0, None).await;
    let claim = id_of(&helped.claim(one).await);
    assert_eq!(outcome(&desk.certify(&helped.phone().await, &claim).await), "must_recuse");

    let path = format!("/v1/volunteers/{}/proxies/{authorisation}/end", counter.old);
    counter.clerk.post(path, json!({})).await.assert_ok();

    assert_eq!(helped.claimables().await.len(), 0);
    assert_eq!(outcome(&helped.claim(two).await), "not_found");
    assert_eq!(outcome(&desk.certify(&helped.phone().await, &claim).await), "must_recuse");
    assert_eq!(outcome(&desk.certify(&desk.certifier, &claim).await), "ok");
    assert_eq!(desk.available(counter.old).await, 4);
}

#[actix_web::test]
async fn a_returned_claim_is_submitted_again_by_the_proxy() {
    let helped = Helped::open().await;
    helped.authorise(0, None).await;
    let desk = &helped.counter.desk;
    let claim = id_of(&helped.claim(helped.counter.attended(5).await).await);
    desk.decline("return", &claim).await.assert_ok();

    let again = helped.phone().await.post(format!("/v1/claims/{claim}/submit"), json!({})).await;

    assert_eq!(again.ok()["state"], "submitted");
    assert_eq!(outcome(&desk.certify(&desk.certifier, &claim).await), "ok");
}

#[actix_web::test]
async fn proxy_and_clerk_at_once_make_one_claim() {
    let helped = Helped::open().await;
    helped.authorise(0, None).await;
    let attendance = helped.counter.attended(5).await;
    let ids = [attendance];

    let (one, other) = tokio::join!(helped.claim(attendance), helped.counter.file(&ids));

    let mut words = [outcome(&one), outcome(&other)];
    words.sort_unstable();
    assert_eq!(words, ["already_claimed", "ok"]);
}

#[actix_web::test]
async fn who_is_her_proxy_does_not_file_for_her_as_staff() {
    let helped = Helped::open().await;
    helped.authorise(0, None).await;
    let (counter, desk) = (&helped.counter, &helped.counter.desk);
    let attendance = counter.attended(5).await;
    let station = &desk.county.town.stations[0];
    let clerk = desk.app.staff("helper", Role::Clerk, station).await;

    let body = json!({
        "volunteer_id": counter.old, "attendance_ids": [attendance], "reason": "代办",
    });
    let filed = clerk.post(counter.at("attendance-claims"), body).await;

    filed.assert_problem(403, "must_recuse");
    assert_eq!(outcome(&helped.claim(attendance).await), "ok");
}

#[actix_web::test]
async fn a_proxys_and_a_clerks_share_of_all_claims_is_reported() {
    use chrono::Datelike;
    let helped = Helped::open().await;
    helped.authorise(0, None).await;
    let (counter, desk) = (&helped.counter, &helped.counter.desk);
    desk.set("alert_least_count", json!(2)).await;
    for day in [5, 6] {
        let attendance = counter.attended(day).await;
        assert_eq!(outcome(&helped.claim(attendance).await), "ok");
    }
    let by_clerk = [counter.attended(7).await];
    counter.file(&by_clerk).await.assert_ok();
    desk.submitted(8).await;
    let station = &desk.county.town.stations[0];
    let watch = desk.app.staff("watch", Role::Supervisor, station).await;

    let today = (desk.app.clock.now() + TimeDelta::hours(8)).date_naive();
    let quarter = format!("{}Q{}", today.year(), today.month0() / 3 + 1);
    let path = counter.at(&format!("supervision-alerts?quarter={quarter}"));
    let alerts = watch.get(path).await.ok();

    let claims = alerts["items"].as_array().unwrap().iter();
    let claims: Vec<_> = claims.filter(|alert| alert["kind"] == "claims_for_others").collect();
    assert_eq!(claims.len(), 1, "{alerts}");
    let alert = claims[0];
    assert_eq!(alert["account_id"], json!(helped.helper.account));
    let numbers = [&alert["count"], &alert["total"], &alert["percent"], &alert["people"]];
    assert_eq!(numbers, [2, 4, 50, 1]);
}

#[actix_web::test]
async fn the_holders_export_says_who_filed_for_her() {
    let helped = Helped::open().await;
    let desk = &helped.counter.desk;
    let today = (desk.app.clock.now() + TimeDelta::hours(8)).date_naive();
    let body = json!({
        "proxy_volunteer_id": helped.helper.volunteer, "reason": "手机送修",
        "starts_on": today.to_string(),
    });
    let path = format!("/v1/volunteers/{}/proxies", desk.zhang.volunteer);
    helped.counter.clerk.post(path, body).await.assert_ok();
    let attendance = desk.store(desk.attended(5)).await;
    assert_eq!(outcome(&helped.claim(attendance).await), "ok");

    let export = desk.zhang.client.get("/v1/me/export?page_size=100").await.ok();

    let text = export.to_string();
    assert!(text.contains("\"entered_via\":\"proxy\""), "{text}");
    assert!(text.contains(&format!("\"entered_by\":\"{}\"", helped.helper.account)), "{text}");
}
