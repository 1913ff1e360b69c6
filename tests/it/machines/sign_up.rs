//! A sign-up: a place or the wait list, taken back before the activity begins.

use std::cell::Cell;

use chrono::TimeDelta;
use entity::role_assignment::Role;
use entity::sign_up;
use entity::site;
use harness::{Answer, Client, TestApp};
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Edge, Machine, Outcome, outcome, start, walk};

/// Named by the activity and whose it is: signed up anew, she has another row.
pub(super) struct SignUps {
    app: TestApp,
    station: site::Model,
    people: Cell<u32>,
}

/// Her state and the activity's, where that decides.
const STATES: [&str; 9] = [
    "signed_up",
    "waitlisted",
    "withdrawn",
    "signed_up begun",
    "waitlisted begun",
    "withdrawn begun",
    "signed_up cancelled",
    "waitlisted cancelled",
    "withdrawn cancelled",
];

impl Machine for SignUps {
    const EDGES: &'static [Edge] = &[
        ("sign_up_withdraw", &["signed_up", "waitlisted"], "withdrawn"),
        ("sign_up_withdraw_assisted", &["signed_up", "waitlisted"], "withdrawn"),
        // Of one place only: who comes anew, or before her, takes it.
        ("sign_up_create", &["withdrawn"], "signed_up"),
        ("sign_up_assisted", &["withdrawn"], "signed_up"),
        ("~ somebody was faster", &["withdrawn"], "waitlisted"),
        ("~ the place is free", &["waitlisted"], "signed_up"),
        ("~ it begins", &["signed_up"], "signed_up begun"),
        ("~ it begins", &["waitlisted"], "waitlisted begun"),
        ("~ it begins", &["withdrawn"], "withdrawn begun"),
        ("~ it is called off", &["signed_up"], "signed_up cancelled"),
        ("~ it is called off", &["waitlisted"], "waitlisted cancelled"),
        ("~ it is called off", &["withdrawn"], "withdrawn cancelled"),
    ];
    const START: &'static str = "signed_up";

    fn states() -> Vec<&'static str> {
        STATES.to_vec()
    }

    fn refusal(step: &'static str, state: &'static str) -> &'static str {
        let (hers, activity) = state.split_once(' ').unwrap_or((state, "published"));
        let withdraws = step.starts_with("sign_up_withdraw");
        match (withdraws, hers, activity) {
            (true, "withdrawn", _) => "not_signed_up",
            (true, _, "begun") => "too_late_to_withdraw",
            (true, _, _) => "wrong_state",
            (false, _, "cancelled") => "activity_not_published",
            (false, _, "begun") => "closed_for_sign_up",
            (false, _, _) => "already_signed_up",
        }
    }

    fn app(&self) -> &TestApp {
        &self.app
    }

    async fn begin(&self) -> String {
        let manager = self.manager().await;
        let one = json!({"capacity": 1});
        let activity = self.app.published_activity(&manager, &self.station, one).await;
        let her = self.somebody().await;
        let id = format!("{activity}/{her}");
        // Entered by staff, so that she and they may take it back.
        self.at_the_counter(&id, "", json!({})).await.assert_ok();
        id
    }

    async fn take(&self, step: &'static str, id: &str) -> Outcome {
        let (activity, her) = parts(id);
        let hers = format!("/v1/activities/{activity}/sign-ups");
        let answer = match step {
            "sign_up_withdraw" => {
                self.phone(her).await.post(format!("{hers}/withdraw"), json!({})).await
            }
            "sign_up_withdraw_assisted" => {
                self.at_the_counter(id, "/withdraw", json!({"reason": "身体不适"})).await
            }
            "sign_up_create" => self.phone(her).await.post(hers, json!({})).await,
            "sign_up_assisted" => self.at_the_counter(id, "", json!({})).await,
            "~ somebody was faster" => {
                let other = format!("{activity}/{}", self.somebody().await);
                self.at_the_counter(&other, "", json!({})).await.assert_ok();
                self.at_the_counter(id, "", json!({})).await
            }
            "~ the place is free" => {
                let listed = self.rows(activity).await.into_iter();
                let mut others = listed.filter(|row| row.state == sign_up::SignUpState::SignedUp);
                let body = json!({
                    "volunteer_id": others.next().expect("the first").volunteer_id,
                    "reason": "不来了",
                });
                let path = format!("/v1/sites/{}/activities/{activity}/sign-ups", self.station.id);
                self.manager().await.post(format!("{path}/withdraw"), body).await
            }
            "~ it begins" => {
                self.app.advance(TimeDelta::minutes(61));
                return Ok(());
            }
            _ => {
                let path = format!("/v1/activities/{activity}/cancel");
                self.manager().await.post(path, json!({"reason": "下雨"})).await
            }
        };
        outcome(&answer)
    }

    async fn state(&self, id: &str) -> String {
        let (activity, her) = parts(id);
        let whose = self.volunteer(her).await;
        let mut rows = self.rows(activity).await.into_iter();
        let hers = rows.rfind(|row| json!(row.volunteer_id) == whose).expect("hers");
        let path = format!("/v1/sites/{}/activities/{activity}", self.station.id);
        let shown = self.manager().await.get(path).await.ok();
        let activity = match shown["state"].as_str() {
            Some("published") => "",
            Some("cancelled") => " cancelled",
            _ => " begun",
        };
        format!("{}{activity}", hers.state)
    }
}

fn parts(id: &str) -> (&str, &str) {
    id.split_once('/').expect("an activity and a name")
}

impl SignUps {
    async fn manager(&self) -> Client {
        self.phone("manager").await
    }

    /// Signed in anew: time passes here.
    async fn phone(&self, name: &str) -> Client {
        self.app.sign_in(name).await
    }

    /// A volunteer who clashes with nothing; her name.
    async fn somebody(&self) -> String {
        self.people.set(self.people.get() + 1);
        let name = format!("villager-{}", self.people.get());
        self.app.volunteer(&name, &self.station).await;
        name
    }

    async fn volunteer(&self, name: &str) -> Value {
        self.phone(name).await.get("/v1/me").await.ok()["volunteer"]["id"].clone()
    }

    /// What the manager does for her, with what else the body has.
    async fn at_the_counter(&self, id: &str, rest: &str, mut body: Value) -> Answer {
        let (activity, her) = parts(id);
        body["volunteer_id"] = self.volunteer(her).await;
        let path = format!("/v1/sites/{}/activities/{activity}/sign-ups{rest}", self.station.id);
        self.manager().await.post(path, body).await
    }

    async fn rows(&self, activity: &str) -> Vec<sign_up::Model> {
        let id: Uuid = activity.parse().expect("an id");
        let rows = sign_up::Entity::find().filter(sign_up::Column::ActivityId.eq(id));
        let rows = rows.order_by_asc(sign_up::Column::SignedUpAt).all(&self.app.db).await;
        rows.expect("sign-ups")
    }
}

#[actix_web::test]
async fn a_sign_up_in_every_state() {
    let app = start().await;
    let station = app.county().await.town.stations[0].clone();
    app.staff("manager", Role::StationManager, &station).await;
    walk(&SignUps { app, station, people: Cell::new(0) }).await;
}
