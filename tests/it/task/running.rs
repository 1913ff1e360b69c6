//! How tasks are worked at: once under a key, fairly, and what happens when a step goes wrong.

use api::task::drill::{self, Plan};
use chrono::TimeDelta;
use entity::task;
use sea_orm::{ConnectionTrait, EntityTrait, PaginatorTrait};
use serde_json::json;

use super::{Office, rows};

#[actix_web::test]
async fn a_second_start_under_the_same_key_finds_the_first() {
    let office = Office::open().await;
    let start = |plan: Plan| {
        let (app, site) = (office.app.app.clone(), office.town.id);
        async move { drill::start(&app, site, &plan, Some("2026Q3")).await.expect("started") }
    };

    let (one, two) = tokio::join!(start(rows(2)), start(rows(2)));
    office.advance(9).await;
    let after = start(rows(2)).await;

    assert_eq!((one, one), (two, after));
    assert_eq!(task::Entity::find().count(&office.app.db).await.expect("tasks"), 1);
    assert_eq!(office.effects().await, [1, 2]);
}

#[actix_web::test]
async fn a_task_that_failed_may_be_started_again() {
    let office = Office::open().await;
    let plan = Plan { refuse_at: Some(2), ..rows(3) };
    let first = drill::start(&office.app.app, office.town.id, &plan, Some("k")).await.expect("one");
    office.advance(9).await;

    let failed = office.view(&first.to_string()).await;
    let again = drill::start(&office.app.app, office.town.id, &rows(1), Some("k")).await;

    assert_eq!((&failed["state"], &failed["done"]), (&json!("failed"), &json!(1)));
    assert_eq!(failed["failure"]["code"], "wrong_state");
    assert_eq!(failed["failure"]["message"], "演练：这一行不行");
    assert_eq!(office.effects().await, [1], "the refused step was rolled back");
    assert_ne!(again.expect("another"), first);
}

#[actix_web::test]
async fn a_step_that_breaks_down_is_tried_again_later_and_then_given_up() {
    let office = Office::open().await;
    let id = office.start(&Plan { break_at: Some(2), ..rows(3) }).await;

    office.advance(9).await;
    let first = office.view(&id).await;
    assert_eq!((&first["state"], &first["attempts"]), (&json!("running"), &json!(1)));
    assert_eq!(office.advance(9).await, 0, "not before the pause is over");
    for _ in 0..4 {
        office.app.advance(TimeDelta::minutes(1));
        office.advance(9).await;
    }

    let ended = office.view(&id).await;
    assert_eq!(
        (&ended["state"], &ended["failure"]["code"]),
        (&json!("failed"), &json!("internal_error"))
    );
    assert_eq!(office.effects().await, [1]);
}

#[actix_web::test]
async fn tasks_take_turns() {
    let office = Office::open().await;
    let (one, two) = (office.start(&rows(50)).await, office.start(&rows(50)).await);

    office.advance(10).await;
    office.advance(10).await;

    assert_eq!(office.view(&one).await["done"], 10);
    assert_eq!(office.view(&two).await["done"], 10);
}

#[actix_web::test]
async fn the_database_takes_no_ended_task_up_again_and_no_second_one_under_a_key() {
    let office = Office::open().await;
    let once = Some("2026Q3");
    drill::start(&office.app.app, office.town.id, &rows(1), once).await.expect("started");
    office.advance(9).await;

    let again = "UPDATE task SET state = 'running', ended_at = NULL";
    let refused = office.app.db.execute_unprepared(again).await.expect_err("refused");
    assert!(refused.to_string().contains("task_ends_once"), "{refused}");
    let mut twin = task::Entity::find().one(&office.app.db).await.expect("tasks").expect("one");
    twin.id = uuid::Uuid::now_v7().into();
    let twin = sea_orm::IntoActiveModel::into_active_model(twin);
    let twin = sea_orm::ActiveModelTrait::reset_all(twin);
    let refused = task::Entity::insert(twin).exec_without_returning(&office.app.db).await;
    let refused = refused.expect_err("refused").to_string().to_lowercase();
    assert!(refused.contains("unique"), "{refused}");
}
