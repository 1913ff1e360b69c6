//! `rule_version_create`.

use entity::role_assignment::Role;
use serde_json::json;

use super::{Desk, cleaning, draft, honour};

#[actix_web::test]
async fn a_town_begins_its_rules_with_a_list_of_items() {
    let desk = Desk::open().await;

    let answer = desk.writer.post(desk.versions(), draft(vec![cleaning(2), honour()])).await;

    let version = answer.ok();
    assert_eq!(answer.status, 201);
    assert_eq!(answer.headers["location"], desk.version(version["id"].as_str().unwrap()));
    assert_eq!(version["number"], 1);
    assert_eq!(version["state"], "draft");
    assert_eq!(version["allowed_actions"], json!(["update"]));
    let words = "环境卫生：每小时2分，每日最多10分，计入志愿服务时长";
    assert_eq!(version["items"][0]["words"], words);
    assert_eq!(version["items"][1]["needs_attendance"], false);
}

#[actix_web::test]
async fn a_town_works_on_one_draft_at_a_time_even_when_two_begin_at_once() {
    let desk = Desk::open().await;

    let (one, other) = tokio::join!(desk.draft(), desk.draft());

    let mut statuses = [one.status.as_u16(), other.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 409], "{} {}", one.describe(), other.describe());
    let refused = if one.status == 409 { one } else { other };
    refused.assert_problem(409, "draft_exists");
}

#[actix_web::test]
async fn a_new_version_copies_an_older_one() {
    let desk = Desk::open().await;
    let first = desk.draft().await.id();
    desk.publish(&first, &desk.day(0)).await.assert_ok();

    let copy = json!({"note": "第二版", "copy_from": first});
    let both = json!({"note": "第二版", "copy_from": first, "items": [cleaning(2)]});
    let both = desk.writer.post(desk.versions(), both).await;
    let copy = desk.writer.post(desk.versions(), copy).await.ok();

    both.assert_problem(422, "invalid_value");
    both.assert_names("/copy_from");
    assert_eq!(copy["number"], 2);
    assert_eq!(copy["items"][0]["code"], "HJ01");
}

#[actix_web::test]
async fn items_for_clicks_and_mistakes_are_named() {
    let desk = Desk::open().await;
    let mut clicks = cleaning(2);
    clicks["name"] = json!("转发公众号文章");
    let twice = vec![cleaning(2), cleaning(3)];

    let clicks = desk.writer.post(desk.versions(), draft(vec![clicks])).await;
    let twice = desk.writer.post(desk.versions(), draft(twice)).await;
    let many = desk.writer.post(desk.versions(), draft(vec![cleaning(1001)])).await;
    let none = desk.writer.post(desk.versions(), draft(vec![])).await;
    let money = json!({"note": "第一版", "money": 1});
    let money = desk.writer.post(desk.versions(), money).await;

    clicks.assert_problem(422, "item_kind_refused");
    clicks.assert_names("/items/0/name");
    twice.assert_problem(422, "invalid_value");
    twice.assert_names("/items/1/code");
    many.assert_names("/items/0/points");
    none.assert_names("/items");
    money.assert_problem(422, "unknown_field");
}

#[actix_web::test]
async fn clicks_apps_and_money_are_refused_however_written_and_honest_items_pass() {
    let desk = Desk::open().await;
    for (member, text) in [
        ("name", "分 享 链接"),
        ("name", "轉發文章"),
        ("name", "刷短视频"),
        ("name", "推荐好友注册"),
        ("name", "学习强国积分"),
        ("category", "现金"),
        ("name", "观看短视频"),
        ("name", "微信步数"),
        ("name", "一元一分"),
    ] {
        let mut item = cleaning(2);
        item[member] = json!(text);
        let answer = desk.writer.post(desk.versions(), draft(vec![item])).await;
        answer.assert_problem(422, "item_kind_refused");
        answer.assert_names(&format!("/items/0/{member}"));
    }
    let (mut children, mut planting) = (cleaning(2), cleaning(2));
    children["name"] = json!("关注留守儿童");
    (planting["name"], planting["code"]) = (json!("分享种植经验"), json!("ZZ01"));
    desk.writer.post(desk.versions(), draft(vec![children, planting])).await.assert_ok();
}

#[actix_web::test]
async fn only_who_manages_rules_at_the_institute_writes_them() {
    let desk = Desk::open().await;
    let station = &desk.county.town.stations[0];
    let certifier = desk.app.staff("certifier", Role::Certifier, station).await;
    let stranger = desk.app.staff("stranger", Role::TownAdmin, &desk.county.other.institute).await;

    let body = || draft(vec![cleaning(2)]);
    certifier.post(desk.versions(), body()).await.assert_problem(403, "permission_denied");
    stranger.post(desk.versions(), body()).await.assert_problem(404, "not_found");
    let center = format!("/v1/sites/{}/rule-versions", desk.county.center.id);
    desk.writer.post(center, body()).await.assert_problem(403, "permission_denied");
}

#[actix_web::test]
async fn the_same_key_makes_one_draft_and_a_dry_run_none() {
    let desk = Desk::open().await;
    let key = "rule-version-create-0001";
    let body = || draft(vec![cleaning(2)]);

    let dry = format!("{}?dry_run=true", desk.versions());
    assert_eq!(desk.writer.post(dry, body()).await.ok()["number"], 1);
    let first = desk.writer.post_with_key(desk.versions(), body(), key).await.id();
    let again = desk.writer.post_with_key(desk.versions(), body(), key).await;

    assert_eq!(again.id(), first);
    assert_eq!(again.headers["idempotency-replayed"], "true");
}
