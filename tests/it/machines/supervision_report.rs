//! A supervisor's report on a quarter: drafted, filed, answered.

use std::cell::RefCell;
use std::collections::BTreeMap;

use chrono::Datelike as _;
use entity::role_assignment::Role;
use entity::supervision_report::{self, ReportState};
use harness::{Client, TestApp};
use sea_orm::{EntityTrait as _, Iterable as _};
use serde_json::json;
use uuid::Uuid;

use super::people::Counter;
use super::{Edge, Machine, Outcome, STAYS, outcome, start, walk};

pub(super) struct SupervisionReports {
    counter: Counter,
    /// Their writers: each has one report a quarter.
    writers: RefCell<BTreeMap<String, Client>>,
}

impl Machine for SupervisionReports {
    const EDGES: &'static [Edge] = &[
        ("supervision_report_revise", &["draft"], STAYS),
        ("supervision_report_file", &["draft"], "filed"),
        ("supervision_report_answer", &["filed"], "answered"),
    ];
    const START: &'static str = "draft";

    fn states() -> Vec<&'static str> {
        ReportState::iter().map(ReportState::as_str).collect()
    }

    fn refusal(step: &'static str, state: &'static str) -> &'static str {
        if Self::is_hidden(step, state) { "not_found" } else { "wrong_state" }
    }

    fn status(step: &'static str, state: &'static str) -> u16 {
        if Self::is_hidden(step, state) { 404 } else { 409 }
    }

    fn app(&self) -> &TestApp {
        &self.counter.app
    }

    async fn begin(&self) -> String {
        let (app, name) = (&self.counter.app, format!("watch-{}", self.counter.next()));
        let writer = app.staff(&name, Role::Supervisor, &self.counter.station).await;
        let today = api::platform::clock::local_day(app.clock.now());
        let quarter = format!("{}Q{}", today.year(), today.month0() / 3 + 1);
        let body = json!({"quarter": quarter, "text": "本季度抽查一次"});
        let id = writer.post(self.counter.at("supervision-reports"), body).await.id();
        self.writers.borrow_mut().insert(id.clone(), writer);
        id
    }

    async fn take(&self, step: &'static str, id: &str) -> Outcome {
        let path = format!("/v1/supervision-reports/{id}");
        let writer = self.writers.borrow()[id].clone();
        match step {
            "supervision_report_revise" => {
                let version = writer.get(&path).await.version();
                let body = json!({"text": "本季度抽查两次"});
                outcome(&writer.put(path, body, version).await)
            }
            "supervision_report_file" => {
                outcome(&writer.post(format!("{path}/file"), json!({})).await)
            }
            _ => {
                let town = self.counter.phone("town-a").await;
                let body = json!({"answer": "已责成核对"});
                outcome(&town.post(format!("{path}/answer"), body).await)
            }
        }
    }

    async fn state(&self, id: &str) -> String {
        let found = supervision_report::Entity::find_by_id(id.parse::<Uuid>().expect("an id"));
        let row = found.one(&self.counter.app.db).await.expect("reports").expect("the report");
        row.state.as_str().to_owned()
    }
}

impl SupervisionReports {
    /// A draft is its writer's alone: whoever would answer does not know of it.
    fn is_hidden(step: &str, state: &str) -> bool {
        step == "supervision_report_answer" && state == "draft"
    }
}

#[actix_web::test]
async fn a_supervisors_report_in_every_state() {
    let counter = Counter::open(start().await).await;
    walk(&SupervisionReports { counter, writers: RefCell::default() }).await;
}
