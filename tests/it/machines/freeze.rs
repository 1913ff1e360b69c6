//! A supervisor's freeze of a claim, a notice entry or a redemption: in force, lifted, lapsed.

use std::cell::Cell;

use chrono::TimeDelta;
use entity::freeze::{self, FreezeEnd};
use entity::role_assignment::Role;
use harness::{Offer, Shop, TestApp};
use sea_orm::{ColumnTrait as _, EntityTrait as _, Iterable as _, QueryFilter as _};
use serde_json::json;
use uuid::Uuid;

use super::super::objection::Office;
use super::offices::{certified, open_notice};
use super::{Edge, Machine, Outcome, outcome, start, walk};

/// Of what kind, and where such a thing is made.
enum Subject {
    Claim(Office),
    NoticeEntry(Office),
    Redemption(TestApp, Box<Shop>),
}

/// Named by the freeze and what it keeps.
pub(super) struct Freezes {
    subject: Subject,
    reasons: Cell<u32>,
}

impl Machine for Freezes {
    const EDGES: &'static [Edge] = &[
        ("freeze_lift", &["in_force"], "released"),
        ("freeze_lift by the town", &["in_force"], "released"),
        ("~ its time is over", &["in_force"], "over"),
        ("~ it lapses", &["over"], "lapsed"),
        // For another reason.
        ("freeze_create", &["over", "lapsed"], "lapsed, another in force"),
        ("freeze_create", &["released"], "released, another in force"),
    ];
    const START: &'static str = "in_force";

    fn states() -> Vec<&'static str> {
        let others = ["lapsed, another in force", "released, another in force"];
        FreezeEnd::iter().map(FreezeEnd::as_str).chain(["in_force", "over"]).chain(others).collect()
    }

    fn refusal(step: &'static str, _state: &'static str) -> &'static str {
        if step == "freeze_create" { "already_frozen" } else { "wrong_state" }
    }

    fn app(&self) -> &TestApp {
        match &self.subject {
            Subject::Claim(office) | Subject::NoticeEntry(office) => &office.app,
            Subject::Redemption(app, _) => app,
        }
    }

    async fn begin(&self) -> String {
        let subject = match &self.subject {
            Subject::Claim(office) => certified(office).await,
            Subject::NoticeEntry(office) => {
                let claim = certified(office).await;
                open_notice(office).await;
                claim
            }
            Subject::Redemption(app, shop) => ordered(app, shop).await,
        };
        let made = self.freeze(&subject).await;
        format!("{}/{subject}", made.id())
    }

    async fn take(&self, step: &'static str, id: &str) -> Outcome {
        let (freeze, subject) = id.split_once('/').expect("a freeze and its subject");
        match step {
            "freeze_create" => outcome(&self.freeze(subject).await),
            "~ its time is over" => {
                self.app().advance(TimeDelta::days(2));
                Ok(())
            }
            "~ it lapses" => {
                self.app().run_jobs().await;
                Ok(())
            }
            _ => {
                let who = if step == "freeze_lift" { "watch" } else { "town-a" };
                let path = format!("/v1/freezes/{freeze}/lift");
                let body = json!({"reason": "已核实无误"});
                outcome(&self.app().sign_in(who).await.post(path, body).await)
            }
        }
    }

    async fn state(&self, id: &str) -> String {
        let (freeze, subject) = id.split_once('/').expect("a freeze and its subject");
        let subject: Uuid = subject.parse().expect("an id");
        let its = freeze::Entity::find().filter(freeze::Column::SubjectId.eq(subject));
        let its = its.all(&self.app().db).await.expect("freezes");
        let row = its.iter().find(|row| row.id.to_string() == freeze).expect("the freeze");
        let another = its.iter().any(|other| other.id != row.id && other.ended_at.is_none());
        match row.ended_how {
            Some(how) if another => format!("{how}, another in force"),
            Some(how) => how.to_string(),
            None if row.frozen_until <= self.app().clock.now() => "over".to_owned(),
            None => "in_force".to_owned(),
        }
    }
}

impl Freezes {
    /// For a reason not given before.
    async fn freeze(&self, subject: &str) -> harness::Answer {
        self.reasons.set(self.reasons.get() + 1);
        let (kind, site) = match &self.subject {
            Subject::Claim(office) => ("claim", &office.county.town.stations[0]),
            Subject::NoticeEntry(office) => ("notice_entry", &office.county.town.stations[0]),
            Subject::Redemption(_, shop) => ("redemption", &shop.station),
        };
        let body = json!({
            "subject": {"kind": kind, "id": subject}, "days": 2,
            "reason": format!("第{}次举报", self.reasons.get()),
        });
        let watch = self.app().sign_in("watch").await;
        watch.post(format!("/v1/sites/{}/freezes", site.id), body).await
    }
}

/// What she orders in a session opened now.
async fn ordered(app: &TestApp, shop: &Shop) -> String {
    let manager = app.sign_in(&format!("manager-{}", shop.station.division_code)).await;
    let path = format!("/v1/sites/{}/redemption-sessions", shop.station.id);
    let session = manager.post(path, app.session_plan(&shop.goods, Offer::default())).await.id();
    let open = format!("/v1/redemption-sessions/{session}/open");
    manager.post(open, json!({})).await.assert_ok();
    let wish = json!({"session_id": session, "goods_id": shop.goods, "quantity": 1});
    app.sign_in("zhang-xiulan").await.post("/v1/redemptions", wish).await.id()
}

async fn every_state(subject: Subject) {
    walk(&Freezes { subject, reasons: Cell::new(0) }).await;
}

#[actix_web::test]
async fn a_freeze_of_a_claim_in_every_state() {
    every_state(Subject::Claim(Office::of(start().await).await)).await;
}

#[actix_web::test]
async fn a_freeze_of_a_notice_entry_in_every_state() {
    every_state(Subject::NoticeEntry(Office::of(start().await).await)).await;
}

#[actix_web::test]
async fn a_freeze_of_a_redemption_in_every_state() {
    let app = start().await;
    let shop = app.shop(Offer { stock: 100, quantity: 100, ..Offer::default() }).await;
    app.rich_volunteer("zhang-xiulan", &shop.station, 3000).await;
    app.staff("watch", Role::Supervisor, &shop.station).await;
    app.staff("town-a", Role::TownAdmin, &shop.county.town.institute).await;
    every_state(Subject::Redemption(app, Box::new(shop))).await;
}
