//! Many people signing up and withdrawing at once.

use std::collections::BTreeSet;

use entity::activity;
use entity::role_assignment::Role;
use entity::sign_up::{self, SignUpState};
use futures_util::future::{join, join_all};
use harness::{Client, TestApp};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::json;

use super::{sign_up, withdraw};

async fn crowd(app: &TestApp, station: &entity::site::Model, size: usize) -> Vec<Client> {
    let mut people = Vec::new();
    for number in 0..size {
        people.push(app.volunteer(&format!("villager-{number}"), station).await.client);
    }
    people
}

/// How many are on the list, and how many the activity counts.
async fn counted(app: &TestApp, id: &str) -> (u64, i32) {
    let id: uuid::Uuid = id.parse().unwrap();
    let listed = sign_up::Entity::find()
        .filter(sign_up::Column::ActivityId.eq(id))
        .filter(sign_up::Column::State.eq(SignUpState::SignedUp))
        .count(&app.db)
        .await
        .unwrap();
    let row = activity::Entity::find_by_id(id).one(&app.db).await.unwrap().unwrap();
    (listed, row.signed_up_count)
}

#[actix_web::test]
async fn thirty_at_once_for_ten_places() {
    let app = TestApp::start_with(|config| config.limits.enabled = false).await;
    let station = &app.county().await.town.stations[0];
    let manager = app.staff("manager", Role::StationManager, station).await;
    let id = app.published_activity(&manager, station, json!({"capacity": 10})).await;
    let people = crowd(&app, station, 30).await;

    let answers = join_all(people.iter().map(|person| sign_up(person, &id))).await;

    let views: Vec<_> = answers.iter().map(harness::Answer::ok).collect();
    let listed = views.iter().filter(|view| view["state"] == "signed_up").count();
    assert_eq!(listed, 10);
    let places: BTreeSet<_> =
        views.iter().filter_map(|view| view["place_in_line"].as_u64()).collect();
    assert_eq!(places, (1..=20).collect());
    assert_eq!(counted(&app, &id).await, (10, 10));
}

#[actix_web::test]
async fn one_person_pressing_many_times_signs_up_once() {
    let app = TestApp::start().await;
    let station = &app.county().await.town.stations[0];
    let manager = app.staff("manager", Role::StationManager, station).await;
    let id = app.published_activity(&manager, station, json!({})).await;
    let zhang = app.volunteer("zhang", station).await.client;

    let answers = join_all((0..10).map(|_| sign_up(&zhang, &id))).await;

    assert_eq!(answers.iter().filter(|answer| answer.status.is_success()).count(), 1);
    assert!(
        answers.iter().filter(|a| !a.status.is_success()).all(|a| a.code() == "already_signed_up")
    );
    assert_eq!(counted(&app, &id).await, (1, 1));
}

#[actix_web::test]
async fn withdrawing_while_others_sign_up_keeps_the_count_exact() {
    let app = TestApp::start_with(|config| config.limits.enabled = false).await;
    let station = &app.county().await.town.stations[0];
    let manager = app.staff("manager", Role::StationManager, station).await;
    let id = app.published_activity(&manager, station, json!({"capacity": 5})).await;
    let people = crowd(&app, station, 20).await;
    let (early, late) = people.split_at(10);
    for person in early {
        sign_up(person, &id).await.assert_ok();
    }

    let leaving = join_all(early.iter().take(8).map(|person| withdraw(person, &id)));
    let coming = join_all(late.iter().map(|person| sign_up(person, &id)));
    let (left, came) = join(leaving, coming).await;

    assert!(left.iter().chain(&came).all(|answer| answer.status.is_success()));
    // Twelve remain for five places, so every place is taken and seven wait.
    assert_eq!(counted(&app, &id).await, (5, 5));
    let roster = format!("/v1/sites/{}/activities/{id}/roster?state=waitlisted", station.id);
    let waiting = manager.get(roster).await.ok();
    assert_eq!(
        super::each(&waiting, "place_in_line"),
        (1..=7).map(|n| json!(n)).collect::<Vec<_>>()
    );
}
