//! What the law asks, one test a statement, each from outside over HTTP.
//!
//! `api/docs/law.md` says of each where it is kept, and what of it is still to come.

mod consent;
mod duties;
mod minors;
mod public;
mod rights;
mod security;
mod service;

use api::openapi;
use entity::ids::VolunteerId;
use entity::{audit_event, volunteer};
use harness::TestApp;
use sea_orm::Value;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

/// The operations of the document: method, path, operation id, permission.
pub(crate) fn operations() -> Vec<(String, String, String, String)> {
    let document = openapi::document().expect("the document");
    let each = api::http::operations(&document).map(|(method, path, operation)| {
        let extension = operation.extensions.as_ref().and_then(|all| all.get("x-permission"));
        let permission =
            extension.and_then(serde_json::Value::as_str).unwrap_or_default().to_owned();
        let id = operation.operation_id.clone().unwrap_or_default();
        (method.to_ascii_uppercase(), path.to_owned(), id, permission)
    });
    let all: Vec<_> = each.collect();
    assert!(all.len() > 150, "the document was not read");
    all
}

/// Makes somebody as old as who was born on that day.
pub(crate) async fn born(app: &TestApp, who: VolunteerId, day: &str) {
    let day: chrono::NaiveDate = day.parse().expect("a day");
    change(app, who, volunteer::Column::BirthDate, day.into()).await;
}

/// Changes one column of somebody's row.
async fn change(app: &TestApp, who: VolunteerId, column: volunteer::Column, to: Value) {
    volunteer::Entity::update_many()
        .col_expr(column, Expr::value(to))
        .filter(volunteer::Column::Id.eq(who))
        .exec(&app.db)
        .await
        .expect("her row");
}

/// What the trail keeps of an action.
pub(crate) async fn trail(app: &TestApp, action: &str) -> Vec<audit_event::Model> {
    let rows = audit_event::Entity::find().filter(audit_event::Column::Action.eq(action));
    rows.all(&app.db).await.expect("the trail")
}
