//! Spending points: many at once, somebody else's things, one who fetches for all.

use entity::role_assignment::Role;
use harness::{Answer, Offer, Person, Shop, TestApp};
use serde_json::json;

use super::set;

const CROWD: usize = 50;

/// Many log in from one address here, which the limits would take for an attack.
async fn busy() -> TestApp {
    TestApp::start_with(|config| config.limits.enabled = false).await
}

/// Everybody redeems one piece at the same moment; how many got it, and how many were told
/// `refusal`.
async fn redeem_at_once(shop: &Shop, people: &[Person], refusal: &str) -> (usize, usize) {
    let requests = people.iter().map(|person| {
        let (client, wish) = (person.client.clone(), shop.wish(1));
        actix_web::rt::spawn(async move { client.persist("/v1/redemptions", wish).await })
    });
    let answers = futures_util::future::join_all(requests.collect::<Vec<_>>()).await;
    let answers: Vec<Answer> = answers.into_iter().map(|answer| answer.expect("sent")).collect();
    let won = answers.iter().filter(|answer| answer.status == 201).count();
    (won, answers.iter().filter(|answer| answer.code() == refusal).count())
}

#[actix_web::test]
async fn fraud_09_of_fifty_at_once_exactly_one_gets_the_last_item() {
    let app = busy().await;
    let shop = app.shop(Offer { stock: 1, quantity: 1, ..Offer::default() }).await;
    let mut people = Vec::new();
    for number in 0..CROWD {
        people.push(app.rich_volunteer(&format!("v-{number}"), &shop.station, 100).await);
    }

    assert_eq!(redeem_at_once(&shop, &people, "out_of_stock").await, (1, CROWD - 1));
    app.assert_books_agree().await;
    app.assert_sound().await;
}

#[actix_web::test]
async fn fraud_09_of_fifty_at_once_exactly_one_spends_the_last_points() {
    let app = busy().await;
    let shop = app.shop(Offer { stock: 100, quantity: 100, ..Offer::default() }).await;
    let her = app.rich_volunteer("zhang-xiulan", &shop.station, 30).await;
    let people = vec![her; CROWD];

    assert_eq!(redeem_at_once(&shop, &people, "insufficient_points").await, (1, CROWD - 1));
    assert_eq!(app.points_of(people[0].volunteer).await, (0, 30));
    app.assert_books_agree().await;
    app.assert_sound().await;
}

#[actix_web::test]
async fn fraud_10_pick_up_is_against_card_or_code_and_never_from_oneself() {
    let app = TestApp::start().await;
    let shop = app.shop(Offer::default()).await;
    let her = app.rich_volunteer("zhang-xiulan", &shop.station, 100).await;
    let other = app.rich_volunteer("li-fen", &shop.station, 100).await;
    let busy = app.rich_volunteer("busy-wang", &shop.station, 100).await;
    let at_counter = app.staff("busy-wang", Role::Clerk, &shop.station).await;
    let (id, code) = shop.redeem(&her).await;
    let fulfil = format!("/v1/redemptions/{id}/fulfil");
    let clerk = &shop.keepers.clerk;

    let silent = clerk.post(&fulfil, json!({"signature": "paper"})).await;
    assert_eq!(silent.status, 422, "{}", silent.describe());
    let others = json!({"card_number": other.card_number, "signature": "card"});
    clerk.post(&fulfil, others).await.assert_problem(403, "pickup_proof_wrong");
    let guessed = json!({"pickup_code": "QH-0000-000", "signature": "code"});
    clerk.post(&fulfil, guessed).await.assert_problem(403, "pickup_proof_wrong");
    let right = json!({"pickup_code": code, "signature": "code"});
    her.client.post(&fulfil, right.clone()).await.assert_problem(403, "permission_denied");
    clerk.post(&fulfil, right).await.assert_ok();

    let (own, _) = shop.redeem(&busy).await;
    let card = json!({"card_number": busy.card_number, "signature": "card"});
    let herself = at_counter.post(format!("/v1/redemptions/{own}/fulfil"), card).await;
    herself.assert_problem(403, "must_recuse");
    shop.hand_over(&own, &busy).await.assert_ok();
    app.assert_books_agree().await;
}

#[actix_web::test]
async fn fraud_11_several_pickups_by_one_person_are_flagged_and_served() {
    let app = TestApp::start().await;
    let shop = app.shop(Offer::default()).await;
    set(&app, shop.station.id, "alert_least_count", json!(2)).await;
    app.staff("watch", Role::Supervisor, &shop.station).await;
    for name in ["zhang-xiulan", "li-jianguo"] {
        let person = app.rich_volunteer(name, &shop.station, 100).await;
        let delegate = json!({"name": "罗大勇", "relation": "neighbour"});
        let delegate = person.client.post("/v1/me/pickup-delegates", delegate).await.id();
        let (id, _) = shop.redeem(&person).await;
        let body = json!({
            "card_number": person.card_number, "signature": "card", "delegate_id": delegate,
        });
        let path = format!("/v1/redemptions/{id}/fulfil");
        shop.keepers.clerk.post(path, body).await.assert_ok();
    }

    let day = (app.clock.now() + chrono::TimeDelta::hours(8)).date_naive();
    let path = format!("/v1/sites/{}/redemption-register?from={day}&to={day}", shop.station.id);
    let register = shop.keepers.manager.get(path).await.ok();
    assert_eq!(register["items"][0]["several_pickups"], 2, "{register}");
    let path = format!(
        "/v1/sites/{}/supervision-alerts?quarter={}",
        shop.station.id,
        super::watching::quarter(day)
    );
    let alerts = app.sign_in("watch").await.get(path).await.ok();
    assert_eq!(alerts["items"][0]["kind"], "pickups_by_one_delegate", "{alerts}");
    assert_eq!(alerts["items"][0]["people"], 2);
}

/// The same for orders: two people who order on one phone are flagged to the supervisor, and
/// get their things.
#[actix_web::test]
async fn fraud_11_several_orders_on_one_device_are_flagged_and_served() {
    let app = TestApp::start().await;
    let shop = app.shop(Offer::default()).await;
    set(&app, shop.station.id, "alert_least_count", json!(2)).await;
    app.staff("watch", Role::Supervisor, &shop.station).await;
    for name in ["zhang-xiulan", "li-jianguo"] {
        let person = app.rich_volunteer(name, &shop.station, 100).await;
        let body =
            json!({"code": format!("demo:{name}#once-more"), "device_id": "phone-of-the-shop"});
        let pair = app.anonymous().post("/v1/auth/wechat-login", body).await.ok();
        let device = app.anonymous().with_token(pair["access_token"].as_str().expect("a token"));
        let id = device.post("/v1/redemptions", shop.wish(1)).await.id();
        shop.hand_over(&id, &person).await.assert_ok();
    }

    let day = (app.clock.now() + chrono::TimeDelta::hours(8)).date_naive();
    let quarter = super::watching::quarter(day);
    let path = format!("/v1/sites/{}/supervision-alerts?quarter={quarter}", shop.station.id);
    let alerts = app.sign_in("watch").await.get(path).await.ok();

    assert_eq!(alerts["items"][0]["kind"], "redemptions_on_one_device", "{alerts}");
    assert_eq!(alerts["items"][0]["people"], 2);
    assert!(!alerts.to_string().contains("phone-of-the-shop"));
}
