//! `rule_version_diff`.

use entity::role_assignment::Role;
use serde_json::json;

use super::{Desk, cleaning, draft, honour};

#[actix_web::test]
async fn two_versions_are_compared_in_words_and_as_data() {
    let desk = Desk::open().await;
    let first = desk.draft().await.id();
    desk.publish(&first, &desk.day(0)).await.assert_ok();
    let mut dearer = cleaning(3);
    dearer["max_per_day"] = json!(12);
    let second = desk.writer.post(desk.versions(), draft(vec![dearer, honour()])).await.id();

    let diff = format!("{}/diff?against={first}", desk.version(&second));
    let diff = desk.reader.get(diff).await.ok();
    let back = format!("{}/diff?against={second}", desk.version(&first));
    let back = desk.reader.get(back).await.ok();
    let same = format!("{}/diff?against={first}", desk.version(&first));
    let same = desk.reader.get(same).await.ok();

    assert_eq!(diff["added"][0]["code"], "RY01");
    assert_eq!(diff["changed"][0]["fields"][0]["field"], "points");
    let changed = "修改“环境卫生”(HJ01)：每单位积分由2改为3，每日上限由10改为12";
    assert_eq!(diff["words"], json!(["增加“身边好人：每项50分，需提供证明材料”(RY01)", changed]));
    assert_eq!(back["removed"][0]["code"], "RY01");
    assert_eq!(same["words"], json!([]));
}

#[actix_web::test]
async fn only_within_ones_own_town() {
    let desk = Desk::open().await;
    let first = desk.draft().await.id();
    let path = format!("{}/diff?against={first}", desk.version(&first));
    let other = &desk.county.other.institute;
    let stranger = desk.app.staff("stranger", Role::TownAdmin, other).await;
    let theirs = format!("/v1/sites/{}/rule-versions", other.id);
    let theirs = stranger.post(theirs, draft(vec![cleaning(2)])).await.id();

    stranger.get(&path).await.assert_problem(404, "not_found");
    let mixed = format!("{}/diff?against={theirs}", desk.version(&first));
    desk.reader.get(mixed).await.assert_problem(404, "not_found");
    let none = format!("{}/diff", desk.version(&first));
    desk.reader.get(none).await.assert_problem(422, "missing_field");
}
