//! Which keys are ours the configuration says, and never a row of the database.

use api::audit;
use api::tree::core::key::Signatory;
use api::tree::core::note::Checkpoint;
use data_encoding::HEXLOWER;
use entity::tree_key::{self, KeyAlgorithm};
use entity::{tree, tree_checkpoint};
use harness::TestApp;
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel};

use super::Village;

/// A key written down as ours by who can write to the database.
async fn write_down(village: &Village, strange: &Signatory) -> tree_key::Model {
    let db = &village.app.db;
    let row = village.row().await;
    let key = strange.public(&row.origin, KeyAlgorithm::Ed25519).unwrap();
    let own = tree_key::Entity::find().one(db).await.unwrap().expect("a key of ours");
    let forged = tree_key::Model {
        id: village.app.new_id().into(),
        algorithm: KeyAlgorithm::Ed25519,
        public_key: HEXLOWER.encode(key.bytes()),
        key_id: HEXLOWER.encode(&key.id()),
        ..own
    };
    forged.into_active_model().reset_all().insert(db).await.unwrap()
}

/// Signs the only head again.
async fn sign_again(village: &Village, signatory: &Signatory) {
    let db = &village.app.db;
    let head = tree_checkpoint::Entity::find().one(db).await.unwrap().expect("a head");
    let tree::Model { origin, .. } = village.row().await;
    let root = HEXLOWER.decode(head.root.as_bytes()).unwrap().try_into().unwrap();
    let size = u64::try_from(head.tree_size).unwrap();
    let note = Checkpoint { origin, size, root }.signed(signatory, head.signed_at.timestamp());
    let forged = tree_checkpoint::Model { note: note.unwrap(), ..head };
    forged.into_active_model().reset_all().update(db).await.unwrap();
}

#[actix_web::test]
async fn a_key_of_a_stranger_signs_nothing_and_is_listed_nowhere() {
    let village = Village::open(5).await;
    super::disarm(&village.app).await;
    let strange = Signatory::from_seed(&[5; 32]);
    let forged = write_down(&village, &strange).await;
    sign_again(&village, &strange).await;
    village.give(2).await;

    village.app.run_jobs().await;

    let heads = tree_checkpoint::Entity::find().all(&village.app.db).await.unwrap();
    assert_eq!(heads.len(), 1, "nothing is signed on top of it");
    let listed = village.app.anonymous().get(village.at("keys")).await.ok();
    let listed = listed["items"].as_array().unwrap();
    assert_eq!(listed.len(), 2);
    assert!(listed.iter().all(|key| key["id"] != forged.id.to_string()), "{listed:?}");
    let app = &village.app.app;
    let report = audit::run_with(&app.pools.read, &app.signatory).await.unwrap();
    for (rule, row) in
        [("tree_key", forged.id.to_string()), ("signed_head", format!("{}/5", village.tree))]
    {
        let found = report.violations.iter().any(|found| found.rule == rule && found.row == row);
        assert!(found, "{rule} {row}: {:#?}", report.violations);
    }
}

#[actix_web::test]
async fn a_key_before_is_ours_while_the_configuration_names_it() {
    let old = Signatory::from_seed(&[6; 32]);
    let kept = old.public("points.510120/510120", KeyAlgorithm::Ed25519).unwrap().to_string();
    let app = TestApp::start_with(|config| config.tree.earlier_keys = vec![kept]).await;
    let village = Village::on(app, 5).await;
    super::disarm(&village.app).await;
    write_down(&village, &old).await;
    sign_again(&village, &old).await;
    village.give(2).await;

    village.app.run_jobs().await;

    let heads = tree_checkpoint::Entity::find().all(&village.app.db).await.unwrap();
    assert_eq!(heads.len(), 2, "the new key goes on from the old one's head");
    let listed = village.app.anonymous().get(village.at("keys")).await.ok();
    assert_eq!(listed["items"].as_array().unwrap().len(), 3);
}
