//! Quarterly bulletins by schedule.

use entity::bulletin;
use sea_orm::{EntityTrait, PaginatorTrait};
use serde_json::json;

use super::Quarter;

#[actix_web::test]
async fn last_quarters_bulletin_is_drafted_once_and_never_published_by_itself() {
    let quarter = Quarter::over().await;
    quarter.app.run_jobs().await;
    quarter.app.run_jobs().await;

    let list = quarter.phone("town").await.get(quarter.path()).await.ok();
    let [only] = list["items"].as_array().unwrap().as_slice() else { panic!("{list}") };
    assert_eq!((&only["state"], &only["line_count"]), (&json!("drafting"), &json!(3)));
    assert_eq!(only["quarter"], quarter.last());
    quarter.app.advance(chrono::TimeDelta::days(15));
    quarter.app.run_jobs().await;
    assert_eq!(quarter.read(only).await["state"], "drafting", "publishing is a person's act");
}

#[actix_web::test]
async fn before_the_day_set_and_without_any_entry_nothing_is_drafted() {
    let quarter = Quarter::set_up().await;
    quarter.app.run_jobs().await;
    let count = async || bulletin::Entity::find().count(&quarter.app.db).await.unwrap();
    assert_eq!(count().await, 0, "nobody had points last quarter");
    quarter.set("notice_draft_day", json!(28)).await;
    quarter.next_quarter();
    quarter.app.run_jobs().await;
    assert_eq!(count().await, 0);
    quarter.app.advance(chrono::TimeDelta::days(20));
    quarter.app.run_jobs().await;
    assert_eq!(count().await, 1);
}

#[actix_web::test]
async fn stations_have_their_own_where_the_town_says_so() {
    let quarter = Quarter::over().await;
    quarter.set("notice_level", json!("station")).await;
    quarter.app.run_jobs().await;
    let rows = bulletin::Entity::find().all(&quarter.app.db).await.unwrap();
    assert_eq!(rows.len(), 3, "the town's and two stations'");
    quarter.app.assert_sound().await;
}
