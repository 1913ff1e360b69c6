//! The main job as writes, one after the other, for whoever sends them through a fault.

use entity::role_assignment::Role;
use entity::{
    attendance, audit_event, card, claim, ledger_entry, redemption, sign_up, stock_lot, volunteer,
};
use harness::{Answer, Client, Offer, Person, Shop, TestApp, assisted_registration};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::{Value, json};
use uuid::Uuid;

/// One write with the key it is sent under, however often.
pub(super) struct Write<'a> {
    pub(super) who: &'a Client,
    pub(super) path: &'a str,
    pub(super) body: Value,
    pub(super) key: String,
    /// How many effects it has.
    pub(super) effects: u64,
}

impl Write<'_> {
    /// Sends it once, whatever comes back.
    pub(super) async fn send(&self) -> Answer {
        self.who.post_into_fault(self.path, &self.body, &self.key).await
    }

    /// Items of a batch are transactions of their own: what is done stays done.
    pub(super) fn is_batch(&self) -> bool {
        self.body.get("claim_ids").or(self.body.get("attendance_ids")).is_some()
    }
}

/// A way to send one write that must happen once, whatever is in between.
pub(super) trait Way {
    /// The service at its other end.
    fn app(&self) -> &TestApp;

    /// Carries a write to its end.
    async fn carry(&self, write: Write<'_>) -> Answer;

    /// Sends a write that has so many effects.
    async fn send_items(
        &self,
        who: &Client,
        path: impl AsRef<str>,
        body: Value,
        effects: u64,
    ) -> Answer {
        let (path, key) = (path.as_ref(), Uuid::now_v7().to_string());
        self.carry(Write { who, path, body, key, effects }).await
    }

    /// Sends a write with one effect.
    async fn send(&self, who: &Client, path: impl AsRef<str>, body: Value) -> Answer {
        self.send_items(who, path, body, 1).await
    }

    /// Effects so far: each leaves its row in the audit trail, in its own transaction.
    async fn effects(&self) -> u64 {
        let trail = audit_event::Entity::find().filter(audit_event::Column::Result.eq("ok"));
        trail.count(&self.app().db).await.unwrap()
    }
}

/// Tells the whole story, and proves the books.
pub(super) async fn tell(way: &impl Way) {
    let shop = way.app().shop(Offer::default()).await;
    let zhang = way.app().rich_volunteer("zhang", &shop.station, 200).await;

    joins(way, &shop).await;
    serves(way, &shop, &zhang).await;
    earns(way, &shop, &zhang).await;
    stocks(way, &shop).await;
    redeems(way, &shop, &zhang).await;

    way.app().assert_books_agree().await;
    way.app().run_jobs().await;
    way.app().assert_sound().await;
}

async fn rows<E: EntityTrait>(way: &impl Way) -> u64
where
    E::Model: Sync,
{
    E::find().count(&way.app().db).await.unwrap()
}

fn ids(batch: &Answer) -> Vec<String> {
    let results = batch.ok()["results"].as_array().unwrap().clone();
    let id = |result: &Value| result["id"].as_str().map(str::to_owned);
    results.iter().map(|result| id(result).unwrap_or_else(|| panic!("{result}"))).collect()
}

/// A villager at the counter and one with a phone; a card.
async fn joins(way: &impl Way, shop: &Shop) {
    let (clerk, site) = (&shop.keepers.clerk, &shop.station);
    let (people, cards) = (rows::<volunteer::Entity>(way).await, rows::<card::Entity>(way).await);
    let path = format!("/v1/sites/{}/volunteers", site.id);
    let id = way.send(clerk, path, assisted_registration("1940-01-01", 1)).await.id();
    // Who registered her does not say who she is.
    let verify = format!("/v1/volunteers/{id}/verify");
    way.send(&shop.keepers.manager, verify, harness::document("1940-01-01", 1)).await;
    let card = way.send(clerk, format!("/v1/volunteers/{id}/cards"), json!({})).await.ok();
    let number = card["number"].as_str().unwrap();
    way.send(clerk, format!("/v1/cards/{number}/activate"), json!({})).await;
    let phone = way.app().sign_in("li").await;
    let body = harness::registration(site, "1952-03-08", 2);
    way.send(&phone, "/v1/volunteers", body).await;
    assert_eq!(rows::<volunteer::Entity>(way).await, people + 2);
    assert_eq!(rows::<card::Entity>(way).await, cards + 1);
}

/// Two activities: one by list, one with scans and a card shown.
async fn serves(way: &impl Way, shop: &Shop, zhang: &Person) {
    let (manager, site) = (&shop.keepers.manager, &shop.station);
    let soon = json!({
        "starts_at": way.app().in_minutes(20), "ends_at": way.app().in_minutes(140),
        "needs_sign_up": false,
    });
    let (path, body) = (format!("/v1/sites/{}/activities", site.id), way.app().activity_body(soon));
    let id = way.send(manager, path, body).await.id();
    for step in ["submit", "publish"] {
        way.send(manager, format!("/v1/activities/{id}/{step}"), json!({})).await;
    }
    let listed = way.app().published_activity(manager, site, json!({})).await;
    let path = format!("/v1/activities/{listed}/sign-ups");
    way.send(&zhang.client, path, json!({})).await;
    assert_eq!(rows::<sign_up::Entity>(way).await, 1);

    let issue = format!("/v1/activities/{id}/check-in-codes");
    for (direction, path) in [("in", "/v1/check-ins"), ("out", "/v1/check-outs")] {
        let code = manager.post(&issue, json!({"direction": direction})).await.ok();
        way.send(&zhang.client, path, json!({"code": code["code"]})).await;
    }
    let (_, card) = way.app().card_only("陈奶奶", site).await;
    let call = json!({"card_number": card, "direction": "in"});
    way.send(manager, format!("/v1/activities/{id}/attendances"), call).await;
    assert_eq!(rows::<attendance::Entity>(way).await, 2);
}

/// Claims and all that is decided on them.
async fn earns(way: &impl Way, shop: &Shop, zhang: &Person) {
    let (app, site, manager) = (way.app(), &shop.station, &shop.keepers.manager);
    let rules = app.given_rules(&shop.county.town).await;
    let certifier = app.staff("certifier", Role::Certifier, site).await;
    let mut attended = Vec::new();
    for day in 5..9 {
        attended.push(app.store_attended(&app.attended(zhang, site, rules, day)).await);
    }
    let earned = rows::<ledger_entry::Entity>(way).await;

    let body = json!({"attendance_ids": attended});
    let claims = ids(&way.send_items(&zhang.client, "/v1/claims", body, 4).await);
    let last = &claims[3];
    let decline = json!({"claim_ids": [last], "reason": "签退时间有误"});
    way.send(&certifier, "/v1/claims/return", decline.clone()).await;
    way.send(&zhang.client, format!("/v1/claims/{last}/submit"), json!({})).await;
    way.send(&certifier, "/v1/claims/reject", decline).await;
    let body = json!({"claim_ids": claims[..3]});
    ids(&way.send_items(&certifier, "/v1/claims/certify", body, 3).await);
    let path = format!("/v1/claims/{}/revoke", claims[0]);
    way.send(manager, path, json!({"reason": "条目选错"})).await;
    let honour = json!({
        "volunteer_id": zhang.volunteer, "rule_item_code": "RY01",
        "award_ref": "2026年度身边好人", "reason": "县文明办〔2026〕12号",
    });
    way.send(manager, format!("/v1/sites/{}/claims", site.id), honour).await;
    assert_eq!(rows::<claim::Entity>(way).await, 5);
    assert_eq!(rows::<ledger_entry::Entity>(way).await, earned + 4, "three earned, one back");
    assert_eq!(app.points_of(zhang.volunteer).await, (200 + 8, 0));
}

/// A lot on its way to the shelf, and a piece that breaks.
async fn stocks(way: &impl Way, shop: &Shop) {
    let (clerk, manager) = (&shop.keepers.clerk, &shop.keepers.manager);
    let lots = rows::<stock_lot::Entity>(way).await;
    let body = json!({
        "goods_id": shop.goods, "quantity": 5, "source": "donation",
        "donor_name": "青山县惠民超市",
    });
    let path = format!("/v1/sites/{}/stock-lots", shop.station.id);
    let lot = way.send(clerk, path, body).await.id();
    for signer in [clerk, manager] {
        way.send(signer, format!("/v1/stock-lots/{lot}/accept"), json!({})).await;
    }
    way.send(clerk, format!("/v1/stock-lots/{lot}/shelve"), json!({})).await;
    let broken = json!({"quantity": 2, "reason": "运输破损"});
    let asked = way.send(clerk, format!("/v1/stock-lots/{lot}/write-off"), broken).await;
    let confirm = format!("/v1/stock-adjustments/{}/confirm", asked.id());
    way.send(manager, confirm, json!({})).await;
    let left = manager.get(format!("/v1/stock-lots/{lot}")).await.ok();
    assert_eq!(left["on_hand"], 3);
    assert_eq!(rows::<stock_lot::Entity>(way).await, lots + 1);
}

/// Two orders of hers, one at the counter; one handed over, one cancelled.
async fn redeems(way: &impl Way, shop: &Shop, zhang: &Person) {
    let clerk = &shop.keepers.clerk;
    let (before, _) = way.app().points_of(zhang.volunteer).await;
    let kept = way.send(&zhang.client, "/v1/redemptions", shop.wish(1)).await.id();
    let dropped = way.send(&zhang.client, "/v1/redemptions", shop.wish(2)).await.id();
    way.send(clerk, format!("/v1/redemptions/{kept}/ready"), json!({})).await;
    let proof = json!({"card_number": zhang.card_number, "signature": "card"});
    way.send(clerk, format!("/v1/redemptions/{kept}/fulfil"), proof).await;
    let path = format!("/v1/redemptions/{dropped}/cancel");
    way.send(&zhang.client, path, json!({})).await;

    let (elder, card) = way.app().card_only("王奶奶", &shop.station).await;
    way.app().give(elder, 50).await;
    let mut wish = shop.wish(1);
    wish["card_number"] = json!(card);
    let path = format!("/v1/sites/{}/redemptions", shop.station.id);
    way.send(clerk, path, wish).await;
    assert_eq!(rows::<redemption::Entity>(way).await, 3);
    assert_eq!(way.app().points_of(zhang.volunteer).await, (before - 30, 0));
    assert_eq!(way.app().points_of(elder).await, (20, 30));
}
