//! A quarterly bulletin: its figures made, drafted, published, put away, corrected beside it.

use std::cell::Cell;

use chrono::Datelike as _;
use entity::bulletin::BulletinState;
use entity::role_assignment::Role;
use entity::site;
use harness::{Client, TestApp};
use sea_orm::Iterable as _;
use serde_json::json;

use super::{Edge, Machine, Outcome, STAYS, outcome, shown_state, start, walk};

pub(super) struct Bulletins {
    app: TestApp,
    town: site::Model,
    quarters: Cell<i32>,
}

impl Machine for Bulletins {
    const EDGES: &'static [Edge] = &[
        ("~ its figures are made", &["compiling"], "drafting"),
        ("bulletin_recompile", &["drafting"], "compiling"),
        ("bulletin_discard", &["drafting"], "discarded"),
        ("bulletin_publish", &["drafting"], "published"),
        ("bulletin_archive", &["published"], "archived"),
        ("bulletin_correct", &["published", "archived"], STAYS),
    ];
    const START: &'static str = "compiling";

    fn states() -> Vec<&'static str> {
        BulletinState::iter().map(BulletinState::as_str).chain(["discarded"]).collect()
    }

    fn refusal(_step: &'static str, state: &'static str) -> &'static str {
        match state {
            "compiling" => "bulletin_compiling",
            "discarded" => "not_found",
            _ => "wrong_state",
        }
    }

    fn status(_step: &'static str, state: &'static str) -> u16 {
        if state == "discarded" { 404 } else { 409 }
    }

    fn app(&self) -> &TestApp {
        &self.app
    }

    /// Of a quarter of its own, before the last, which the schedule drafts.
    async fn begin(&self) -> String {
        self.quarters.set(self.quarters.get() + 1);
        let today = self.app.clock.now();
        let month = today.year() * 12 + i32::try_from(today.month0()).expect("small");
        let quarter = month / 3 - 1 - self.quarters.get();
        let quarter = format!("{}Q{}", quarter / 4, quarter % 4 + 1);
        let path = format!("/v1/sites/{}/bulletins", self.town.id);
        self.phone().await.post(path, json!({"quarter": quarter})).await.id()
    }

    async fn take(&self, step: &'static str, id: &str) -> Outcome {
        let (verb, body) = match step {
            "~ its figures are made" => {
                self.app.run_jobs().await;
                return Ok(());
            }
            "bulletin_correct" => ("corrections", json!({"reason": "活动次数漏计一次"})),
            _ => (step.trim_start_matches("bulletin_"), json!({})),
        };
        outcome(&self.phone().await.post(format!("/v1/bulletins/{id}/{verb}"), body).await)
    }

    async fn state(&self, id: &str) -> String {
        let shown = self.phone().await.get(format!("/v1/bulletins/{id}")).await;
        if shown.status == 404 { "discarded".to_owned() } else { shown_state(&shown) }
    }
}

impl Bulletins {
    async fn phone(&self) -> Client {
        self.app.sign_in("town").await
    }
}

#[actix_web::test]
async fn a_bulletin_in_every_state() {
    let app = start().await;
    let town = app.county().await.town.institute;
    app.staff("town", Role::TownAdmin, &town).await;
    walk(&Bulletins { app, town, quarters: Cell::new(0) }).await;
}
