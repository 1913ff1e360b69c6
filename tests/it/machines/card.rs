//! A points card: issued, in use, lost or suspended, and at last replaced or cancelled.

use entity::card::{self, CardState};
use harness::TestApp;
use sea_orm::{ColumnTrait as _, EntityTrait as _, Iterable as _, QueryFilter as _};
use serde_json::json;

use super::people::Counter;
use super::{Edge, Machine, Outcome, outcome, shown_state, start, walk};

pub(super) struct Cards {
    counter: Counter,
}

impl Machine for Cards {
    const EDGES: &'static [Edge] = &[
        ("card_activate", &["issued"], "active"),
        ("card_lose", &["issued", "active", "suspended"], "lost"),
        ("card_suspend", &["active"], "suspended"),
        ("card_reinstate", &["lost", "suspended"], "active"),
        ("card_replace", &["issued", "active", "lost", "suspended"], "replaced"),
        ("~ its holder leaves", &["issued", "active", "lost", "suspended"], "cancelled"),
    ];
    const START: &'static str = "issued";

    fn states() -> Vec<&'static str> {
        // Nobody asks for a card from afar: it is made at the counter.
        let made = CardState::iter().filter(|state| *state != CardState::Requested);
        made.map(CardState::as_str).collect()
    }

    fn app(&self) -> &TestApp {
        &self.counter.app
    }

    async fn begin(&self) -> String {
        let (holder, serial) = self.counter.registered().await;
        self.counter.verify(&holder, serial).await.assert_ok();
        let clerk = self.counter.phone("clerk").await;
        let made = clerk.post(format!("/v1/volunteers/{holder}/cards"), json!({})).await.ok();
        made["number"].as_str().expect("a number").to_owned()
    }

    async fn take(&self, step: &'static str, number: &str) -> Outcome {
        let clerk = self.counter.phone("clerk").await;
        let (verb, body) = match step {
            "~ its holder leaves" => {
                return outcome(&self.counter.close(&self.holder(number).await).await);
            }
            "card_activate" => ("activate", json!({})),
            _ => (step.trim_start_matches("card_"), json!({"reason": "赶集时遗失"})),
        };
        outcome(&clerk.post(format!("/v1/cards/{number}/{verb}"), body).await)
    }

    async fn state(&self, number: &str) -> String {
        let clerk = self.counter.phone("clerk").await;
        shown_state(&clerk.get(format!("/v1/cards/{number}")).await)
    }
}

impl Cards {
    async fn holder(&self, number: &str) -> String {
        let found = card::Entity::find().filter(card::Column::Number.eq(number.replace('-', "")));
        let card = found.one(&self.counter.app.db).await.expect("cards").expect("the card");
        card.volunteer_id.to_string()
    }
}

#[actix_web::test]
async fn a_card_in_every_state() {
    let counter = Counter::open(start().await).await;
    walk(&Cards { counter }).await;
}
