//! How staff come and go: an invitation and what becomes of it, and a dated post.

use std::cell::RefCell;
use std::collections::BTreeMap;

use chrono::{Days, NaiveDate, TimeDelta};
use harness::TestApp;
use serde_json::{Value, json};

use super::people::Counter;
use super::{Edge, Machine, Outcome, STAYS, outcome, start, walk};

pub(super) struct Invitations {
    counter: Counter,
    codes: RefCell<BTreeMap<String, String>>,
}

impl Machine for Invitations {
    const EDGES: &'static [Edge] = &[
        ("staff_invitation_revoke", &["pending"], "revoked"),
        ("~ it is accepted", &["pending"], "accepted"),
        ("~ its week passes", &["pending"], "expired"),
    ];
    const START: &'static str = "pending";

    fn states() -> Vec<&'static str> {
        vec!["pending", "accepted", "expired", "revoked"]
    }

    fn app(&self) -> &TestApp {
        &self.counter.app
    }

    async fn begin(&self) -> String {
        let body = json!({"invitee_name": "李国强", "roles": ["clerk"]});
        let security = self.counter.phone("security").await;
        let invited = security.post(self.counter.at("staff-invitations"), body).await;
        let code = invited.ok()["code"].as_str().expect("a code").to_owned();
        self.codes.borrow_mut().insert(invited.id(), code);
        invited.id()
    }

    async fn take(&self, step: &'static str, id: &str) -> Outcome {
        match step {
            "~ it is accepted" => {
                let code = self.codes.borrow()[id].clone();
                let who = self.counter.phone(&format!("invitee-{}", self.counter.next())).await;
                outcome(&who.post("/v1/staff-invitations/accept", json!({"code": code})).await)
            }
            "~ its week passes" => {
                self.counter.app.advance(TimeDelta::days(8));
                Ok(())
            }
            _ => {
                let security = self.counter.phone("security").await;
                let path = self.counter.at(&format!("staff-invitations/{id}"));
                outcome(&security.delete(path).await)
            }
        }
    }

    async fn state(&self, id: &str) -> String {
        let item = listed(&self.counter, "security", "staff-invitations", id).await;
        item["state"].as_str().expect("a state").to_owned()
    }
}

pub(super) struct Appointments {
    counter: Counter,
}

impl Machine for Appointments {
    const EDGES: &'static [Edge] = &[
        ("appointment_end today", &["running", "ending"], "over"),
        ("appointment_end on a later day", &["running"], "ending"),
        ("appointment_end on a later day", &["ending"], STAYS),
        ("~ its last day comes", &["ending"], "over"),
    ];
    const START: &'static str = "running";

    fn states() -> Vec<&'static str> {
        vec!["running", "ending", "over"]
    }

    fn app(&self) -> &TestApp {
        &self.counter.app
    }

    async fn begin(&self) -> String {
        let body = json!({"title": "站主任", "person_name": "李国强", "starts_on": "2022-04-01"});
        let town = self.counter.phone("town-a").await;
        town.post(self.counter.at("appointments"), body).await.id()
    }

    async fn take(&self, step: &'static str, id: &str) -> Outcome {
        let body = match step {
            "~ its last day comes" => {
                self.counter.app.advance(TimeDelta::days(9));
                return Ok(());
            }
            "appointment_end today" => json!({}),
            _ => json!({"ends_on": self.today() + Days::new(9)}),
        };
        let town = self.counter.phone("town-a").await;
        let path = self.counter.at(&format!("appointments/{id}/end"));
        outcome(&town.post(path, body).await)
    }

    async fn state(&self, id: &str) -> String {
        let item = listed(&self.counter, "town-a", "appointments", id).await;
        let last = item["ends_on"].as_str().map(|day| day.parse::<NaiveDate>().expect("a day"));
        let state = match last {
            None => "running",
            Some(last) if last <= self.today() => "over",
            Some(_) => "ending",
        };
        state.to_owned()
    }
}

impl Appointments {
    fn today(&self) -> NaiveDate {
        api::platform::clock::local_day(self.counter.app.clock.now())
    }
}

/// One of the station's, as the list shows it.
async fn listed(counter: &Counter, who: &str, what: &str, id: &str) -> Value {
    let path = counter.at(&format!("{what}?page_size=100"));
    let list = counter.phone(who).await.get(path).await.ok();
    let mut items = list["items"].as_array().expect("items").iter();
    items.find(|item| item["id"] == id).expect("on the list").clone()
}

#[actix_web::test]
async fn an_invitation_in_every_state() {
    let counter = Counter::open(start().await).await;
    walk(&Invitations { counter, codes: RefCell::default() }).await;
}

#[actix_web::test]
async fn a_dated_post_in_every_state() {
    let counter = Counter::open(start().await).await;
    walk(&Appointments { counter }).await;
}
