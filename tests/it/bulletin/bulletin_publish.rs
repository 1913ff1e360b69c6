//! `bulletin_publish`: fixed with a digest and the head of the tree, once, by a person.

use entity::tree;
use sea_orm::EntityTrait;
use serde_json::json;

use super::{Quarter, id_of, number_of, refusal};

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
