//! A version of the rules: draft, published, retired by a younger one; and on what of somebody's
//! service it can be tried.

use entity::attendance::AttendanceState;
use harness::{Attended, Client, TestApp};
use serde_json::json;

use super::people::Counter;
use super::{Edge, Machine, Outcome, STAYS, outcome, shown_state, start, walk};
use crate::rule::{cleaning, draft};

pub(super) struct RuleVersions {
    counter: Counter,
    /// One attendance in each state.
    attendances: Vec<(AttendanceState, String)>,
}

impl Machine for RuleVersions {
    const EDGES: &'static [Edge] = &[
        ("rule_version_update", &["draft"], STAYS),
        ("rule_version_publish", &["draft"], "published"),
        ("~ a younger one comes into force", &["published"], "retired"),
        // Any version is tried on what was confirmed, and none on anything else.
        ("rule_attendance_preview confirmed", &["draft", "published", "retired"], STAYS),
        ("rule_attendance_preview checked_in", &[], ""),
        ("rule_attendance_preview checked_out", &[], ""),
        ("rule_attendance_preview disputed", &[], ""),
        ("rule_attendance_preview no_show", &[], ""),
    ];
    const START: &'static str = "draft";

    fn states() -> Vec<&'static str> {
        vec!["draft", "published", "retired"]
    }

    fn app(&self) -> &TestApp {
        &self.counter.app
    }

    async fn begin(&self) -> String {
        // A town has one draft at a time: what an earlier life left is taken up again.
        let list = self.writer().await.get(self.at("")).await.ok();
        let mut drafts = list["items"].as_array().expect("versions").iter();
        if let Some(left) = drafts.find(|version| version["state"] == "draft") {
            return left["id"].as_str().expect("an id").to_owned();
        }
        self.writer().await.post(self.at(""), draft(vec![cleaning(2)])).await.id()
    }

    async fn take(&self, step: &'static str, id: &str) -> Outcome {
        if let Some(state) = step.strip_prefix("rule_attendance_preview ") {
            let mut all = self.attendances.iter();
            let (_, attendance) = all.find(|(has, _)| has.as_str() == state).expect("one");
            let path = self.at(&format!("/{id}/attendances/{attendance}/preview"));
            return outcome(&self.writer().await.get(path).await);
        }
        match step {
            "rule_version_update" => {
                let path = self.at(&format!("/{id}"));
                let version = self.writer().await.get(&path).await.version();
                let body = draft(vec![cleaning(3)]);
                outcome(&self.writer().await.put(path, body, version).await)
            }
            "rule_version_publish" => self.publish(id).await,
            _ => {
                let younger = self.begin().await;
                self.publish(&younger).await
            }
        }
    }

    async fn state(&self, id: &str) -> String {
        shown_state(&self.writer().await.get(self.at(&format!("/{id}"))).await)
    }
}

impl RuleVersions {
    fn at(&self, rest: &str) -> String {
        format!("/v1/sites/{}/rule-versions{rest}", self.counter.county.town.institute.id)
    }

    async fn writer(&self) -> Client {
        self.counter.phone("town-a").await
    }

    async fn publish(&self, id: &str) -> Outcome {
        let second = self.counter.phone("town-b").await;
        let path = self.at(&format!("/{id}"));
        let digest = second.get(&path).await.ok()["items_digest"].clone();
        let today = api::platform::clock::local_day(self.counter.app.clock.now());
        let body = json!({"effective_from": today, "items_digest": digest});
        outcome(&second.post(format!("{path}/publish"), body).await)
    }
}

#[actix_web::test]
async fn a_version_of_the_rules_in_every_state() {
    let counter = Counter::open(start().await).await;
    let (app, station) = (&counter.app, &counter.station);
    let rules = app.given_rules(&counter.county.town).await;
    let zhang = app.volunteer("zhang-xiulan", station).await;
    let mut attendances = vec![];
    for (day, state) in (2..).zip([
        AttendanceState::Confirmed,
        AttendanceState::CheckedIn,
        AttendanceState::CheckedOut,
        AttendanceState::Disputed,
        AttendanceState::NoShow,
    ]) {
        let served = Attended { state, ..app.attended(&zhang, station, rules, day) };
        attendances.push((state, app.store_attended(&served).await.to_string()));
    }
    walk(&RuleVersions { counter, attendances }).await;
}
