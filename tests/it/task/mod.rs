//! Long work that people watch.

mod running;
mod task_cancel;
mod task_download;
mod task_error_list;
mod task_get;
mod task_list;
mod two_processes;

use api::task::drill::{self, Plan};
use entity::role_assignment::Role;
use entity::{audit_event, site};
use harness::{Client, TestApp};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

/// A town's office with its administrator, and a task of so many rows that waits.
struct Office {
    app: TestApp,
    town: site::Model,
    other: site::Model,
    stations: [site::Model; 2],
    staff: Client,
}

impl Office {
    async fn open() -> Self {
        let app = TestApp::start_running(|config| config.limits.enabled = false).await;
        let county = app.county().await;
        let town = county.town.institute.clone();
        let staff = app.staff("town-admin", Role::TownAdmin, &town).await;
        let (other, stations) = (county.other.institute, county.town.stations);
        Self { app, town, other, stations, staff }
    }

    async fn start(&self, plan: &Plan) -> String {
        drill::start(&self.app.app, self.town.id, plan, None).await.expect("started").to_string()
    }

    async fn advance(&self, steps: u32) -> u64 {
        drill::advance(&self.app.app, steps).await.expect("steps")
    }

    async fn view(&self, id: &str) -> serde_json::Value {
        self.staff.get(format!("/v1/tasks/{id}")).await.ok()
    }

    /// The rows whose effect is in the database, one line for each time.
    async fn effects(&self) -> Vec<i64> {
        let found = audit_event::Entity::find()
            .filter(audit_event::Column::Action.eq("drill_row"))
            .all(&self.app.db)
            .await
            .expect("audit rows");
        let row = |event: audit_event::Model| {
            let object = event.object_id.expect("an object");
            object.rsplit(':').next().expect("a row").parse().expect("a number")
        };
        let mut rows: Vec<i64> = found.into_iter().map(row).collect();
        rows.sort_unstable();
        rows
    }
}

fn rows(count: i64) -> Plan {
    Plan { rows: count, ..Plan::default() }
}
