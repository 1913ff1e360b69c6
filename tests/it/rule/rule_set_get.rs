//! `rule_set_get`.

use super::{Desk, cleaning, draft};

#[actix_web::test]
async fn anybody_reads_the_rules_in_force_and_those_to_come_but_no_draft() {
    let desk = Desk::open().await;
    let first = desk.draft().await.id();
    desk.publish(&first, &desk.day(0)).await.assert_ok();
    let second = desk.writer.post(desk.versions(), draft(vec![cleaning(3)])).await.id();
    desk.publish(&second, &desk.day(9)).await.assert_ok();
    desk.writer.post(desk.versions(), draft(vec![cleaning(7)])).await.assert_ok();
    let station = desk.county.town.stations[1].id;

    let set = desk.app.anonymous().get(format!("/v1/sites/{station}/rule-set")).await.ok();

    assert_eq!(set["name"], "青石镇新时代文明实践所积分细则");
    assert_eq!(set["current"]["id"], first);
    let words = "环境卫生：每小时2分，每日最多10分，计入志愿服务时长";
    assert_eq!(set["current"]["items"][0]["words"], words);
    assert_eq!(set["coming"]["items"][0]["points"], 3);
    assert_eq!(set["coming"]["effective_from"], desk.day(9));
}

#[actix_web::test]
async fn a_town_without_rules_has_no_rule_set() {
    let desk = Desk::open().await;
    let institute = desk.county.town.institute.id;

    let nobody = desk.app.anonymous();
    nobody.get(format!("/v1/sites/{institute}/rule-set")).await.assert_problem(404, "not_found");
    let center = desk.county.center.id;
    nobody.get(format!("/v1/sites/{center}/rule-set")).await.assert_problem(404, "not_found");
}
