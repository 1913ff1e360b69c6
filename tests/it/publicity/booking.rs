//! What a closed round books, and for whom.

use entity::ids::VolunteerId;
use entity::volunteer::{self, VolunteerState};
use entity::{ledger_entry, notice_correction};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::json;

use super::{Board, refusal};

async fn set_state(board: &Board, who: VolunteerId, state: VolunteerState) {
    volunteer::Entity::update_many()
        .col_expr(volunteer::Column::State, Expr::value(state))
        .filter(volunteer::Column::Id.eq(who))
        .exec(&board.app.db)
        .await
        .unwrap();
}

#[actix_web::test]
async fn where_points_count_at_certification_the_notice_books_nothing_more() {
    let board = Board::set_up().await;
    board.set("points_effective", json!("certification")).await;
    let claim = board.certify(&board.zhang, 5).await;
    assert_eq!(board.points(&board.zhang).await, 4);
    board.next_month();
    let draft = board.draft().await;
    let round = board.step("town", &draft, "open").await.ok();
    board.app.advance(chrono::TimeDelta::days(9));
    board.step("town", &round, "close").await.assert_ok();
    board.app.run_jobs().await;

    assert_eq!(board.claim_state(claim).await, "effective");
    assert_eq!(board.points(&board.zhang).await, 4);
    assert_eq!(ledger_entry::Entity::find().count(&board.app.db).await.unwrap(), 1);
    board.app.assert_sound().await;
}

#[actix_web::test]
async fn a_suspended_volunteers_points_wait_until_she_may_earn_again() {
    let (board, round) = Board::over().await;
    set_state(&board, board.zhang.volunteer, VolunteerState::Suspended).await;
    board.step("town", &round, "close").await.assert_ok();
    board.app.run_jobs().await;

    assert_eq!((board.points(&board.zhang).await, board.points(&board.li).await), (0, 4));
    let counts = board.read(&round).await["counts"].clone();
    assert_eq!(counts, json!({"listed": 1, "frozen": 1, "withdrawn": 0, "corrected": 0}));
    let archived = board.step("town", &round, "archive").await;
    assert_eq!(refusal(&archived), "409 notice_has_frozen");
    let path = format!("/v1/sites/{}/tasks", board.county.town.institute.id);
    let town = board.phone("town").await;
    let tasks = town.get(path).await.ok();
    let task = tasks["items"][0]["id"].as_str().unwrap().to_owned();
    let errors = town.get(format!("/v1/tasks/{task}/errors")).await.ok();
    assert_eq!(errors["items"][0]["code"], "earning_suspended", "{errors}");
    board.app.assert_sound().await;

    set_state(&board, board.zhang.volunteer, VolunteerState::Active).await;
    board.app.run_jobs().await;
    assert_eq!(board.points(&board.zhang).await, 4);
    board.step("town", &round, "archive").await.assert_ok();
    board.app.assert_sound().await;
}

#[actix_web::test]
async fn a_closed_account_earns_nothing_and_everybody_sees_only_that() {
    let (board, round) = Board::over().await;
    let zhang = board.phone("zhang-xiulan").await;
    zhang.post("/v1/me/closure", json!({"confirm": true})).await.assert_ok();
    board.step("town", &round, "close").await.assert_ok();
    board.app.run_jobs().await;

    assert_eq!(board.points(&board.zhang).await, 0);
    let entry = board.entries().await.remove(0);
    assert_eq!(board.claim_state(entry.claim_id).await, "revoked");
    let shown = board.public(&round, "/entries/1").await["entry"].clone();
    assert_eq!(shown["state"], "withdrawn");
    assert_eq!(shown["correction"]["reason"], "按积分管理规定不计分");
    assert_eq!(notice_correction::Entity::find().count(&board.app.db).await.unwrap(), 1);
    board.app.assert_sound().await;
}

#[actix_web::test]
async fn many_entries_are_booked_in_steps_that_survive_being_stopped() {
    let board = Board::set_up().await;
    for who in [&board.zhang, &board.li] {
        let claim = board.certify(who, 5).await;
        board.certified_like(claim, 25).await;
    }
    board.next_month();
    let draft = board.draft().await;
    let round = board.step("town", &draft, "open").await.ok();
    board.app.advance(chrono::TimeDelta::days(9));
    board.step("town", &round, "close").await.assert_ok();

    assert_eq!(api::task::drill::advance(&board.app.app, 1).await.unwrap(), 1);
    let booked = ledger_entry::Entity::find().count(&board.app.db).await.unwrap();
    assert_eq!(booked, 50, "one step books one part");
    assert!(board.read(&round).await["settled_at"].is_null());
    assert_eq!(board.step("town", &round, "archive").await.code(), "notice_settling");

    board.app.run_jobs().await;
    assert_eq!(ledger_entry::Entity::find().count(&board.app.db).await.unwrap(), 52);
    assert!(board.read(&round).await["settled_at"].is_string());
    board.app.assert_sound().await;
}

#[actix_web::test]
async fn her_three_numbers_show_what_is_in_notice() {
    let (board, round) = Board::over().await;
    let zhang = board.phone("zhang-xiulan").await;
    let points = zhang.get("/v1/me/points").await.ok();
    assert_eq!(
        (&points["certified"], &points["in_notice"], &points["available"]),
        (&json!(4), &json!(4), &json!(0))
    );
    let home = zhang.get("/v1/me").await.ok();
    assert_eq!(home["points"]["in_notice"], 4, "{home}");

    board.step("town", &round, "close").await.assert_ok();
    board.app.run_jobs().await;
    let points = zhang.get("/v1/me/points").await.ok();
    assert_eq!(
        (&points["certified"], &points["in_notice"], &points["available"]),
        (&json!(4), &json!(0), &json!(4))
    );
}
