//! A key that signs under a tree's heads: proposed by one, approved by another, revoked; and our
//! own, which nobody approves or revokes here.

use std::sync::atomic::{AtomicU8, Ordering};

use api::tree::core::key::Signatory;
use entity::role_assignment::Role;
use entity::tree_key::{self, KeyAlgorithm, TreeKeyState};
use harness::{Client, TestApp};
use sea_orm::{EntityTrait as _, Iterable as _};
use serde_json::json;
use uuid::Uuid;

use super::{Edge, Machine, Outcome, outcome, start, walk};
use crate::tree::Village;

pub(super) struct TreeKeys(Office);

impl Machine for TreeKeys {
    const EDGES: &'static [Edge] = &[
        ("tree_key_approve", &["proposed"], "active"),
        ("tree_key_revoke", &["proposed", "active"], "revoked"),
        ("tree_key_approve by who proposed it", &[], ""),
    ];
    const START: &'static str = "proposed";

    fn states() -> Vec<&'static str> {
        TreeKeyState::iter().map(TreeKeyState::as_str).collect()
    }

    fn refusal(step: &'static str, state: &'static str) -> &'static str {
        if Self::is_own(step, state) { "must_recuse" } else { "wrong_state" }
    }

    fn status(step: &'static str, state: &'static str) -> u16 {
        if Self::is_own(step, state) { 403 } else { 409 }
    }

    fn app(&self) -> &TestApp {
        &self.0.village.app
    }

    async fn begin(&self) -> String {
        let signatory = Signatory::from_seed(&[self.0.seeds.fetch_add(1, Ordering::Relaxed); 32]);
        let key = signatory.public("county.510120", KeyAlgorithm::CosignatureV1).expect("a key");
        let wish = json!({"role": "county", "key": key.to_string()});
        self.0.first.post(self.0.village.at("keys"), wish).await.id()
    }

    async fn take(&self, step: &'static str, id: &str) -> Outcome {
        self.0.take(step, id).await
    }

    async fn state(&self, id: &str) -> String {
        self.0.state(id).await
    }
}

impl TreeKeys {
    fn is_own(step: &str, state: &str) -> bool {
        step.ends_with("by who proposed it") && state == "proposed"
    }
}

/// Our own key is the configuration's affair.
pub(super) struct OwnTreeKey(Office);

impl Machine for OwnTreeKey {
    const EDGES: &'static [Edge] = &[("tree_key_approve", &[], ""), ("tree_key_revoke", &[], "")];
    const START: &'static str = "active";

    fn states() -> Vec<&'static str> {
        vec!["active"]
    }

    fn app(&self) -> &TestApp {
        &self.0.village.app
    }

    async fn begin(&self) -> String {
        let keys = self.0.first.get(self.0.village.at("keys")).await.ok();
        keys["items"][0]["id"].as_str().expect("our key").to_owned()
    }

    async fn take(&self, step: &'static str, id: &str) -> Outcome {
        self.0.take(step, id).await
    }

    async fn state(&self, id: &str) -> String {
        self.0.state(id).await
    }
}

/// A signed tree, and two persons who keep its keys.
struct Office {
    village: Village,
    first: Client,
    second: Client,
    seeds: AtomicU8,
}

impl Office {
    async fn open() -> Self {
        let village = Village::on(start().await, 2).await;
        let first = village.app.staff("county-a", Role::CountyAdmin, &village.center).await;
        let second = village.app.staff("county-b", Role::SecurityAdmin, &village.center).await;
        Self { village, first, second, seeds: AtomicU8::new(1) }
    }

    async fn take(&self, step: &'static str, id: &str) -> Outcome {
        let by = if step == "tree_key_approve" { &self.second } else { &self.first };
        let verb = if step == "tree_key_revoke" { "revoke" } else { "approve" };
        outcome(&by.post(format!("/v1/tree-keys/{id}/{verb}"), json!({})).await)
    }

    async fn state(&self, id: &str) -> String {
        let found = tree_key::Entity::find_by_id(id.parse::<Uuid>().expect("an id"));
        let row = found.one(&self.village.app.db).await.expect("keys").expect("the key");
        row.state.as_str().to_owned()
    }
}

#[actix_web::test]
async fn a_key_of_others_in_every_state() {
    walk(&TreeKeys(Office::open().await)).await;
}

#[actix_web::test]
async fn our_own_key_stays_in_use() {
    walk(&OwnTreeKey(Office::open().await)).await;
}
