//! `check_in` by many at once.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use futures_util::future::join_all;
use harness::{Answer, Client, Person};
use serde_json::{Value, json};

use super::{Scene, scan_in};

const VILLAGERS: usize = 500;
/// A new code is shown every quarter of a minute.
const CODES: usize = 4;

/// Refreshes her tokens, as the mini-program does after a while, and scans.
async fn comes(phone: &Client, pair: &Value, code: &str) -> Answer {
    let body = json!({"refresh_token": pair["refresh_token"]});
    let fresh = phone.persist("/v1/auth/refresh", body).await.ok();
    let phone = phone.with_token(fresh["access_token"].as_str().unwrap());
    phone.persist("/v1/check-ins", json!({"code": code})).await
}

/// Everybody behind one address, with the limits as they are in production.
#[actix_web::test]
async fn five_hundred_within_a_minute_each_in_once() {
    let mut scene = Scene::new(json!({})).await;
    let mut pairs = Vec::new();
    for number in 0..VILLAGERS {
        // They have signed in over the last days, not all in this minute.
        scene.app.advance(TimeDelta::seconds(2));
        pairs.push(scene.app.villager(&format!("villager-{number}"), &scene.station).await);
    }
    scene.after(30).await;
    scene.id = scene.activity(json!({"needs_sign_up": false, "capacity": VILLAGERS})).await;
    let phone = scene.app.anonymous();

    let mut answers = Vec::new();
    for some in pairs.chunks(VILLAGERS.div_ceil(CODES)) {
        let code = scene.code("in").await;
        answers.extend(join_all(some.iter().map(|pair| comes(&phone, pair, &code))).await);
        scene.app.advance(TimeDelta::seconds(15));
    }

    let views: Vec<_> = answers.iter().map(Answer::ok).collect();
    assert_eq!(views.len(), VILLAGERS);
    assert!(views.iter().all(|view| view["repeated"] == false));
    assert!(views.iter().all(|view| view["nonce_unverified"] == false));
    let rows = scene.attendances().await;
    let there: BTreeSet<_> = rows.iter().map(|row| row.volunteer_id).collect();
    assert_eq!((rows.len(), there.len()), (VILLAGERS, VILLAGERS));
    scene.app.assert_sound().await;
}

#[actix_web::test]
async fn one_person_twenty_times_at_once_is_in_once() {
    for walk_in in [false, true] {
        let scene = Scene::new(json!({"needs_sign_up": !walk_in})).await;
        let zhang = if walk_in {
            scene.app.volunteer("zhang", &scene.station).await
        } else {
            scene.person("zhang").await
        };
        let code = scene.code("in").await;

        let answers = join_all((0..20).map(|_| scan_in(&zhang.client, &code))).await;

        let views: Vec<_> = answers.iter().map(Answer::ok).collect();
        assert_eq!(views.iter().filter(|view| view["repeated"] == false).count(), 1);
        assert_eq!(scene.attendances().await.len(), 1);
        scene.app.assert_sound().await;
    }
}

#[actix_web::test]
async fn one_person_at_two_doors_at_once_is_in_at_one() {
    let open = json!({"needs_sign_up": false});
    let scene = Scene::with(open.clone(), |config| config.limits.enabled = false).await;
    let other = scene.activity(open).await;
    let codes = [scene.code("in").await, scene.code_of(&other, "in").await];
    for number in 0..3 {
        let person = scene.app.volunteer(&format!("villager-{number}"), &scene.station).await;

        let doors = (0..8).map(|phone| scan_in(&person.client, &codes[phone % 2]));
        let answers = join_all(doors).await;

        let (good, bad): (Vec<_>, Vec<_>) = answers.iter().partition(|a| a.status.is_success());
        let views: Vec<_> = good.into_iter().map(Answer::ok).collect();
        assert_eq!(views.iter().filter(|view| view["repeated"] == false).count(), 1);
        assert!(views.iter().all(|view| view["activity_id"] == views[0]["activity_id"]));
        assert!(bad.iter().all(|answer| answer.code() == "overlap"), "{}", bad[0].describe());
        assert_eq!(bad.len(), 4);
        let rows = scene.attendances().await;
        assert_eq!(rows.iter().filter(|row| row.volunteer_id == person.volunteer).count(), 1);
    }
    scene.app.assert_sound().await;
}

#[actix_web::test]
async fn who_never_left_an_activity_that_is_over_comes_in_elsewhere() {
    let open = json!({"needs_sign_up": false});
    let mut scene = Scene::new(open.clone()).await;
    scene.app.volunteer("zhang", &scene.station).await;
    let zhang = scene.app.sign_in("zhang").await;
    scene.check_in(&zhang).await.assert_ok();
    scene.after(141).await;
    let later = scene.activity(open).await;
    let first = std::mem::replace(&mut scene.id, later);
    let zhang = scene.app.sign_in("zhang").await;

    scene.check_in(&zhang).await.assert_ok();

    let rows = scene.attendances().await;
    let inside: Vec<_> = rows.iter().filter(|row| row.is_inside).collect();
    assert_eq!((rows.len(), inside.len()), (2, 1));
    assert_ne!(inside[0].activity_id.to_string(), first);
}

#[actix_web::test]
async fn forty_walk_ins_for_ten_places() {
    let body = json!({"needs_sign_up": false, "capacity": 10});
    let scene = Scene::with(body, |config| config.limits.enabled = false).await;
    let mut people = Vec::new();
    for number in 0..40 {
        people.push(scene.app.volunteer(&format!("villager-{number}"), &scene.station).await);
    }
    let code = scene.code("in").await;

    let scan = |person: &Person| {
        let client = person.client.clone();
        let body = json!({"code": code});
        async move { client.persist("/v1/check-ins", body).await }
    };
    let answers = join_all(people.iter().map(scan)).await;

    let (good, full): (Vec<_>, Vec<_>) = answers.iter().partition(|a| a.status.is_success());
    assert_eq!(good.len(), 10);
    assert!(full.iter().all(|answer| answer.code() == "capacity_full"));
    assert_eq!(scene.attendances().await.len(), 10);
    scene.app.assert_sound().await;
}
