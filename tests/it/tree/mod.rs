//! The public trees: growing, signing, proving, verifying, and what nobody may change.

mod cosigning;
mod figures;
mod growing;
mod keys;
mod proofs;
mod quarter;
mod sequencing;
mod signing;
mod tamper;
mod verdicts;
mod verifiers;

use entity::{tree, tree_leaf};
use harness::{Person, TestApp, Town};
use sea_orm::{EntityTrait, QueryOrder};

pub(crate) use self::tamper::{disarm, found};

/// A village of two whose entries are in a tree that is signed.
pub(crate) struct Village {
    pub(crate) app: TestApp,
    pub(crate) zhang: Person,
    pub(crate) li: Person,
    /// The tree's name.
    pub(crate) tree: String,
    pub(crate) station: entity::site::Model,
    pub(crate) other: Town,
    pub(crate) center: entity::site::Model,
}

impl Village {
    /// `entries` entries, in turns.
    pub(crate) async fn open(entries: i64) -> Self {
        Self::on(TestApp::start().await, entries).await
    }

    pub(crate) async fn on(app: TestApp, entries: i64) -> Self {
        let county = app.county().await;
        let station = county.town.stations[0].clone();
        let zhang = app.volunteer("zhang-xiulan", &station).await;
        let li = app.volunteer("li-guifang", &station).await;
        let (tree, other, center) = (String::new(), county.other, county.center);
        let mut village = Self { app, zhang, li, tree, station, other, center };
        village.give(entries).await;
        village.app.run_jobs().await;
        village.tree = village.row().await.tenant;
        village
    }

    pub(crate) async fn give(&self, entries: i64) {
        for number in 0..entries {
            let her = if number % 2 == 0 { &self.zhang } else { &self.li };
            self.app.give(her.volunteer, number + 1).await;
        }
    }

    pub(crate) async fn row(&self) -> tree::Model {
        tree::Entity::find().one(&self.app.db).await.unwrap().expect("a tree")
    }

    pub(crate) async fn leaves(&self) -> Vec<tree_leaf::Model> {
        let leaves = tree_leaf::Entity::find().order_by_asc(tree_leaf::Column::LeafIndex);
        leaves.all(&self.app.db).await.unwrap()
    }

    /// The path of an operation on the tree.
    pub(crate) fn at(&self, rest: &str) -> String {
        format!("/v1/trees/{}/{rest}", self.tree)
    }
}
