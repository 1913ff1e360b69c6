//! `register_list`.

use entity::audit_event;
use entity::role_assignment::Role;
use harness::{Offer, TestApp};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::json;

#[actix_web::test]
async fn the_register_lists_what_was_handed_over_and_each_look_is_kept() {
    let app = TestApp::start().await;
    let shop = app.shop(Offer::default()).await;
    let villager = app.rich_volunteer("zhang-xiulan", &shop.station, 200).await;
    let (first, _) = shop.redeem(&villager).await;
    let (second, _) = shop.redeem(&villager).await;
    shop.redeem(&villager).await;
    for id in [&second, &first] {
        shop.hand_over(id, &villager).await.assert_ok();
    }
    let today = api::platform::clock::local_day(app.clock.now());
    let path = format!("/v1/sites/{}/redemption-register", shop.station.id);
    let period = format!("?from={today}&to={today}");

    let page = shop.keepers.clerk.get(format!("{path}{period}&page_size=1")).await.ok();
    let token = page["next_page_token"].as_str().unwrap();
    let next = format!("{path}{period}&page_size=1&page_token={token}");
    let next = shop.keepers.clerk.get(next).await.ok();

    let line = &page["items"][0];
    assert_eq!(line["redemption_id"], second.as_str(), "in the order of hand-over");
    assert_eq!(line["volunteer_name"], "zhang-xiulan", "in full");
    assert_eq!((&line["points"], &line["quantity"]), (&json!(30), &json!(1)));
    assert_eq!((&line["date"], &line["signature"]), (&json!(today), &json!("card")));
    assert_eq!(next["items"][0]["redemption_id"], first.as_str());
    assert!(next.get("next_page_token").is_none());
    let looks = audit_event::Entity::find()
        .filter(audit_event::Column::Action.eq("register_list"))
        .filter(audit_event::Column::ObjectId.eq(shop.station.id.to_string()))
        .count(&app.db)
        .await
        .unwrap();
    assert_eq!(looks, 2);
    // Whoever only looks on sees who it was in part, in the list and in the workbook.
    let watch = app.staff("watch", Role::Supervisor, &shop.station).await;
    let town = app.staff("town-a", Role::TownAdmin, &shop.county.town.institute).await;
    for onlooker in [&watch, &town] {
        let seen = onlooker.get(format!("{path}{period}")).await.ok();
        let name = seen["items"][0]["volunteer_name"].as_str().unwrap();
        assert!(name.contains('*') && name != "zhang-xiulan", "{name}");
        let book = onlooker.get(format!("{path}.xlsx{period}")).await;
        let cells = harness::workbook::cells(&book.body, 1).join("\n");
        assert!(cells.contains(name) && !cells.contains("zhang-xiulan"), "{cells}");
    }
    let none = shop.keepers.clerk.get(format!("{path}?from=2020-01-01&to=2020-12-31")).await.ok();
    assert_eq!(none["items"], json!([]));
}

#[actix_web::test]
async fn a_period_is_needed_and_only_who_may_export_reads() {
    let app = TestApp::start().await;
    let shop = app.shop(Offer::default()).await;
    let path = format!("/v1/sites/{}/redemption-register", shop.station.id);
    let certifier = app.staff("certifier", Role::Certifier, &shop.station).await;
    let neighbour = app.keepers(&shop.county.town.stations[1]).await;
    let query = "?from=2026-01-01&to=2026-01-31";

    let backwards = shop.keepers.clerk.get(format!("{path}?from=2026-02-01&to=2026-01-01")).await;
    backwards.assert_problem(422, "invalid_value");
    backwards.assert_names("to");
    let long = shop.keepers.clerk.get(format!("{path}?from=2020-01-01&to=2026-01-01")).await;
    long.assert_problem(422, "invalid_value");
    certifier.get(format!("{path}{query}")).await.assert_problem(403, "permission_denied");
    neighbour.clerk.get(format!("{path}{query}")).await.assert_problem(403, "permission_denied");
}
