//! A supervisor's post: nominated, vetted, appointed for a term, and over.

use std::cell::RefCell;

use chrono::{Datelike as _, Days, NaiveDate, TimeDelta};
use harness::TestApp;
use serde_json::{Value, json};

use super::people::Counter;
use super::{Edge, Machine, Outcome, STAYS, outcome, start, walk};

pub(super) struct SupervisorPosts {
    counter: Counter,
    /// The posts made so far, and their holders' names.
    made: RefCell<Vec<(String, String)>>,
}

impl Machine for SupervisorPosts {
    const EDGES: &'static [Edge] = &[
        ("supervisor_vet", &["nominated"], "vetted"),
        ("supervisor_refuse", &["nominated"], "refused"),
        ("supervisor_appoint", &["vetted"], "appointed"),
        ("supervisor_appoint for a later term", &["vetted"], "to begin"),
        ("~ her term begins", &["to begin"], "appointed"),
        // The last year of a term is appraised after it, too.
        ("supervisor_appraise", &["appointed", "dismissed", "term over"], STAYS),
        ("supervisor_dismiss", &["to begin", "appointed"], "dismissed"),
        ("supervisor_withdraw", &["nominated", "vetted"], "withdrawn"),
        ("~ her term is over", &["appointed"], "term over"),
        ("~ she leaves", &["nominated", "vetted"], "withdrawn"),
        // Who holds the role already gives it back before she leaves.
        ("~ she leaves", &["to begin"], "dismissed"),
    ];
    const START: &'static str = "nominated";

    fn states() -> Vec<&'static str> {
        let before = ["nominated", "vetted", "refused", "withdrawn"];
        let appointed = ["to begin", "appointed", "dismissed", "term over"];
        before.into_iter().chain(appointed).collect()
    }

    fn refusal(step: &'static str, state: &'static str) -> &'static str {
        if Self::is_early(step, state) { "invalid_value" } else { "wrong_state" }
    }

    fn status(step: &'static str, state: &'static str) -> u16 {
        if Self::is_early(step, state) { 422 } else { 409 }
    }

    fn app(&self) -> &TestApp {
        &self.counter.app
    }

    async fn begin(&self) -> String {
        self.make_room().await;
        let name = format!("watch-{}", self.counter.next());
        let person = self.counter.app.volunteer(&name, &self.counter.station).await;
        self.counter.phones.keep(&self.counter.app, &name, &person.client);
        let body = json!({"volunteer_id": person.volunteer, "recommendation": "为人公道"});
        let manager = self.counter.phone("manager").await;
        let id = manager.post(self.counter.at("supervisors"), body).await.id();
        self.made.borrow_mut().push((id.clone(), name));
        id
    }

    async fn take(&self, step: &'static str, id: &str) -> Outcome {
        let note = json!({"note": "经研究决定"});
        let today = api::platform::clock::local_day(self.counter.app.clock.now());
        let (who, verb, body) = match step {
            "~ her term is over" => {
                self.counter.app.advance(TimeDelta::days(31));
                self.counter.app.run_jobs().await;
                return Ok(());
            }
            "~ her term begins" => {
                self.counter.app.advance(TimeDelta::days(10));
                self.counter.app.run_jobs().await;
                return Ok(());
            }
            "~ she leaves" => {
                let name = self.holder(id);
                let her = self.counter.phone(&name).await;
                return outcome(&her.post("/v1/me/closure", json!({"confirm": true})).await);
            }
            "supervisor_vet" => ("office", "vet", note),
            "supervisor_refuse" => ("office", "refuse", note),
            "supervisor_withdraw" => ("manager", "withdraw", note),
            "supervisor_dismiss" => ("town-a", "dismiss", note),
            "supervisor_appoint" => ("town-a", "appoint", term(today)),
            "supervisor_appraise" => {
                let began = self.show(id).await["term_from"].as_str().map(str::to_owned);
                let began: NaiveDate = began.map_or(today, |day| day.parse().expect("a day"));
                let body = json!({"year": began.year(), "grade": "competent", "note": "尽责"});
                ("office", "appraise", body)
            }
            _ => ("town-a", "appoint", term(today + Days::new(9))),
        };
        self.step(who, id, verb, body).await
    }

    async fn state(&self, id: &str) -> String {
        let shown = self.show(id).await;
        let today = api::platform::clock::local_day(self.counter.app.clock.now());
        let began = |day: &Value| day.as_str().map(|day| day.parse::<NaiveDate>().expect("a day"));
        let to_begin = began(&shown["term_from"]).is_some_and(|first| first > today);
        match shown["state"].as_str().expect("a state") {
            "appointed" if to_begin => "to begin".to_owned(),
            "ended" if shown["end_reason"] == "任期届满" => "term over".to_owned(),
            "ended" => "dismissed".to_owned(),
            state => state.to_owned(),
        }
    }
}

impl SupervisorPosts {
    /// No year of a term that is still to begin is there to be appraised.
    fn is_early(step: &str, state: &str) -> bool {
        step == "supervisor_appraise" && state == "to begin"
    }

    async fn step(&self, who: &str, id: &str, verb: &str, body: Value) -> Outcome {
        let phone = self.counter.phone(who).await;
        outcome(&phone.post(format!("/v1/supervisors/{id}/{verb}"), body).await)
    }

    async fn show(&self, id: &str) -> Value {
        let manager = self.counter.phone("manager").await;
        manager.get(format!("/v1/supervisors/{id}")).await.ok()
    }

    fn holder(&self, id: &str) -> String {
        let made = self.made.borrow();
        made.iter().find(|(post, _)| post == id).expect("a post").1.clone()
    }

    /// Two may be appointed at a time: those of earlier lives make room.
    async fn make_room(&self) {
        let made: Vec<_> = self.made.borrow().iter().map(|(id, _)| id.clone()).collect();
        for id in made {
            if self.show(&id).await["state"] == "appointed" {
                let note = json!({"note": "另有安排"});
                assert_eq!(self.step("town-a", &id, "dismiss", note).await, Ok(()));
            }
        }
    }
}

/// Twenty days from that day on.
fn term(from: NaiveDate) -> Value {
    json!({"from": from, "until": from + Days::new(19)})
}

#[actix_web::test]
async fn a_supervisors_post_in_every_state() {
    let counter = Counter::open(start().await).await;
    walk(&SupervisorPosts { counter, made: RefCell::default() }).await;
}
