//! `bulletin_publish`: fixed with a digest and the head of the tree, once, by a person.

use std::collections::HashSet;

use api::ledger::{self, Source};
use chrono::{Datelike, TimeDelta};
use entity::{tree, tree_leaf};
use sea_orm::EntityTrait;
use serde_json::json;
use uuid::Uuid;

use super::{Quarter, first_of_quarter, id_of, number_of, refusal};

#[actix_web::test]
async fn publication_fixes_the_digest_and_holds_the_head_of_the_tree() {
    let quarter = Quarter::over().await;
    let published = quarter.published().await;

    assert_eq!(published["state"], "published");
    let seen = quarter.public(&published, "").await;
    let head = &seen["bulletin"]["head"];
    let tree = tree::Entity::find().one(&quarter.app.db).await.unwrap().unwrap();
    assert_eq!((&head["root"], &head["size"]), (&json!(tree.root), &json!(tree.size)));
    let path = format!("/v1/trees/{}/checkpoint?size={}", tree.tenant, tree.size);
    let signed = quarter.fetch(&path).await.ok();
    assert_eq!(head["checkpoint"], signed["note"], "the head anybody can ask for");
    assert_eq!(head["printed"].as_str().unwrap().split(' ').count(), 13);
    quarter.app.assert_sound().await;
}

#[actix_web::test]
async fn the_digest_can_be_computed_from_what_is_public() {
    let quarter = Quarter::over().await;
    let published = quarter.published().await;
    let seen = quarter.public(&published, "").await;
    let lines = quarter.public(&published, "/lines").await;
    let seals =
        seen["figures"].as_array().unwrap().iter().chain(lines["items"].as_array().unwrap());
    let text: String = seals.map(|row| format!("{}\n", row["seal"].as_str().unwrap())).collect();
    let digest = api::platform::crypto::digest::sha256_hex(text.as_bytes());
    assert_eq!(seen["bulletin"]["digest"], digest);
}

#[actix_web::test]
async fn a_look_beforehand_changes_nothing() {
    let quarter = Quarter::over().await;
    let draft = quarter.drafted().await;
    let path = format!("/v1/bulletins/{}/publish?dry_run=true", id_of(&draft));
    let seen = quarter.phone("town").await.post(path, json!({})).await.ok();
    assert_eq!(seen["state"], "published");
    assert_eq!(quarter.read(&draft).await["state"], "drafting");
    let path = format!("/v1/public/bulletins/{}", number_of(&draft));
    assert_eq!(quarter.fetch(&path).await.status, 404);
}

#[actix_web::test]
async fn published_twice_and_at_once_it_is_published_once() {
    let quarter = Quarter::over().await;
    let draft = quarter.drafted().await;
    let town = quarter.phone("town").await;
    let path = format!("/v1/bulletins/{}/publish", id_of(&draft));
    let all = (0..5).map(|_| town.post(&path, json!({})));
    let answers = futures_util::future::join_all(all).await;
    let mut statuses: Vec<_> = answers.iter().map(|answer| answer.status.as_u16()).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409, 409, 409, 409]);
    assert_eq!(refusal(&town.post(&path, json!({})).await), "409 wrong_state");
}

#[actix_web::test]
async fn it_waits_until_every_card_has_its_statement_of_the_quarter() {
    let quarter = Quarter::set_up().await;
    let now = quarter.app.clock.now();
    let over = format!("{}Q{}", now.year(), now.month0() / 3 + 1);
    let next = first_of_quarter(first_of_quarter(now.date_naive()) + TimeDelta::days(100));
    // A minute after midnight in China: its last transactions may still be running.
    let midnight = next.and_hms_opt(0, 0, 0).unwrap().and_utc() - TimeDelta::hours(8);
    quarter.app.advance(midnight + TimeDelta::minutes(1) - now);
    let town = quarter.phone("town").await;
    let draft = town.post(quarter.path(), json!({"quarter": over})).await.ok();
    quarter.app.run_jobs().await;

    let draft = quarter.read(&draft).await;
    assert_eq!(
        (&draft["state"], &draft["waits_for_statements"]),
        (&json!("drafting"), &json!(true))
    );
    assert_eq!(draft["allowed_actions"], json!(["recompile", "discard"]));
    for rest in ["", "?dry_run=true"] {
        let path = format!("/v1/bulletins/{}/publish{rest}", id_of(&draft));
        let refused = town.post(path, json!({})).await;
        refused.assert_problem(409, "statements_pending");
        assert!(refused.headers.contains_key("retry-after"));
    }
    quarter.app.advance(TimeDelta::minutes(10));
    quarter.app.run_jobs().await;

    let ready = quarter.read(&draft).await;
    assert_eq!(ready["waits_for_statements"], false);
    assert_eq!(ready["allowed_actions"], json!(["recompile", "discard", "publish"]));
    let published = quarter.step("town", &draft, "publish").await.ok();
    let size = published["tree_size"].as_i64().unwrap();
    let leaves = tree_leaf::Entity::find().all(&quarter.app.db).await.unwrap();
    let stated: HashSet<_> = leaves
        .iter()
        .filter(|leaf| leaf.quarter.as_deref() == Some(&over) && leaf.leaf_index < size)
        .map(|leaf| leaf.volunteer_id)
        .collect();
    let everybody = [&quarter.zhang, &quarter.li, &quarter.wang].map(|person| person.volunteer);
    assert_eq!(stated, HashSet::from(everybody), "all of them lie under the head");
    quarter.app.assert_sound().await;
}

#[actix_web::test]
async fn what_is_offered_is_what_is_allowed_while_some_statements_are_written() {
    let quarter = Quarter::set_up().await;
    let latecomer = quarter.app.volunteer("zhao-dashan", &quarter.shop.station).await;
    let within = quarter.app.clock.now();
    quarter.next_quarter();
    let draft = quarter.drafted().await;
    quarter.app.run_jobs().await;
    let ready = quarter.read(&draft).await;
    assert_eq!(ready["allowed_actions"], json!(["recompile", "discard", "publish"]));

    // An entry of the quarter arrives after its other statements: a writer that stalled.
    let since = quarter.app.clock.now() - within;
    quarter.app.advance(-since);
    let (her, site) = (latecomer.volunteer, quarter.shop.station.id);
    let source = Source { kind: "trial", id: Uuid::from_u128(9) };
    let late = quarter.within(async |tx| ledger::earn(tx, her, site, 7, source, "宣讲").await);
    late.await.unwrap();
    quarter.app.advance(since);

    for step in ["not numbered", "not read", "not stated"] {
        if step == "not read" {
            api::journal::number(&quarter.app.app).await.unwrap();
        } else if step == "not stated" {
            api::tree::read_journal(&quarter.app.app).await.unwrap();
        }
        let seen = quarter.read(&draft).await;
        assert_eq!(seen["waits_for_statements"], true, "{step}");
        assert_eq!(seen["allowed_actions"], json!(["recompile", "discard"]), "{step}");
        let refused = quarter.step("town", &draft, "publish").await;
        refused.assert_problem(409, "statements_pending");
    }
    quarter.step("town", &draft, "recompile").await.assert_ok();
    quarter.app.run_jobs().await;
    quarter.app.run_jobs().await;

    let ready = quarter.read(&draft).await;
    assert_eq!(ready["allowed_actions"], json!(["recompile", "discard", "publish"]));
    quarter.step("town", &draft, "publish").await.assert_ok();
    quarter.app.assert_sound().await;
}

#[actix_web::test]
async fn a_quarter_nobody_closed_in_time_is_closed_for_its_bulletin() {
    let quarter = Quarter::set_up().await;
    quarter.next_quarter();
    let long_over = quarter.last();
    quarter.next_quarter();
    let body = json!({"quarter": long_over});
    let draft = quarter.phone("town").await.post(quarter.path(), body).await.ok();
    quarter.app.run_jobs().await;
    quarter.app.run_jobs().await;

    let published = quarter.step("town", &draft, "publish").await.ok();

    assert_eq!(
        (&published["state"], &published["quarter"]),
        (&json!("published"), &json!(long_over))
    );
    quarter.app.assert_sound().await;
}
