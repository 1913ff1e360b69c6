//! A take-over of paper books: checked, being booked, stopped, booked; or faulty from the
//! beginning; or discarded.

use entity::{opening_import, task};
use harness::{Client, TestApp};
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _};
use serde_json::json;
use uuid::Uuid;

use super::people::Counter;
use super::{Edge, Machine, Outcome, outcome, shown_state, start, walk};
use crate::opening::{HEAD, csv};

pub(super) struct Openings {
    counter: Counter,
}

impl Machine for Openings {
    const EDGES: &'static [Edge] = &[
        // Where the booking was cancelled it goes on.
        ("opening_import_commit", &["checked", "committing", "stopped"], "committing"),
        ("opening_import_commit by who uploaded it", &[], ""),
        ("opening_import_discard", &["checked", "stopped"], "discarded"),
        ("opening_import_discard by who uploaded it", &["checked", "stopped"], "discarded"),
        ("~ its booking is cancelled", &["committing"], "stopped"),
        ("~ its lines are booked", &["committing"], "committed"),
    ];
    const START: &'static str = "checked";

    fn states() -> Vec<&'static str> {
        vec!["checked", "committing", "stopped", "committed", "discarded"]
    }

    fn refusal(step: &'static str, state: &'static str) -> &'static str {
        if Self::is_own(step, state) { "second_person_required" } else { "wrong_state" }
    }

    fn status(step: &'static str, state: &'static str) -> u16 {
        if Self::is_own(step, state) { 403 } else { 409 }
    }

    fn app(&self) -> &TestApp {
        &self.counter.app
    }

    async fn begin(&self) -> String {
        let name = format!("村民{}", self.counter.next());
        let (_, card) = self.counter.app.card_only(&name, &self.counter.station).await;
        upload(&self.counter, &format!("行{name},{card},,{name},30,册一第1页\n")).await
    }

    async fn take(&self, step: &'static str, id: &str) -> Outcome {
        match step {
            "~ its lines are booked" => {
                self.counter.app.run_jobs().await;
                Ok(())
            }
            "~ its booking is cancelled" => {
                let found = task::Entity::find().filter(task::Column::OnceKey.eq(id));
                let task = found.one(&self.counter.app.db).await.expect("tasks").expect("the task");
                let town = self.counter.phone("town-a").await;
                outcome(&town.post(format!("/v1/tasks/{}/cancel", task.id), json!({})).await)
            }
            "opening_import_commit" => commit(&self.counter, "town-a", id).await,
            "opening_import_discard" => discard(&self.counter, "town-a", id).await,
            "opening_import_discard by who uploaded it" => {
                discard(&self.counter, "manager", id).await
            }
            _ => commit(&self.counter, "manager", id).await,
        }
    }

    /// One whose booking was cancelled is shown as it was, and its task beside it.
    async fn state(&self, id: &str) -> String {
        let shown = reader(&self.counter).await.get(format!("/v1/opening-imports/{id}")).await;
        let (state, task) = (shown_state(&shown), shown.json()["task"]["state"].clone());
        if state == "committing" && task == "cancelled" { "stopped".into() } else { state }
    }
}

impl Openings {
    /// As long as it may be committed at all, another person does so.
    fn is_own(step: &str, state: &str) -> bool {
        step == "opening_import_commit by who uploaded it"
            && !["committed", "discarded"].contains(&state)
    }
}

/// A file in which somebody is named whom nobody knows.
pub(super) struct FaultyOpenings {
    counter: Counter,
}

impl Machine for FaultyOpenings {
    const EDGES: &'static [Edge] =
        &[("opening_import_commit", &[], ""), ("opening_import_discard", &["faulty"], "discarded")];
    const START: &'static str = "faulty";

    fn states() -> Vec<&'static str> {
        vec!["faulty", "discarded"]
    }

    fn refusal(_step: &'static str, state: &'static str) -> &'static str {
        if state == "faulty" { "import_faulty" } else { "wrong_state" }
    }

    fn app(&self) -> &TestApp {
        &self.counter.app
    }

    async fn begin(&self) -> String {
        upload(&self.counter, "行一,JF-0000-0000-0000,,无此人,30,册一第1页\n").await
    }

    async fn take(&self, step: &'static str, id: &str) -> Outcome {
        if step == "opening_import_discard" {
            return discard(&self.counter, "town-a", id).await;
        }
        commit(&self.counter, "town-a", id).await
    }

    async fn state(&self, id: &str) -> String {
        shown_state(&reader(&self.counter).await.get(format!("/v1/opening-imports/{id}")).await)
    }
}

async fn reader(counter: &Counter) -> Client {
    counter.phone("manager").await
}

async fn upload(counter: &Counter, line: &str) -> String {
    let text = format!("{HEAD}\n{line}");
    reader(counter).await.post(counter.at("opening-imports"), csv(&text)).await.id()
}

/// Commits what was checked.
async fn commit(counter: &Counter, who: &str, id: &str) -> Outcome {
    let found = opening_import::Entity::find_by_id(id.parse::<Uuid>().expect("an id"));
    let row = found.one(&counter.app.db).await.expect("imports").expect("the import");
    let path = format!("/v1/opening-imports/{id}/commit");
    outcome(&counter.phone(who).await.post(path, json!({"digest": row.digest})).await)
}

async fn discard(counter: &Counter, who: &str, id: &str) -> Outcome {
    let path = format!("/v1/opening-imports/{id}/discard");
    outcome(&counter.phone(who).await.post(path, json!({})).await)
}

#[actix_web::test]
async fn a_take_over_in_every_state() {
    let counter = Counter::open(start().await).await;
    walk(&Openings { counter }).await;
}

#[actix_web::test]
async fn a_faulty_take_over_is_never_booked() {
    let counter = Counter::open(start().await).await;
    walk(&FaultyOpenings { counter }).await;
}
