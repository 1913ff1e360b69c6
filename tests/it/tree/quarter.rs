//! When a quarter is over, each card gets one statement, once.

use api::platform::quarter::Quarter;
use api::tree::core::line::{Line, Sums};
use api::tree::core::merkle::{Hash, hash_leaf, verify_inclusion};
use api::tree::core::proof_file::ProofFile;
use chrono::{NaiveDate, TimeDelta};
use data_encoding::HEXLOWER;
use entity::role_assignment::Role;
use entity::tree_checkpoint;
use entity::tree_leaf::LeafKind;
use harness::{Process, TestApp};
use sea_orm::EntityTrait;
use serde_json::json;

use super::Village;

/// The quarter in which the test begins.
fn running(app: &TestApp) -> Quarter {
    Quarter::of((app.clock.now() + TimeDelta::hours(8)).date_naive())
}

/// Goes to noon of the second day after a quarter.
fn go_past(app: &TestApp, quarter: Quarter) {
    let day: NaiveDate = quarter.next().first_day();
    let noon = day.and_hms_opt(4, 0, 0).unwrap().and_utc() + TimeDelta::days(1);
    app.advance(noon - app.clock.now());
}

async fn statements(village: &Village) -> Vec<(String, Quarter, Sums)> {
    let leaves = village.leaves().await.into_iter();
    let lines = leaves.filter(|leaf| leaf.kind == LeafKind::Statement).map(|leaf| {
        let line = leaf.line.expect("a line");
        match Line::parse(&line).expect("a line that adds up") {
            Line::Statement(line) => (line.card, line.quarter, line.sums),
            Line::Entry(_) => panic!("{line}"),
        }
    });
    lines.collect()
}

#[actix_web::test]
async fn each_card_gets_one_statement_and_running_again_adds_none() {
    let village = Village::open(5).await;
    let quarter = running(&village.app);
    assert!(api::tree::close_quarter(&village.app.app, quarter).await.is_err(), "it is not over");
    assert_eq!(statements(&village).await, []);

    go_past(&village.app, quarter);
    village.app.run_jobs().await;
    village.app.run_jobs().await;
    assert_eq!(api::tree::close_quarter(&village.app.app, quarter).await.unwrap(), 0);

    let first = statements(&village).await;
    let earned =
        |points, entries| Sums { earned: points, closing: points, entries, ..Sums::default() };
    let mut wanted = vec![
        (village.zhang.card_number.clone(), quarter, earned(1 + 3 + 5, 3)),
        (village.li.card_number.clone(), quarter, earned(2 + 4, 2)),
    ];
    wanted.sort_by_key(|(card, ..)| first.iter().position(|(other, ..)| other == card));
    assert_eq!(first, wanted);
    let heads = tree_checkpoint::Entity::find().all(&village.app.db).await.unwrap();
    assert_eq!(heads.last().unwrap().tree_size, 7, "signed with its statements");

    village.give(1).await;
    go_past(&village.app, quarter.next());
    village.app.run_jobs().await;
    let second = statements(&village).await;
    assert_eq!(second.len(), 4);
    let hers = second[2..].iter().find(|(card, ..)| *card == village.zhang.card_number);
    let sums = Sums { opening: 9, earned: 1, closing: 10, entries: 1, ..Sums::default() };
    assert_eq!(hers.unwrap(), &(village.zhang.card_number.clone(), quarter.next(), sums));
    village.app.assert_sound().await;
}

#[actix_web::test]
async fn a_holder_has_her_statement_proved_and_the_station_prints_it() {
    let village = Village::open(5).await;
    let quarter = running(&village.app);
    let path = format!("/v1/me/points/statement/proof?quarter={quarter}");
    let early = village.zhang.client.get(&path).await;
    early.assert_problem(409, "not_published_yet");
    go_past(&village.app, quarter);
    village.app.run_jobs().await;
    let her = village.app.sign_in("zhang-xiulan").await;

    let found = her.get(&path).await.ok();

    assert_eq!((&found["quarter"], found.get("entry_id")), (&json!(quarter.to_string()), None));
    let line = Line::parse(found["line"].as_str().unwrap()).expect("a line that adds up");
    let Line::Statement(line) = line else { panic!("{found}") };
    assert_eq!((line.card, line.sums.closing), (village.zhang.card_number.clone(), 1 + 3 + 5));
    let file = ProofFile::parse(found["proof"].as_str().unwrap()).unwrap();
    let leaf = hash_leaf(found["line"].as_str().unwrap().as_bytes());
    let (size, root) =
        (found["checkpoint"]["size"].as_u64().unwrap(), &found["checkpoint"]["root"]);
    let root: Hash =
        HEXLOWER.decode(root.as_str().unwrap().as_bytes()).unwrap().try_into().unwrap();
    assert!(verify_inclusion(&leaf, file.index, size, &file.path, &root));

    let clerk = village.app.staff("clerk", Role::StationManager, &village.station).await;
    let stranger =
        village.app.staff("stranger", Role::StationManager, &village.other.stations[0]).await;
    let of = |who: &harness::Person| {
        format!("/v1/volunteers/{}/points/statement/proof?quarter={quarter}", who.volunteer)
    };
    assert_eq!(clerk.get(of(&village.zhang)).await.ok()["line"], found["line"]);
    assert_ne!(clerk.get(of(&village.li)).await.ok()["line"], found["line"]);
    stranger.get(of(&village.zhang)).await.assert_problem(404, "not_found");
    let wrong = her.get("/v1/me/points/statement/proof?quarter=2026-4").await;
    wrong.assert_problem(422, "invalid_value");
    wrong.assert_names("quarter");
    let none = her.get("/v1/me/points/statement/proof?quarter=2023Q1").await;
    none.assert_problem(404, "not_found");
    let why = none.json()["detail"].to_string();
    assert!(why.contains("开始之前"), "it will never come: {why}");
}

#[actix_web::test]
async fn at_once_it_is_closed_once() {
    let village = Village::open(4).await;
    let quarter = running(&village.app);
    go_past(&village.app, quarter);

    let closing = (0..4).map(|_| api::tree::close_quarter(&village.app.app, quarter));
    let closed = futures_util::future::join_all(closing).await;

    let new: u64 = closed.into_iter().filter_map(Result::ok).sum();
    assert_eq!((new, statements(&village).await.len()), (2, 2));
    village.app.assert_sound().await;
}

#[actix_web::test]
async fn the_operator_closes_a_quarter_by_hand() {
    let village = Village::open(2).await;
    let run = |quarter: &str| Process::run(&village.app, &["tree", "close-quarter", quarter]);

    let done = run("2020Q1");
    assert_eq!(String::from_utf8_lossy(&done.stdout).trim(), "0 statements", "{done:?}");
    assert!(!run("2020Q5").status.success());
    assert!(!run("2999Q1").status.success(), "it is not over");
}
