//! Every write that needs a key, and those of the story beside it, sent 1 to 8 times at
//! once with one key while a fifth of the answers is lost: one effect each.

use std::cell::Cell;

use entity::role_assignment::Role;
use entity::{
    attendance, audit_event, card, claim, ledger_entry, redemption, sign_up, stock_lot, volunteer,
};
use futures_util::future::join_all;
use harness::{Answer, Client, LossyProxy, Offer, Person, Shop, TestApp, assisted_registration};
use sea_orm::{EntityTrait, PaginatorTrait};
use serde_json::{Value, json};
use uuid::Uuid;

/// Bad weather between the phones and the service.
struct Weather {
    app: TestApp,
    proxy: LossyProxy,
    sent: Cell<usize>,
}

impl Weather {
    async fn begin() -> Self {
        let app = TestApp::start_with(|config| {
            config.limits.enabled = false;
            config.database.acquire_timeout_ms = 30_000;
        });
        let app = app.await;
        let proxy = LossyProxy::start(&app.base, 20).await;
        Self { app, proxy, sent: Cell::new(0) }
    }

    /// Sends one write by turns 1 to 8 times at once, all with one key, each until it is
    /// answered: every answer is the same, and it happened once.
    async fn send(&self, who: &Client, path: impl AsRef<str>, body: Value) -> Answer {
        self.send_items(who, path, body, 1).await
    }

    async fn send_items(
        &self,
        who: &Client,
        path: impl AsRef<str>,
        body: Value,
        effects: u64,
    ) -> Answer {
        let copies = self.sent.replace(self.sent.get() + 1) % 8 + 1;
        let (who, path) = (who.through(&self.proxy.base), path.as_ref());
        let key = Uuid::now_v7().to_string();
        let before = self.written().await;

        let mut answers = join_all((0..copies).map(|_| who.insist(path, &body, &key))).await;
        answers.push(who.insist(path, &body, &key).await);

        for answer in &answers {
            answer.assert_ok();
            let same = answer.body == answers[0].body && answer.status == answers[0].status;
            assert!(same, "{}\n{}", answers[0].describe(), answer.describe());
        }
        assert_eq!(self.written().await - before, effects, "{}", answers[0].describe());
        answers.swap_remove(0)
    }

    /// Every effect leaves its row in the audit trail, in its own transaction.
    async fn written(&self) -> u64 {
        audit_event::Entity::find().count(&self.app.db).await.unwrap()
    }

    async fn rows<E: EntityTrait>(&self) -> u64
    where
        E::Model: Sync,
    {
        E::find().count(&self.app.db).await.unwrap()
    }
}

fn ids(batch: &Answer) -> Vec<String> {
    let results = batch.ok()["results"].as_array().unwrap().clone();
    let id = |result: &Value| result["id"].as_str().map(str::to_owned);
    results.iter().map(|result| id(result).unwrap_or_else(|| panic!("{result}"))).collect()
}

#[actix_web::test]
async fn each_write_sent_up_to_eight_times_has_one_effect() {
    let weather = Weather::begin().await;
    let shop = weather.app.shop(Offer::default()).await;
    let zhang = weather.app.rich_volunteer("zhang", &shop.station, 200).await;

    joins(&weather, &shop).await;
    serves(&weather, &shop, &zhang).await;
    earns(&weather, &shop, &zhang).await;
    stocks(&weather, &shop).await;
    redeems(&weather, &shop, &zhang).await;

    assert!(weather.proxy.lost() > 20, "{} answers were lost", weather.proxy.lost());
    weather.app.assert_books_agree().await;
    weather.app.run_jobs().await;
    weather.app.assert_sound().await;
}

/// A villager at the counter and one with a phone; a card.
async fn joins(weather: &Weather, shop: &Shop) {
    let (clerk, site) = (&shop.keepers.clerk, &shop.station);
    let (people, cards) =
        (weather.rows::<volunteer::Entity>().await, weather.rows::<card::Entity>().await);
    let path = format!("/v1/sites/{}/volunteers", site.id);
    let id = weather.send(clerk, path, assisted_registration("1940-01-01", 1)).await.id();
    weather.send(clerk, format!("/v1/volunteers/{id}/verify"), json!({})).await;
    let card = weather.send(clerk, format!("/v1/volunteers/{id}/cards"), json!({})).await.ok();
    let number = card["number"].as_str().unwrap();
    weather.send(clerk, format!("/v1/cards/{number}/activate"), json!({})).await;
    let phone = weather.app.sign_in("li").await;
    let body = harness::registration(site, "1952-03-08", 2);
    weather.send(&phone, "/v1/volunteers", body).await;
    assert_eq!(weather.rows::<volunteer::Entity>().await, people + 2);
    assert_eq!(weather.rows::<card::Entity>().await, cards + 1);
}

/// Two activities: one by list, one with scans and a card shown.
async fn serves(weather: &Weather, shop: &Shop, zhang: &Person) {
    let (manager, site) = (&shop.keepers.manager, &shop.station);
    let soon = json!({
        "starts_at": weather.app.in_minutes(20), "ends_at": weather.app.in_minutes(140),
        "needs_sign_up": false,
    });
    let (path, body) =
        (format!("/v1/sites/{}/activities", site.id), weather.app.activity_body(soon));
    let id = weather.send(manager, path, body).await.id();
    for step in ["submit", "publish"] {
        weather.send(manager, format!("/v1/activities/{id}/{step}"), json!({})).await;
    }
    let listed = weather.app.published_activity(manager, site, json!({})).await;
    let path = format!("/v1/activities/{listed}/sign-ups");
    weather.send(&zhang.client, path, json!({})).await;
    assert_eq!(weather.rows::<sign_up::Entity>().await, 1);

    let issue = format!("/v1/activities/{id}/check-in-codes");
    for (direction, path) in [("in", "/v1/check-ins"), ("out", "/v1/check-outs")] {
        let code = manager.post(&issue, json!({"direction": direction})).await.ok();
        weather.send(&zhang.client, path, json!({"code": code["code"]})).await;
    }
    let (_, card) = weather.app.card_only("陈奶奶", site).await;
    let call = json!({"card_number": card, "direction": "in"});
    weather.send(manager, format!("/v1/activities/{id}/attendances"), call).await;
    assert_eq!(weather.rows::<attendance::Entity>().await, 2);
}

/// Claims and all that is decided on them.
async fn earns(weather: &Weather, shop: &Shop, zhang: &Person) {
    let (app, site, manager) = (&weather.app, &shop.station, &shop.keepers.manager);
    let rules = app.given_rules(&shop.county.town).await;
    let certifier = app.staff("certifier", Role::Certifier, site).await;
    let mut attended = Vec::new();
    for day in 5..9 {
        attended.push(app.store_attended(&app.attended(zhang, site, rules, day)).await);
    }
    let earned = weather.rows::<ledger_entry::Entity>().await;

    let body = json!({"attendance_ids": attended});
    let claims = ids(&weather.send_items(&zhang.client, "/v1/claims", body, 4).await);
    let last = &claims[3];
    let decline = json!({"claim_ids": [last], "reason": "签退时间有误"});
    weather.send(&certifier, "/v1/claims/return", decline.clone()).await;
    weather.send(&zhang.client, format!("/v1/claims/{last}/submit"), json!({})).await;
    weather.send(&certifier, "/v1/claims/reject", decline).await;
    let body = json!({"claim_ids": claims[..3]});
    ids(&weather.send_items(&certifier, "/v1/claims/certify", body, 3).await);
    let path = format!("/v1/claims/{}/revoke", claims[0]);
    weather.send(manager, path, json!({"reason": "条目选错"})).await;
    let honour = json!({
        "volunteer_id": zhang.volunteer, "rule_item_code": "RY01",
        "award_ref": "2026年度身边好人", "reason": "县文明办〔2026〕12号",
    });
    weather.send(manager, format!("/v1/sites/{}/claims", site.id), honour).await;
    assert_eq!(weather.rows::<claim::Entity>().await, 5);
    assert_eq!(weather.rows::<ledger_entry::Entity>().await, earned + 4, "three earned, one back");
    assert_eq!(app.points_of(zhang.volunteer).await, (200 + 8, 0));
}

/// A lot on its way to the shelf, and a piece that breaks.
async fn stocks(weather: &Weather, shop: &Shop) {
    let (clerk, manager) = (&shop.keepers.clerk, &shop.keepers.manager);
    let lots = weather.rows::<stock_lot::Entity>().await;
    let body = json!({
        "goods_id": shop.goods, "quantity": 5, "source": "donation",
        "donor_name": "青山县惠民超市",
    });
    let path = format!("/v1/sites/{}/stock-lots", shop.station.id);
    let lot = weather.send(clerk, path, body).await.id();
    for signer in [clerk, manager] {
        weather.send(signer, format!("/v1/stock-lots/{lot}/accept"), json!({})).await;
    }
    weather.send(clerk, format!("/v1/stock-lots/{lot}/shelve"), json!({})).await;
    let broken = json!({"quantity": 2, "reason": "运输破损"});
    let left = weather.send(clerk, format!("/v1/stock-lots/{lot}/write-off"), broken).await.ok();
    assert_eq!(left["on_hand"], 3);
    assert_eq!(weather.rows::<stock_lot::Entity>().await, lots + 1);
}

/// Two orders of hers, one at the counter; one handed over, one cancelled.
async fn redeems(weather: &Weather, shop: &Shop, zhang: &Person) {
    let clerk = &shop.keepers.clerk;
    let (before, _) = weather.app.points_of(zhang.volunteer).await;
    let kept = weather.send(&zhang.client, "/v1/redemptions", shop.wish(1)).await.id();
    let dropped = weather.send(&zhang.client, "/v1/redemptions", shop.wish(2)).await.id();
    weather.send(clerk, format!("/v1/redemptions/{kept}/ready"), json!({})).await;
    let proof = json!({"card_number": zhang.card_number, "signature": "card"});
    weather.send(clerk, format!("/v1/redemptions/{kept}/fulfil"), proof).await;
    let path = format!("/v1/redemptions/{dropped}/cancel");
    weather.send(&zhang.client, path, json!({})).await;

    let (elder, card) = weather.app.card_only("王奶奶", &shop.station).await;
    weather.app.give(elder, 50).await;
    let mut wish = shop.wish(1);
    wish["card_number"] = json!(card);
    let path = format!("/v1/sites/{}/redemptions", shop.station.id);
    weather.send(clerk, path, wish).await;
    assert_eq!(weather.rows::<redemption::Entity>().await, 3);
    assert_eq!(weather.app.points_of(zhang.volunteer).await, (before - 30, 0));
    assert_eq!(weather.app.points_of(elder).await, (20, 30));
}
