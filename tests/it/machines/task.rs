//! A task in the background: waiting, running, and ended in one of three ways.

use api::task::drill::{self, Plan};
use entity::task::{self, TaskState};
use harness::TestApp;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait as _, EntityTrait as _, Iterable as _, QueryFilter as _};
use serde_json::json;
use uuid::Uuid;

use super::people::Counter;
use super::{Edge, Machine, Outcome, outcome, shown_state, start, walk};

pub(super) struct Tasks {
    counter: Counter,
}

impl Machine for Tasks {
    const EDGES: &'static [Edge] = &[
        ("~ it begins", &["queued"], "running"),
        ("~ all of it is done", &["queued", "running"], "succeeded"),
        ("~ a line of it is refused", &["queued", "running"], "failed"),
        // Between two steps a running one stops.
        ("task_cancel", &["queued"], "cancelled"),
        ("task_cancel", &["running"], "cancelling"),
        ("~ it stops", &["cancelling"], "cancelled"),
    ];
    const START: &'static str = "queued";

    fn states() -> Vec<&'static str> {
        TaskState::iter().map(TaskState::as_str).collect()
    }

    fn app(&self) -> &TestApp {
        &self.counter.app
    }

    async fn begin(&self) -> String {
        // What earlier lives left waiting is worked off, so that the next step is of this one.
        self.work().await;
        let town = self.counter.county.town.institute.id;
        let plan = Plan { rows: 3, ..Plan::default() };
        let started = drill::start(&self.counter.app.app, town, &plan, None).await;
        started.expect("a task").to_string()
    }

    async fn take(&self, step: &'static str, id: &str) -> Outcome {
        match step {
            "~ it begins" => {
                drill::advance(&self.counter.app.app, 1).await.expect("a step");
            }
            "~ all of it is done" | "~ it stops" => self.work().await,
            "~ a line of it is refused" => {
                let plan = Plan { rows: 3, refuse_at: Some(2), ..Plan::default() };
                task::Entity::update_many()
                    .col_expr(task::Column::Params, Expr::value(json!(plan)))
                    .filter(task::Column::Id.eq(id.parse::<Uuid>().expect("an id")))
                    .exec(&self.counter.app.db)
                    .await
                    .expect("the task");
                self.work().await;
            }
            _ => {
                let town = self.counter.phone("town-a").await;
                return outcome(&town.post(format!("/v1/tasks/{id}/cancel"), json!({})).await);
            }
        }
        Ok(())
    }

    async fn state(&self, id: &str) -> String {
        let town = self.counter.phone("town-a").await;
        shown_state(&town.get(format!("/v1/tasks/{id}")).await)
    }
}

impl Tasks {
    async fn work(&self) {
        drill::work(&self.counter.app.app).await.expect("the work");
    }
}

#[actix_web::test]
async fn a_task_in_every_state() {
    let counter = Counter::open(start().await).await;
    walk(&Tasks { counter }).await;
}
