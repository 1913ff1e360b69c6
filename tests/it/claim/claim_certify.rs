//! `claim_certify`.

use api::auth;
use entity::role_assignment::Role;
use entity::volunteer::{self, VolunteerState};
use entity::{ledger_entry, relative};
use sea_orm::{ActiveValue::Set, EntityTrait, TransactionTrait};
use serde_json::json;
use tokio::time::{Duration, sleep};
use uuid::Uuid;

use super::{Desk, outcome, outcomes};

#[actix_web::test]
async fn certified_points_count_at_once() {
    let desk = Desk::open().await;
    let (one, two) = (desk.submitted(5).await, desk.submitted(6).await);

    let body = json!({"claim_ids": [one, two]});
    let answer = desk.certifier.post("/v1/claims/certify", body).await;

    assert_eq!(outcomes(&answer), ["ok", "ok"]);
    assert_eq!(desk.available(desk.zhang.volunteer).await, 8);
    let claim = desk.read(&one).await;
    assert_eq!(claim["state"], "certified");
    assert!(claim["decided_at"].is_string());
    assert_eq!(claim["allowed_actions"], json!([]));
}

#[actix_web::test]
async fn where_the_notice_comes_first_certified_points_wait() {
    let desk = Desk::open().await;
    desk.set("points_effective", json!("notice")).await;

    let claim = desk.certified(5).await;

    assert_eq!(desk.state(&claim).await, "certified");
    assert_eq!(desk.entries(desk.zhang.volunteer).await, 0);
}

#[actix_web::test]
async fn the_audit_names_a_certified_claim_whose_points_were_lost() {
    let desk = Desk::open().await;
    let lost = desk.certified(5).await;
    desk.app.advance(chrono::TimeDelta::minutes(2));
    desk.set("points_effective", json!("notice")).await;
    let waiting = desk.certified(6).await;
    desk.app.assert_sound().await;

    crate::ledger::disarm(&desk.app).await;
    ledger_entry::Entity::delete_many().exec(&desk.app.db).await.unwrap();

    let report = api::audit::run(&desk.app.app.pools.read).await.unwrap();
    let named = |id: &str| {
        let of_rule = |row: &&api::audit::Violation| row.rule == "certified_claim_earned";
        report.violations.iter().filter(of_rule).any(|violation| violation.row == id)
    };
    assert!(named(&lost), "{:?}", report.violations);
    assert!(!named(&waiting), "its points wait for the notice");
}

#[actix_web::test]
async fn twenty_certifiers_at_once_earn_once() {
    let desk = Desk::open().await;
    let claim = desk.submitted(5).await;
    let mut certifiers = vec![];
    for number in 0..20 {
        let name = format!("certifier-{number}");
        let station = &desk.county.town.stations[0];
        certifiers.push(desk.app.staff(&name, Role::Certifier, station).await);
    }

    let all = certifiers.iter().map(|certifier| desk.certify(certifier, &claim));
    let answers = futures_util::future::join_all(all).await;

    let mut words: Vec<_> = answers.iter().map(outcome).collect();
    words.sort_unstable();
    assert_eq!(words[0], "ok");
    assert_eq!(&words[1..], ["wrong_state"; 19]);
    assert_eq!(desk.entries(desk.zhang.volunteer).await, 1);
    assert_eq!(desk.available(desk.zhang.volunteer).await, 4);
}

#[actix_web::test]
async fn certifying_once_more_changes_nothing() {
    let desk = Desk::open().await;
    let claim = desk.submitted(5).await;
    let body = || json!({"claim_ids": [claim]});
    let key = "claim-certify-key-0001";

    let first = desk.certifier.post_with_key("/v1/claims/certify", body(), key).await;
    let replay = desk.certifier.post_with_key("/v1/claims/certify", body(), key).await;
    let anew = desk.certify(&desk.certifier, &claim).await;

    assert_eq!(replay.ok(), first.ok());
    assert_eq!(outcome(&anew), "ok", "a lost batch may be sent again under another key");
    assert_eq!(desk.entries(desk.zhang.volunteer).await, 1);
}

#[actix_web::test]
async fn nobody_certifies_her_own_claim() {
    let desk = Desk::open().await;
    let claim = desk.submitted(5).await;
    let station = &desk.county.town.stations[0];

    let zhang = desk.app.staff("zhang-xiulan", Role::Certifier, station).await;
    let answer = desk.certify(&zhang, &claim).await;

    assert_eq!(outcome(&answer), "must_recuse");
    assert_eq!(desk.state(&claim).await, "submitted");
    assert_eq!(desk.entries(desk.zhang.volunteer).await, 0);
}

#[actix_web::test]
async fn nobody_certifies_a_relatives_claim() {
    let desk = Desk::open().await;
    let claim = desk.submitted(5).await;
    let account = desk.app.account("certifier").await;
    let row = relative::ActiveModel {
        id: Set(Uuid::now_v7().into()),
        account_id: Set(account),
        volunteer_id: Set(desk.zhang.volunteer),
        relation: Set("母女".into()),
        declared_by: Set(account),
        declared_at: Set(desk.app.clock.now()),
        withdrawn_at: Set(None),
    };
    relative::Entity::insert(row).exec_without_returning(&desk.app.db).await.unwrap();

    let answer = desk.certify(&desk.certifier, &claim).await;

    assert_eq!(outcome(&answer), "must_recuse");
    let second = desk.second().await;
    assert_eq!(outcome(&desk.certify(&second, &claim).await), "ok");
}

#[actix_web::test]
async fn who_acts_for_her_does_not_certify_for_her() {
    let desk = Desk::open().await;
    let claim = desk.submitted(5).await;
    let account = desk.app.account("certifier").await;
    let row = entity::proxy::ActiveModel {
        id: Set(Uuid::now_v7().into()),
        volunteer_id: Set(desk.zhang.volunteer),
        proxy_account_id: Set(account),
        reason: Set("不会用手机".into()),
        witness: Set(None),
        starts_on: Set(desk.app.clock.now().date_naive()),
        ends_on: Set(None),
        recorded_by: Set(account),
        created_at: Set(desk.app.clock.now()),
        withdrawn_at: Set(None),
    };
    entity::proxy::Entity::insert(row).exec_without_returning(&desk.app.db).await.unwrap();

    assert_eq!(outcome(&desk.certify(&desk.certifier, &claim).await), "must_recuse");
}

#[actix_web::test]
async fn who_entered_the_attendance_by_hand_does_not_certify_it() {
    let desk = Desk::open().await;
    let entered_by = desk.app.account("certifier").await;
    let attended = harness::Attended { entered_by, ..desk.attended(5) };
    let attendance = desk.store(attended).await;
    let claim = super::id_of(&desk.claim_all(&[attendance]).await);

    assert_eq!(outcome(&desk.certify(&desk.certifier, &claim).await), "must_recuse");
    let second = desk.second().await;
    assert_eq!(outcome(&desk.certify(&second, &claim).await), "ok");
}

#[actix_web::test]
async fn a_suspended_volunteer_earns_nothing() {
    let desk = Desk::open().await;
    let claim = desk.submitted(5).await;
    let attendance = desk.store(desk.attended(6)).await;
    let suspended = volunteer::ActiveModel {
        id: Set(desk.zhang.volunteer),
        state: Set(VolunteerState::Suspended),
        ..Default::default()
    };
    volunteer::Entity::update(suspended).exec(&desk.app.db).await.unwrap();
    auth::forget_account(&desk.app.app, desk.zhang.account).await;

    assert_eq!(outcome(&desk.certify(&desk.certifier, &claim).await), "earning_suspended");
    assert_eq!(outcome(&desk.claim_all(&[attendance]).await), "earning_suspended");
}

/// What ends her standing comes before a certification or after it: she earns nothing in between.
#[actix_web::test]
async fn who_loses_her_standing_meanwhile_earns_nothing() {
    let desk = Desk::open().await;
    let claim = desk.submitted(5).await;
    let ending = desk.app.db.begin().await.unwrap();
    let suspended = volunteer::ActiveModel {
        id: Set(desk.zhang.volunteer),
        state: Set(VolunteerState::Suspended),
        ..Default::default()
    };
    volunteer::Entity::update(suspended).exec(&ending).await.unwrap();

    let certifying = desk.certify(&desk.certifier, &claim);
    let ended = async {
        sleep(Duration::from_millis(400)).await;
        ending.commit().await.unwrap();
    };
    let (answer, ()) = tokio::join!(certifying, ended);

    assert_eq!(outcome(&answer), "earning_suspended");
    assert_eq!(desk.entries(desk.zhang.volunteer).await, 0);
}

#[actix_web::test]
async fn each_item_of_a_batch_stands_for_itself() {
    let desk = Desk::open().await;
    let (good, withdrawn) = (desk.submitted(5).await, desk.submitted(6).await);
    let path = format!("/v1/claims/{withdrawn}/withdraw");
    desk.zhang.client.post(path, json!({})).await.assert_ok();

    let body = json!({"claim_ids": [withdrawn, Uuid::now_v7(), good]});
    let answer = desk.certifier.post("/v1/claims/certify", body).await;

    assert_eq!(outcomes(&answer), ["wrong_state", "not_found", "ok"]);
    assert_eq!(desk.available(desk.zhang.volunteer).await, 4);
}

#[actix_web::test]
async fn other_stations_are_refused_and_other_towns_find_nothing() {
    let desk = Desk::open().await;
    let claim = desk.submitted(5).await;
    let other = &desk.county.town.stations[1];
    let neighbour = desk.app.staff("neighbour", Role::Certifier, other).await;
    let clerk = desk.app.staff("clerk", Role::Clerk, &desk.county.town.stations[0]).await;
    let stranger = desk.stranger().await;

    assert_eq!(outcome(&desk.certify(&neighbour, &claim).await), "permission_denied");
    assert_eq!(outcome(&desk.certify(&stranger, &claim).await), "not_found");
    desk.certify(&clerk, &claim).await.assert_problem(403, "permission_denied");
    let body = json!({"claim_ids": [claim], "points": 99});
    let points = desk.certifier.post("/v1/claims/certify", body).await;
    points.assert_problem(422, "unknown_field");
    points.assert_names("/points");
}
