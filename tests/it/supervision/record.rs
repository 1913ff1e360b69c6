//! `supervised_record_list`, `public_hand_entry_list`.

use entity::attendance::{self, AttendanceSource};
use harness::Offer;
use sea_orm::{ActiveModelTrait, ActiveValue::Set};
use serde_json::json;

use super::Village;

#[actix_web::test]
async fn a_supervisor_sees_everything_of_her_site_and_nobody_s_full_name() {
    let village = Village::watched().await;
    let claim = village.certified(5).await;
    let peng = village.phone("peng-dafu").await;

    for kind in ["claim", "attendance", "redemption", "late_entry"] {
        let path = village.at(&format!("supervised-records?kind={kind}"));
        let page = peng.get(&path).await.ok();
        let whole = page.to_string();
        for secret in ["zhang-xiulan", &village.zhang.card_number] {
            assert!(!whole.contains(secret), "{kind} shows {secret}");
        }
        for who in ["head", "town-a", "office", "zhang-xiulan"] {
            let refused = village.phone(who).await.get(&path).await;
            refused.assert_problem(403, "permission_denied");
        }
        village.phone("stranger").await.get(&path).await.assert_problem(403, "permission_denied");
    }
    let claims = peng.get(village.at("supervised-records?kind=claim")).await.ok();
    let first = &claims["items"][0];
    assert_eq!((&first["id"], &first["state"]), (&json!(claim), &json!("certified")));
    assert_eq!((&first["amount"], first["card_tail"].is_string()), (&json!(4), true));
    let tail = first["card_tail"].as_str().expect("a tail");
    assert!(village.zhang.card_number.ends_with(tail));
    let attendances = peng.get(village.at("supervised-records?kind=attendance")).await.ok();
    assert_eq!(
        (&attendances["items"][0]["source"], &attendances["items"][0]["amount"]),
        (&json!("qr"), &json!(20))
    );
    village.certified(6).await;
    let page = peng.get(village.at("supervised-records?kind=claim&page_size=1")).await.ok();
    let token = page["next_page_token"].as_str().expect("a second page");
    let next = village.at(&format!("supervised-records?kind=claim&page_size=1&page_token={token}"));
    assert_eq!(peng.get(next).await.ok()["items"][0]["id"], json!(claim));
}

#[actix_web::test]
async fn everybody_sees_what_was_entered_by_hand() {
    let village = Village::watched().await;
    let clerk = village.app.account("clerk").await;
    let mut attended = village.app.attended(&village.zhang, village.station(), village.rules, 5);
    attended.entered_by = clerk;
    let called = village.app.store_attended(&attended).await;
    let scanned = village.app.attended(&village.zhang, village.station(), village.rules, 6);
    let scanned = village.app.store_attended(&scanned).await;
    for (id, source) in [(called, AttendanceSource::RollCall), (scanned, AttendanceSource::Qr)] {
        let row = attendance::ActiveModel {
            id: Set(id),
            source: Set(source),
            created_at: Set(village.app.clock.now()),
            ..Default::default()
        };
        row.update(&village.app.db).await.expect("an attendance");
    }
    let public = village.app.anonymous();
    let path = |kind: &str| {
        let site = village.station().id;
        let quarter = village.quarter();
        format!("/v1/public/sites/{site}/hand-entries?quarter={quarter}&kind={kind}")
    };

    let list = public.get(path("roll_call")).await.ok();

    let count = |kind: &str| {
        let counts = list["counts"].as_array().expect("counts").iter();
        counts.into_iter().find(|row| row["kind"] == kind).map(|row| row["count"].clone())
    };
    assert_eq!((count("roll_call"), count("award")), (Some(json!(1)), Some(json!(0))));
    assert_eq!(list["items"].as_array().map(Vec::len), Some(1), "a scan is not by hand");
    assert_eq!(
        list["items"][0]["person"]["shown_by"], "card_tail",
        "she did not agree to be named"
    );
    assert_eq!(
        (&list["items"][0]["amount"], &list["items"][0]["what"]),
        (&json!(20), &json!("清扫村道"))
    );
    for kind in ["late_entry", "award", "opening", "stock_adjustment"] {
        assert_eq!(public.get(path(kind)).await.ok()["items"], json!([]), "{kind}");
    }
    let whole = list.to_string();
    for secret in ["zhang-xiulan", &village.zhang.card_number, &village.zhang.volunteer.to_string()]
    {
        assert!(!whole.contains(secret), "{secret} is public");
    }
}

#[actix_web::test]
async fn the_counts_come_with_the_first_page() {
    let village = Village::watched().await;
    for day in [5, 6] {
        let attended = village.app.attended(&village.zhang, village.station(), village.rules, day);
        let row = attendance::ActiveModel {
            id: Set(village.app.store_attended(&attended).await),
            source: Set(AttendanceSource::RollCall),
            created_at: Set(village.app.clock.now()),
            ..Default::default()
        };
        row.update(&village.app.db).await.expect("an attendance");
    }
    let (public, site, quarter) =
        (village.app.anonymous(), village.station().id, village.quarter());
    let path = format!(
        "/v1/public/sites/{site}/hand-entries?quarter={quarter}&kind=roll_call&page_size=1"
    );

    let first = public.get(&path).await.ok();
    let token = first["next_page_token"].as_str().expect("a second page");
    let second = public.get(format!("{path}&page_token={token}")).await.ok();

    assert_eq!(first["counts"].as_array().map(Vec::len), Some(6));
    assert_eq!((second["items"].as_array().map(Vec::len), second.get("counts")), (Some(1), None));
}

#[actix_web::test]
async fn corrections_of_the_stock_stand_in_the_list_without_a_person() {
    let app = harness::TestApp::start().await;
    let shop = app.shop(Offer::default()).await;
    let body = json!({"quantity": 2, "reason": "包装破损"});
    let path = format!("/v1/stock-lots/{}/write-off", shop.lot);
    let adjustment = shop.keepers.clerk.post(path, body).await;
    let id = adjustment.id();
    let confirm = format!("/v1/stock-adjustments/{id}/confirm");
    shop.keepers.manager.post(confirm, json!({})).await.assert_ok();
    use chrono::Datelike;
    let today = (app.clock.now() + chrono::TimeDelta::hours(8)).date_naive();
    let quarter = format!("{}Q{}", today.year(), today.month0() / 3 + 1);
    let site = shop.station.id;
    let path =
        format!("/v1/public/sites/{site}/hand-entries?quarter={quarter}&kind=stock_adjustment");

    let list = app.anonymous().get(path).await.ok();

    assert_eq!(
        (&list["items"][0]["what"], &list["items"][0]["amount"]),
        (&json!("洗衣液"), &json!(2))
    );
    assert!(list["items"][0]["person"].is_null());
}
