//! `pickup_delegate_*`, and handing over to a delegate.

use entity::role_assignment::Role;
use entity::{audit_event, journal_event, pickup_delegate, redemption, relative, volunteer};
use harness::{Answer, Client, Offer, Person, Shop, TestApp, UNKNOWN_ID, workbook};
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::{Value, json};

const OWN: &str = "/v1/me/pickup-delegates";
const NAME: &str = "金丝雀代领人";

fn delegate(name: &str) -> Value {
    json!({"name": name, "relation": "neighbour"})
}

async fn register(client: &Client, name: &str) -> String {
    client.post(OWN, delegate(name)).await.id()
}

async fn names(client: &Client) -> Vec<String> {
    let list = client.get(OWN).await.ok();
    let items = list["items"].as_array().expect("items").iter();
    items.map(|item| item["name"].as_str().expect("a name").to_owned()).collect()
}

/// Hands a redemption to a delegate against the recipient's card.
async fn hand_to(by: &Client, id: &str, card: &str, delegate: &str) -> Answer {
    let body = json!({"card_number": card, "signature": "paper", "delegate_id": delegate});
    by.post(format!("/v1/redemptions/{id}/fulfil"), body).await
}

async fn scene() -> (TestApp, Shop, Person) {
    let app = TestApp::start().await;
    let shop = app.shop(Offer::default()).await;
    let villager = app.rich_volunteer("zhang-xiulan", &shop.station, 200).await;
    (app, shop, villager)
}

#[actix_web::test]
async fn a_holder_registers_sees_and_ends_her_delegates() {
    let (app, shop, her) = scene().await;
    let other = app.volunteer("li-fen", &shop.station).await;

    let made = her.client.post(OWN, delegate(" 李 大明 ")).await;

    assert_eq!((made.status.as_u16(), made.version()), (201, 1));
    let place = made.headers["location"].clone();
    let made = made.ok();
    assert_eq!(
        (&made["name"], &made["registered_via"]),
        (&json!("李大明"), &json!("self_service"))
    );
    assert_eq!(made["allowed_actions"], json!(["end"]));
    assert_eq!(her.client.get(&place).await.ok(), made);
    assert_eq!(names(&her.client).await, ["李大明"]);
    assert_eq!(names(&other.client).await, [""; 0]);
    for path in [place.clone(), format!("{OWN}/{UNKNOWN_ID}")] {
        other.client.get(&path).await.assert_problem(404, "not_found");
        other.client.post(format!("{path}/end"), json!({})).await.assert_problem(404, "not_found");
    }
    let ended = her.client.post(format!("{place}/end"), json!({})).await.ok();
    assert_eq!((&ended["version"], &ended["allowed_actions"]), (&json!(2), &json!([])));
    let again = her.client.post(format!("{place}/end"), json!({})).await;
    again.assert_problem(409, "wrong_state");
    assert_eq!(names(&her.client).await, [""; 0]);
    assert!(her.client.get(&place).await.ok()["ended_at"].is_string(), "she may still look");
    register(&her.client, "李大明").await;
    let nobody = app.sign_in("nobody").await;
    nobody.post(OWN, delegate("李大明")).await.assert_problem(403, "permission_denied");
}

#[actix_web::test]
async fn five_at_most_none_twice_and_not_herself() {
    let (app, _shop, her) = scene().await;
    for name in ["甲", "乙", "丙", "丁"] {
        register(&her.client, name).await;
    }

    her.client.post(OWN, delegate("甲 ")).await.assert_problem(409, "delegate_exists");
    let herself = her.client.post(OWN, delegate("zhang-xiulan")).await;
    herself.assert_problem(422, "invalid_value");
    herself.assert_names("/name");
    let fifth = register(&her.client, "戊").await;
    let sixth = her.client.post(OWN, delegate("己")).await;
    sixth.assert_problem(409, "too_many_delegates");
    assert_eq!(sixth.json()["limit"], 5);
    her.client.post(format!("{OWN}/{fifth}/end"), json!({})).await.assert_ok();
    register(&her.client, "己").await;
    for body in
        [json!({"name": "", "relation": "other"}), json!({"name": "庚", "relation": "clerk"})]
    {
        her.client.post(OWN, body).await.assert_problem(422, "invalid_value");
    }
    volunteer::Entity::update_many()
        .col_expr(volunteer::Column::State, Expr::value(volunteer::VolunteerState::Suspended))
        .exec(&app.db)
        .await
        .unwrap();
    her.client.post(OWN, delegate("辛")).await.assert_problem(409, "volunteer_not_active");
}

#[actix_web::test]
async fn at_once_no_more_than_five_and_each_name_once() {
    let (app, _shop, her) = scene().await;
    let send = |name: String| {
        let client = her.client.clone();
        actix_web::rt::spawn(async move { client.persist(OWN, delegate(&name)).await })
    };

    let names: Vec<_> = (0..10).map(|number| format!("代领人{}", number % 8)).collect();
    let tasks: Vec<_> = names.into_iter().map(send).collect();
    let mut answers = Vec::new();
    for task in tasks {
        answers.push(task.await.unwrap());
    }

    let made = answers.iter().filter(|answer| answer.status == 201).count();
    assert_eq!(made, 5);
    for answer in answers.iter().filter(|answer| answer.status != 201) {
        let code = answer.code();
        assert!(["too_many_delegates", "delegate_exists"].contains(&code.as_str()), "{code}");
    }
    let rows = pickup_delegate::Entity::find().all(&app.db).await.unwrap();
    let mut slots: Vec<_> = rows.iter().map(|row| row.slot).collect();
    slots.sort_unstable();
    assert_eq!(slots, [1, 2, 3, 4, 5]);
}

#[actix_web::test]
async fn the_same_key_registers_once() {
    let (app, _shop, her) = scene().await;
    let send = || her.client.post_with_key(OWN, delegate("李大明"), "delegate-000000001");

    let (first, second) = (send().await, send().await);

    assert_eq!((first.status.as_u16(), &first.body), (201, &second.body));
    assert_eq!(pickup_delegate::Entity::find().count(&app.db).await.unwrap(), 1);
}

#[actix_web::test]
async fn goods_go_to_a_delegate_who_was_registered_and_to_nobody_else() {
    let (app, shop, her) = scene().await;
    let other = app.rich_volunteer("li-fen", &shop.station, 100).await;
    let anothers = register(&other.client, "陈志强").await;
    let ended = register(&her.client, "王春花").await;
    her.client.post(format!("{OWN}/{ended}/end"), json!({})).await.assert_ok();
    let mine = register(&her.client, NAME).await;
    let (id, _) = shop.redeem(&her).await;
    let clerk = &shop.keepers.clerk;

    for wrong in [anothers.as_str(), &ended, UNKNOWN_ID] {
        let refused = hand_to(clerk, &id, &her.card_number, wrong).await;
        refused.assert_problem(409, "delegate_not_registered");
    }
    let typed =
        json!({"card_number": her.card_number, "signature": "paper", "delegate_name": NAME});
    let typed = clerk.post(format!("/v1/redemptions/{id}/fulfil"), typed).await;
    assert_eq!(typed.status, 422, "{}", typed.describe());
    assert_eq!(app.points_of(her.volunteer).await, (170, 30));
    let choices = clerk.get(format!("/v1/redemptions/{id}/pickup-delegates")).await.ok();
    let done = hand_to(clerk, &id, &her.card_number, &mine).await.ok();

    let choices = choices["items"].as_array().unwrap();
    assert_eq!((choices.len(), &choices[0]["name"]), (1, &json!(NAME)), "in full, and active only");
    assert_eq!(choices[0]["allowed_actions"], json!(["pick_up"]));
    assert_eq!((&done["delegate_name"], &done["delegate_id"]), (&json!(NAME), &json!(mine)));
    let looks = audit_event::Entity::find()
        .filter(audit_event::Column::Action.eq("pickup_delegate_choices"))
        .filter(audit_event::Column::ObjectId.eq(&id));
    assert_eq!(looks.count(&app.db).await.unwrap(), 1);
    for event in journal_event::Entity::find().all(&app.db).await.unwrap() {
        assert!(!event.data.to_string().contains(NAME), "{}", event.kind);
    }
    // What was written down stays, whatever becomes of the registration.
    her.client.post(format!("{OWN}/{mine}/end"), json!({})).await.assert_ok();
    let seen = her.client.get(format!("/v1/me/redemptions/{id}")).await.ok();
    assert_eq!(seen["delegate_name"], NAME);
    app.assert_books_agree().await;
}

/// Somebody without a phone, and the delegate that the clerk registered for her.
async fn assisted(app: &TestApp, shop: &Shop, name: &str) -> (String, String) {
    let (volunteer, card) = app.card_only("王奶奶", &shop.station).await;
    app.give(volunteer, 100).await;
    let path = format!("/v1/sites/{}/pickup-delegates", shop.station.id);
    let made = shop.keepers.clerk.post(path, for_card(&card, name)).await.ok();
    assert_eq!((&made["registered_via"], &made["name"]), (&json!("assisted"), &json!(name)));
    (card, made["id"].as_str().unwrap().to_owned())
}

fn for_card(card: &str, name: &str) -> Value {
    json!({
        "card_number": card, "name": name, "relation": "family",
        "reason": "本人没有智能手机，凭卡到站登记",
    })
}

#[actix_web::test]
async fn who_registered_a_delegate_at_the_counter_does_not_serve_her() {
    let (app, shop, _) = scene().await;
    let (card, delegate) = assisted(&app, &shop, NAME).await;
    let mut wish = shop.wish(1);
    wish["card_number"] = json!(card);
    let (clerk, manager) = (&shop.keepers.clerk, &shop.keepers.manager);
    let path = format!("/v1/sites/{}/redemptions", shop.station.id);
    let id = manager.post(path, wish).await.id();
    let second = app.staff("clerk-two", Role::Clerk, &shop.station).await;
    let choices = format!("/v1/redemptions/{id}/pickup-delegates");

    assert_eq!(clerk.get(&choices).await.ok()["items"][0]["allowed_actions"], json!([]));
    assert_eq!(second.get(&choices).await.ok()["items"][0]["allowed_actions"], json!(["pick_up"]));
    manager.get(&choices).await.assert_problem(403, "must_recuse");
    hand_to(clerk, &id, &card, &delegate).await.assert_problem(403, "must_recuse");
    hand_to(&second, &id, &card, &delegate).await.assert_ok();

    second.get(&choices).await.assert_problem(409, "wrong_state");
    app.assert_books_agree().await;
}

#[actix_web::test]
async fn at_the_counter_only_for_the_sites_own_who_have_no_phone_and_no_kin_there() {
    let (app, shop, her) = scene().await;
    let (card, _) = assisted(&app, &shop, "李大明").await;
    let (_, elsewhere) = app.card_only("赵奶奶", &shop.county.town.stations[1]).await;
    let (mother, mothers) = app.card_only("孙奶奶", &shop.station).await;
    app.volunteer("busy-wang", &shop.station).await;
    let daughter = app.staff("busy-wang", Role::Clerk, &shop.station).await;
    let kin = json!({"volunteer_id": mother, "relation": "母女"});
    daughter.post("/v1/me/relatives", kin).await.assert_ok();
    let path = format!("/v1/sites/{}/pickup-delegates", shop.station.id);
    let ask =
        async |by: &Client, card: &str, name: &str| by.post(&path, for_card(card, name)).await;
    let clerk = &shop.keepers.clerk;

    ask(clerk, &her.card_number, NAME).await.assert_problem(409, "has_account");
    ask(clerk, &elsewhere, NAME).await.assert_problem(404, "not_found");
    ask(clerk, "JF-0000-0000-000", NAME).await.assert_problem(404, "card_unknown");
    ask(clerk, &card, "李大明").await.assert_problem(409, "delegate_exists");
    ask(&daughter, &mothers, NAME).await.assert_problem(403, "must_recuse");
    ask(&daughter, &card, "busy-wang").await.assert_problem(403, "must_recuse");
    let neighbour = app.keepers(&shop.county.town.stations[1]).await;
    ask(&neighbour.clerk, &card, NAME).await.assert_problem(403, "permission_denied");
    let stranger = app.keepers(&shop.county.other.stations[0]).await;
    ask(&stranger.clerk, &card, NAME).await.assert_problem(404, "not_found");
    let certifier = app.staff("certifier", Role::Certifier, &shop.station).await;
    ask(&certifier, &card, NAME).await.assert_problem(403, "permission_denied");
    assert_eq!(pickup_delegate::Entity::find().count(&app.db).await.unwrap(), 1);
}

#[actix_web::test]
async fn the_counter_looks_up_and_ends_against_the_card() {
    let (app, shop, her) = scene().await;
    let (card, id) = assisted(&app, &shop, "李大明").await;
    let anothers = register(&her.client, "陈志强").await;
    let path = format!("/v1/sites/{}/pickup-delegates", shop.station.id);
    let (clerk, manager) = (&shop.keepers.clerk, &shop.keepers.manager);
    let body = json!({"card_number": card, "reason": "本人要求更换代领人"});

    let found = clerk.get(format!("{path}?card_number={card}")).await.ok();
    assert_eq!(
        (&found["items"][0]["id"], &found["items"][0]["name"]),
        (&json!(id), &json!("李大明"))
    );
    assert_eq!(found["items"][0]["allowed_actions"], json!(["end"]));
    let own = clerk.get(format!("{path}?card_number={}", her.card_number)).await.ok();
    assert_eq!(own["items"][0]["allowed_actions"], json!([]), "she has a phone");
    let elsewhere = manager.post(format!("{path}/{anothers}/end"), body.clone()).await;
    elsewhere.assert_problem(404, "not_found");
    let hers = json!({"card_number": her.card_number, "reason": "本人要求"});
    let hers = manager.post(format!("{path}/{anothers}/end"), hers).await;
    hers.assert_problem(409, "has_account");
    let ended = manager.post(format!("{path}/{id}/end"), body.clone()).await.ok();
    assert_eq!(ended["end_reason"], "本人要求更换代领人");
    let twice = manager.post(format!("{path}/{id}/end"), body).await;
    twice.assert_problem(409, "wrong_state");
    assert_eq!(clerk.get(format!("{path}?card_number={card}")).await.ok()["items"], json!([]));
    let stranger = app.keepers(&shop.county.other.stations[0]).await;
    let look = format!("{path}?card_number={card}");
    stranger.clerk.get(&look).await.assert_problem(404, "not_found");
    let theirs = format!("/v1/sites/{}/pickup-delegates", shop.county.other.stations[0].id);
    let look = format!("{theirs}?card_number={card}");
    stranger.clerk.get(&look).await.assert_problem(404, "not_found");
    let looks = audit_event::Entity::find()
        .filter(audit_event::Column::Action.eq("pickup_delegate_lookup"))
        .filter(audit_event::Column::Result.eq("ok"));
    assert_eq!(looks.count(&app.db).await.unwrap(), 3);
}

#[actix_web::test]
async fn names_are_shown_only_to_whoever_may_hand_it_over() {
    let (app, shop, her) = scene().await;
    register(&her.client, NAME).await;
    let (id, _) = shop.redeem(&her).await;
    let path = format!("/v1/redemptions/{id}/pickup-delegates");
    let daughter = app.staff("daughter", Role::Clerk, &shop.station).await;
    let row = relative::ActiveModel {
        id: Set(app.new_id().into()),
        account_id: Set(app.account("daughter").await),
        volunteer_id: Set(her.volunteer),
        relation: Set("母女".into()),
        declared_by: Set(her.account),
        declared_at: Set(app.clock.now()),
        withdrawn_at: Set(None),
    };
    relative::Entity::insert(row).exec_without_returning(&app.db).await.unwrap();
    let neighbour = app.keepers(&shop.county.town.stations[1]).await;
    let stranger = app.keepers(&shop.county.other.stations[0]).await;
    let certifier = app.staff("certifier", Role::Certifier, &shop.station).await;

    for (by, status, code) in [
        (&daughter, 403, "must_recuse"),
        (&neighbour.clerk, 403, "permission_denied"),
        (&certifier, 403, "permission_denied"),
        (&her.client, 403, "permission_denied"),
        (&stranger.clerk, 404, "not_found"),
    ] {
        let refused = by.get(&path).await;
        refused.assert_problem(status, code);
        assert!(!refused.text().contains(NAME));
    }
}

#[actix_web::test]
async fn a_delegate_who_ends_while_goods_are_handed_over_had_them_or_not() {
    let (app, shop, her) = scene().await;
    for _ in 0..5 {
        let mine = register(&her.client, NAME).await;
        let (id, _) = shop.redeem(&her).await;
        let path = format!("{OWN}/{mine}/end");
        let end = her.client.persist(&path, json!({}));
        let body = json!({
            "card_number": her.card_number, "signature": "card", "delegate_id": mine,
        });
        let path = format!("/v1/redemptions/{id}/fulfil");
        let take = shop.keepers.clerk.persist(&path, body);

        let (ended, taken) = futures_util::future::join(end, take).await;

        ended.assert_ok();
        let row = redemption::Entity::find_by_id(id.parse::<entity::ids::RedemptionId>().unwrap());
        let row = row.one(&app.db).await.unwrap().unwrap();
        if taken.status == 200 {
            assert_eq!(row.delegate_name.as_deref(), Some(NAME));
        } else {
            taken.assert_problem(409, "delegate_not_registered");
            assert_eq!(row.delegate_name, None);
        }
    }
    app.assert_books_agree().await;
}

#[actix_web::test]
async fn closing_her_account_forgets_whom_she_named() {
    let (app, shop, her) = scene().await;
    let tables = app.tables().await;
    let mine = register(&her.client, NAME).await;
    let (id, _) = shop.redeem(&her).await;
    hand_to(&shop.keepers.clerk, &id, &her.card_number, &mine).await.assert_ok();
    let other = app.rich_volunteer("li-fen", &shop.station, 100).await;
    let kept = register(&other.client, "陈志强").await;
    let places = app.places_of(&tables, &[NAME]).await;
    assert_eq!(places, ["pickup_delegate.name", "redemption.delegate_name"]);
    let exported = her.client.get("/v1/me/export?page_size=100").await.text();
    assert!(exported.contains("\"pickup_delegate\"") && exported.contains(NAME), "{exported}");

    let closed = her.client.post("/v1/me/closure", json!({"confirm": true})).await.ok();

    assert_eq!(closed["ends"]["delegates"], 1);
    assert_eq!(app.places_of(&tables, &[NAME]).await, [""; 0]);
    let left = pickup_delegate::Entity::find().all(&app.db).await.unwrap();
    assert_eq!(left.len(), 1);
    assert_eq!(left[0].id.to_string(), kept);
    app.assert_books_agree().await;
}

#[actix_web::test]
async fn the_register_flags_a_delegate_who_picked_up_for_several_people() {
    let (app, shop, zhang) = scene().await;
    let li = app.rich_volunteer("li-fen", &shop.station, 100).await;
    let chen = app.rich_volunteer("chen-zhiqiang", &shop.station, 100).await;
    // 李大明 for two people, three times; 王春花 twice for one; the last comes herself.
    for (person, name, times) in [(&zhang, "李大明", 2), (&li, "李大明", 1), (&chen, "王春花", 2)]
    {
        let id = register(&person.client, name).await;
        for _ in 0..times {
            let (redeemed, _) = shop.redeem(person).await;
            let given = hand_to(&shop.keepers.clerk, &redeemed, &person.card_number, &id).await;
            given.assert_ok();
        }
    }
    let (own, _) = shop.redeem(&chen).await;
    shop.hand_over(&own, &chen).await.assert_ok();
    let today = api::platform::clock::local_day(app.clock.now());
    let path = format!("/v1/sites/{}/redemption-register", shop.station.id);
    let period = format!("from={today}&to={today}");

    // A page of one line counts what stands on the other pages, too.
    let first = shop.keepers.manager.get(format!("{path}?{period}&page_size=1")).await.ok();
    let page = shop.keepers.manager.get(format!("{path}?{period}")).await.ok();
    let book = shop.keepers.manager.get(format!("{path}.xlsx?{period}")).await;

    assert_eq!(first["items"][0]["several_pickups"], 2);
    let items = page["items"].as_array().unwrap();
    let flags: Vec<_> = items.iter().map(|line| line["several_pickups"].clone()).collect();
    assert_eq!(json!(flags), json!([2, 2, 2, null, null, null]));
    let rows = workbook::cells(&book.body, 1);
    assert!(rows[3].ends_with(" | 同一代领人代领人数"), "{}", rows[3]);
    for (number, row) in rows[4..].iter().enumerate() {
        assert_eq!(row.ends_with(" | #2"), number < 3, "{row}");
    }
}
