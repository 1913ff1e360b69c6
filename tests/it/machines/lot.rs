//! A stock lot: in quarantine until two have signed, accepted, on the shelf, and at last issued
//! to the last piece or written off.

use entity::site;
use harness::{Keepers, Offer, Person, TestApp};
use serde_json::json;

use super::{Edge, Machine, Outcome, STAYS, outcome, shown_state, start, walk};

pub(super) struct Lots {
    app: TestApp,
    station: site::Model,
    keepers: Keepers,
    villager: Person,
}

impl Machine for Lots {
    const EDGES: &'static [Edge] = &[
        // Whoever signs first, the lot stays in quarantine.
        ("lot_accept by the clerk", &["quarantine"], "signed once"),
        ("lot_accept by the manager", &["quarantine"], "signed once"),
        ("lot_accept by the manager", &["signed once"], "accepted"),
        ("lot_shelve", &["accepted"], "on_shelf"),
        // A count and a write-off are proposals: the lot stays as it is until they are confirmed.
        ("lot_count", &["accepted", "on_shelf"], STAYS),
        ("lot_write_off", &["quarantine", "signed once", "accepted", "on_shelf"], STAYS),
        ("~ all of it is written off", &["quarantine", "signed once"], "written_off"),
        ("~ all of it is written off", &["accepted", "on_shelf"], "written_off"),
        ("~ nothing of it is found", &["accepted", "on_shelf"], "written_off"),
        ("~ the last piece is issued", &["on_shelf"], "exhausted"),
        ("~ a piece comes back", &["exhausted"], "on_shelf"),
    ];
    const START: &'static str = "quarantine";

    fn states() -> Vec<&'static str> {
        vec!["quarantine", "signed once", "accepted", "on_shelf", "exhausted", "written_off"]
    }

    fn refusal(step: &'static str, state: &'static str) -> &'static str {
        let again = step == "lot_accept by the clerk" && state == "signed once";
        if again { "second_signer_required" } else { "wrong_state" }
    }

    fn app(&self) -> &TestApp {
        &self.app
    }

    async fn begin(&self) -> String {
        // Each lot has goods of its own, so that nothing is issued from another.
        let goods = self.keepers.goods(&self.station, "洗衣液").await;
        self.keepers.receive(&self.station, &goods, 2, None).await
    }

    async fn take(&self, step: &'static str, id: &str) -> Outcome {
        let Keepers { clerk, manager } = &self.keepers;
        let reason = "盘点时发现破损";
        let (by, verb, body) = match step {
            "lot_accept by the clerk" => (clerk, "accept", json!({})),
            "lot_accept by the manager" => (manager, "accept", json!({})),
            "lot_shelve" => (clerk, "shelve", json!({})),
            "lot_count" => (clerk, "count", json!({"counted": 1, "reason": reason})),
            "lot_write_off" => (clerk, "write-off", json!({"quantity": 1, "reason": reason})),
            "~ all of it is written off" => {
                return outcome(&self.keepers.write_off(id, 2).await);
            }
            "~ nothing of it is found" => return self.lose(id).await,
            "~ the last piece is issued" => return self.issue(id).await,
            _ => return self.give_back(id).await,
        };
        outcome(&by.post(format!("/v1/stock-lots/{id}/{verb}"), body).await)
    }

    async fn state(&self, id: &str) -> String {
        let shown = self.keepers.clerk.get(format!("/v1/stock-lots/{id}")).await;
        let signed = shown.ok()["accepted_by"].is_string();
        match shown_state(&shown).as_str() {
            "quarantine" if signed => "signed once".to_owned(),
            state => state.to_owned(),
        }
    }
}

impl Lots {
    async fn lose(&self, id: &str) -> Outcome {
        let body = json!({"counted": 0, "reason": "月末盘点"});
        let Keepers { clerk, manager } = &self.keepers;
        let counted = clerk.post(format!("/v1/stock-lots/{id}/count"), body).await.id();
        let path = format!("/v1/stock-adjustments/{counted}/confirm");
        outcome(&manager.post(path, json!({})).await)
    }

    /// Both pieces are redeemed in a session of their own and handed over.
    async fn issue(&self, id: &str) -> Outcome {
        let manager = &self.keepers.manager;
        let lot = manager.get(format!("/v1/stock-lots/{id}")).await.ok();
        let goods = lot["goods_id"].as_str().expect("goods");
        let plan = self.app.session_plan(goods, Offer::default());
        let path = format!("/v1/sites/{}/redemption-sessions", self.station.id);
        let session = manager.post(path, plan).await.id();
        let open = format!("/v1/redemption-sessions/{session}/open");
        manager.post(open, json!({})).await.assert_ok();
        let wish = json!({"session_id": session, "goods_id": goods, "quantity": 2});
        let order = self.villager.client.post("/v1/redemptions", wish).await.id();
        let proof = json!({"card_number": self.villager.card_number, "signature": "card"});
        let path = format!("/v1/redemptions/{order}/fulfil");
        outcome(&self.keepers.clerk.post(path, proof).await)
    }

    /// What was issued last comes back sound.
    async fn give_back(&self, id: &str) -> Outcome {
        let moved = self.keepers.clerk.get(format!("/v1/stock-lots/{id}/movements")).await.ok();
        let moves = moved["items"].as_array().expect("movements").iter();
        let mut orders = moves.filter_map(|item| item["redemption_id"].as_str());
        let order = orders.next_back().expect("a redemption");
        let body = json!({"condition": "sound", "reason": "领错了，没有拆封"});
        let path = format!("/v1/redemptions/{order}/return");
        outcome(&self.keepers.manager.post(path, body).await)
    }
}

#[actix_web::test]
async fn a_lot_in_every_state() {
    let app = start().await;
    let station = app.county().await.town.stations[0].clone();
    let keepers = app.keepers(&station).await;
    app.allow_daily(&station).await;
    let villager = app.rich_volunteer("zhang-xiulan", &station, 3000).await;
    walk(&Lots { app, station, keepers, villager }).await;
}
