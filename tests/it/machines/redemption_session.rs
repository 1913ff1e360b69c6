//! A redemption session: planned, open, closed; and one that nobody opened in time.

use chrono::{DateTime, TimeDelta, Utc};
use harness::{Client, Offer, Shop, TestApp};
use serde_json::json;

use super::people::Phones;
use super::{Edge, Machine, Outcome, STAYS, outcome, shown_state, start, walk};

pub(super) struct RedemptionSessions {
    app: TestApp,
    shop: Shop,
    phones: Phones,
}

impl Machine for RedemptionSessions {
    const EDGES: &'static [Edge] = &[
        ("redemption_session_update", &["planned"], STAYS),
        ("redemption_session_open", &["planned"], "open"),
        // One that was only planned is called off.
        ("redemption_session_close", &["planned", "open", "missed"], "closed"),
        ("~ its time passes", &["planned"], "missed"),
        // It is planned anew.
        ("redemption_session_update", &["missed"], "planned"),
    ];
    const START: &'static str = "planned";

    fn states() -> Vec<&'static str> {
        vec!["planned", "missed", "open", "closed"]
    }

    fn refusal(step: &'static str, state: &'static str) -> &'static str {
        let late = step == "redemption_session_open" && state == "missed";
        if late { "session_not_open" } else { "wrong_state" }
    }

    fn app(&self) -> &TestApp {
        &self.app
    }

    async fn begin(&self) -> String {
        let path = format!("/v1/sites/{}/redemption-sessions", self.shop.station.id);
        let plan = self.app.session_plan(&self.shop.goods, Offer::default());
        self.manager().await.post(path, plan).await.id()
    }

    async fn take(&self, step: &'static str, id: &str) -> Outcome {
        if step == "~ its time passes" {
            self.app.advance(TimeDelta::days(2));
            return Ok(());
        }
        let manager = self.manager().await;
        let path = format!("/v1/redemption-sessions/{id}");
        if step == "redemption_session_update" {
            let version = manager.get(&path).await.version();
            let offer = Offer { points: 45, ..Offer::default() };
            let plan = self.app.session_plan(&self.shop.goods, offer);
            return outcome(&manager.put(path, plan, version).await);
        }
        let verb = step.trim_start_matches("redemption_session_");
        outcome(&manager.post(format!("{path}/{verb}"), json!({})).await)
    }

    async fn state(&self, id: &str) -> String {
        let path = format!("/v1/redemption-sessions/{id}");
        let shown = self.manager().await.get(path).await;
        let ends = shown.ok()["ends_at"].as_str().map(str::parse::<DateTime<Utc>>);
        let passed = ends.expect("its end").expect("an instant") <= self.app.clock.now();
        match shown_state(&shown).as_str() {
            "planned" if passed => "missed".to_owned(),
            state => state.to_owned(),
        }
    }
}

impl RedemptionSessions {
    async fn manager(&self) -> Client {
        let name = format!("manager-{}", self.shop.station.division_code);
        self.phones.of(&self.app, &name).await
    }
}

#[actix_web::test]
async fn a_redemption_session_in_every_state() {
    let app = start().await;
    let shop = app.shop(Offer::default()).await;
    walk(&RedemptionSessions { app, shop, phones: Phones::default() }).await;
}
