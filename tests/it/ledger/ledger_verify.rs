//! `ledger_verify`.

use api::ledger;
use entity::role_assignment::Role;
use harness::TestApp;
use sea_orm::ConnectionTrait;

#[actix_web::test]
async fn every_account_below_a_site_is_proved_page_by_page() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let mut ours = Vec::new();
    for (number, site) in [0, 0, 1].into_iter().enumerate() {
        let name = format!("志愿者{number}");
        let (id, _) = app.card_only(&name, &county.town.stations[site]).await;
        for _ in 0..=number {
            ledger::give_points(&app.app, id, 5).await.unwrap();
        }
        ours.push(id);
    }
    let (theirs, _) = app.card_only("外乡人", &county.other.stations[0]).await;
    ledger::give_points(&app.app, theirs, 5).await.unwrap();
    let admin = app.staff("town-admin", Role::TownAdmin, &county.town.institute).await;
    let path = format!("/v1/sites/{}/ledger/verify", county.town.institute.id);

    let mut proofs = Vec::new();
    let mut page = admin.get(format!("{path}?page_size=2")).await.ok();
    loop {
        proofs.extend(page["items"].as_array().cloned().unwrap());
        let Some(token) = page["next_page_token"].as_str() else { break };
        page = admin.get(format!("{path}?page_size=2&page_token={token}")).await.ok();
    }

    let found: Vec<_> =
        proofs.iter().map(|proof| proof["volunteer_id"].as_str().unwrap()).collect();
    assert_eq!(found, ours.iter().map(ToString::to_string).collect::<Vec<_>>());
    assert!(proofs.iter().all(|proof| proof["sound"] == true));
    assert_eq!([&proofs[0]["entries"], &proofs[2]["entries"]], [1, 3]);
}

#[actix_web::test]
async fn an_altered_balance_is_told() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let station = &county.town.stations[0];
    let (id, _) = app.card_only("志愿者", station).await;
    ledger::give_points(&app.app, id, 5).await.unwrap();
    let supervisor = app.staff("supervisor", Role::Supervisor, station).await;

    app.db.execute_unprepared("UPDATE points_account SET available = 6").await.unwrap();

    let page = supervisor.get(format!("/v1/sites/{}/ledger/verify", station.id)).await.ok();
    let proof = &page["items"][0];
    assert_eq!((&proof["sound"], &proof["balances_match"]), (&false.into(), &false.into()));
}

#[actix_web::test]
async fn an_altered_entry_is_named() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let station = &county.town.stations[0];
    let (id, _) = app.card_only("志愿者", station).await;
    for _ in 0..3 {
        ledger::give_points(&app.app, id, 5).await.unwrap();
    }
    let supervisor = app.staff("supervisor", Role::Supervisor, station).await;

    super::audit::disarm(&app).await;
    let forge = "UPDATE ledger_entry SET reason = '改' WHERE seq = 2";
    app.db.execute_unprepared(forge).await.unwrap();

    let page = supervisor.get(format!("/v1/sites/{}/ledger/verify", station.id)).await.ok();
    let proof = &page["items"][0];
    assert_eq!((&proof["sound"], &proof["balances_match"]), (&false.into(), &true.into()));
    assert_eq!(proof["faults"], serde_json::json!([{"seq": 2, "fault": "hash"}]));
}

#[actix_web::test]
async fn other_towns_cannot_be_proved() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let clerk = app.staff("clerk", Role::Clerk, &county.town.stations[0]).await;

    let sibling = clerk.get(format!("/v1/sites/{}/ledger/verify", county.town.stations[1].id));
    let other = clerk.get(format!("/v1/sites/{}/ledger/verify", county.other.institute.id));

    sibling.await.assert_problem(403, "permission_denied");
    other.await.assert_problem(404, "not_found");
}
