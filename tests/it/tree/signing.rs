//! Heads are signed while they continue what was signed before, and not otherwise.

use api::tree::core::key::PublicKey;
use api::tree::core::note::Note;
use entity::{tree_checkpoint, tree_key, tree_node};
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel, ModelTrait, QueryOrder};
use serde_json::Value;

use super::Village;

async fn heads(village: &Village) -> Vec<tree_checkpoint::Model> {
    tree_checkpoint::Entity::find().all(&village.app.db).await.unwrap()
}

#[actix_web::test]
async fn a_grown_tree_is_signed_once_with_a_key_everybody_may_see() {
    let village = Village::open(5).await;
    village.app.run_jobs().await;

    let heads = heads(&village).await;
    assert_eq!(heads.len(), 1);
    let anybody = village.app.anonymous();
    let shown = anybody.get(village.at("checkpoint")).await.ok();
    assert_eq!((&shown["size"], &shown["root"]), (&5.into(), &Value::from(heads[0].root.clone())));
    let text = anybody.get(village.at("checkpoint.txt")).await;
    assert_eq!(text.headers["content-type"], "text/plain; charset=utf-8");
    let text = String::from_utf8(text.body.clone()).unwrap();
    assert_eq!(shown["note"], text.as_str());
    let keys = anybody.get(village.at("keys")).await.ok();
    let keys = keys["items"].as_array().unwrap();
    assert_eq!(keys.len(), 2);
    let note = Note::parse(&text).unwrap();
    for key in keys {
        let key = PublicKey::parse(key["key"].as_str().unwrap()).unwrap();
        assert!(note.verify(&key).is_ok(), "{key}");
    }
    assert_eq!(note.checkpoint.origin, format!("points.510120/{}", village.tree));
}

#[actix_web::test]
async fn a_head_that_contradicts_the_last_one_is_refused() {
    let village = Village::open(5).await;
    super::tamper::disarm(&village.app).await;
    let highest = tree_node::Entity::find().order_by_desc(tree_node::Column::Level);
    let node = highest.one(&village.app.db).await.unwrap().unwrap();
    let forged = tree_node::Model { hash: "1".repeat(64), ..node.clone() };
    let store = async |node: tree_node::Model| {
        node.into_active_model().reset_all().update(&village.app.db).await.unwrap();
    };
    store(forged).await;
    village.give(3).await;
    village.app.run_jobs().await;

    assert_eq!((heads(&village).await.len(), village.row().await.size), (1, 8));
    let site = village.row().await.site_id;
    let refused = api::tree::sign(&village.app.app, site).await.unwrap_err();
    assert_eq!(refused.refusal().unwrap().code.name, "head_inconsistent");

    store(node).await;
    api::tree::sign(&village.app.app, site).await.unwrap();
    assert_eq!(heads(&village).await.len(), 2);
}

#[actix_web::test]
async fn a_head_that_was_changed_afterwards_is_not_continued() {
    let village = Village::open(5).await;
    super::tamper::disarm(&village.app).await;
    let head = heads(&village).await.remove(0);
    let forged = tree_checkpoint::Model { root: "1".repeat(64), ..head };
    forged.into_active_model().reset_all().update(&village.app.db).await.unwrap();
    village.give(1).await;

    village.app.run_jobs().await;

    assert_eq!(heads(&village).await.len(), 1, "refused, and the other jobs went on");
}

/// Whoever takes all signed heads away has nothing signed anew: our key beside the tree says that
/// there were some, and so does the journal alone.
#[actix_web::test]
async fn a_tree_that_was_signed_gets_no_first_head_again() {
    let village = Village::open(5).await;
    village.app.run_jobs().await;
    super::tamper::disarm(&village.app).await;
    let site = village.row().await.site_id;
    tree_checkpoint::Entity::delete_many().exec(&village.app.db).await.unwrap();
    assert!(super::found(&village.app, "signed_head", &village.tree).await);

    for mark in ["our key", "the journal"] {
        let refused = api::tree::sign(&village.app.app, site).await.unwrap_err();
        assert_eq!(refused.refusal().unwrap().code.name, "head_inconsistent", "{mark}");
        village.app.run_jobs().await;
        assert_eq!(heads(&village).await, [], "{mark}");
        assert!(super::found(&village.app, "signed_head", &format!("{site}/5")).await, "{mark}");
        tree_key::Entity::delete_many().exec(&village.app.db).await.unwrap();
    }
}

#[actix_web::test]
async fn one_signed_head_taken_away_is_missed() {
    let village = Village::open(5).await;
    village.give(3).await;
    village.app.run_jobs().await;
    village.app.run_jobs().await;
    village.app.assert_sound().await;
    super::tamper::disarm(&village.app).await;
    let last = heads(&village).await.pop().unwrap();
    let name = format!("{}/{}", last.site_id, last.tree_size);

    last.delete(&village.app.db).await.unwrap();

    assert!(super::found(&village.app, "signed_head", &name).await, "{name}");
}
