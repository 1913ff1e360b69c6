//! `bulletin_correct`, and what the service itself says beside a published bulletin.

use harness::workbook::cells;
use serde_json::json;

use super::{Quarter, id_of, number_of, refusal};

#[actix_web::test]
async fn what_is_wrong_is_said_beside_it_and_nothing_is_edited() {
    let quarter = Quarter::over().await;
    let published = quarter.published().await;
    let before = quarter.public(&published, "").await;
    let path = format!("/v1/bulletins/{}/corrections", id_of(&published));
    let town = quarter.phone("town").await;
    town.post(&path, json!({"position": 2, "reason": "数量应为2瓶"})).await.assert_ok();
    town.post(&path, json!({"reason": "活动次数漏计一次"})).await.assert_ok();

    let lines = quarter.public(&published, "/lines").await;
    assert_eq!(lines["items"][1]["corrections"][0]["reason"], "数量应为2瓶");
    assert_eq!(lines["items"][0]["corrections"], json!([]));
    let all = quarter.public(&published, "/corrections?page_size=1").await;
    assert_eq!(all["items"][0]["kind"], "stated");
    let rest =
        format!("/corrections?page_size=1&page_token={}", all["next_page_token"].as_str().unwrap());
    assert_eq!(quarter.public(&published, &rest).await["items"][0]["reason"], "活动次数漏计一次");
    assert_eq!(quarter.public(&published, "").await["figures"], before["figures"]);
    let book = format!("/v1/public/bulletins/{}/bulletin.xlsx", number_of(&published));
    let book = quarter.fetch(&book).await.body;
    assert!(cells(&book, 1).join("\n").contains("更正：活动次数漏计一次（"), "of the whole");
    assert!(cells(&book, 2).join("\n").contains("数量应为2瓶"), "of a line");
    for position in [0, 4, -1] {
        let answer = town.post(&path, json!({"position": position, "reason": "错"})).await;
        assert_eq!(refusal(&answer), "422 invalid_value", "{position}");
    }
    // It can never be taken back.
    let numbers = json!({"reason": "张秀兰，身份证510123194912310029，电话 138 0013 8000"});
    let told = town.post(&path, numbers).await;
    told.assert_problem(422, "invalid_value");
    told.assert_names("/reason");
    quarter.app.assert_sound().await;
}

#[actix_web::test]
async fn goods_that_come_back_later_are_said_once() {
    let quarter = Quarter::over().await;
    quarter.set("return_window_days", json!(90)).await;
    let published = quarter.published().await;
    let name = format!("manager-{}", quarter.shop.station.division_code);
    let path = format!("/v1/redemptions/{}/return", quarter.redeemed);
    let back = json!({"condition": "sound", "reason": "领错了"});
    quarter.phone(&name).await.post(path, back).await.assert_ok();

    quarter.app.run_jobs().await;
    quarter.app.run_jobs().await;

    let said = quarter.public(&published, "/corrections").await;
    let [only] = said["items"].as_array().unwrap().as_slice() else { panic!("{said}") };
    assert_eq!((&only["kind"], &only["position"]), (&json!("returned"), &json!(2)));
    let lines = quarter.public(&published, "/lines").await;
    assert!(lines["items"][1]["returned_on"].is_null(), "the snapshot stays");
    assert_eq!(lines["items"][1]["corrections"].as_array().unwrap().len(), 1);
    quarter.app.assert_sound().await;
}

#[actix_web::test]
async fn a_draft_is_put_right_by_making_it_again() {
    let quarter = Quarter::over().await;
    let draft = quarter.drafted().await;
    let path = format!("/v1/bulletins/{}/corrections", id_of(&draft));
    let answer = quarter.phone("town").await.post(path, json!({"reason": "错"})).await;
    assert_eq!(refusal(&answer), "409 wrong_state");
}
