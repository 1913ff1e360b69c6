//! Activities and signing up.

mod activity_cancel;
mod activity_create;
mod activity_list;
mod activity_manage_list;
mod activity_overdue;
mod activity_publish;
mod activity_record;
mod activity_roster;
mod activity_update;
mod my_activities;
mod sign_up_assisted;
mod sign_up_create;
mod sign_up_race;
mod sign_up_withdraw;
mod sign_up_withdraw_assisted;

use api::auth;
use entity::ids::VolunteerId;
use entity::journal_event;
use entity::volunteer::{self, VolunteerState};
use harness::{Answer, Client, Person, TestApp};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::{Value, json};

/// The journal's events about one subject, in order.
async fn events(app: &TestApp, subject: &str) -> Vec<String> {
    let id: uuid::Uuid = subject.parse().expect("an id");
    let rows = journal_event::Entity::find()
        .filter(journal_event::Column::SubjectId.eq(id))
        .order_by_asc(journal_event::Column::Id)
        .all(&app.db)
        .await
        .expect("the journal");
    rows.into_iter().map(|row| row.kind).collect()
}

/// Sends an action without a body.
async fn act(client: &Client, id: &str, verb: &str) -> Answer {
    client.post(format!("/v1/activities/{id}/{verb}"), json!({})).await
}

async fn sign_up(client: &Client, id: &str) -> Answer {
    client.post(format!("/v1/activities/{id}/sign-ups"), json!({})).await
}

async fn withdraw(client: &Client, id: &str) -> Answer {
    client.post(format!("/v1/activities/{id}/sign-ups/withdraw"), json!({})).await
}

/// The value of `member` in every item of a list.
fn each(list: &Value, member: &str) -> Vec<Value> {
    let items = list["items"].as_array().expect("items");
    items.iter().map(|item| item[member].clone()).collect()
}

/// Changes a volunteer behind the service's back.
async fn change_volunteer(app: &TestApp, id: VolunteerId, column: volunteer::Column, to: Expr) {
    volunteer::Entity::update_many()
        .col_expr(column, to)
        .filter(volunteer::Column::Id.eq(id))
        .exec(&app.db)
        .await
        .expect("the volunteer");
}

async fn set_state(app: &TestApp, person: &Person, state: VolunteerState) {
    change_volunteer(app, person.volunteer, volunteer::Column::State, Expr::value(state.as_str()))
        .await;
    auth::forget_account(&app.app, person.account).await;
}

/// Makes her `years` old today.
async fn set_age(app: &TestApp, person: &Person, years: i32) {
    use chrono::Datelike;
    let today = app.clock.now().date_naive();
    let born = today.with_day(1).and_then(|day| day.with_year(day.year() - years)).expect("a day");
    change_volunteer(app, person.volunteer, volunteer::Column::BirthDate, Expr::value(born)).await;
}
