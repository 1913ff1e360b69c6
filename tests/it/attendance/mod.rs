//! Attendance: codes, screens, check-in and check-out, roll-call, confirmation, records.

mod attendance_confirm;
mod attendance_dispute;
mod attendance_list;
mod attendance_mark_no_show;
mod check_in;
mod check_in_code_issue;
mod check_in_crowd;
mod check_out;
mod late_entry;
mod my_records;
mod roll_call;
mod screen;

pub(crate) use late_entry::Late;

use api::config::Config;
use chrono::TimeDelta;
use entity::role_assignment::Role;
use entity::{activity, attendance, check_in_refusal, site};
use harness::{Answer, Client, County, Person, TestApp};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};
use uuid::Uuid;

/// A station with a service activity that starts in 20 minutes and lasts two hours.
pub(crate) struct Scene {
    pub(crate) app: TestApp,
    pub(crate) county: County,
    pub(crate) station: site::Model,
    pub(crate) manager: Client,
    pub(crate) id: String,
}

impl Scene {
    /// A villager who runs the activity without being staff.
    pub(crate) async fn organiser(&self) -> Person {
        let organiser = self.app.volunteer("organiser", &self.station).await;
        let id: Uuid = self.id.parse().unwrap();
        activity::Entity::update_many()
            .col_expr(activity::Column::OrganiserAccountId, Expr::value(organiser.account))
            .filter(activity::Column::Id.eq(id))
            .exec(&self.app.db)
            .await
            .unwrap();
        organiser
    }

    pub(crate) async fn new(changes: Value) -> Self {
        Self::with(changes, |_| {}).await
    }

    pub(crate) async fn with(changes: Value, change: impl FnOnce(&mut Config)) -> Self {
        Self::of(TestApp::start_with(change).await, changes).await
    }

    pub(crate) async fn of(app: TestApp, changes: Value) -> Self {
        let county = app.county().await;
        app.given_rules(&county.town).await;
        let station = county.town.stations[0].clone();
        let manager = app.staff("manager", Role::StationManager, &station).await;
        let mut scene = Self { app, county, station, manager, id: String::new() };
        scene.id = scene.activity(changes).await;
        scene
    }

    /// One more activity at the station.
    pub(crate) async fn activity(&self, changes: Value) -> String {
        let mut body = json!({
            "kind": "service", "rule_item_code": "HJ01", "contact_person": "李建国",
            "starts_at": self.app.in_minutes(20), "ends_at": self.app.in_minutes(140),
        });
        body.as_object_mut().unwrap().extend(changes.as_object().cloned().unwrap_or_default());
        self.app.published_activity(&self.manager, &self.station, body).await
    }

    /// A volunteer of the station, on the list.
    pub(crate) async fn person(&self, name: &str) -> Person {
        let person = self.app.volunteer(name, &self.station).await;
        let path = format!("/v1/activities/{}/sign-ups", self.id);
        assert_eq!(person.client.post(path, json!({})).await.ok()["state"], "signed_up");
        person
    }

    /// The code the manager's phone shows now.
    pub(crate) async fn code(&self, direction: &str) -> String {
        self.code_of(&self.id, direction).await
    }

    pub(crate) async fn code_of(&self, id: &str, direction: &str) -> String {
        let path = format!("/v1/activities/{id}/check-in-codes");
        let issued = self.manager.post(path, json!({"direction": direction})).await.ok();
        issued["code"].as_str().unwrap().to_owned()
    }

    pub(crate) async fn check_in(&self, person: &Client) -> Answer {
        scan_in(person, &self.code("in").await).await
    }

    pub(crate) async fn check_out(&self, person: &Client) -> Answer {
        scan_out(person, &self.code("out").await).await
    }

    /// Lets time pass; everybody must sign in again.
    pub(crate) async fn after(&mut self, minutes: i64) {
        self.app.advance(TimeDelta::minutes(minutes));
        self.manager = self.app.sign_in("manager").await;
    }

    /// Confirms as the manager; the first item's result.
    pub(crate) async fn confirm(&self, items: Value) -> Value {
        let path = format!("/v1/activities/{}/attendances/confirm", self.id);
        let result = self.manager.post(path, json!({"items": items})).await.ok();
        result["results"][0].clone()
    }

    pub(crate) async fn attendances(&self) -> Vec<attendance::Model> {
        attendance::Entity::find().all(&self.app.db).await.unwrap()
    }

    pub(crate) async fn refusals(&self) -> Vec<String> {
        let rows = check_in_refusal::Entity::find().all(&self.app.db).await.unwrap();
        let mut reasons: Vec<_> = rows.into_iter().map(|row| row.reason).collect();
        reasons.sort_unstable();
        reasons
    }
}

pub(crate) async fn scan_in(person: &Client, code: &str) -> Answer {
    person.post("/v1/check-ins", json!({"code": code})).await
}

pub(crate) async fn scan_out(person: &Client, code: &str) -> Answer {
    person.post("/v1/check-outs", json!({"code": code})).await
}

/// A refusal with its text and its next step.
pub(crate) fn assert_refused(answer: &Answer, status: u16, code: &str) {
    answer.assert_problem(status, code);
    let body = answer.json();
    assert!(!body["title"].as_str().unwrap().is_empty());
    assert!(!body["next_step"].as_str().unwrap().is_empty(), "{}", answer.describe());
}
