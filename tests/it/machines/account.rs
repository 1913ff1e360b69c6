//! An account: it may sign in, or is kept from it.

use entity::account::AccountStatus;
use harness::{Client, TestApp};
use sea_orm::Iterable as _;
use serde_json::json;

use super::people::Counter;
use super::{Edge, Machine, Outcome, outcome, start, walk};

pub(super) struct Accounts {
    counter: Counter,
}

impl Machine for Accounts {
    const EDGES: &'static [Edge] = &[
        ("account_disable", &["active"], "disabled"),
        ("account_enable", &["disabled"], "active"),
    ];
    const START: &'static str = "active";

    fn states() -> Vec<&'static str> {
        AccountStatus::iter().map(AccountStatus::as_str).collect()
    }

    fn app(&self) -> &TestApp {
        &self.counter.app
    }

    async fn begin(&self) -> String {
        let name = format!("villager-{}", self.counter.next());
        self.counter.phone(&name).await;
        self.counter.app.account(&name).await.to_string()
    }

    async fn take(&self, step: &'static str, id: &str) -> Outcome {
        let verb = step.trim_start_matches("account_");
        let body = json!({"reason": "手机丢失"});
        outcome(&self.security().await.post(format!("/v1/accounts/{id}/{verb}"), body).await)
    }

    async fn state(&self, id: &str) -> String {
        let shown = self.security().await.get(format!("/v1/accounts/{id}")).await.ok();
        shown["status"].as_str().expect("a status").to_owned()
    }
}

impl Accounts {
    async fn security(&self) -> Client {
        self.counter.phone("security").await
    }
}

#[actix_web::test]
async fn an_account_in_every_state() {
    let counter = Counter::open(start().await).await;
    walk(&Accounts { counter }).await;
}
