//! Activities a test starts from.

use chrono::{DateTime, Duration, SecondsFormat, Utc};
use entity::consent::{self, ConsentChannel, ConsentPurpose};
use entity::site;
use sea_orm::ActiveValue::Set;
use sea_orm::EntityTrait;
use serde_json::{Value, json};

use crate::app::TestApp;
use crate::client::Client;
use crate::people::Person;

impl TestApp {
    /// An instant of the service's clock, as a body has it.
    #[must_use]
    pub fn in_minutes(&self, minutes: i64) -> String {
        let now: DateTime<Utc> = self.clock.now();
        (now + Duration::minutes(minutes)).to_rfc3339_opts(SecondsFormat::Micros, true)
    }

    /// The body of a talk in an hour, two hours long, for ten people; it needs no rule.
    /// `changes` replaces members.
    ///
    /// # Panics
    /// Never: the body is an object.
    #[must_use]
    pub fn activity_body(&self, changes: Value) -> Value {
        let mut body = json!({
            "title": "清扫村道，美化家园",
            "kind": "lecture",
            "content": "集中清扫主干道两侧垃圾，请自带手套。",
            "place": "李家村文化广场",
            "starts_at": self.in_minutes(60),
            "ends_at": self.in_minutes(180),
            "capacity": 10,
            "risk_level": "ordinary",
            "needs_sign_up": true,
        });
        let changes = changes.as_object().cloned().unwrap_or_default();
        body.as_object_mut().expect("an object").extend(changes);
        body
    }

    /// Drafts and submits an activity; its id.
    pub async fn submitted_activity(
        &self,
        staff: &Client,
        at: &site::Model,
        changes: Value,
    ) -> String {
        let body = self.activity_body(changes);
        let id = staff.post(format!("/v1/sites/{}/activities", at.id), body).await.id();
        staff.post(format!("/v1/activities/{id}/submit"), json!({})).await.assert_ok();
        id
    }

    /// Drafts, submits and publishes an activity as its manager; its id.
    pub async fn published_activity(
        &self,
        manager: &Client,
        at: &site::Model,
        changes: Value,
    ) -> String {
        let id = self.submitted_activity(manager, at, changes).await;
        manager.post(format!("/v1/activities/{id}/publish"), json!({})).await.assert_ok();
        id
    }

    /// Her guardian has consented, on paper.
    pub async fn guardian_consents(&self, person: &Person) {
        let row = consent::ActiveModel {
            id: Set(self.new_id().into()),
            volunteer_id: Set(person.volunteer),
            purpose: Set(ConsentPurpose::Guardian),
            text_version: Set("2026-01".into()),
            channel: Set(ConsentChannel::Paper),
            witness: Set(Some("村干部".into())),
            granted_at: Set(self.clock.now()),
            granted_by: Set(None),
            withdrawn_at: Set(None),
            ..Default::default()
        };
        consent::Entity::insert(row).exec_without_returning(&self.db).await.expect("consent");
    }
}
