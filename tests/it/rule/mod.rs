//! Rules by which service earns points.

mod rule_preview;
mod rule_set_get;
mod rule_version_create;
mod rule_version_diff;
mod rule_version_get;
mod rule_version_list;
mod rule_version_publish;
mod rule_version_update;
mod template;

use entity::role_assignment::Role;
use harness::{Answer, Client, County, TestApp};
use serde_json::{Value, json};

/// Two people who write rules, in a county.
struct Desk {
    app: TestApp,
    county: County,
    writer: Client,
    reader: Client,
}

impl Desk {
    async fn open() -> Self {
        let app = TestApp::start().await;
        let county = app.county().await;
        let writer = app.staff("writer", Role::TownAdmin, &county.town.institute).await;
        let reader = app.staff("reader", Role::TownAdmin, &county.town.institute).await;
        Self { app, county, writer, reader }
    }

    fn versions(&self) -> String {
        format!("/v1/sites/{}/rule-versions", self.county.town.institute.id)
    }

    fn version(&self, id: &str) -> String {
        format!("{}/{id}", self.versions())
    }

    async fn draft(&self) -> Answer {
        self.writer.post(self.versions(), draft(vec![cleaning(2)])).await
    }

    async fn publish(&self, id: &str, from: &str) -> Answer {
        let body = json!({"effective_from": from, "items_digest": self.digest(id).await});
        self.reader.post(format!("{}/publish", self.version(id)), body).await
    }

    /// The digest of the items as they are now.
    async fn digest(&self, id: &str) -> Value {
        self.reader.get(self.version(id)).await.ok()["items_digest"].clone()
    }

    /// The day in China `days` from today.
    fn day(&self, days: i64) -> String {
        let day = api::platform::clock::local_day(self.app.clock.now());
        (day + chrono::TimeDelta::days(days)).to_string()
    }
}

pub(crate) fn draft(items: Vec<Value>) -> Value {
    json!({"note": "第一版", "items": items})
}

pub(crate) fn cleaning(points: i32) -> Value {
    json!({
        "code": "HJ01", "category": "环境整治", "name": "环境卫生", "unit": "per_hour",
        "points": points, "max_per_day": 10, "counts_as_service": true,
    })
}

fn honour() -> Value {
    json!({
        "code": "RY01", "category": "荣誉", "name": "身边好人", "unit": "per_award",
        "points": 50, "counts_as_service": false, "evidence_needed": true,
    })
}
