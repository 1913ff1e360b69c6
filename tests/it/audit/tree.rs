//! Keys and the signatures of others: whatever was changed of them is named.

use api::tree::core::key::Signatory;
use api::tree::core::note::Note;
use chrono::NaiveDate;
use data_encoding::HEXLOWER;
use entity::tree_key::{self, KeyAlgorithm, TreeKeyRole, TreeKeyState};
use entity::{card, tree_checkpoint, tree_cosignature, tree_leaf};
use sea_orm::{ActiveModelTrait, ConnectionTrait, EntityTrait, IntoActiveModel, ModelTrait};

use crate::tree::{Village, disarm, found};

const NAME: &str = "county.510120";

async fn head(village: &Village) -> tree_checkpoint::Model {
    tree_checkpoint::Entity::find().one(&village.app.db).await.unwrap().expect("a head")
}

/// A key of the county that two persons registered, and its signature under the head.
async fn cosigned(village: &Village) -> tree_cosignature::Model {
    let head = head(village).await;
    let county = Signatory::from_seed(&[9; 32]);
    let key = county.public(NAME, KeyAlgorithm::CosignatureV1).unwrap();
    let accounts =
        [village.app.account("zhang-xiulan").await, village.app.account("li-guifang").await];
    let row = tree_key::Model {
        id: village.app.new_id().into(),
        site_id: head.site_id,
        role: TreeKeyRole::County,
        name: NAME.into(),
        algorithm: KeyAlgorithm::CosignatureV1,
        public_key: HEXLOWER.encode(key.bytes()),
        key_id: HEXLOWER.encode(&key.id()),
        state: TreeKeyState::Active,
        valid_from: NaiveDate::from_ymd_opt(2026, 1, 1).unwrap(),
        valid_to: None,
        proposed_by: Some(accounts[0]),
        proposed_at: head.signed_at,
        approved_by: Some(accounts[1]),
        approved_at: Some(head.signed_at),
        revoked_by: None,
        revoked_at: None,
        version: 1,
    };
    let row = row.into_active_model().reset_all();
    let row = row.insert(&village.app.db).await.unwrap();
    let checkpoint = Note::parse(&head.note).unwrap().checkpoint;
    let line = checkpoint.cosigned_by(&county, NAME, head.signed_at.timestamp()).unwrap();
    let made = tree_cosignature::Model {
        site_id: head.site_id,
        tree_size: head.tree_size,
        tree_key_id: row.id,
        line,
    };
    made.into_active_model().reset_all().insert(&village.app.db).await.unwrap()
}

#[actix_web::test]
async fn an_altered_cosignature_is_named() {
    let village = Village::open(5).await;
    let made = cosigned(&village).await;
    village.app.assert_sound().await;
    disarm(&village.app).await;
    let name = format!("{}/{}/{}", village.tree, made.tree_size, made.tree_key_id);

    // The time that was signed with it, and a line that is none.
    let at = made.line.len() - 20;
    let other = if made.line.as_bytes()[at] == b'A' { "B" } else { "A" };
    let changed = format!("{}{other}{}", &made.line[..at], &made.line[at + 1..]);
    for line in [changed, "nobody's".into()] {
        let forged = tree_cosignature::Model { line, ..made.clone() };
        forged.into_active_model().reset_all().update(&village.app.db).await.unwrap();
        assert!(found(&village.app, "cosignature", &name).await);
    }
    made.into_active_model().reset_all().update(&village.app.db).await.unwrap();
    assert!(!found(&village.app, "cosignature", &name).await);
}

#[actix_web::test]
async fn an_altered_key_of_ours_is_named_and_a_lost_one_leaves_its_heads_unsigned() {
    let village = Village::open(5).await;
    let db = &village.app.db;
    let signed = format!("{}/5", village.tree);
    let stranger = Signatory::from_seed(&[5; 32]);
    let stranger = stranger.public(NAME, KeyAlgorithm::Ed25519).unwrap();
    let keys = tree_key::Entity::find().all(db).await.unwrap();
    assert_eq!(keys.len(), 2);
    for key in &keys {
        for forged in [
            tree_key::Model { name: format!("{}x", key.name), ..key.clone() },
            tree_key::Model { key_id: "00000000".into(), ..key.clone() },
            tree_key::Model { public_key: HEXLOWER.encode(stranger.bytes()), ..key.clone() },
        ] {
            forged.clone().into_active_model().reset_all().update(db).await.unwrap();
            assert!(found(&village.app, "tree_key", &key.id.to_string()).await, "{forged:?}");
        }
        key.clone().into_active_model().reset_all().update(db).await.unwrap();
        village.app.assert_sound().await;

        key.clone().delete(db).await.unwrap();
        assert!(found(&village.app, "signed_head", &signed).await);
        key.clone().into_active_model().reset_all().insert(db).await.unwrap();
    }
    village.app.assert_sound().await;
}

#[actix_web::test]
async fn a_line_that_is_gone_or_names_anothers_card_is_named() {
    let village = Village::open(4).await;
    let leaf = village.leaves().await.remove(2);
    let name = format!("{}/2", village.tree);
    let cards = card::Entity::find().all(&village.app.db).await.unwrap();
    let hers = cards.into_iter().find(|card| card.number == village.zhang.card_number).unwrap();
    let strange = card::Model { number: "JFKA-0000-0000".into(), ..hers.clone() };
    strange.into_active_model().reset_all().update(&village.app.db).await.unwrap();
    assert!(found(&village.app, "leaf_agrees", &name).await, "another card");
    hers.into_active_model().reset_all().update(&village.app.db).await.unwrap();
    village.app.assert_sound().await;

    let sql = "UPDATE tree_leaf SET line = NULL";
    assert!(village.app.db.execute_unprepared(sql).await.is_err(), "she is here");
    disarm(&village.app).await;
    let erased = tree_leaf::Model { line: None, ..leaf };
    erased.into_active_model().reset_all().update(&village.app.db).await.unwrap();
    assert!(found(&village.app, "leaf_erased", &name).await);
}
