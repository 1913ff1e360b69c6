//! `objection_file`, `my_objection_withdraw`.

use serde_json::json;
use uuid::Uuid;

use super::Office;

#[actix_web::test]
async fn anybody_signed_in_objects_and_reads_the_trail_in_words() {
    let office = Office::open().await;
    let claim = office.certified(5).await;

    let filed = office.file(Office::about(&claim)).await.ok();

    assert_eq!((&filed["state"], &filed["kind"]), (&json!("filed"), &json!("objection")));
    assert_eq!(filed["allowed_actions"], json!(["withdraw"]));
    let words = filed["steps"][0]["words"].as_str().expect("words");
    assert!(words.starts_with("已收到，将在") && words.contains("决定是否受理"), "{words}");
    assert_eq!(office.newest_of("li-jianguo").await["id"], filed["id"]);
    let others = office.phone("zhang-xiulan").await.get("/v1/me/objections").await.ok();
    assert_eq!(others["items"], json!([]), "the holder's list has what she filed herself");
}

#[actix_web::test]
async fn one_open_objection_of_hers_about_one_record() {
    let office = Office::open().await;
    let claim = office.certified(5).await;
    let first = office.filed(&claim).await;

    office.file(Office::about(&claim)).await.assert_problem(409, "objection_open");
    let zhang = office.phone("zhang-xiulan").await;
    zhang.post("/v1/objections", Office::about(&claim)).await.assert_ok();
    let li = office.phone("li-jianguo").await;
    let withdraw = format!("/v1/me/objections/{first}/withdraw");
    let withdrawn = li.post(&withdraw, json!({"reason": "弄错了"})).await.ok();
    assert_eq!(withdrawn["state"], "withdrawn");
    li.post(&withdraw, json!({})).await.assert_problem(409, "wrong_state");
    office.file(Office::about(&claim)).await.assert_ok();
}

#[actix_web::test]
async fn filed_eight_times_at_once_or_twice_with_one_key_it_is_one() {
    let office = Office::open().await;
    let (one, other) = (office.certified(5).await, office.certified(6).await);
    let li = office.phone("li-jianguo").await;

    let sent = (0..8).map(|_| li.post("/v1/objections", Office::about(&one)));
    let answers = futures_util::future::join_all(sent).await;
    let key = "objection-0123456789";
    let first = li.post_with_key("/v1/objections", Office::about(&other), key).await.id();
    let again = li.post_with_key("/v1/objections", Office::about(&other), key).await.id();

    assert_eq!(answers.iter().filter(|answer| answer.status.is_success()).count(), 1);
    assert_eq!(first, again);
    let mine = li.get("/v1/me/objections").await.ok();
    assert_eq!(mine["items"].as_array().map(Vec::len), Some(2));
}

#[actix_web::test]
async fn a_correction_is_the_holders_and_unknown_records_are_not_found() {
    let office = Office::open().await;
    let claim = office.certified(5).await;
    let mut body = Office::about(&claim);
    body["kind"] = json!("correction");

    office.file(body.clone()).await.assert_names("/kind");
    let zhang = office.phone("zhang-xiulan").await;
    let corrected = zhang.post("/v1/objections", body).await.ok();
    assert_eq!(corrected["kind"], "correction");
    for kind in ["claim", "ledger_entry", "attendance", "redemption"] {
        let mut body = Office::about(&claim);
        body["subject"] = json!({"kind": kind, "id": Uuid::from_u128(1)});
        office.file(body).await.assert_problem(404, "not_found");
    }
    let mut body = Office::about(&claim);
    body["text"] = json!("?");
    office.file(body).await.assert_names("/text");
    let mut body = Office::about(&claim);
    body["filed_by"] = json!("somebody");
    office.file(body).await.assert_problem(422, "unknown_field");
}

#[actix_web::test]
async fn another_persons_objection_is_not_withdrawn() {
    let office = Office::open().await;
    let id = office.filed(&office.certified(5).await).await;
    let path = format!("/v1/me/objections/{id}/withdraw");

    let zhang = office.phone("zhang-xiulan").await.post(&path, json!({})).await;
    office.step("head", &id, "accept", json!({})).await.assert_ok();
    let hers = office.phone("li-jianguo").await.post(&path, json!({})).await;

    zhang.assert_problem(404, "not_found");
    assert_eq!(hers.ok()["state"], "withdrawn");
}
