//! A late entry: written down by one, agreed to or refused by another.

use std::cell::Cell;

use entity::late_entry::LateEntryState;
use entity::role_assignment::Role;
use harness::TestApp;
use sea_orm::Iterable as _;
use serde_json::json;

use super::super::attendance::Late;
use super::{Edge, Machine, Outcome, STAYS, outcome, start, walk};

pub(super) struct LateEntries {
    late: Late,
    people: Cell<u32>,
}

impl Machine for LateEntries {
    const EDGES: &'static [Edge] = &[
        ("late_entry_approve", &["pending"], "approved"),
        ("late_entry_reject", &["pending"], "rejected"),
        // The manager once more, who has decided so.
        ("late_entry_approve", &["approved"], STAYS),
        ("late_entry_reject", &["rejected"], STAYS),
        ("late_entry_approve by the town", &["pending"], "approved"),
        ("late_entry_reject by the town", &["pending"], "rejected"),
    ];
    const START: &'static str = "pending";

    fn states() -> Vec<&'static str> {
        LateEntryState::iter().map(LateEntryState::as_str).collect()
    }

    fn app(&self) -> &TestApp {
        &self.late.scene.app
    }

    async fn begin(&self) -> String {
        self.people.set(self.people.get() + 1);
        let name = format!("villager-{}", self.people.get());
        let scene = &self.late.scene;
        let her = scene.app.volunteer(&name, &scene.station).await;
        let entered = self.late.enter(&self.late.clerk, json!([self.late.item(&her)])).await;
        entered[0]["id"].as_str().expect("an entry").to_owned()
    }

    async fn take(&self, step: &'static str, id: &str) -> Outcome {
        let who = if step.ends_with("by the town") { "town" } else { "manager" };
        let (verb, body) = match step.starts_with("late_entry_approve") {
            true => ("approve", json!({})),
            false => ("reject", json!({"reason": "签名册上没有此人"})),
        };
        let path = format!("/v1/late-entries/{id}/{verb}");
        outcome(&self.app().sign_in(who).await.post(path, body).await)
    }

    async fn state(&self, id: &str) -> String {
        let rows = self.late.entries().await;
        let row = rows.iter().find(|row| row.id.to_string() == id).expect("the entry");
        row.state.to_string()
    }
}

#[actix_web::test]
async fn a_late_entry_in_every_state() {
    let late = Late::of(start().await).await;
    let town = &late.scene.county.town.institute;
    late.scene.app.staff("town", Role::TownAdmin, town).await;
    walk(&LateEntries { late, people: Cell::new(0) }).await;
}
