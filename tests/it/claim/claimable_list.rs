//! `claimable_list`.

use entity::attendance::AttendanceState;
use serde_json::{Value, json};

use super::Desk;

#[actix_web::test]
async fn each_attendance_shows_its_points_or_why_it_has_none() {
    let desk = Desk::open().await;
    let waiting = harness::Attended { state: AttendanceState::CheckedOut, ..desk.attended(5) };
    let missed = harness::Attended { state: AttendanceState::NoShow, ..desk.attended(6) };
    let claimed = desk.attended(7);
    let talk = harness::Attended { item_code: "XJ01", ..desk.attended(8) };
    desk.store(waiting).await;
    desk.store(missed).await;
    let claimed = desk.store(claimed).await;
    desk.store(talk).await;
    let claim = super::id_of(&desk.claim_all(&[claimed]).await);

    let list = desk.zhang.client.get("/v1/me/claimables").await.ok();

    let rows = list["items"].as_array().unwrap();
    let row = |row: &Value| json!([row["claimable"], row["points"], row["reason"]["code"]]);
    assert_eq!(row(&rows[0]), json!([true, 3, null]));
    let words = "参加“清扫村道”1次，按“宣讲”每次3分计3分";
    assert_eq!(rows[0]["explanation"], words);
    assert_eq!(row(&rows[1]), json!([false, null, "already_claimed"]));
    assert_eq!(rows[1]["reason"]["claim_id"], claim);
    assert_eq!(row(&rows[2]), json!([false, null, "attendance_not_confirmed"]));
    assert_eq!(rows.len(), 3, "what she missed is not listed");
}

#[actix_web::test]
async fn what_is_shown_is_what_a_claim_earns() {
    let desk = Desk::open().await;
    let long = || harness::Attended { hours_tenths: 45, ..desk.attended(5) };
    let (one, two) = (desk.store(long()).await, desk.store(long()).await);
    desk.claim_all(&[one]).await.assert_ok();

    let list = desk.zhang.client.get("/v1/me/claimables").await.ok();
    let claim = super::id_of(&desk.claim_all(&[two]).await);
    let claim = desk.read(&claim).await;

    assert_eq!(list["items"][0]["points"], 2, "eight of ten a day are taken");
    assert_eq!(claim["points"], list["items"][0]["points"]);
    assert_eq!(claim["explanation"], list["items"][0]["explanation"]);
}

#[actix_web::test]
async fn pages_follow_each_other_and_belong_to_one_person() {
    let desk = Desk::open().await;
    for day in [5, 6, 7] {
        desk.store(desk.attended(day)).await;
    }

    let first = desk.zhang.client.get("/v1/me/claimables?page_size=2").await.ok();
    let token = first["next_page_token"].as_str().unwrap();
    let next = format!("/v1/me/claimables?page_size=2&page_token={token}");
    let second = desk.zhang.client.get(&next).await.ok();
    let li = desk.app.volunteer("li-guihua", &desk.county.town.stations[0]).await;

    assert_eq!(first["items"].as_array().unwrap().len(), 2);
    assert_eq!(second["items"].as_array().unwrap().len(), 1);
    li.client.get(&next).await.assert_problem(400, "bad_page_token");
    assert_eq!(li.client.get("/v1/me/claimables").await.ok()["items"], json!([]));
    desk.certifier.get("/v1/me/claimables").await.assert_problem(403, "permission_denied");
}
