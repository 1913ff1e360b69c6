//! `rule_preview`.

use entity::role_assignment::Role;
use serde_json::json;

use super::{Desk, cleaning, draft, honour};

#[actix_web::test]
async fn a_draft_tells_what_an_occasion_would_earn() {
    let desk = Desk::open().await;
    let body = draft(vec![cleaning(2), honour()]);
    let id = desk.writer.post(desk.versions(), body).await.id();
    let path = format!("{}/preview", desk.version(&id));

    let hours = json!({"item_code": "HJ01", "hours_tenths": 25});
    let hours = desk.writer.post(&path, hours).await.ok();
    let small = json!({"item_code": "hj01", "hours_tenths": 25});
    assert_eq!(desk.writer.post(&path, small).await.ok(), hours, "in whatever case");
    let part = json!({"item_code": "HJ01", "hours_tenths": 24});
    let part = desk.writer.post(&path, part).await.ok();
    let capped = json!({"item_code": "HJ01", "hours_tenths": 25, "earned_in_day": 7});
    let capped = desk.writer.post(&path, capped).await.ok();
    let award = json!({"item_code": "RY01", "award": "2026年身边好人"});
    let award = desk.writer.post(&path, award).await.ok();

    assert_eq!(hours["points"], 5);
    let words = "参加“试算活动”2.5小时，按“环境卫生”每小时2分计5分";
    assert_eq!(hours["explanation"], words);
    assert_eq!(part["points"], 4);
    let words = "参加“试算活动”2.4小时，按“环境卫生”每小时2分计4分（不足1分的部分不计）";
    assert_eq!(part["explanation"], words);
    assert_eq!(capped["points"], 3);
    assert_eq!(award["points"], 50);
}

#[actix_web::test]
async fn what_the_item_needs_is_asked_for_by_name() {
    let desk = Desk::open().await;
    let body = draft(vec![cleaning(2), honour()]);
    let id = desk.writer.post(desk.versions(), body).await.id();
    let path = format!("{}/preview", desk.version(&id));

    for (body, pointer) in [
        (json!({"item_code": "NONE"}), "/item_code"),
        (json!({"item_code": "HJ01"}), "/hours_tenths"),
        (json!({"item_code": "RY01", "hours_tenths": 10}), "/award"),
        (json!({"item_code": "HJ01", "hours_tenths": -1}), "/hours_tenths"),
        (json!({"item_code": "HJ01", "hours_tenths": 241}), "/hours_tenths"),
        (json!({"item_code": "HJ01", "earned_in_day": 100_001}), "/earned_in_day"),
        (json!({"item_code": "HJ01", "earned_in_month": 100_001}), "/earned_in_month"),
    ] {
        let answer = desk.writer.post(&path, body).await;
        answer.assert_problem(422, "invalid_value");
        answer.assert_names(pointer);
    }
    let other = &desk.county.other.institute;
    let stranger = desk.app.staff("stranger", Role::TownAdmin, other).await;
    let body = json!({"item_code": "HJ01", "hours_tenths": 10});
    stranger.post(&path, body).await.assert_problem(404, "not_found");
}
