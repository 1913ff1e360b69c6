//! A supervisor's sample, drawn once its seed is revealed or lapsed; and a case of it, judged and
//! followed up.

use std::cell::RefCell;

use api::platform::crypto::digest::sha256_hex;
use chrono::{Datelike as _, TimeDelta};
use entity::ids::RuleVersionId;
use entity::role_assignment::Role;
use harness::{Answer, Attended, Client, Person, TestApp};
use serde_json::{Value, json};

use super::people::Counter;
use super::{Edge, Machine, Outcome, outcome, start, walk};

/// The seed that every sample promises.
const SEED: &str = "0f8fad5bd9cb469fa16570867728950e0f8fad5bd9cb469fa16570867728950e";

pub(super) struct Samples(Watch);

impl Machine for Samples {
    const EDGES: &'static [Edge] = &[
        ("sample_reveal", &["committed"], "drawn"),
        ("~ its week passes", &["committed"], "overdue"),
        ("~ it is found to be overdue", &["overdue"], "lapsed"),
    ];
    const START: &'static str = "committed";

    fn states() -> Vec<&'static str> {
        vec!["committed", "drawn", "overdue", "lapsed"]
    }

    fn app(&self) -> &TestApp {
        &self.0.counter.app
    }

    async fn begin(&self) -> String {
        self.0.commit().await
    }

    async fn take(&self, step: &'static str, id: &str) -> Outcome {
        match step {
            "sample_reveal" => outcome(&self.0.reveal(id).await),
            "~ its week passes" => {
                self.0.counter.app.advance(TimeDelta::days(7));
                Ok(())
            }
            _ => {
                self.0.counter.app.run_jobs().await;
                Ok(())
            }
        }
    }

    async fn state(&self, id: &str) -> String {
        let shown = self.0.show(id).await;
        let by = shown["sample"]["reveal_by"].as_str().expect("a time");
        let by: chrono::DateTime<chrono::Utc> = by.parse().expect("a time");
        match shown["sample"]["state"].as_str().expect("a state") {
            "committed" if by <= self.0.counter.app.clock.now() => "overdue".to_owned(),
            state => state.to_owned(),
        }
    }
}

pub(super) struct SampleCases(Watch);

impl Machine for SampleCases {
    const EDGES: &'static [Edge] = &[
        ("sample_judge it in order", &["drawn"], "in order"),
        ("sample_judge it a defect", &["drawn"], "open"),
        ("sample_settle", &["open"], "settled"),
    ];
    const START: &'static str = "drawn";

    fn states() -> Vec<&'static str> {
        vec!["drawn", "in order", "open", "settled"]
    }

    fn refusal(step: &'static str, _state: &'static str) -> &'static str {
        if step.starts_with("sample_judge") { "case_judged" } else { "wrong_state" }
    }

    fn app(&self) -> &TestApp {
        &self.0.counter.app
    }

    async fn begin(&self) -> String {
        let id = self.0.commit().await;
        self.0.reveal(&id).await.assert_ok();
        id
    }

    async fn take(&self, step: &'static str, id: &str) -> Outcome {
        let position = self.0.show(id).await["cases"][0]["position"].clone();
        let path = format!("/v1/samples/{id}/cases/{position}");
        let (who, verb, body) = match step {
            "sample_settle" => ("town-a", "settle", json!({"note": "已撤销认定"})),
            "sample_judge it in order" => ("watch", "judge", json!({"verdict": "in_order"})),
            _ => ("watch", "judge", json!({"verdict": "defect", "reason": "时长有误"})),
        };
        let phone = self.0.counter.phone(who).await;
        outcome(&phone.post(format!("{path}/{verb}"), body).await)
    }

    async fn state(&self, id: &str) -> String {
        let case = self.0.show(id).await["cases"][0].clone();
        let state = match (case["verdict"].as_str(), case["follow_up"].as_str()) {
            (None, _) => "drawn",
            (Some("in_order"), _) => "in order",
            (Some(_), follow_up) => follow_up.expect("a follow-up"),
        };
        state.to_owned()
    }
}

/// A supervisor and somebody whose claims are certified, so that there is what to draw from.
struct Watch {
    counter: Counter,
    rules: RuleVersionId,
    zhang: Person,
    /// The sample made last: a site has one open at a time.
    last: RefCell<Option<String>>,
}

impl Watch {
    async fn open() -> Self {
        let counter = Counter::open(start().await).await;
        let (app, station) = (&counter.app, &counter.station);
        let rules = app.given_rules(&counter.county.town).await;
        let zhang = app.volunteer("zhang-xiulan", station).await;
        for (name, role) in [("certifier", Role::Certifier), ("watch", Role::Supervisor)] {
            counter.phones.keep(app, name, &app.staff(name, role, station).await);
        }
        Self { counter, rules, zhang, last: RefCell::default() }
    }

    async fn watch(&self) -> Client {
        self.counter.phone("watch").await
    }

    async fn show(&self, id: &str) -> Value {
        self.watch().await.get(format!("/v1/samples/{id}")).await.ok()
    }

    async fn certify_one(&self) {
        let like = self.counter.app.attended(&self.zhang, &self.counter.station, self.rules, 5);
        let served = Attended { item_code: "XJ01", ..like };
        let attendance = self.counter.app.store_attended(&served).await;
        let her = self.counter.phone("zhang-xiulan").await;
        let filed = her.post("/v1/claims", json!({"attendance_ids": [attendance]})).await.ok();
        let certify = json!({"claim_ids": [filed["results"][0]["id"]]});
        let certifier = self.counter.phone("certifier").await;
        let done = certifier.post("/v1/claims/certify", certify).await.ok();
        assert_eq!(done["results"][0]["status"], "ok", "{done}");
    }

    async fn commit(&self) -> String {
        let last = self.last.borrow().clone();
        if let Some(last) = last {
            // Drawn or lapsed, it is open no longer.
            self.reveal(&last).await;
            self.counter.app.run_jobs().await;
        }
        self.certify_one().await;
        let today = api::platform::clock::local_day(self.counter.app.clock.now());
        let body = json!({
            "kind": "claim", "size": 1, "commitment": sha256_hex(SEED.as_bytes()),
            "quarter": format!("{}Q{}", today.year(), today.month0() / 3 + 1),
        });
        let id = self.watch().await.post(self.counter.at("samples"), body).await.id();
        *self.last.borrow_mut() = Some(id.clone());
        id
    }

    async fn reveal(&self, id: &str) -> Answer {
        let path = format!("/v1/samples/{id}/reveal");
        self.watch().await.post(path, json!({"seed": SEED})).await
    }
}

#[actix_web::test]
async fn a_sample_in_every_state() {
    walk(&Samples(Watch::open().await)).await;
}

#[actix_web::test]
async fn a_case_of_a_sample_in_every_state() {
    walk(&SampleCases(Watch::open().await)).await;
}
