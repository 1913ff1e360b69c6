//! Each write of the story fails at its first row, its second, and so on, until it has no more
//! rows to write: all or nothing each time, and the same key carries on.

use std::cell::Cell;

use entity::audit_event;
use harness::{Answer, Client, Sabotage, TestApp};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::Value;
use uuid::Uuid;

use super::story::{self, Way};

/// No write of the story has more rows; one that never comes to an end is a fault.
const MANY: i64 = 120;

/// A database that fails on purpose.
struct Brittle {
    app: TestApp,
    sabotage: Sabotage,
    failed: Cell<u64>,
}

impl Brittle {
    async fn done(&self) -> u64 {
        let trail = audit_event::Entity::find().filter(audit_event::Column::Result.eq("ok"));
        trail.count(&self.app.db).await.unwrap()
    }
}

impl Way for Brittle {
    fn app(&self) -> &TestApp {
        &self.app
    }

    async fn send_items(
        &self,
        who: &Client,
        path: impl AsRef<str>,
        body: Value,
        effects: u64,
    ) -> Answer {
        let (path, key) = (path.as_ref(), Uuid::now_v7().to_string());
        let is_batch = body.get("claim_ids").or(body.get("attendance_ids")).is_some();
        let (before, done) = (self.sabotage.fingerprint().await, self.done().await);
        for row in 1..MANY {
            self.sabotage.fail_at(row).await;
            let answer = who.post_into_fault(path, &body, &key).await;
            let came_through = self.sabotage.is_armed().await;
            if came_through && answer.status.is_success() {
                self.sabotage.stop().await;
                assert_eq!(self.done().await - done, effects, "{}", answer.describe());
                return answer;
            }
            self.failed.set(self.failed.get() + 1);
            assert!(answer.status.is_server_error(), "row {row}: {}", answer.describe());
            assert!(!answer.describe().contains("sabotage"), "{}", answer.describe());
            // Items of a batch are transactions of their own: what is done stays done.
            if !is_batch {
                let after = self.sabotage.fingerprint().await;
                assert_eq!(before, after, "{path} left something behind at row {row}");
            }
        }
        panic!("{path} has no end");
    }
}

#[actix_web::test]
async fn a_write_that_fails_at_any_row_leaves_nothing() {
    let app = TestApp::start_with(|config| config.limits.enabled = false).await;
    let sabotage = Sabotage::prepare(&app.db).await;
    let brittle = Brittle { app, sabotage, failed: Cell::new(0) };
    story::tell(&brittle).await;
    assert!(brittle.failed.get() > 150, "only {} failures", brittle.failed.get());
}
