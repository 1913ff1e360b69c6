//! An authorisation to act for somebody: to come, in force, over by its days or ended before.

use chrono::TimeDelta;
use entity::proxy;
use harness::{Person, TestApp};
use sea_orm::EntityTrait as _;
use serde_json::{Value, json};
use uuid::Uuid;

use super::people::Counter;
use super::{Edge, Machine, Outcome, outcome, start, walk};

pub(super) struct Proxies {
    counter: Counter,
    helper: Person,
}

impl Machine for Proxies {
    const EDGES: &'static [Edge] = &[
        // Once over, too: until it is ended on record she does not decide on the other's matters.
        ("proxy_end", &["upcoming", "live", "over"], "ended"),
        ("my_proxy_end", &["upcoming", "live", "over"], "ended"),
        ("~ its first day comes", &["upcoming"], "live"),
        ("~ its last day passes", &["live"], "over"),
        ("~ she leaves", &["upcoming", "live", "over"], "ended"),
    ];
    const START: &'static str = "upcoming";

    fn states() -> Vec<&'static str> {
        vec!["upcoming", "live", "ended", "over"]
    }

    fn app(&self) -> &TestApp {
        &self.counter.app
    }

    async fn begin(&self) -> String {
        let name = format!("王奶奶{}", self.counter.next());
        let (old, _) = self.counter.app.card_only(&name, &self.counter.station).await;
        let today = api::platform::clock::local_day(self.counter.app.clock.now());
        let body = json!({
            "proxy_volunteer_id": self.helper.volunteer, "reason": "腿脚不便", "witness": "李支书",
            "starts_on": today + TimeDelta::days(1), "ends_on": today + TimeDelta::days(3),
        });
        let clerk = self.counter.phone("clerk").await;
        let id = clerk.post(format!("/v1/volunteers/{old}/proxies"), body).await.id();
        format!("{old}/proxies/{id}")
    }

    async fn take(&self, step: &'static str, id: &str) -> Outcome {
        let days = match step {
            "~ its first day comes" => 1,
            "~ its last day passes" => 4,
            "~ she leaves" => {
                let (her, _) = id.split_once('/').expect("hers");
                return outcome(&self.counter.close(her).await);
            }
            "my_proxy_end" => {
                let (_, proxy) = id.rsplit_once('/').expect("hers");
                let path = format!("/v1/me/proxies/{proxy}/end");
                return outcome(&self.counter.phone("helper").await.post(path, json!({})).await);
            }
            _ => {
                let clerk = self.counter.phone("clerk").await;
                return outcome(&clerk.post(format!("/v1/volunteers/{id}/end"), json!({})).await);
            }
        };
        self.counter.app.advance(TimeDelta::days(days));
        Ok(())
    }

    async fn state(&self, id: &str) -> String {
        let (list, id) = id.rsplit_once('/').expect("hers");
        let found = proxy::Entity::find_by_id(id.parse::<Uuid>().expect("an id"));
        let row = found.one(&self.counter.app.db).await.expect("proxies").expect("the proxy");
        let clerk = self.counter.phone("clerk").await;
        let shown = clerk.get(format!("/v1/volunteers/{list}")).await.ok();
        let of_it = |item: &&Value| item["id"] == id;
        let item = shown["items"].as_array().expect("proxies").iter().find(of_it).cloned();
        match item.expect("the proxy")["state"].as_str().expect("a state") {
            "ended" if row.withdrawn_at.is_none() => "over".to_owned(),
            state => state.to_owned(),
        }
    }
}

#[actix_web::test]
async fn an_authorisation_in_every_state() {
    let counter = Counter::open(start().await).await;
    let helper = counter.app.volunteer("helper", &counter.station).await;
    walk(&Proxies { counter, helper }).await;
}
