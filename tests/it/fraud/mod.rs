//! The ways to cheat that the product must close, one test each, from outside over HTTP.
//!
//! `api/docs/law.md` says of each where it is closed, and what is still to come.

mod certifying;
mod checking_in;
mod goods;
mod watching;

use entity::ids::SiteId;
use entity::setting;
use harness::TestApp;
use sea_orm::{ActiveValue::Set, EntityTrait};
use serde_json::Value;

/// Sets a setting of a site.
async fn set(app: &TestApp, at: SiteId, key: &str, value: Value) {
    let row = setting::ActiveModel {
        id: Set(app.new_id().into()),
        site_id: Set(at),
        key: Set(key.into()),
        value: Set(value),
        effective_from: Set(app.clock.now() - chrono::TimeDelta::minutes(1)),
        set_by: Set(None),
        created_at: Set(app.clock.now()),
    };
    setting::Entity::insert(row).exec_without_returning(&app.db).await.expect("a setting");
}
