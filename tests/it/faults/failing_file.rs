//! A database file that refuses: every COMMIT of the story, by SQLite's commit hook, and a
//! connection that SQLite and sqlx disagree on. All or nothing each time, and the same key carries
//! on. Written rows fail one by one in `failing_rows`, on both back ends.

use std::cell::Cell;

use harness::{Answer, FragileFile, Sabotage, TestApp, is_postgres};
use sea_orm::sqlx::Executor;
use serde_json::json;

use super::story::{self, Way, Write};

/// A service on a file that refuses.
struct Weary {
    app: TestApp,
    file: FragileFile,
    /// Counts the rows; fails none.
    rows: Sabotage,
    refused: Cell<u32>,
}

impl Weary {
    /// How many effects there are, and what counts the rows.
    async fn state(&self) -> (u64, i64) {
        (self.effects().await, self.rows.count().await)
    }
}

impl Way for Weary {
    fn app(&self) -> &TestApp {
        &self.app
    }

    async fn carry(&self, write: Write<'_>) -> Answer {
        let path = write.path;
        let before = self.state().await;
        self.file.refuse_commits().await;
        let refused = write.send().await;
        assert!(self.file.mend(), "{path} commits nothing");
        assert!(refused.status.is_server_error(), "{}", refused.describe());
        assert_eq!(self.state().await, before, "{path} left something behind");
        self.refused.set(self.refused.get() + 1);

        let answer = write.send().await;
        answer.assert_ok();
        assert_eq!(self.state().await.0 - before.0, write.effects, "{}", answer.describe());
        answer
    }
}

#[actix_web::test]
async fn a_write_whose_commit_is_refused_leaves_nothing() {
    if is_postgres() {
        return;
    }
    let app = TestApp::start_with(|config| config.limits.enabled = false).await;
    let rows = Sabotage::prepare(&app.db).await;
    let file = FragileFile::of(&app.app.pools.write);
    let weary = Weary { app, file, rows, refused: Cell::new(0) };
    story::tell(&weary).await;
    assert!(weary.refused.get() > 25, "refused {} times", weary.refused.get());
}

/// A ROLLBACK that failed leaves SQLite in a transaction that sqlx takes for ended.
#[actix_web::test]
async fn a_connection_left_in_a_transaction_is_not_used_again() {
    if is_postgres() {
        return;
    }
    let app = TestApp::start().await;
    let pool = app.app.pools.write.get_sqlite_connection_pool();
    let mut connection = pool.acquire().await.unwrap();
    connection.execute("BEGIN IMMEDIATE").await.unwrap();
    drop(connection);

    let phone = app.sign_in("zhang").await;

    assert_eq!(phone.post("/v1/auth/logout", json!({})).await.status, 204);
    app.stop().await;
}
