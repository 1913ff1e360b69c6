//! Figures, measured when asked for: `cargo test --profile bench-ci --test it
//! tree::figures -- --ignored --nocapture`.

use std::time::Instant;

use api::tree::core::merkle::{Frontier, hash_leaf};
use chrono::TimeDelta;
use data_encoding::HEXLOWER;
use entity::tree_leaf::LeafKind;
use entity::{tree, tree_leaf, tree_node};
use harness::TestApp;
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel, TransactionTrait};
use serde_json::Value;

use super::Village;

const LEAVES: u64 = 200_000;

/// Leaves that belong to no entry, as they would be after years.
async fn grow(village: &Village) {
    let row = village.row().await;
    let mut frontier = Frontier::default();
    for leaf in village.leaves().await {
        frontier.append(HEXLOWER.decode(leaf.leaf_hash.as_bytes()).unwrap().try_into().unwrap());
    }
    let tx = village.app.db.begin().await.unwrap();
    while frontier.size() < LEAVES {
        let (mut leaves, mut nodes) = (Vec::new(), Vec::new());
        while leaves.len() < 1000 && frontier.size() < LEAVES {
            let index = frontier.size();
            let hash = hash_leaf(index.to_string().as_bytes());
            leaves.push(tree_leaf::Model {
                site_id: row.site_id,
                leaf_index: i64::try_from(index).unwrap(),
                kind: LeafKind::Statement,
                position: None,
                ledger_entry_id: None,
                volunteer_id: village.zhang.volunteer,
                quarter: Some(format!("{index:06}")),
                line: None,
                leaf_hash: HEXLOWER.encode(&hash),
            });
            nodes.extend(frontier.append(hash).into_iter().map(|(subtree, hash)| {
                tree_node::Model {
                    site_id: row.site_id,
                    level: subtree.level.into(),
                    node_index: i64::try_from(subtree.index).unwrap(),
                    hash: HEXLOWER.encode(&hash),
                }
            }));
        }
        let leaves = leaves.into_iter().map(|row| row.into_active_model().reset_all());
        tree_leaf::Entity::insert_many(leaves).exec_without_returning(&tx).await.unwrap();
        let nodes = nodes.into_iter().map(|row| row.into_active_model().reset_all());
        tree_node::Entity::insert_many(nodes).exec_without_returning(&tx).await.unwrap();
    }
    let row = tree::Model {
        size: i64::try_from(frontier.size()).unwrap(),
        root: HEXLOWER.encode(&frontier.root()),
        peaks: HEXLOWER.encode(&frontier.peaks().concat()),
        ..row
    };
    row.into_active_model().reset_all().update(&tx).await.unwrap();
    tx.commit().await.unwrap();
}

#[actix_web::test]
#[ignore = "a measurement"]
async fn proofs_at_two_hundred_thousand_leaves() {
    let village = Village::open(3).await;
    grow(&village).await;
    let site = village.row().await.site_id;
    api::tree::sign(&village.app.app, site).await.unwrap();
    // Not the harness's client, which checks each answer against the document.
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let (mut times, mut longest) = (Vec::new(), 0);
    for number in 0..500_u64 {
        let index = number * 7919 % LEAVES;
        let at = village.at(&format!("leaves/{index}/proof"));
        let request = http.get(format!("{}{at}", village.app.base));
        let started = Instant::now();
        let body = request.send().await.unwrap().bytes().await.unwrap();
        times.push(started.elapsed());
        let shown: Value = serde_json::from_slice(&body).unwrap();
        longest = longest.max(shown["path"].as_array().unwrap().len() * 32);
    }
    times.sort();
    let [middle, late] = [times[250], times[495]];
    println!("{LEAVES} leaves: proof {longest} bytes, over HTTP {middle:?}, p99 {late:?}");
    assert!(longest <= 576);
}

#[actix_web::test]
#[ignore = "a measurement"]
async fn entries_read_in_a_second() {
    let village = Village::open(2).await;
    village.give(4000).await;
    let started = Instant::now();
    village.app.run_jobs().await;
    let took = started.elapsed();
    println!("4000 entries numbered, sealed, read and signed in {took:?}");
    assert_eq!(village.leaves().await.len(), 4002);
}

/// A card has a statement for every twenty entries, as after a quarter.
#[actix_web::test]
#[ignore = "a measurement"]
async fn an_audit_of_entries_with_lines_and_statements() {
    let app = TestApp::start_with(|config| config.limits.enabled = false).await;
    let village = Village::on(app, 2).await;
    for number in 0..1000 {
        let name = format!("villager-{number}");
        let her = village.app.volunteer(&name, &village.station).await;
        for points in 1..=20 {
            village.app.give(her.volunteer, points).await;
        }
    }
    village.app.run_jobs().await;
    village.app.advance(TimeDelta::days(93));
    village.app.run_jobs().await;
    let leaves = village.leaves().await.len();

    let started = Instant::now();
    let report = api::audit::run(&village.app.app.pools.read).await.unwrap();
    let took = started.elapsed();

    assert_eq!((report.entries, leaves), (20_002, 21_004));
    println!("{} entries in {leaves} leaves audited in {took:?}", report.entries);
}
