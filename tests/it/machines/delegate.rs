//! A delegate who picks up for a holder: registered, ended.

use entity::pickup_delegate;
use harness::{Client, TestApp};
use sea_orm::EntityTrait as _;
use serde_json::json;
use uuid::Uuid;

use super::people::Counter;
use super::{Edge, Machine, Outcome, outcome, start, walk};

/// Those a holder registers on her own phone.
pub(super) struct OwnDelegates {
    counter: Counter,
    her: Client,
}

impl Machine for OwnDelegates {
    const EDGES: &'static [Edge] = &[("pickup_delegate_end", &["registered"], "ended")];
    const START: &'static str = "registered";

    fn states() -> Vec<&'static str> {
        vec!["registered", "ended"]
    }

    fn app(&self) -> &TestApp {
        &self.counter.app
    }

    async fn begin(&self) -> String {
        let name = format!("邻居{}", self.counter.next());
        let body = json!({"name": name, "relation": "neighbour"});
        self.her.post("/v1/me/pickup-delegates", body).await.id()
    }

    async fn take(&self, _step: &'static str, id: &str) -> Outcome {
        let path = format!("/v1/me/pickup-delegates/{id}/end");
        outcome(&self.her.post(path, json!({})).await)
    }

    async fn state(&self, id: &str) -> String {
        state_of(&self.counter.app, id).await
    }
}

/// Those the counter registers for a holder who has no phone.
pub(super) struct AssistedDelegates {
    counter: Counter,
    card_number: String,
}

impl Machine for AssistedDelegates {
    const EDGES: &'static [Edge] = &[("pickup_delegate_end_assisted", &["registered"], "ended")];
    const START: &'static str = "registered";

    fn states() -> Vec<&'static str> {
        OwnDelegates::states()
    }

    fn app(&self) -> &TestApp {
        &self.counter.app
    }

    async fn begin(&self) -> String {
        let body = json!({"card_number": self.card_number, "relation": "family",
            "name": format!("孙子{}", self.counter.next()), "reason": "本人没有智能手机"});
        let clerk = self.counter.phone("clerk").await;
        clerk.post(self.counter.at("pickup-delegates"), body).await.id()
    }

    async fn take(&self, _step: &'static str, id: &str) -> Outcome {
        let body = json!({"card_number": self.card_number, "reason": "本人到站要求"});
        let clerk = self.counter.phone("clerk").await;
        let path = self.counter.at(&format!("pickup-delegates/{id}/end"));
        outcome(&clerk.post(path, body).await)
    }

    async fn state(&self, id: &str) -> String {
        state_of(&self.counter.app, id).await
    }
}

async fn state_of(app: &TestApp, id: &str) -> String {
    let found = pickup_delegate::Entity::find_by_id(id.parse::<Uuid>().expect("an id"));
    let row = found.one(&app.db).await.expect("delegates").expect("the delegate");
    if row.ended_at.is_some() { "ended".to_owned() } else { "registered".to_owned() }
}

#[actix_web::test]
async fn a_delegate_of_her_own_in_every_state() {
    let counter = Counter::open(start().await).await;
    let her = counter.app.volunteer("zhang-xiulan", &counter.station).await.client;
    walk(&OwnDelegates { counter, her }).await;
}

#[actix_web::test]
async fn a_delegate_named_at_the_counter_in_every_state() {
    let counter = Counter::open(start().await).await;
    let (_, card_number) = counter.app.card_only("王奶奶", &counter.station).await;
    walk(&AssistedDelegates { counter, card_number }).await;
}
