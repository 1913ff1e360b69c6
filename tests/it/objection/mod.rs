//! Objections, appeals and corrections.

mod again;
mod anonymous;
mod appeal;
mod attendance;
mod database;
mod deadlines;
mod execute;
mod file;
mod handle;
mod notice;
mod paper;
mod read;

use entity::ids::{RuleVersionId, VolunteerId};
use entity::role_assignment::Role;
use harness::{Answer, Client, County, Person, TestApp};
use serde_json::{Value, json};

/// A station with rules in force, Zhang who serves, Li who watches, and everybody who has a
/// part in an objection.
pub(crate) struct Office {
    pub(crate) app: TestApp,
    pub(crate) county: County,
    pub(crate) rules: RuleVersionId,
    pub(crate) zhang: Person,
    pub(crate) li: Person,
}

impl Office {
    pub(crate) async fn open() -> Self {
        Self::of(TestApp::start().await).await
    }

    /// For clocks that are set back: a limiter would wait for the time it has seen.
    pub(crate) async fn open_without_limits() -> Self {
        Self::of(TestApp::start_with(|config| config.limits.enabled = false).await).await
    }

    pub(crate) async fn of(app: TestApp) -> Self {
        let county = app.county().await;
        let station = &county.town.stations[0];
        let (town, center) = (&county.town.institute, &county.center);
        let rules = app.given_rules(&county.town).await;
        let zhang = app.volunteer("zhang-xiulan", station).await;
        let li = app.volunteer("li-jianguo", station).await;
        app.staff("certifier", Role::Certifier, station).await;
        app.staff("head", Role::StationManager, station).await;
        app.staff("watch", Role::Supervisor, station).await;
        app.staff("town-a", Role::TownAdmin, town).await;
        app.staff("county-a", Role::CountyAdmin, center).await;
        app.staff("county-b", Role::CountyAdmin, center).await;
        app.staff("stranger", Role::TownAdmin, &county.other.institute).await;
        Self { app, county, rules, zhang, li }
    }

    /// Somebody's phone, signed in at this hour.
    pub(crate) async fn phone(&self, name: &str) -> Client {
        self.app.sign_in(name).await
    }

    /// A claim Zhang submitted for the `day`th of last month.
    pub(crate) async fn claim(&self, day: u32) -> String {
        let station = &self.county.town.stations[0];
        let attended = self.app.attended(&self.zhang, station, self.rules, day);
        let attendance = self.app.store_attended(&attended).await;
        let zhang = self.phone("zhang-xiulan").await;
        let answer = zhang.post("/v1/claims", json!({"attendance_ids": [attendance]})).await.ok();
        answer["results"][0]["id"].as_str().expect("a claim").to_owned()
    }

    /// A claim that was certified, for four points.
    pub(crate) async fn certified(&self, day: u32) -> String {
        let claim = self.claim(day).await;
        let body = json!({"claim_ids": [claim]});
        let answer = self.phone("certifier").await.post("/v1/claims/certify", body).await.ok();
        assert_eq!(answer["results"][0]["status"], "ok", "{answer}");
        claim
    }

    /// A claim that was not certified.
    pub(crate) async fn rejected(&self, day: u32) -> String {
        let claim = self.claim(day).await;
        let body = json!({"claim_ids": [claim], "reason": "签退时间有误"});
        let answer = self.phone("certifier").await.post("/v1/claims/reject", body).await.ok();
        assert_eq!(answer["results"][0]["status"], "ok", "{answer}");
        claim
    }

    pub(crate) fn about(claim: &str) -> Value {
        json!({
            "kind": "objection",
            "subject": {"kind": "claim", "id": claim},
            "text": "当天她没有参加清扫，请核实。",
        })
    }

    /// Li objects.
    pub(crate) async fn file(&self, body: Value) -> Answer {
        self.phone("li-jianguo").await.post("/v1/objections", body).await
    }

    pub(crate) async fn filed(&self, claim: &str) -> String {
        self.file(Self::about(claim)).await.id()
    }

    /// Sends a step.
    pub(crate) async fn step(&self, who: &str, id: &str, step: &str, body: Value) -> Answer {
        self.phone(who).await.post(format!("/v1/objections/{id}/{step}"), body).await
    }

    pub(crate) async fn investigating(&self, claim: &str) -> String {
        let id = self.filed(claim).await;
        self.step("head", &id, "accept", json!({})).await.assert_ok();
        self.step("head", &id, "investigate", json!({})).await.assert_ok();
        id
    }

    pub(crate) async fn decided(&self, claim: &str, outcome: &str) -> String {
        let id = self.investigating(claim).await;
        let body = json!({"outcome": outcome, "reason": "经核实情况属实"});
        self.step("town-a", &id, "decide", body).await.assert_ok();
        id
    }

    pub(crate) async fn read(&self, id: &str) -> Value {
        self.phone("head").await.get(format!("/v1/objections/{id}")).await.ok()
    }

    /// What somebody sees of her newest own one.
    pub(crate) async fn newest_of(&self, who: &str) -> Value {
        self.phone(who).await.get("/v1/me/objections").await.ok()["items"][0].clone()
    }

    pub(crate) async fn available(&self, volunteer: VolunteerId) -> i64 {
        api::ledger::balances(&self.app.db, volunteer).await.expect("balances").available
    }
}
