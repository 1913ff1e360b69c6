//! Goods: offered, or retired.

use entity::goods::GoodsState;
use entity::site;
use harness::{Keepers, TestApp, goods_details};
use sea_orm::Iterable as _;
use serde_json::json;

use super::{Edge, Machine, Outcome, outcome, shown_state, start, walk};

pub(super) struct AllGoods {
    app: TestApp,
    station: site::Model,
    keepers: Keepers,
}

impl Machine for AllGoods {
    const EDGES: &'static [Edge] =
        &[("goods_update", &["active"], "active"), ("goods_retire", &["active"], "retired")];
    const START: &'static str = "active";

    fn states() -> Vec<&'static str> {
        GoodsState::iter().map(GoodsState::as_str).collect()
    }

    fn app(&self) -> &TestApp {
        &self.app
    }

    async fn begin(&self) -> String {
        self.keepers.goods(&self.station, "洗衣液").await
    }

    async fn take(&self, step: &'static str, id: &str) -> Outcome {
        let (manager, path) = (&self.keepers.manager, format!("/v1/goods/{id}"));
        if step == "goods_update" {
            let version = manager.get(&path).await.version();
            return outcome(&manager.put(path, goods_details("洗衣粉"), version).await);
        }
        outcome(&manager.post(format!("{path}/retire"), json!({})).await)
    }

    async fn state(&self, id: &str) -> String {
        shown_state(&self.keepers.manager.get(format!("/v1/goods/{id}")).await)
    }
}

#[actix_web::test]
async fn goods_in_every_state() {
    let app = start().await;
    let station = app.county().await.town.stations[0].clone();
    let keepers = app.keepers(&station).await;
    walk(&AllGoods { app, station, keepers }).await;
}
