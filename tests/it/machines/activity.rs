//! An activity: draft, submitted, published, and by the clock in progress and ended.

use chrono::TimeDelta;
use entity::activity::ActivityState;
use entity::role_assignment::Role;
use entity::site;
use harness::{Answer, Client, TestApp};
use sea_orm::Iterable as _;
use serde_json::json;

use super::{Edge, Machine, Outcome, STAYS, outcome, shown_state, start, walk};

pub(super) struct Activities {
    app: TestApp,
    station: site::Model,
}

impl Machine for Activities {
    const EDGES: &'static [Edge] = &[
        ("activity_update", &["draft", "published"], STAYS),
        ("activity_submit", &["draft"], "submitted"),
        ("activity_return", &["submitted"], "draft"),
        ("activity_publish", &["submitted"], "published"),
        ("~ it begins", &["published"], "in_progress"),
        ("~ its time is over", &["published", "in_progress"], "ended"),
        ("activity_end", &["in_progress"], "ended"),
        ("activity_record", &["ended"], "recorded"),
        ("activity_archive", &["recorded"], "archived"),
        ("activity_cancel", &["draft", "submitted", "published"], "cancelled"),
        // What depends on its state and leaves it alone.
        ("screen_pair", &["published", "in_progress", "ended"], STAYS),
        ("check_in_code_issue", &["published", "in_progress", "ended"], STAYS),
    ];
    const START: &'static str = "draft";

    fn states() -> Vec<&'static str> {
        ActivityState::iter().map(ActivityState::as_str).collect()
    }

    fn refusal(step: &'static str, state: &'static str) -> &'static str {
        let at_the_door = matches!(step, "screen_pair" | "check_in_code_issue");
        if at_the_door && state == "cancelled" { "activity_cancelled" } else { "wrong_state" }
    }

    fn app(&self) -> &TestApp {
        &self.app
    }

    async fn begin(&self) -> String {
        let path = format!("/v1/sites/{}/activities", self.station.id);
        self.manager().await.post(path, self.app.activity_body(json!({}))).await.id()
    }

    async fn take(&self, step: &'static str, id: &str) -> Outcome {
        let (manager, path) = (self.manager().await, format!("/v1/activities/{id}"));
        let body = match step {
            "~ it begins" => return self.pass(60),
            "~ its time is over" => return self.pass(180),
            "activity_update" => {
                let shown = self.show(id).await;
                let (from, to) = (&shown.ok()["starts_at"], &shown.ok()["ends_at"]);
                let changes = json!({"content": "请自带水。", "starts_at": from, "ends_at": to});
                let body = self.app.activity_body(changes);
                return outcome(&manager.put(path, body, shown.version()).await);
            }
            "activity_return" | "activity_cancel" => json!({"reason": "下雨"}),
            "activity_record" => json!({"evaluation": "清扫了三条村道。"}),
            "check_in_code_issue" => json!({"direction": "in"}),
            _ => json!({}),
        };
        let verb = match step {
            "screen_pair" => "screens",
            "check_in_code_issue" => "check-in-codes",
            _ => step.trim_start_matches("activity_"),
        };
        outcome(&manager.post(format!("{path}/{verb}"), body).await)
    }

    async fn state(&self, id: &str) -> String {
        shown_state(&self.show(id).await)
    }
}

impl Activities {
    /// Signed in anew: time passes here.
    async fn manager(&self) -> Client {
        self.app.sign_in("manager").await
    }

    async fn show(&self, id: &str) -> Answer {
        self.manager().await.get(format!("/v1/sites/{}/activities/{id}", self.station.id)).await
    }

    fn pass(&self, minutes: i64) -> Outcome {
        self.app.advance(TimeDelta::minutes(minutes));
        Ok(())
    }
}

#[actix_web::test]
async fn an_activity_in_every_state() {
    let app = start().await;
    let station = app.county().await.town.stations[0].clone();
    app.staff("manager", Role::StationManager, &station).await;
    walk(&Activities { app, station }).await;
}
