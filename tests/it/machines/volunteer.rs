//! A volunteer: waiting to be verified, active, suspended, disqualified until the year's end, and
//! gone. Who has no phone lives by the counter; who has one speaks for herself.

use std::cell::RefCell;
use std::collections::BTreeMap;

use chrono::TimeDelta;
use entity::role_assignment::Role;
use entity::volunteer::VolunteerState;
use harness::{Answer, Client, TestApp};
use sea_orm::Iterable as _;
use serde_json::{Value, json};

use super::people::Counter;
use super::{Edge, Machine, Outcome, STAYS, outcome, shown_state, start, walk};
use crate::disqualification::Court;

const NOT_GONE: &[&str] = &["pending_verification", "active", "suspended", "disqualified"];

pub(super) struct OnPaper(Register);

impl Machine for OnPaper {
    const EDGES: &'static [Edge] = &[
        ("volunteer_verify", &["pending_verification"], "active"),
        ("volunteer_reject", &["pending_verification"], "closed"),
        ("volunteer_suspend", &["active"], "suspended"),
        ("volunteer_reinstate", &["suspended"], "active"),
        ("volunteer_update", NOT_GONE, STAYS),
        // Another identity waits to be verified; a suspension does not end on that detour.
        ("volunteer_correct", &["pending_verification", "active"], "pending_verification"),
        ("volunteer_correct the phone", NOT_GONE, STAYS),
        ("volunteer_close", &["pending_verification", "active"], "closed"),
        // Who is gone is told so again.
        ("volunteer_close", &["closed"], STAYS),
        ("~ she is disqualified", &["active", "suspended"], "disqualified"),
        ("~ the year is over", &["disqualified"], "active"),
        // What everybody may who is not gone.
        ("volunteer_binding_code", NOT_GONE, STAYS),
        ("volunteer_consent_grant", NOT_GONE, STAYS),
        ("volunteer_consent_withdraw", NOT_GONE, STAYS),
    ];
    const START: &'static str = "pending_verification";

    fn states() -> Vec<&'static str> {
        VolunteerState::iter().map(VolunteerState::as_str).collect()
    }

    fn refusal(step: &'static str, state: &'static str) -> &'static str {
        // She would be told so with whatever else is open.
        let in_force = ["suspended", "disqualified"].contains(&state);
        if step == "volunteer_close" && in_force { "closure_blocked" } else { "wrong_state" }
    }

    fn app(&self) -> &TestApp {
        &self.0.counter.app
    }

    async fn begin(&self) -> String {
        let (id, serial) = self.0.counter.registered().await;
        let given = json!({"purpose": "photo_use", "text_version": "2026-01",
            "channel": "paper", "witness": "李支书"});
        let clerk = self.0.counter.phone("clerk").await;
        clerk.post(format!("/v1/volunteers/{id}/consents"), given).await.assert_ok();
        self.0.remember(id, serial)
    }

    async fn take(&self, step: &'static str, id: &str) -> Outcome {
        let clerk = self.0.counter.phone("clerk").await;
        let path = format!("/v1/volunteers/{id}");
        let post = async |rest: &str, body: Value| {
            outcome(&clerk.post(format!("{path}/{rest}"), body).await)
        };
        match step {
            "volunteer_reject" => post("reject", json!({"reason": "证件并非本人所有"})).await,
            "volunteer_close" => outcome(&self.0.counter.close(id).await),
            "volunteer_correct" => post("correct", correction()).await,
            "volunteer_correct the phone" => post("correct", self.0.another_phone()).await,
            "volunteer_binding_code" => post("binding-code", json!({})).await,
            "volunteer_consent_grant" => {
                let given = json!({"purpose": "sms", "text_version": "2026-01",
                    "channel": "paper", "witness": "李支书"});
                post("consents", given).await
            }
            "volunteer_consent_withdraw" => {
                let wish = json!({"channel": "paper", "witness": "李支书"});
                post("consents/photo_use/withdraw", wish).await
            }
            "volunteer_update" => {
                let version = self.0.show(id).await.version();
                let body = json!({"site_id": self.0.counter.station.id, "groups": ["五老"],
                    "skills": ["理发"], "service_types": ["敬老"]});
                outcome(&clerk.put(path, body, version).await)
            }
            _ => self.0.take(step, id).await,
        }
    }

    async fn state(&self, id: &str) -> String {
        shown_state(&self.0.show(id).await)
    }
}

pub(super) struct WithPhone(Register);

impl Machine for WithPhone {
    const EDGES: &'static [Edge] = &[
        ("volunteer_verify", &["pending_verification"], "active"),
        ("volunteer_suspend", &["active"], "suspended"),
        ("volunteer_reinstate", &["suspended"], "active"),
        ("~ she is disqualified", &["active", "suspended"], "disqualified"),
        ("~ the year is over", &["disqualified"], "active"),
        ("me_correct", &["pending_verification", "active"], "pending_verification"),
        ("me_correct the phone", NOT_GONE, STAYS),
        ("me_closure", &["pending_verification", "active"], "closed"),
    ];
    const START: &'static str = "pending_verification";

    fn states() -> Vec<&'static str> {
        OnPaper::states()
    }

    fn refusal(step: &'static str, state: &'static str) -> &'static str {
        match (step, state) {
            ("me_closure", "suspended" | "disqualified") => "closure_blocked",
            (_, "closed") if step.starts_with("me_") => "unauthenticated",
            _ => "wrong_state",
        }
    }

    fn status(step: &'static str, state: &'static str) -> u16 {
        // Her sessions ended with her.
        if step.starts_with("me_") && state == "closed" { 401 } else { 409 }
    }

    fn app(&self) -> &TestApp {
        &self.0.counter.app
    }

    async fn begin(&self) -> String {
        let (id, serial) = self.0.counter.registers().await;
        self.0.remember(id, serial)
    }

    async fn take(&self, step: &'static str, id: &str) -> Outcome {
        match step {
            "me_correct" => {
                let her = self.her(id).await;
                outcome(&her.post("/v1/me/volunteer/correct", correction()).await)
            }
            "me_correct the phone" => {
                let (her, body) = (self.her(id).await, self.0.another_phone());
                outcome(&her.post("/v1/me/volunteer/correct", body).await)
            }
            "me_closure" => {
                let her = self.her(id).await;
                outcome(&her.post("/v1/me/closure", json!({"confirm": true})).await)
            }
            _ => self.0.take(step, id).await,
        }
    }

    async fn state(&self, id: &str) -> String {
        shown_state(&self.0.show(id).await)
    }
}

impl WithPhone {
    async fn her(&self, id: &str) -> Client {
        let name = format!("her-{}", self.0.serial(id));
        let gone = self.state(id).await == "closed";
        if gone { self.0.counter.phones.left(&name) } else { self.0.counter.phone(&name).await }
    }
}

fn correction() -> Value {
    json!({"name": "汪桂英", "reason": "登记时看错一字"})
}

/// What becomes of everybody alike.
struct Register {
    counter: Counter,
    /// The numbers of their documents.
    serials: RefCell<BTreeMap<String, u32>>,
}

impl Register {
    async fn open() -> Self {
        let counter = Counter::open(start().await).await;
        let watch = counter.app.staff("watch", Role::Supervisor, &counter.station).await;
        counter.phones.keep(&counter.app, "watch", &watch);
        Self { counter, serials: RefCell::default() }
    }

    fn remember(&self, id: String, serial: u32) -> String {
        self.serials.borrow_mut().insert(id.clone(), serial);
        id
    }

    fn serial(&self, id: &str) -> u32 {
        self.serials.borrow()[id]
    }

    /// Where else to reach her.
    fn another_phone(&self) -> Value {
        json!({"phone": format!("139{:08}", self.counter.next()), "reason": "换了号码"})
    }

    async fn show(&self, id: &str) -> Answer {
        self.counter.phone("clerk").await.get(format!("/v1/volunteers/{id}")).await
    }

    async fn take(&self, step: &'static str, id: &str) -> Outcome {
        match step {
            "volunteer_verify" => outcome(&self.counter.verify(id, self.serial(id)).await),
            "~ she is disqualified" => self.disqualify(id).await,
            "~ the year is over" => {
                self.counter.app.advance(TimeDelta::days(366));
                self.counter.app.run_jobs().await;
                Ok(())
            }
            _ => {
                let verb = step.trim_start_matches("volunteer_");
                let path = format!("/v1/volunteers/{id}/{verb}");
                let clerk = self.counter.phone("clerk").await;
                outcome(&clerk.post(path, json!({"reason": "待核实"})).await)
            }
        }
    }

    /// A whole case, from the proposal to its execution.
    async fn disqualify(&self, id: &str) -> Outcome {
        self.counter.app.well_before_the_year_ends();
        let manager = self.counter.phone("manager").await;
        let path = format!("/v1/volunteers/{id}/disqualifications");
        let case = manager.post(path, Court::proposal()).await.id();
        let step = async |who: &str, step: &str, body: Value| {
            let path = format!("/v1/disqualifications/{case}/{step}");
            self.counter.phone(who).await.post(path, body).await
        };
        step("manager", "notify", json!({})).await.assert_ok();
        step("town-b", "deliver", json!({"witness": "李支书"})).await.assert_ok();
        self.counter.app.advance(TimeDelta::days(25));
        step("watch", "supervise", json!({"note": "在场"})).await.assert_ok();
        let opinion = json!({"opinion": "proceed", "note": "属实"});
        step("town-b", "review", opinion).await.assert_ok();
        step("town-a", "decide", json!({"note": "同意"})).await.assert_ok();
        outcome(&step("town-b", "execute", Court::confirmation()).await)
    }
}

#[actix_web::test]
async fn a_volunteer_without_a_phone_in_every_state() {
    walk(&OnPaper(Register::open().await)).await;
}

#[actix_web::test]
async fn a_volunteer_with_a_phone_in_every_state() {
    walk(&WithPhone(Register::open().await)).await;
}
