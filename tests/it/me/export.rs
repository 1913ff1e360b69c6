//! `me_export`.

use std::collections::{BTreeMap, BTreeSet};

use entity::audit_event;
use harness::{Client, Offer, TestApp, registration, resident_id};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::{Value, json};

/// Everything, page by page.
async fn export(client: &Client, size: u32) -> Vec<Value> {
    let (mut items, mut token) = (Vec::new(), String::new());
    loop {
        let path = format!("/v1/me/export?page_size={size}{token}");
        let page = client.get(path).await.ok();
        let rows = page["items"].as_array().expect("items");
        assert!(rows.len() <= size as usize);
        items.extend(rows.iter().cloned());
        let Some(next) = page["next_page_token"].as_str() else { return items };
        assert_eq!(rows.len(), size as usize, "a page before the last is full");
        token = format!("&page_token={next}");
    }
}

fn kinds(items: &[Value]) -> BTreeMap<&str, usize> {
    let mut kinds = BTreeMap::new();
    for item in items {
        *kinds.entry(item["kind"].as_str().expect("a kind")).or_default() += 1;
    }
    kinds
}

#[actix_web::test]
async fn she_gets_everything_kept_of_her_once_and_nothing_of_others() {
    let app = TestApp::start().await;
    let shop = app.shop(Offer::default()).await;
    let station = &shop.station;
    let zhang = app.sign_in("zhang").await;
    let id = zhang.post("/v1/volunteers", registration(station, "1952-03-08", 1)).await.id();
    let code = json!({"code": "demo-phone:zhang:13811112222"});
    zhang.post("/v1/me/phone", code).await.assert_ok();
    let own = resident_id("1952-03-08", 2, 1);
    let path = format!("/v1/volunteers/{id}/verify");
    shop.keepers.manager.post(path, json!({"id_number": own})).await.assert_ok();
    let card = shop.keepers.clerk.post(format!("/v1/volunteers/{id}/cards"), json!({})).await.ok();
    let number = card["number"].as_str().expect("a number");
    let activate = format!("/v1/cards/{number}/activate");
    shop.keepers.clerk.post(activate, json!({})).await.assert_ok();
    app.give(id.parse().expect("an id"), 100).await;
    zhang.post("/v1/redemptions", shop.wish(1)).await.assert_ok();
    let other = app.rich_volunteer("other", station, 50).await;
    shop.redeem(&other).await;

    let all = export(&zhang, 3).await;

    let found = kinds(&all);
    for (kind, count) in [
        ("profile", 1),
        ("account", 1),
        ("wechat_identity", 1),
        ("consent", 1),
        ("card", 1),
        ("ledger_entry", 2),
        ("points", 1),
        ("redemption", 1),
    ] {
        assert_eq!(found.get(kind), Some(&count), "{kind}: {found:?}");
    }
    assert!(found["session"] >= 1 && found["own_action"] >= 3, "{found:?}");
    let profile = &all[0]["data"];
    assert_eq!((&profile["id_number"], &profile["phone"]), (&json!(own), &json!("13811112222")));
    let text = json!(all).to_string();
    assert!(text.contains(card["number"].as_str().expect("a number")));
    assert!(!text.contains(&other.volunteer.to_string()) && !text.contains(&other.card_number));
    for secret in ["sealed", "token_hash", "pickup_code_hash", "id_number_index"] {
        assert!(!text.contains(secret), "{secret}");
    }
    let unique: BTreeSet<_> = all.iter().map(ToString::to_string).collect();
    assert_eq!(unique.len(), all.len(), "nothing comes twice");
    assert_eq!(export(&zhang, 100).await.len(), all.len() + 1, "but the export before, itself");
    let trail = audit_event::Entity::find().filter(audit_event::Column::Action.eq("me_export"));
    assert_eq!(trail.count(&app.db).await.expect("the trail"), 2, "once an export");
}

#[actix_web::test]
async fn a_page_token_is_good_for_her_own_export_only() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let station = &county.town.stations[0];
    let zhang = app.volunteer("zhang", station).await.client;
    let li = app.volunteer("li", station).await.client;
    let page = zhang.get("/v1/me/export?page_size=1").await.ok();
    let token = page["next_page_token"].as_str().expect("more");

    let stolen = li.get(format!("/v1/me/export?page_token={token}")).await;

    stolen.assert_problem(400, "bad_page_token");
    app.sign_in("nobody").await.get("/v1/me/export").await.assert_problem(403, "permission_denied");
}

/// Tables that name a volunteer or an account and are not exported, each with the reason.
const NOT_EXPORTED: [(&str, &str); 10] = [
    ("appointment", "a public post, filled by the office"),
    ("bulletin_line", "her redemption as the bulletin showed it; it is exported"),
    ("hold", "the points of a redemption, which is exported"),
    ("opening_row", "the paper book's line became a ledger entry"),
    ("replay_line", "a computation for staff, kept for days"),
    ("session_person", "a counter of her redemptions"),
    ("supervision_sample_case", "the supervisors' own work; what came of it is a freeze"),
    (
        "tree_leaf",
        "a ledger entry once more; its line with proof is /v1/me/ledger-entries/{id}/proof",
    ),
    ("volunteer", "the profile"),
    ("points_account", "the points"),
];

#[actix_web::test]
async fn every_table_about_people_is_exported_or_named_as_not() {
    let app = TestApp::start().await;
    let source = include_str!("../../../api/src/me/export/repository.rs");
    let mut missing = Vec::new();
    for (table, columns) in app.tables().await {
        let about = columns.iter().any(|name| name == "volunteer_id" || name == "account_id");
        let exempt = NOT_EXPORTED.iter().any(|(name, _)| *name == table);
        if about && !exempt && !source.contains(&format!(", {table} by ")) {
            missing.push(table);
        }
    }
    assert!(missing.is_empty(), "not exported: {missing:?}");
}
