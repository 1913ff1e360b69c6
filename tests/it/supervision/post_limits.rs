//! Who may not supervise, and how many may.

use api::auth;
use entity::role_assignment::Role;
use entity::volunteer::{self, VolunteerState};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;

use super::{Village, text};

#[actix_web::test]
async fn staff_of_the_site_above_it_and_below_it_do_not_supervise_it() {
    let village = Village::start().await;
    let station = village.station();
    let clerk = village.app.volunteer("clerk", station).await;
    let town = village.app.volunteer("town-a", station).await;

    for person in [&clerk, &town] {
        village.nominate("head", person).await.assert_problem(409, "supervisor_is_staff");
    }

    // Who works at another village is no staff here.
    village.app.staff("peng-dafu", Role::Clerk, &village.county.town.stations[1]).await;
    let post = village.vetted(&village.peng).await;
    // Asked again at the appointment: meanwhile he became staff.
    village.app.staff("peng-dafu", Role::Clerk, station).await;
    let refused = village.step("town-a", &post, "appoint", village.term(9)).await;
    refused.assert_problem(409, "supervisor_is_staff");
    village.app.assert_sound().await;
}

#[actix_web::test]
async fn relatives_of_the_staff_do_not_supervise() {
    let village = Village::start().await;
    let clerk = village.phone("clerk").await;
    let body = json!({"volunteer_id": village.peng.volunteer, "relation": "父亲"});
    let relative = clerk.post("/v1/me/relatives", body).await.id();

    village.nominate("head", &village.peng).await.assert_problem(409, "supervisor_is_kin");

    clerk.post(format!("/v1/me/relatives/{relative}/withdraw"), json!({})).await.assert_ok();
    village.nominate("head", &village.peng).await.assert_problem(409, "supervisor_is_kin");
    village.app.advance(chrono::TimeDelta::days(90));
    village.nominate("head", &village.peng).await.assert_ok();
}

#[actix_web::test]
async fn candidates_are_grown_up_volunteers_of_the_town_with_an_account() {
    let village = Village::start().await;
    let station = village.station();
    let (paper, _) = village.app.card_only("li-laotai", station).await;
    let body = json!({"volunteer_id": paper, "recommendation": "为人公道"});
    let head = village.phone("head").await;
    head.post(village.at("supervisors"), body)
        .await
        .assert_problem(409, "supervisor_without_account");
    let far = village.app.volunteer("far", &village.county.other.stations[0]).await;
    village.nominate("head", &far).await.assert_names("/volunteer_id");

    village.nominate("head", &village.peng).await.assert_ok();

    let twice = village.nominate("head", &village.peng).await;
    twice.assert_problem(409, "supervisor_post_exists");
}

/// Sets what Peng may do.
async fn set_state(village: &Village, state: VolunteerState) {
    volunteer::Entity::update_many()
        .col_expr(volunteer::Column::State, Expr::value(state.as_str()))
        .filter(volunteer::Column::Id.eq(village.peng.volunteer))
        .exec(&village.app.db)
        .await
        .expect("the volunteer");
    auth::forget_account(&village.app.app, village.peng.account).await;
}

#[actix_web::test]
async fn who_lost_her_standing_is_neither_vetted_nor_appointed() {
    let village = Village::start().await;
    let post = village.nominate("head", &village.peng).await.id();
    let note = json!({"note": "符合条件"});

    for state in [VolunteerState::Suspended, VolunteerState::Disqualified] {
        set_state(&village, state).await;
        let refused = village.step("office", &post, "vet", note.clone()).await;
        refused.assert_problem(409, "volunteer_not_active");
    }
    set_state(&village, VolunteerState::Active).await;
    village.step("office", &post, "vet", note.clone()).await.assert_ok();
    set_state(&village, VolunteerState::Disqualified).await;
    let refused = village.step("town-a", &post, "appoint", village.term(9)).await;

    refused.assert_problem(409, "volunteer_not_active");
    set_state(&village, VolunteerState::Active).await;
    village.step("town-a", &post, "appoint", village.term(9)).await.assert_ok();
    village.app.assert_sound().await;
}

#[actix_web::test]
async fn who_lost_her_standing_may_still_be_refused() {
    let village = Village::start().await;
    let post = village.nominate("head", &village.peng).await.id();
    set_state(&village, VolunteerState::Disqualified).await;

    let refused = village.step("office", &post, "refuse", json!({"note": "已取消资格"})).await;

    assert_eq!(refused.ok()["state"], "refused");
}

#[actix_web::test]
async fn no_more_are_appointed_than_the_setting_allows_even_at_once() {
    let village = Village::start().await;
    let mut posts = Vec::new();
    for name in ["peng-dafu", "sun-erniang", "wu-laosan"] {
        let person = if name == "peng-dafu" {
            village.peng.clone()
        } else {
            village.app.volunteer(name, village.station()).await
        };
        posts.push(village.vetted(&person).await);
    }
    let term = village.term(30);

    let appoint = posts.iter().map(|post| village.step("town-a", post, "appoint", term.clone()));
    let answers = futures_util::future::join_all(appoint).await;

    let appointed = answers.iter().filter(|answer| answer.status.is_success()).count();
    assert_eq!(
        appointed,
        2,
        "{:?}",
        answers.iter().map(harness::Answer::describe).collect::<Vec<_>>()
    );
    let refused = answers.iter().find(|answer| !answer.status.is_success()).expect("one");
    refused.assert_problem(409, "supervisors_full");
    village.app.assert_sound().await;
}

#[actix_web::test]
async fn nobody_is_invited_to_supervise_and_no_supervisor_becomes_staff() {
    let village = Village::watched().await;
    village.app.staff("security", Role::SecurityAdmin, &village.county.center).await;
    let security = village.phone("security").await;
    let invite = |roles: serde_json::Value| {
        let body = json!({"invitee_name": "彭大福", "roles": roles});
        let (security, path) = (security.clone(), village.at("staff-invitations"));
        async move { security.post(path, body).await }
    };
    invite(json!(["supervisor"])).await.assert_names("/roles/0");
    let code = text(&invite(json!(["clerk"])).await.ok(), "code").to_owned();

    let accepted = village
        .phone("peng-dafu")
        .await
        .post("/v1/staff-invitations/accept", json!({"code": code}))
        .await;

    accepted.assert_problem(409, "roles_incompatible");
    village.app.assert_sound().await;
}
