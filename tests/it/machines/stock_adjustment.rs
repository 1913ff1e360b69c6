//! A write-off or a count: proposed by one person, confirmed or rejected by another.

use entity::role_assignment::Role;
use entity::site;
use entity::stock_adjustment::{self, StockAdjustmentState};
use harness::{Client, Keepers, TestApp};
use sea_orm::{EntityTrait as _, Iterable as _};
use serde_json::json;
use uuid::Uuid;

use super::{Edge, Machine, Outcome, STAYS, outcome, start, walk};

pub(super) struct StockAdjustments {
    app: TestApp,
    station: site::Model,
    keepers: Keepers,
    deputy: Client,
}

impl Machine for StockAdjustments {
    const EDGES: &'static [Edge] = &[
        ("stock_adjustment_confirm", &["proposed"], "confirmed"),
        // Whoever lost the answer asks again, and nothing happens twice.
        ("stock_adjustment_confirm", &["confirmed"], STAYS),
        ("stock_adjustment_reject", &["proposed"], "rejected"),
        ("stock_adjustment_reject", &["rejected"], STAYS),
        ("stock_adjustment_confirm by a third person", &["proposed"], "confirmed"),
        ("stock_adjustment_reject by a third person", &["proposed"], "rejected"),
        ("stock_adjustment_confirm by who proposed it", &[], ""),
        ("stock_adjustment_reject by who proposed it", &[], ""),
    ];
    const START: &'static str = "proposed";

    fn states() -> Vec<&'static str> {
        StockAdjustmentState::iter().map(StockAdjustmentState::as_str).collect()
    }

    fn refusal(step: &'static str, state: &'static str) -> &'static str {
        let own = step.ends_with("by who proposed it") && state == "proposed";
        if own { "second_signer_required" } else { "wrong_state" }
    }

    fn app(&self) -> &TestApp {
        &self.app
    }

    async fn begin(&self) -> String {
        let Keepers { clerk, .. } = &self.keepers;
        let goods = self.keepers.goods(&self.station, "洗衣液").await;
        let lot = self.keepers.stock(&self.station, &goods, 5, None).await;
        let body = json!({"quantity": 1, "reason": "运输破损"});
        clerk.post(format!("/v1/stock-lots/{lot}/write-off"), body).await.id()
    }

    async fn take(&self, step: &'static str, id: &str) -> Outcome {
        let by = if step.ends_with("by who proposed it") {
            &self.keepers.clerk
        } else if step.ends_with("by a third person") {
            &self.deputy
        } else {
            &self.keepers.manager
        };
        let path = format!("/v1/stock-adjustments/{id}");
        if step.starts_with("stock_adjustment_confirm") {
            return outcome(&by.post(format!("{path}/confirm"), json!({})).await);
        }
        let body = json!({"reason": "重新清点后无误"});
        outcome(&by.post(format!("{path}/reject"), body).await)
    }

    async fn state(&self, id: &str) -> String {
        let found = stock_adjustment::Entity::find_by_id(id.parse::<Uuid>().expect("an id"));
        let row = found.one(&self.app.db).await.expect("adjustments").expect("the adjustment");
        row.state.as_str().to_owned()
    }
}

#[actix_web::test]
async fn an_adjustment_of_stock_in_every_state() {
    let app = start().await;
    let station = app.county().await.town.stations[0].clone();
    let keepers = app.keepers(&station).await;
    let deputy = app.staff("deputy", Role::StationManager, &station).await;
    walk(&StockAdjustments { app, station, keepers, deputy }).await;
}
