//! `calendar_get`, `calendar_set`.

use entity::role_assignment::Role;
use harness::TestApp;
use serde_json::json;

#[actix_web::test]
async fn anybody_reads_the_year_that_is_shipped() {
    let app = TestApp::start().await;

    let year = app.anonymous().get("/v1/calendar/2026").await.ok();

    assert_eq!((&year["entered"], &year["version"]), (&json!(true), &json!(1)));
    let days = year["days"].as_array().expect("days");
    let count = |kind: &str| days.iter().filter(|day| day["kind"] == kind).count();
    // Thirteen holidays by law, made thirty-three days off with the weekends.
    assert_eq!((count("holiday"), count("workday")), (33, 6));
    let unknown = app.anonymous().get("/v1/calendar/2031").await.ok();
    assert_eq!((&unknown["entered"], &unknown["version"]), (&json!(false), &json!(0)));
    app.anonymous().get("/v1/calendar/99999").await.assert_problem(404, "not_found");
}

#[actix_web::test]
async fn the_county_enters_a_year_and_corrects_it() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let admin = app.staff("county", Role::CountyAdmin, &county.center).await;
    let town = app.staff("town", Role::TownAdmin, &county.town.institute).await;
    let body = json!({
        "document_no": "国办发明电〔2026〕8号",
        "days": [
            {"day": "2027-01-01", "kind": "holiday", "name": "元旦"},
            {"day": "2027-02-13", "kind": "workday", "name": "春节"},
        ],
    });
    let path = "/v1/calendar/2027";

    town.put(path, body.clone(), 0).await.assert_problem(403, "permission_denied");
    let entered = admin.put(path, body.clone(), 0).await.ok();
    admin.put(path, body.clone(), 0).await.assert_problem(412, "stale_version");
    let mut shorter = body;
    shorter["days"].as_array_mut().expect("days").truncate(1);
    let corrected = admin.put(path, shorter, 1).await.ok();

    assert_eq!((&entered["version"], &corrected["version"]), (&json!(1), &json!(2)));
    assert_eq!(app.anonymous().get(path).await.ok()["days"].as_array().map(Vec::len), Some(1));
}

#[actix_web::test]
async fn a_wrong_day_is_named() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let admin = app.staff("county", Role::CountyAdmin, &county.center).await;
    let with = |day: &str, kind: &str| {
        json!({
            "document_no": "国办发明电〔2026〕8号",
            "days": [
                {"day": "2027-01-01", "kind": "holiday", "name": "元旦"},
                {"day": day, "kind": kind, "name": "元旦"},
            ],
        })
    };
    for (day, kind, pointer) in [
        ("2028-01-01", "holiday", "/days/1/day"),
        ("2027-01-01", "holiday", "/days/1/day"),
        ("2027-01-04", "workday", "/days/1/kind"),
        ("2027-02-30", "holiday", "/days/1/day"),
    ] {
        let answer = admin.put("/v1/calendar/2027", with(day, kind), 0).await;
        answer.assert_problem(422, "invalid_value");
        answer.assert_names(pointer);
    }
    let none = json!({"document_no": "国办发明电〔2026〕8号", "days": []});
    admin.put("/v1/calendar/2027", none, 0).await.assert_names("/days");
}
