//! Proofs over HTTP: whoever asks gets what checks, and nobody gets another's line.

use api::platform::actor::Actor;
use api::platform::tx::in_tx;
use api::tree::core::merkle::{Hash, verify_consistency, verify_inclusion};
use api::tree::core::proof_file::ProofFile;
use data_encoding::HEXLOWER;
use entity::role_assignment::Role;
use entity::{ledger_entry, tree_leaf};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::Value;

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

#[actix_web::test]
async fn an_erased_line_is_gone_and_every_proof_stays() {
    let village = Village::open(6).await;
    let hers = entry_of(&village, village.zhang.volunteer).await;
    let at = format!("/v1/me/ledger-entries/{hers}/proof");
    let before = village.zhang.client.get(&at).await.ok();
    let public = village.at("leaves/0/proof");
    let proof = village.app.anonymous().get(&public).await.ok();

    let actor = Actor::system("test", String::new());
    let erased = in_tx(&village.app.app.core, &actor, async |tx| {
        api::tree::erase_lines(tx, village.zhang.volunteer).await
    });
    let erased = erased.await.unwrap();

    assert_eq!(erased, 3);
    village.zhang.client.get(&at).await.assert_problem(404, "line_erased");
    assert_eq!(village.app.anonymous().get(&public).await.ok(), proof);
    let kept = tree_leaf::Entity::find().filter(tree_leaf::Column::Line.is_not_null());
    assert_eq!(kept.all(&village.app.db).await.unwrap().len(), 3);
    let paper = ProofFile::parse(before["proof"].as_str().unwrap()).unwrap();
    let line = before["line"].as_str().unwrap();
    let root = api::tree::core::proof_file::Trust::Root(hash(&proof["checkpoint"]["root"]));
    assert!(paper.verify(line, &root).is_ok(), "her paper keeps verifying");
    village.give(2).await;
    village.app.run_jobs().await;
    village.app.assert_sound().await;
}
