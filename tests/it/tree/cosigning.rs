//! Keys of others are registered by two persons; only their signatures are kept.

use api::tree::core::key::Signatory;
use api::tree::core::note::Checkpoint;
use chrono::{DateTime, Utc};
use entity::role_assignment::Role;
use entity::tree_key::KeyAlgorithm;
use harness::Client;
use serde_json::{Value, json};

use super::Village;

const NAME: &str = "county.510120";

fn county_key(seed: u8) -> String {
    let signatory = Signatory::from_seed(&[seed; 32]);
    signatory.public(NAME, KeyAlgorithm::CosignatureV1).unwrap().to_string()
}

/// A head signed under the county's name: its second signature line is `cosignature/v1`.
fn signature(shown: &Value, seed: u8, size: u64) -> String {
    signed_after(shown, (seed, size), 60)
}

/// The same, so many seconds after our own signature.
fn signed_after(shown: &Value, (seed, size): (u8, u64), seconds: i64) -> String {
    let own: DateTime<Utc> = shown["signed_at"].as_str().unwrap().parse().unwrap();
    let time = own.timestamp() + seconds;
    let root = data_encoding::HEXLOWER.decode(shown["root"].as_str().unwrap().as_bytes()).unwrap();
    let head = Checkpoint {
        origin: shown["origin"].as_str().unwrap().to_owned(),
        size,
        root: root.try_into().unwrap(),
    };
    let signatory = Signatory::from_seed(&[seed; 32]);
    head.cosigned_by(&signatory, NAME, time).unwrap().trim_end().to_owned()
}

async fn admins(village: &Village) -> [Client; 2] {
    let center = &village.center;
    [
        village.app.staff("county-a", Role::CountyAdmin, center).await,
        village.app.staff("county-b", Role::SecurityAdmin, center).await,
    ]
}

#[actix_web::test]
async fn a_key_of_two_persons_signs_and_a_revoked_one_does_not() {
    let village = Village::open(5).await;
    let [first, second] = admins(&village).await;
    let anybody = village.app.anonymous();
    let shown = anybody.get(village.at("checkpoint")).await.ok();
    let cosign = village.at("cosignatures");
    let body = json!({"size": 5, "line": signature(&shown, 9, 5)});
    anybody.post(&cosign, body.clone()).await.assert_problem(422, "signature_refused");

    let wish = json!({"role": "county", "key": county_key(9)});
    let proposed = first.post(village.at("keys"), wish.clone()).await.ok();
    assert_eq!(proposed["state"], "proposed");
    anybody.post(&cosign, body.clone()).await.assert_problem(422, "signature_refused");
    let again = second.post(village.at("keys"), wish).await;
    again.assert_problem(409, "key_registered");
    let at = |step: &str| format!("/v1/tree-keys/{}/{step}", proposed["id"].as_str().unwrap());
    first.post(at("approve"), json!({})).await.assert_problem(403, "must_recuse");
    assert_eq!(second.post(at("approve"), json!({})).await.ok()["state"], "active");
    second.post(at("approve"), json!({})).await.assert_problem(409, "wrong_state");

    for _ in 0..2 {
        assert_eq!(anybody.post(&cosign, body.clone()).await.ok()["name"], NAME);
    }
    let text = anybody.get(village.at("checkpoint.txt")).await;
    let text = String::from_utf8(text.body.clone()).unwrap();
    assert_eq!(text.matches(NAME).count(), 1, "{text}");
    assert!(text.ends_with(&format!("{}\n", body["line"].as_str().unwrap())));
    for (seed, size) in [(8, 5), (9, 4)] {
        let forged = json!({"size": 5, "line": signature(&shown, seed, size)});
        anybody.post(&cosign, forged).await.assert_problem(422, "signature_refused");
    }
    for never in [-600, 600] {
        let line = signed_after(&shown, (9, 5), never);
        let refused = anybody.post(&cosign, json!({"size": 5, "line": line})).await;
        refused.assert_problem(422, "invalid_value");
        refused.assert_names("/line");
    }
    let nothing = json!({"size": 4, "line": body["line"]});
    anybody.post(&cosign, nothing).await.assert_problem(404, "checkpoint_unknown");

    assert_eq!(first.post(at("revoke"), json!({})).await.ok()["state"], "revoked");
    anybody.post(&cosign, body).await.assert_problem(422, "signature_refused");
    let kept = anybody.get(village.at("checkpoint.txt")).await;
    assert_eq!(String::from_utf8(kept.body.clone()).unwrap(), text);
    village.app.assert_sound().await;
}

#[actix_web::test]
async fn a_key_under_our_own_name_or_none_at_all_is_refused() {
    let village = Village::open(1).await;
    let [first, _] = admins(&village).await;
    let keys = village.app.anonymous().get(village.at("keys")).await.ok();
    let own = keys["items"][0].clone();
    for key in [own["key"].as_str().unwrap(), &county_key(9).replace('+', "-")] {
        let refused = first.post(village.at("keys"), json!({"role": "county", "key": key})).await;
        assert_eq!(refused.status, 422, "{}", refused.describe());
    }
    let revoke = format!("/v1/tree-keys/{}/revoke", own["id"].as_str().unwrap());
    first.post(revoke, json!({})).await.assert_problem(409, "wrong_state");
    let manager = village.app.staff("manager", Role::StationManager, &village.station).await;
    let wish = json!({"role": "county", "key": county_key(9)});
    manager.post(village.at("keys"), wish).await.assert_problem(403, "permission_denied");
}
