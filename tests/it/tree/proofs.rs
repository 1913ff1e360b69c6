//! Proofs over HTTP: whoever asks gets what checks, and nobody gets another's line.

use api::tree::core::merkle::{Hash, verify_consistency, verify_inclusion};
use api::tree::core::proof_file::ProofFile;
use data_encoding::HEXLOWER;
use entity::role_assignment::Role;
use entity::tree_leaf::LeafKind;
use entity::{ledger_entry, tree_leaf};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter,
};
use serde_json::{Value, json};

use super::Village;

fn hash(value: &Value) -> Hash {
    HEXLOWER.decode(value.as_str().unwrap().as_bytes()).unwrap().try_into().unwrap()
}

fn path(value: &Value) -> Vec<Hash> {
    value.as_array().unwrap().iter().map(hash).collect()
}

async fn entry_of(village: &Village, her: entity::ids::VolunteerId) -> String {
    let mine = ledger_entry::Entity::find().filter(ledger_entry::Column::VolunteerId.eq(her));
    mine.one(&village.app.db).await.unwrap().unwrap().id.to_string()
}

#[actix_web::test]
async fn every_leaf_is_proved_under_every_signed_head() {
    let village = Village::open(5).await;
    village.give(6).await;
    village.app.run_jobs().await;
    let anybody = village.app.anonymous();

    for size in [5_u64, 11] {
        let head = anybody.get(village.at(&format!("checkpoint?size={size}"))).await.ok();
        for index in 0..size {
            let at = village.at(&format!("leaves/{index}/proof"));
            let shown = anybody.get(format!("{at}?size={size}")).await.ok();
            let (leaf, root) = (hash(&shown["leaf_hash"]), hash(&head["root"]));
            assert!(verify_inclusion(&leaf, index, size, &path(&shown["path"]), &root));
            assert_eq!(shown["checkpoint"], head);
            let file = anybody.get(format!("{at}.txt?size={size}")).await;
            let file = ProofFile::parse(&String::from_utf8(file.body.clone()).unwrap()).unwrap();
            assert_eq!((file.line, file.path), (None, path(&shown["path"])));
        }
    }
    let grown = anybody.get(village.at("consistency?from=5")).await.ok();
    let (old, new) = (hash(&grown["from"]["root"]), hash(&grown["to"]["root"]));
    assert!(verify_consistency((5, &old), (11, &new), &path(&grown["path"])));

    let newest = village.at("leaves/11/proof");
    anybody.get(newest).await.assert_problem(409, "not_published_yet");
    anybody.get(village.at("leaves/7/proof?size=5")).await.assert_problem(409, "not_published_yet");
    anybody.get(village.at("checkpoint?size=6")).await.assert_problem(404, "checkpoint_unknown");
    for (query, field) in [
        ("consistency?from=11&to=5", "to"),
        ("consistency?from=0", "from"),
        ("checkpoint?size=0", "size"),
    ] {
        let wrong = anybody.get(village.at(query)).await;
        wrong.assert_problem(422, "invalid_value");
        wrong.assert_names(field);
    }
    anybody.get("/v1/trees/999999999/keys").await.assert_problem(404, "tree_unknown");
    let trees = anybody.get("/v1/trees").await.ok();
    assert_eq!((&trees["items"][0]["size"], &trees["items"][1]), (&11.into(), &Value::Null));
}

#[actix_web::test]
async fn she_gets_her_own_line_and_nobody_elses() {
    let village = Village::open(4).await;
    let hers = entry_of(&village, village.zhang.volunteer).await;
    let at = format!("/v1/me/ledger-entries/{hers}/proof");

    let shown = village.zhang.client.get(&at).await.ok();

    let line = shown["line"].as_str().unwrap();
    assert!(line.contains(&village.zhang.card_number), "{line}");
    let file = ProofFile::parse(shown["proof"].as_str().unwrap()).unwrap();
    assert_eq!(file.line.as_deref(), Some(line));
    assert!(shown["svg"].as_str().unwrap().starts_with("<svg"));
    assert!(shown["short"].as_str().unwrap().starts_with(&format!("jfyh-proof/v1\n{line}\n4\n")));
    village.li.client.get(&at).await.assert_problem(404, "not_found");

    village.give(1).await;
    let fresh = ledger_entry::Entity::find().filter(ledger_entry::Column::Seq.eq(3));
    let fresh = fresh.one(&village.app.db).await.unwrap().unwrap().id;
    let at = format!("/v1/me/ledger-entries/{fresh}/proof");
    village.zhang.client.get(at).await.assert_problem(409, "not_published_yet");
}

#[actix_web::test]
async fn a_receipt_is_proved_under_the_head_that_hangs_on_the_wall() {
    let village = Village::open(5).await;
    let hers = entry_of(&village, village.zhang.volunteer).await;
    village.give(6).await;
    village.app.run_jobs().await;
    let at = format!("/v1/me/ledger-entries/{hers}/proof");
    let her = &village.zhang.client;

    let (newest, wall) = (her.get(&at).await.ok(), her.get(format!("{at}?size=5")).await.ok());

    let head = village.app.anonymous().get(village.at("checkpoint?size=5")).await.ok();
    assert_eq!((&wall["checkpoint"], &wall["line"]), (&head, &newest["line"]));
    assert_ne!(newest["checkpoint"], head);
    let file = ProofFile::parse(wall["proof"].as_str().unwrap()).unwrap();
    let (leaf, root) = (hash(&wall["leaf_hash"]), hash(&head["root"]));
    assert!(verify_inclusion(&leaf, file.index, 5, &file.path, &root));
    her.get(format!("{at}?size=6")).await.assert_problem(404, "checkpoint_unknown");
    let fresh = ledger_entry::Entity::find().filter(ledger_entry::Column::Seq.eq(4));
    let fresh = fresh.one(&village.app.db).await.unwrap().unwrap();
    let who = if fresh.volunteer_id == village.zhang.volunteer { her } else { &village.li.client };
    let late = format!("/v1/me/ledger-entries/{}/proof?size=5", fresh.id);
    who.get(late).await.assert_problem(409, "not_published_yet");
    let clerk = village.app.staff("clerk", Role::StationManager, &village.station).await;
    let printed = clerk.get(format!("/v1/ledger-entries/{hers}/proof?size=5")).await.ok();
    assert_eq!(printed["short"], wall["short"]);
}

#[actix_web::test]
async fn the_station_prints_receipts_of_its_own_people_only() {
    let village = Village::open(2).await;
    let hers = entry_of(&village, village.zhang.volunteer).await;
    let at = format!("/v1/ledger-entries/{hers}/proof");
    let clerk = village.app.staff("clerk", Role::StationManager, &village.station).await;
    let elsewhere = &village.other.stations[0];
    let stranger = village.app.staff("stranger", Role::StationManager, elsewhere).await;

    assert_eq!(clerk.get(&at).await.ok()["entry_id"], hers);
    stranger.get(&at).await.assert_problem(404, "not_found");
}

/// A line names the whole card, and a card's number is all it takes to pick up goods.
#[actix_web::test]
async fn who_sees_people_masked_gets_nobodys_line() {
    let village = Village::open(2).await;
    let her = village.zhang.volunteer;
    let hers = entry_of(&village, her).await;
    let line = format!("/v1/ledger-entries/{hers}/proof");
    let statement = format!("/v1/volunteers/{her}/points/statement/proof?quarter=2026Q1");
    for (name, role) in [("watcher", Role::Supervisor), ("certifier", Role::Certifier)] {
        let watcher = village.app.staff(name, role, &village.station).await;
        let entries = watcher.get(format!("/v1/volunteers/{her}/ledger-entries")).await.ok();
        assert_eq!(entries["items"][0]["id"], hers, "{name} sees the points");
        assert!(!entries.to_string().contains(&village.zhang.card_number));

        watcher.get(&line).await.assert_problem(403, "permission_denied");
        watcher.get(&statement).await.assert_problem(403, "permission_denied");
    }
    let clerk = village.app.staff("clerk", Role::Clerk, &village.station).await;
    clerk.get(&line).await.assert_ok();
}

#[actix_web::test]
async fn an_erased_line_is_gone_and_every_proof_stays() {
    let village = Village::open(6).await;
    let hers = entry_of(&village, village.zhang.volunteer).await;
    let at = format!("/v1/me/ledger-entries/{hers}/proof");
    let before = village.zhang.client.get(&at).await.ok();
    let public = village.at("leaves/0/proof");
    let proof = village.app.anonymous().get(&public).await.ok();

    let others = "UPDATE tree_leaf SET line = NULL";
    let refused = village.app.db.execute_unprepared(others).await.expect_err("she is here");
    assert!(refused.to_string().contains("tree_leaf_only_erased"), "{refused}");
    let closed = village.zhang.client.post("/v1/me/closure", json!({"confirm": true})).await;

    assert_eq!(closed.ok()["ends"]["tree_lines"], 3);
    let clerk = village.app.staff("clerk", Role::StationManager, &village.station).await;
    let erased = clerk.get(format!("/v1/ledger-entries/{hers}/proof")).await;
    erased.assert_problem(404, "line_erased");
    assert_eq!(village.app.anonymous().get(&public).await.ok(), proof);
    let kept = tree_leaf::Entity::find().filter(tree_leaf::Column::Line.is_not_null());
    assert_eq!(kept.all(&village.app.db).await.unwrap().len(), 3);
    let paper = ProofFile::parse(before["proof"].as_str().unwrap()).unwrap();
    let line = before["line"].as_str().unwrap();
    let root = api::tree::core::proof_file::Trust::Root(hash(&proof["checkpoint"]["root"]));
    assert!(paper.verify(line, &root).is_ok(), "her paper keeps verifying");
    village.app.give(village.li.volunteer, 2).await;
    village.app.run_jobs().await;
    village.app.assert_sound().await;
}

/// Her closing erases what is committed by then: a line written meanwhile goes with the next round.
#[actix_web::test]
async fn a_line_that_came_while_she_left_is_erased_soon() {
    let village = Village::open(2).await;
    let her = village.zhang.volunteer;
    let closed = village.zhang.client.post("/v1/me/closure", json!({"confirm": true})).await;
    closed.assert_ok();
    village.app.run_jobs().await;
    let last = village.leaves().await.pop().expect("a leaf");
    // As whoever wrote it saw her account open.
    let late = tree_leaf::Model {
        leaf_index: last.leaf_index + 1,
        kind: LeafKind::Statement,
        position: None,
        ledger_entry_id: None,
        volunteer_id: her,
        quarter: Some("2020Q1".into()),
        line: Some("她的一行".into()),
        ..last
    };
    let late = late.into_active_model().reset_all();
    late.insert(&village.app.db).await.expect("the late leaf");

    village.app.run_jobs().await;

    let kept: Vec<_> =
        village.leaves().await.into_iter().filter(|leaf| leaf.line.is_some()).collect();
    assert!(!kept.is_empty() && kept.iter().all(|leaf| leaf.volunteer_id != her), "{kept:?}");
}
