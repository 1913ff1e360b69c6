//! `rule_version_update`.

use serde_json::json;

use super::{Desk, cleaning, draft, honour};

#[actix_web::test]
async fn a_draft_is_replaced_as_a_whole_and_its_last_author_cannot_publish_it() {
    let desk = Desk::open().await;
    let id = desk.draft().await.id();

    let saved = desk.reader.put(desk.version(&id), draft(vec![honour()]), 1).await.ok();
    let by_reader = desk.publish(&id, &desk.day(0)).await;
    let path = format!("{}/publish", desk.version(&id));
    let body = json!({"effective_from": desk.day(0), "items_digest": desk.digest(&id).await});
    let by_writer = desk.writer.post(path, body).await;

    assert_eq!(saved["version"], 2);
    assert_eq!(saved["items"].as_array().unwrap().len(), 1);
    assert_eq!(saved["items"][0]["code"], "RY01");
    by_reader.assert_problem(403, "must_recuse");
    assert_eq!(by_writer.ok()["state"], "published");
}

#[actix_web::test]
async fn of_two_writers_the_second_must_read_again() {
    let desk = Desk::open().await;
    let id = desk.draft().await.id();
    desk.writer.put(desk.version(&id), draft(vec![cleaning(3)]), 1).await.assert_ok();

    let late = desk.reader.put(desk.version(&id), draft(vec![cleaning(4)]), 1).await;
    let body = Some(draft(vec![cleaning(4)]));
    let blind = desk.reader.send(reqwest::Method::PUT, &desk.version(&id), body, &[]).await;

    late.assert_problem(412, "stale_version");
    blind.assert_problem(428, "precondition_required");
    let kept = desk.reader.get(desk.version(&id)).await.ok();
    assert_eq!(kept["items"][0]["points"], 3);
}

#[actix_web::test]
async fn what_is_published_does_not_change() {
    let desk = Desk::open().await;
    let id = desk.draft().await.id();
    desk.publish(&id, &desk.day(0)).await.assert_ok();

    let late = desk.writer.put(desk.version(&id), draft(vec![cleaning(900)]), 2).await;

    late.assert_problem(409, "wrong_state");
    assert_eq!(late.json()["state"], "published");
    let bad = desk.writer.put(desk.version(&id), draft(vec![]), 2).await;
    bad.assert_problem(409, "wrong_state");
}
