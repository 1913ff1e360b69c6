//! Goods on the shelf, arranged the way staff arrange them: over HTTP.

use entity::role_assignment::Role;
use entity::site;
use serde_json::{Value, json};

use crate::app::TestApp;
use crate::client::Client;

/// The two people who keep a site's stock.
#[derive(Clone, Debug)]
pub struct Keepers {
    /// Manages the station.
    pub manager: Client,
    /// Works at its counter.
    pub clerk: Client,
}

/// A body that registers goods.
#[must_use]
pub fn goods_details(name: &str) -> Value {
    json!({"name": name, "category": "日用品", "unit_label": "瓶", "points_price": 30})
}

impl TestApp {
    /// A manager and a clerk of a site.
    pub async fn keepers(&self, at: &site::Model) -> Keepers {
        let tail = at.division_code.clone();
        let manager = self.staff(&format!("manager-{tail}"), Role::StationManager, at).await;
        let clerk = self.staff(&format!("clerk-{tail}"), Role::Clerk, at).await;
        Keepers { manager, clerk }
    }
}

impl Keepers {
    /// Registers goods of a site.
    pub async fn goods(&self, at: &site::Model, name: &str) -> String {
        let path = format!("/v1/sites/{}/goods", at.id);
        self.manager.post(path, goods_details(name)).await.id()
    }

    /// Receives a lot, which stays in quarantine.
    pub async fn receive(
        &self,
        at: &site::Model,
        goods: &str,
        quantity: i32,
        expires_on: Option<&str>,
    ) -> String {
        let body = json!({
            "goods_id": goods, "quantity": quantity, "source": "donation",
            "donor_name": "青山县惠民超市", "expires_on": expires_on,
        });
        self.clerk.post(format!("/v1/sites/{}/stock-lots", at.id), body).await.id()
    }

    /// Writes pieces off: the clerk proposes, the manager confirms.
    pub async fn write_off(&self, lot: &str, quantity: i32) -> crate::client::Answer {
        let body = json!({"quantity": quantity, "reason": "运输破损"});
        let proposed = self.clerk.post(format!("/v1/stock-lots/{lot}/write-off"), body).await;
        if !proposed.status.is_success() {
            return proposed;
        }
        let id = proposed.id();
        self.manager.post(format!("/v1/stock-adjustments/{id}/confirm"), json!({})).await
    }

    /// Receives a lot, signs it twice and puts it on the shelf.
    pub async fn stock(
        &self,
        at: &site::Model,
        goods: &str,
        quantity: i32,
        expires_on: Option<&str>,
    ) -> String {
        let lot = self.receive(at, goods, quantity, expires_on).await;
        for signer in [&self.clerk, &self.manager] {
            signer.post(format!("/v1/stock-lots/{lot}/accept"), json!({})).await.assert_ok();
        }
        self.clerk.post(format!("/v1/stock-lots/{lot}/shelve"), json!({})).await.assert_ok();
        lot
    }
}
