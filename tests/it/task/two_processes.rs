//! More than one process: one dies in the middle, or all work at once.

use std::time::Duration;

use api::task::drill::{self, Plan};
use chrono::TimeDelta;
use harness::Process;
use serde_json::{Value, json};

use super::{Office, rows};

/// Asks until the task is as wanted; gives up after a minute.
async fn wait_for(office: &Office, id: &str, wanted: impl Fn(&Value) -> bool) -> Value {
    for _ in 0..600 {
        let view = office.view(id).await;
        if wanted(&view) {
            return view;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("still {}", office.view(id).await);
}

#[actix_web::test]
async fn another_process_goes_on_where_a_killed_one_stopped_and_each_row_counts_once() {
    let office = Office::open().await;
    let mut process = Process::start(&office.app);
    let id = office.start(&Plan { pause_ms: 100, ..rows(60) }).await;
    let before = wait_for(&office, &id, |view| view["done"].as_i64() >= Some(3)).await;
    assert_eq!(before["state"], "running");

    process.kill();
    let killed_at = office.view(&id).await["done"].as_i64().expect("progress");
    assert!(killed_at < 60, "killed too late");
    assert_eq!(office.advance(1).await, 0, "its lease still holds");
    office.app.advance(TimeDelta::seconds(31));
    drill::work(&office.app.app).await.expect("the rest");

    let ended = office.view(&id).await;
    assert_eq!((&ended["state"], &ended["done"]), (&json!("succeeded"), &json!(60)));
    assert_eq!(office.effects().await, (1..=60).collect::<Vec<i64>>());
}

#[actix_web::test]
async fn workers_of_many_processes_at_once_do_each_row_once() {
    let office = Office::open().await;
    let _others = [Process::start(&office.app), Process::start(&office.app)];
    let plan = Plan { pause_ms: 5, ..rows(45) };
    let id = office.start(&plan).await;

    let app = &office.app.app;
    let here = tokio::join!(drill::work(app), drill::work(app));
    let ended = wait_for(&office, &id, |view| view["ended_at"].is_string()).await;

    assert!(here.0.is_ok() && here.1.is_ok(), "{here:?}");
    assert_eq!((&ended["state"], &ended["done"]), (&json!("succeeded"), &json!(45)));
    assert_eq!(office.effects().await, (1..=45).collect::<Vec<i64>>());
}

#[actix_web::test]
async fn a_worker_that_lost_its_lease_writes_nothing_more() {
    let office = Office::open().await;
    let id = office.start(&Plan { pause_ms: 400, ..rows(2) }).await;
    let slow = {
        let app = office.app.app.clone();
        actix_web::rt::spawn(async move { drill::advance(&app, 1).await })
    };
    wait_for(&office, &id, |view| view["state"] == "running").await;

    // It was given up while it made ready: another takes the task and ends it.
    office.app.advance(TimeDelta::seconds(31));
    drill::work(&office.app.app).await.expect("the other");
    slow.await.expect("joined").expect("no failure");

    let ended = office.view(&id).await;
    assert_eq!((&ended["state"], &ended["done"]), (&json!("succeeded"), &json!(2)));
    assert_eq!(office.effects().await, [1, 2]);
}
