//! Each write of the story fails at its first row, its second, and so on, until it has no more
//! rows to write: all or nothing each time, and the same key carries on.

use std::cell::Cell;

use harness::{Answer, Sabotage, TestApp};

use super::story::{self, Way, Write};

/// No write of the story has more rows; one that never comes to an end is a fault.
const MANY: i64 = 120;

/// A database that fails on purpose.
struct Brittle {
    app: TestApp,
    sabotage: Sabotage,
    failed: Cell<u64>,
}

impl Way for Brittle {
    fn app(&self) -> &TestApp {
        &self.app
    }

    async fn carry(&self, write: Write<'_>) -> Answer {
        let path = write.path;
        let (before, done) = (self.sabotage.fingerprint().await, self.effects().await);
        for row in 1..MANY {
            self.sabotage.fail_at(row).await;
            let answer = write.send().await;
            let came_through = self.sabotage.is_armed().await;
            if came_through && answer.status.is_success() {
                self.sabotage.stop().await;
                assert_eq!(self.effects().await - done, write.effects, "{}", answer.describe());
                return answer;
            }
            self.failed.set(self.failed.get() + 1);
            assert!(answer.status.is_server_error(), "row {row}: {}", answer.describe());
            assert!(!answer.describe().contains("sabotage"), "{}", answer.describe());
            if !write.is_batch() {
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
