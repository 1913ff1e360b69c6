//! Supervision: posts, freezes, samples, reports, alerts.

mod alert;
mod database;
mod freeze;
mod freeze_race;
mod freeze_redemption;
mod post;
mod post_limits;
mod record;
mod report;
pub(crate) mod sample;
mod sample_findings;

use chrono::{NaiveDate, TimeDelta};
use entity::ids::RuleVersionId;
use entity::role_assignment::Role;
use entity::site;
use harness::{Answer, Client, County, Person, TestApp};
use serde_json::{Value, json};

/// A station with Zhang who serves, Peng who is to watch, and everybody who has a part in it.
pub(crate) struct Village {
    pub(crate) app: TestApp,
    pub(crate) county: County,
    pub(crate) rules: RuleVersionId,
    pub(crate) zhang: Person,
    pub(crate) peng: Person,
}

impl Village {
    pub(crate) async fn start() -> Self {
        let app = TestApp::start().await;
        let county = app.county().await;
        let rules = app.given_rules(&county.town).await;
        let station = &county.town.stations[0];
        let zhang = app.volunteer("zhang-xiulan", station).await;
        let peng = app.volunteer("peng-dafu", station).await;
        app.staff("head", Role::StationManager, station).await;
        app.staff("certifier", Role::Certifier, station).await;
        app.staff("clerk", Role::Clerk, station).await;
        app.staff("office", Role::GeneralOffice, &county.town.institute).await;
        app.staff("town-a", Role::TownAdmin, &county.town.institute).await;
        app.staff("stranger", Role::TownAdmin, &county.other.institute).await;
        Self { app, county, rules, zhang, peng }
    }

    /// The same with Peng appointed.
    pub(crate) async fn watched() -> Self {
        let village = Self::start().await;
        let post = village.vetted(&village.peng).await;
        village.step("town-a", &post, "appoint", village.term(365)).await.assert_ok();
        village
    }

    pub(crate) fn station(&self) -> &site::Model {
        &self.county.town.stations[0]
    }

    pub(crate) fn at(&self, rest: &str) -> String {
        format!("/v1/sites/{}/{rest}", self.station().id)
    }

    /// Somebody's phone, signed in at this hour.
    pub(crate) async fn phone(&self, name: &str) -> Client {
        self.app.sign_in(name).await
    }

    /// The day it is in China.
    pub(crate) fn today(&self) -> NaiveDate {
        (self.app.clock.now() + TimeDelta::hours(8)).date_naive()
    }

    /// From today for so many days.
    pub(crate) fn term(&self, days: u64) -> Value {
        let today = self.today();
        json!({"from": today, "until": today + chrono::Days::new(days - 1)})
    }

    pub(crate) async fn nominate(&self, who: &str, person: &Person) -> Answer {
        let body = json!({"volunteer_id": person.volunteer, "recommendation": "为人公道"});
        self.phone(who).await.post(self.at("supervisors"), body).await
    }

    /// Takes a step with a post.
    pub(crate) async fn step(&self, who: &str, post: &str, step: &str, body: Value) -> Answer {
        self.phone(who).await.post(format!("/v1/supervisors/{post}/{step}"), body).await
    }

    /// A nomination that the general office agreed to.
    pub(crate) async fn vetted(&self, person: &Person) -> String {
        let post = self.nominate("head", person).await.id();
        let note = json!({"note": "符合条件"});
        self.step("office", &post, "vet", note).await.assert_ok();
        post
    }

    /// A claim Zhang submitted for the `day`th of last month.
    pub(crate) async fn claim(&self, day: u32) -> String {
        let attended = self.app.attended(&self.zhang, self.station(), self.rules, day);
        let attendance = self.app.store_attended(&attended).await;
        let zhang = self.phone("zhang-xiulan").await;
        let answer = zhang.post("/v1/claims", json!({"attendance_ids": [attendance]})).await.ok();
        answer["results"][0]["id"].as_str().expect("a claim").to_owned()
    }

    /// What became of a certification.
    pub(crate) async fn certify(&self, claim: &str) -> Value {
        let body = json!({"claim_ids": [claim]});
        let answer = self.phone("certifier").await.post("/v1/claims/certify", body).await.ok();
        answer["results"][0].clone()
    }

    pub(crate) async fn certified(&self, day: u32) -> String {
        let claim = self.claim(day).await;
        assert_eq!(self.certify(&claim).await["status"], "ok");
        claim
    }

    pub(crate) async fn freeze(&self, who: &str, kind: &str, id: &str, reason: &str) -> Answer {
        let body = json!({"subject": {"kind": kind, "id": id}, "reason": reason, "days": 5});
        self.phone(who).await.post(self.at("freezes"), body).await
    }

    pub(crate) async fn lift(&self, who: &str, freeze: &str) -> Answer {
        let body = json!({"reason": "已核实无误"});
        self.phone(who).await.post(format!("/v1/freezes/{freeze}/lift"), body).await
    }
}

pub(crate) fn text<'v>(value: &'v Value, member: &str) -> &'v str {
    value[member].as_str().unwrap_or_else(|| panic!("no {member} in {value}"))
}
