//! Claims of points and their certification.

mod assisted;
mod by_proxy;
mod claim_certify;
mod claim_count;
mod claim_create;
mod claim_create_award;
mod claim_get;
mod claim_list;
mod claim_reject;
mod claim_return;
mod claim_revoke;
mod claim_submit;
mod claim_withdraw;
mod claimable_list;
mod my_claims;

use chrono::TimeDelta;
use entity::ids::{AttendanceId, RuleVersionId, VolunteerId};
use entity::ledger_entry;
use entity::role_assignment::Role;
use entity::setting;
use harness::{Answer, Attended, Client, County, Person, TestApp};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::{Value, json};
use uuid::Uuid;

/// A station with rules in force, a villager, and somebody who certifies.
pub(crate) struct Desk {
    pub(crate) app: TestApp,
    pub(crate) county: County,
    pub(crate) rules: RuleVersionId,
    pub(crate) zhang: Person,
    pub(crate) certifier: Client,
}

impl Desk {
    pub(crate) async fn open() -> Self {
        let app = TestApp::start().await;
        let county = app.county().await;
        Self::at(app, county).await
    }

    pub(crate) async fn at(app: TestApp, county: County) -> Self {
        let station = &county.town.stations[0];
        let rules = app.given_rules(&county.town).await;
        let zhang = app.volunteer("zhang-xiulan", station).await;
        let certifier = app.staff("certifier", Role::Certifier, station).await;
        Self { app, county, rules, zhang, certifier }
    }

    /// What Zhang did on the `day`th of last month: two hours of cleaning, four points.
    pub(crate) fn attended(&self, day: u32) -> Attended {
        self.app.attended(&self.zhang, &self.county.town.stations[0], self.rules, day)
    }

    pub(crate) async fn store(&self, attended: Attended) -> AttendanceId {
        self.app.store_attended(&attended).await
    }

    pub(crate) async fn claim_all(&self, attendances: &[AttendanceId]) -> Answer {
        self.zhang.client.post("/v1/claims", json!({"attendance_ids": attendances})).await
    }

    /// A claim Zhang has submitted for the `day`th of last month.
    pub(crate) async fn submitted(&self, day: u32) -> String {
        let attendance = self.store(self.attended(day)).await;
        id_of(&self.claim_all(&[attendance]).await)
    }

    /// A claim that was certified.
    pub(crate) async fn certified(&self, day: u32) -> String {
        let claim = self.submitted(day).await;
        assert_eq!(outcome(&self.certify(&self.certifier, &claim).await), "ok");
        claim
    }

    pub(crate) async fn certify(&self, by: &Client, claim: &str) -> Answer {
        by.post("/v1/claims/certify", json!({"claim_ids": [claim]})).await
    }

    pub(crate) async fn decline(&self, verb: &str, claim: &str) -> Answer {
        let body = json!({"claim_ids": [claim], "reason": "签退时间有误"});
        self.certifier.post(format!("/v1/claims/{verb}"), body).await
    }

    pub(crate) async fn read(&self, claim: &str) -> Value {
        self.zhang.client.get(format!("/v1/claims/{claim}")).await.ok()
    }

    pub(crate) async fn state(&self, claim: &str) -> String {
        self.read(claim).await["state"].as_str().unwrap().to_owned()
    }

    /// A second certifier of the station.
    pub(crate) async fn second(&self) -> Client {
        self.app.staff("second", Role::StationManager, &self.county.town.stations[0]).await
    }

    /// A certifier of the other town.
    pub(crate) async fn stranger(&self) -> Client {
        self.app.staff("stranger", Role::Certifier, &self.county.other.stations[0]).await
    }

    pub(crate) async fn available(&self, volunteer: VolunteerId) -> i64 {
        api::ledger::balances(&self.app.db, volunteer).await.unwrap().available
    }

    pub(crate) async fn entries(&self, volunteer: VolunteerId) -> u64 {
        ledger_entry::Entity::find()
            .filter(ledger_entry::Column::VolunteerId.eq(volunteer))
            .count(&self.app.db)
            .await
            .unwrap()
    }

    pub(crate) async fn set(&self, key: &str, value: Value) {
        let row = setting::ActiveModel {
            id: Set(Uuid::now_v7().into()),
            site_id: Set(self.county.town.institute.id),
            key: Set(key.into()),
            value: Set(value),
            effective_from: Set(self.app.clock.now() - TimeDelta::minutes(1)),
            set_by: Set(None),
            created_at: Set(self.app.clock.now()),
        };
        setting::Entity::insert(row).exec_without_returning(&self.app.db).await.unwrap();
    }
}

/// The id in a batch of one.
pub(crate) fn id_of(answer: &Answer) -> String {
    let result = &answer.ok()["results"][0];
    result["id"].as_str().unwrap_or_else(|| panic!("{}", answer.describe())).to_owned()
}

/// `ok`, or the code of the refusal, of a batch of one.
pub(crate) fn outcome(answer: &Answer) -> String {
    let results = outcomes(answer);
    assert_eq!(results.len(), 1, "{}", answer.describe());
    results[0].clone()
}

/// `ok` or the code of each item.
pub(crate) fn outcomes(answer: &Answer) -> Vec<String> {
    let body = answer.ok();
    let results = body["results"].as_array().unwrap().clone();
    let word = |result: &Value| match result["code"].as_str() {
        Some(code) => code.to_owned(),
        None => result["status"].as_str().unwrap().to_owned(),
    };
    results.iter().map(word).collect()
}
