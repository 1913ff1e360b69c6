//! `check_in` by many at once.

use std::collections::BTreeSet;

use std::time::Duration;

use futures_util::future::join_all;
use harness::{Answer, Client};
use serde_json::json;
use uuid::Uuid;

use super::{Scene, scan_in};

/// As the mini-program does: while the service is busy the same request, with the same
/// key, is sent again.
async fn scan_patiently(person: &Client, code: &str) -> Answer {
    let key = Uuid::now_v7().to_string();
    loop {
        let body = json!({"code": code});
        let answer = person.post_with_key("/v1/check-ins", body, &key).await;
        if ![408, 503].contains(&answer.status.as_u16()) {
            return answer;
        }
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
}

#[actix_web::test]
async fn two_hundred_at_once_each_in_once() {
    let body = json!({"needs_sign_up": false, "capacity": 200});
    let scene = Scene::with(body, |config| config.limits.enabled = false).await;
    let mut people = Vec::new();
    for number in 0..200 {
        people.push(scene.app.volunteer(&format!("villager-{number}"), &scene.station).await);
    }
    let code = scene.code("in").await;

    let scans = people.iter().map(|person| scan_patiently(&person.client, &code));
    let answers = join_all(scans).await;

    let views: Vec<_> = answers.iter().map(Answer::ok).collect();
    assert!(views.iter().all(|view| view["repeated"] == false));
    let rows = scene.attendances().await;
    let there: BTreeSet<_> = rows.iter().map(|row| row.volunteer_id).collect();
    assert_eq!((rows.len(), there.len()), (200, 200));
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

    let answers = join_all(people.iter().map(|person| scan_patiently(&person.client, &code))).await;

    let (good, full): (Vec<_>, Vec<_>) = answers.iter().partition(|a| a.status.is_success());
    assert_eq!(good.len(), 10);
    assert!(full.iter().all(|answer| answer.code() == "capacity_full"));
    assert_eq!(scene.attendances().await.len(), 10);
    scene.app.assert_sound().await;
}
