//! A value set for later, until it is in force or taken back; and a site that has a value of its
//! own or inherits.

use chrono::{SecondsFormat, TimeDelta};
use entity::{setting, setting_withdrawal};
use harness::{Client, TestApp};
use sea_orm::EntityTrait as _;
use serde_json::json;
use uuid::Uuid;

use super::people::Counter;
use super::{Edge, Machine, Outcome, STAYS, outcome, start, walk};

const KEY: &str = "settings/claim_window_days";

pub(super) struct ScheduledValues {
    counter: Counter,
}

impl Machine for ScheduledValues {
    const EDGES: &'static [Edge] = &[
        ("setting_withdraw", &["coming"], "withdrawn"),
        ("~ its day comes", &["coming"], "in force"),
    ];
    const START: &'static str = "coming";

    fn states() -> Vec<&'static str> {
        vec!["coming", "in force", "withdrawn"]
    }

    fn refusal(_step: &'static str, state: &'static str) -> &'static str {
        if state == "withdrawn" { "not_found" } else { "wrong_state" }
    }

    fn status(_step: &'static str, state: &'static str) -> u16 {
        // What was taken back is not there to be taken back.
        if state == "withdrawn" { 404 } else { 409 }
    }

    fn app(&self) -> &TestApp {
        &self.counter.app
    }

    async fn begin(&self) -> String {
        // No two values begin at one instant.
        let soon = TimeDelta::days(1) + TimeDelta::seconds(self.counter.next().into());
        let from =
            (self.counter.app.clock.now() + soon).to_rfc3339_opts(SecondsFormat::Micros, true);
        let (town, path) = (self.town().await, self.counter.at(KEY));
        let version = town.get(&path).await.version();
        let body = json!({"value": 30, "effective_from": from});
        let shown = town.put(path, body, version).await.ok();
        let coming = shown["scheduled"].as_array().expect("values").iter();
        let set = coming.max_by_key(|value| value["effective_from"].as_str().map(str::to_owned));
        set.expect("a value")["id"].as_str().expect("an id").to_owned()
    }

    async fn take(&self, step: &'static str, id: &str) -> Outcome {
        if step == "~ its day comes" {
            self.counter.app.advance(TimeDelta::days(2));
            return Ok(());
        }
        let path = self.counter.at(&format!("{KEY}/scheduled/{id}"));
        outcome(&self.town().await.delete(path).await)
    }

    async fn state(&self, id: &str) -> String {
        let (app, id) = (&self.counter.app, id.parse::<Uuid>().expect("an id"));
        let withdrawn = setting_withdrawal::Entity::find_by_id(id).one(&app.db).await;
        if withdrawn.expect("withdrawals").is_some() {
            return "withdrawn".to_owned();
        }
        let row = setting::Entity::find_by_id(id).one(&app.db).await;
        let row = row.expect("settings").expect("the value");
        let begun = row.effective_from <= app.clock.now();
        if begun { "in force".to_owned() } else { "coming".to_owned() }
    }
}

impl ScheduledValues {
    async fn town(&self) -> Client {
        self.counter.phone("town-a").await
    }
}

pub(super) struct SitesValues {
    counter: Counter,
}

impl Machine for SitesValues {
    const EDGES: &'static [Edge] = &[
        ("setting_set", &["inherited"], "own"),
        ("setting_set", &["own"], STAYS),
        ("setting_inherit", &["own"], "inherited"),
    ];
    const START: &'static str = "inherited";

    fn states() -> Vec<&'static str> {
        vec!["inherited", "own"]
    }

    fn app(&self) -> &TestApp {
        &self.counter.app
    }

    async fn begin(&self) -> String {
        // It is one station's all the time: what an earlier life left goes back first.
        if self.state("").await == "own" {
            assert_eq!(self.take("setting_inherit", "").await, Ok(()));
        }
        String::new()
    }

    async fn take(&self, step: &'static str, _id: &str) -> Outcome {
        self.counter.app.advance(TimeDelta::seconds(1));
        let town = self.counter.phone("town-a").await;
        let path = self.counter.at(KEY);
        if step == "setting_inherit" {
            return outcome(&town.post(format!("{path}/inherit"), json!({})).await);
        }
        let version = town.get(&path).await.version();
        outcome(&town.put(path, json!({"value": 30}), version).await)
    }

    async fn state(&self, _id: &str) -> String {
        let town = self.counter.phone("town-a").await;
        let shown = town.get(self.counter.at(KEY)).await.ok();
        let own = shown["origin"] == "own";
        if own { "own".to_owned() } else { "inherited".to_owned() }
    }
}

#[actix_web::test]
async fn a_value_set_for_later_in_every_state() {
    let counter = Counter::open(start().await).await;
    walk(&ScheduledValues { counter }).await;
}

#[actix_web::test]
async fn a_sites_value_in_every_state() {
    let counter = Counter::open(start().await).await;
    walk(&SitesValues { counter }).await;
}
