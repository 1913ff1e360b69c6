//! `supervision_alert_list`: counts by rules, flagged and not punished.

use chrono::TimeDelta;
use entity::setting;
use harness::{Client, Offer, TestApp};
use sea_orm::{ActiveValue::Set, EntityTrait};
use serde_json::{Value, json};
use uuid::Uuid;

use super::Village;

async fn set(app: &TestApp, at: entity::ids::SiteId, key: &str, value: Value) {
    let row = setting::ActiveModel {
        id: Set(app.new_id().into()),
        site_id: Set(at),
        key: Set(key.into()),
        value: Set(value),
        effective_from: Set(app.clock.now() - TimeDelta::minutes(1)),
        set_by: Set(None),
        created_at: Set(app.clock.now()),
    };
    setting::Entity::insert(row).exec_without_returning(&app.db).await.expect("setting");
}

impl Village {
    async fn alerts(&self, who: &str) -> Vec<Value> {
        let path = self.at(&format!("supervision-alerts?quarter={}", self.quarter()));
        let list = self.phone(who).await.get(path).await.ok();
        list["items"].as_array().expect("alerts").clone()
    }
}

#[actix_web::test]
async fn a_hand_that_enters_much_is_flagged_to_supervisor_and_town_only() {
    let village = Village::watched().await;
    set(&village.app, village.station().id, "alert_least_count", json!(3)).await;
    let clerk = village.app.account("clerk").await;
    for day in 1..=5 {
        let mut attended =
            village.app.attended(&village.zhang, village.station(), village.rules, day);
        let by_hand = day <= 2;
        if by_hand {
            attended.entered_by = clerk;
        }
        let id = village.app.store_attended(&attended).await;
        let source = if by_hand { "roll_call" } else { "qr" };
        let now = village.app.clock.now();
        use entity::attendance::{self, AttendanceSource};
        use sea_orm::ActiveModelTrait;
        let source = if source == "qr" { AttendanceSource::Qr } else { AttendanceSource::RollCall };
        let row = attendance::ActiveModel {
            id: Set(id),
            source: Set(source),
            created_at: Set(now),
            ..Default::default()
        };
        row.update(&village.app.db).await.expect("an attendance");
    }
    assert_eq!(
        village.alerts("peng-dafu").await,
        Vec::<Value>::new(),
        "two are no sign of anything"
    );
    village.app.advance(TimeDelta::seconds(2));
    set(&village.app, village.station().id, "alert_least_count", json!(2)).await;

    let found = village.alerts("peng-dafu").await;

    assert_eq!(found.len(), 1, "{found:?}");
    let alert = &found[0];
    assert_eq!(
        (&alert["kind"], &alert["account_id"]),
        (&json!("attendances_by_hand"), &json!(clerk))
    );
    assert_eq!(
        (&alert["count"], &alert["total"], &alert["percent"]),
        (&json!(2), &json!(5), &json!(40))
    );
    assert_eq!(village.alerts("town-a").await, found);
    let path = village.at(&format!("supervision-alerts?quarter={}", village.quarter()));
    for who in ["head", "clerk", "zhang-xiulan"] {
        let refused = village.phone(who).await.get(&path).await;
        refused.assert_problem(403, "permission_denied");
    }
    village.phone("stranger").await.get(&path).await.assert_problem(404, "not_found");
    let peng = village.phone("peng-dafu").await;
    peng.get(village.at("supervision-alerts?quarter=2026")).await.assert_names("quarter");
}

/// Signs somebody in on a phone that tells which it is.
async fn sign_in_on(app: &TestApp, name: &str, device: &str) -> Client {
    let nonce = Uuid::now_v7().simple();
    let body = json!({"code": format!("demo:{name}#{nonce}"), "device_id": device});
    let pair = app.anonymous().post("/v1/auth/wechat-login", body).await.ok();
    app.anonymous().with_token(pair["access_token"].as_str().expect("a token"))
}

#[actix_web::test]
async fn two_people_who_redeem_on_one_phone_are_flagged_and_served_all_the_same() {
    let app = TestApp::start().await;
    let shop = app.shop(Offer::default()).await;
    set(&app, shop.station.id, "alert_least_count", json!(2)).await;
    app.staff("watch", entity::role_assignment::Role::Supervisor, &shop.station).await;
    for name in ["zhang-xiulan", "li-jianguo", "wang-wu"] {
        app.rich_volunteer(name, &shop.station, 100).await;
    }
    let redeem = |name: &'static str, device: &'static str| {
        let (app, wish) = (&app, shop.wish(1));
        async move { sign_in_on(app, name, device).await.post("/v1/redemptions", wish).await }
    };
    redeem("zhang-xiulan", "phone-of-the-shop").await.assert_ok();
    redeem("zhang-xiulan", "phone-of-the-shop").await.assert_ok();
    redeem("wang-wu", "her-own-phone").await.assert_ok();
    use chrono::Datelike;
    let today = (app.clock.now() + TimeDelta::hours(8)).date_naive();
    let quarter = format!("{}Q{}", today.year(), today.month0() / 3 + 1);
    let path = format!("/v1/sites/{}/supervision-alerts?quarter={quarter}", shop.station.id);
    let alerts = || async {
        app.sign_in("watch").await.get(&path).await.ok()["items"]
            .as_array()
            .expect("alerts")
            .clone()
    };
    assert_eq!(alerts().await, Vec::<Value>::new(), "one person on one phone");

    redeem("li-jianguo", "phone-of-the-shop").await.assert_ok();

    let found = alerts().await;
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0]["kind"], "redemptions_on_one_device");
    assert_eq!((&found[0]["count"], &found[0]["people"]), (&json!(3), &json!(2)));
    assert_eq!((&found[0]["total"], &found[0]["percent"]), (&json!(4), &json!(75)));
    assert!(!found[0].to_string().contains("phone-of-the-shop"));
}

#[actix_web::test]
async fn a_delegate_who_picks_up_for_two_people_is_flagged_without_her_whole_name() {
    let app = TestApp::start().await;
    let shop = app.shop(Offer::default()).await;
    set(&app, shop.station.id, "alert_least_count", json!(2)).await;
    app.staff("watch", entity::role_assignment::Role::Supervisor, &shop.station).await;
    use chrono::Datelike;
    let today = (app.clock.now() + TimeDelta::hours(8)).date_naive();
    let quarter = format!("{}Q{}", today.year(), today.month0() / 3 + 1);
    let path = format!("/v1/sites/{}/supervision-alerts?quarter={quarter}", shop.station.id);
    let mut found = Vec::new();
    for (name, times) in [("zhang-xiulan", 2), ("li-jianguo", 1), ("wang-wu", 0)] {
        let person = app.rich_volunteer(name, &shop.station, 100).await;
        let delegate = json!({"name": "罗大勇", "relation": "neighbour"});
        let delegate = person.client.post("/v1/me/pickup-delegates", delegate).await.id();
        for _ in 0..times {
            let (id, _) = shop.redeem(&person).await;
            let body = json!({
                "card_number": person.card_number, "signature": "card", "delegate_id": delegate,
            });
            let path = format!("/v1/redemptions/{id}/fulfil");
            shop.keepers.clerk.post(path, body).await.assert_ok();
        }
        if times == 0 {
            let (id, _) = shop.redeem(&person).await;
            shop.hand_over(&id, &person).await.assert_ok();
        }
        found.push(app.sign_in("watch").await.get(&path).await.ok()["items"].clone());
    }

    assert_eq!(found[0], json!([]), "one person's things");
    let alert = &found[2][0];
    assert_eq!(
        (&alert["kind"], &alert["delegate"]),
        (&json!("pickups_by_one_delegate"), &json!("罗*勇"))
    );
    assert_eq!((&alert["count"], &alert["people"]), (&json!(3), &json!(2)));
    assert_eq!((&alert["total"], &alert["percent"]), (&json!(4), &json!(75)));
    assert_eq!(found[2].as_array().map(Vec::len), Some(1), "{}", found[2]);
}
