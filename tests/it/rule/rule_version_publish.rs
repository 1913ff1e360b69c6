//! `rule_version_publish`.

use chrono::TimeDelta;
use entity::role_assignment::Role;
use serde_json::json;

use super::{Desk, cleaning, draft};

#[actix_web::test]
async fn a_second_person_publishes_and_the_writer_cannot() {
    let desk = Desk::open().await;
    let id = desk.draft().await.id();
    let digest = desk.digest(&id).await;
    let body = json!({"effective_from": desk.day(0), "items_digest": digest});

    let own = desk.writer.post(format!("{}/publish", desk.version(&id)), body).await;
    let published = desk.publish(&id, &desk.day(0)).await.ok();
    let again = desk.publish(&id, &desk.day(0)).await;

    own.assert_problem(403, "must_recuse");
    assert_eq!(published["state"], "published");
    assert_eq!(published["in_force"], true);
    assert_eq!(published["allowed_actions"], json!([]));
    again.assert_problem(409, "wrong_state");
}

#[actix_web::test]
async fn rules_are_not_made_for_yesterday_nor_without_items_nor_unread() {
    let desk = Desk::open().await;
    let empty = desk.writer.post(desk.versions(), json!({"note": "空"})).await.id();

    let offered = desk.reader.get(desk.version(&empty)).await.ok()["allowed_actions"].clone();
    assert_eq!(offered, json!(["update"]), "an empty draft is not offered for publication");
    let no_items = desk.publish(&empty, &desk.day(0)).await;
    desk.writer.put(desk.version(&empty), draft(vec![cleaning(2)]), 1).await.assert_ok();
    let past = desk.publish(&empty, &desk.day(-1)).await;
    let digest = desk.digest(&empty).await;
    let unread = json!({"effective_from": desk.day(0), "version": 1, "items_digest": digest});
    let unread = desk.reader.post(format!("{}/publish", desk.version(&empty)), unread).await;

    no_items.assert_problem(409, "no_items");
    past.assert_problem(422, "invalid_value");
    past.assert_names("/effective_from");
    unread.assert_problem(412, "stale_version");
}

#[actix_web::test]
async fn the_older_version_is_retired_from_the_day_on() {
    let desk = Desk::open().await;
    let first = desk.draft().await.id();
    desk.publish(&first, &desk.day(0)).await.assert_ok();
    let second = desk.draft().await.id();
    desk.publish(&second, &desk.day(3)).await.assert_ok();

    let before = desk.writer.get(desk.version(&first)).await.ok();
    desk.app.advance(TimeDelta::days(4));
    let writer = desk.app.sign_in("writer").await;
    let after = writer.get(desk.version(&first)).await.ok();

    assert_eq!((&before["state"], &before["in_force"]), (&json!("published"), &json!(true)));
    assert_eq!((&after["state"], &after["in_force"]), (&json!("retired"), &json!(false)));
}

#[actix_web::test]
async fn a_coming_version_can_be_overtaken_before_it_begins() {
    let desk = Desk::open().await;
    let wrong = desk.draft().await.id();
    desk.publish(&wrong, &desk.day(5)).await.assert_ok();
    let right = desk.draft().await.id();

    desk.publish(&right, &desk.day(5)).await.assert_ok();

    assert_eq!(desk.writer.get(desk.version(&wrong)).await.ok()["state"], "retired");
    let set = format!("/v1/sites/{}/rule-set", desk.county.town.institute.id);
    let set = desk.app.anonymous().get(set).await.ok();
    assert_eq!(set["coming"]["id"], right);
    assert!(set.get("current").is_none());
}

#[actix_web::test]
async fn two_publishers_at_once_publish_once() {
    let desk = Desk::open().await;
    let id = desk.draft().await.id();
    let today = desk.day(0);

    let (one, other) = tokio::join!(desk.publish(&id, &today), desk.publish(&id, &today));

    let mut statuses = [one.status.as_u16(), other.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409], "{} {}", one.describe(), other.describe());
}

#[actix_web::test]
async fn who_only_reads_rules_does_not_publish_them() {
    let desk = Desk::open().await;
    let id = desk.draft().await.id();
    let path = format!("{}/publish", desk.version(&id));
    let (today, digest) = (desk.day(0), desk.digest(&id).await);
    let body = || json!({"effective_from": today, "items_digest": digest});
    let institute = &desk.county.town.institute;
    let clerk = desk.app.staff("clerk", Role::Clerk, institute).await;
    let other = &desk.county.other.institute;
    let stranger = desk.app.staff("stranger", Role::TownAdmin, other).await;

    clerk.post(&path, body()).await.assert_problem(403, "permission_denied");
    stranger.post(&path, body()).await.assert_problem(404, "not_found");
}

#[actix_web::test]
async fn only_the_items_the_second_person_saw_are_published() {
    let desk = Desk::open().await;
    let id = desk.draft().await.id();
    let seen = desk.digest(&id).await;
    desk.writer.put(desk.version(&id), draft(vec![cleaning(9)]), 1).await.assert_ok();
    let path = format!("{}/publish", desk.version(&id));

    let unseen = json!({"effective_from": desk.day(0), "items_digest": seen});
    let unseen = desk.reader.post(&path, unseen).await;
    let silent = desk.reader.post(&path, json!({"effective_from": desk.day(0)})).await;

    unseen.assert_problem(412, "stale_version");
    silent.assert_problem(422, "missing_field");
    silent.assert_names("/items_digest");
    assert_eq!(desk.reader.get(desk.version(&id)).await.ok()["state"], "draft");
    desk.publish(&id, &desk.day(0)).await.assert_ok();
}
