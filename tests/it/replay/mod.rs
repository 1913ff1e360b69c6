//! A past quarter under another version of the rules.

mod large;
mod rule_attendance_preview;
mod rule_replay_line_list;
mod rule_replay_start;

use chrono::{DateTime, Datelike, Months, NaiveDate, Utc};
use entity::ids::{AttendanceId, RuleVersionId};
use entity::role_assignment::Role;
use harness::{Attended, Client, County, Person, TestApp};
use serde_json::{Value, json};

/// A town whose administrator tries out rules on last quarter.
struct Bench {
    app: TestApp,
    county: County,
    staff: Client,
    rules: RuleVersionId,
    /// First day of the last quarter that is over.
    first: NaiveDate,
}

impl Bench {
    async fn open() -> Self {
        let app = TestApp::start_with(|config| config.limits.enabled = false).await;
        let county = app.county().await;
        let staff = app.staff("town-admin", Role::TownAdmin, &county.town.institute).await;
        let rules = app.given_rules(&county.town).await;
        let today = api::platform::clock::local_day(app.clock.now());
        let this = NaiveDate::from_ymd_opt(today.year(), today.month0() / 3 * 3 + 1, 1);
        let first = this.expect("a day") - Months::new(3);
        Self { app, county, staff, rules, first }
    }

    fn quarter(&self) -> String {
        format!("{}Q{}", self.first.year(), self.first.month0() / 3 + 1)
    }

    /// Ten in the morning in China on the `day`th day of the quarter.
    fn at(&self, day: u64) -> DateTime<Utc> {
        let day = self.first + chrono::Days::new(day);
        day.and_hms_opt(2, 0, 0).expect("a time").and_utc()
    }

    async fn volunteer(&self, name: &str) -> Person {
        self.app.volunteer(name, &self.county.town.stations[0]).await
    }

    /// She served so long on the `day`th day of the quarter.
    async fn served(&self, person: &Person, day: u64, hours_tenths: i32) -> AttendanceId {
        let station = &self.county.town.stations[0];
        let base = self.app.attended(person, station, self.rules, 1);
        self.app.store_attended(&Attended { at: self.at(day), hours_tenths, ..base }).await
    }

    /// Drafts the next version; its path.
    async fn draft(&self, items: Vec<Value>) -> String {
        let path = format!("/v1/sites/{}/rule-versions", self.county.town.institute.id);
        let id = self.staff.post(&path, json!({"note": "草案", "items": items})).await.id();
        format!("{path}/{id}")
    }

    /// Replays the quarter under a version to its end; the task.
    async fn replay(&self, version: &str) -> Value {
        let body = json!({"quarter": self.quarter()});
        let id = self.staff.post(format!("{version}/replays"), body).await.id();
        self.app.run_jobs().await;
        self.staff.get(format!("/v1/tasks/{id}")).await.ok()
    }
}

fn cleaning(points: i32, day: i32) -> Value {
    json!({
        "code": "HJ01", "category": "志愿服务", "name": "环境卫生", "unit": "per_hour",
        "points": points, "max_per_activity": 8, "max_per_day": day, "max_per_month": 30,
        "counts_as_service": true,
    })
}

fn honour(points: i32) -> Value {
    json!({
        "code": "RY01", "category": "志愿服务", "name": "身边好人", "unit": "per_award",
        "points": points, "counts_as_service": false, "evidence_needed": true,
    })
}
