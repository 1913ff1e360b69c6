//! Every write that needs a key, and those of the story beside it, sent 1 to 8 times at
//! once with one key while a fifth of the answers is lost: one effect each.

use std::cell::Cell;

use entity::audit_event;
use futures_util::future::join_all;
use harness::{Answer, LossyProxy, TestApp};
use sea_orm::{EntityTrait, PaginatorTrait};

use super::story::{self, Way, Write};

/// Bad weather between the phones and the service.
struct Weather {
    app: TestApp,
    proxy: LossyProxy,
    sent: Cell<usize>,
}

impl Weather {
    async fn begin() -> Self {
        let app = TestApp::start_with(|config| {
            config.limits.enabled = false;
            config.database.acquire_timeout_ms = 30_000;
        });
        let app = app.await;
        let proxy = LossyProxy::start(&app.base, 20).await;
        Self { app, proxy, sent: Cell::new(0) }
    }

    /// Every effect leaves its row in the audit trail, in its own transaction.
    async fn written(&self) -> u64 {
        audit_event::Entity::find().count(&self.app.db).await.unwrap()
    }
}

impl Way for Weather {
    fn app(&self) -> &TestApp {
        &self.app
    }

    /// Sends one write by turns 1 to 8 times at once, all with one key, each until it is
    /// answered: every answer is the same, and it happened once.
    async fn carry(&self, write: Write<'_>) -> Answer {
        let copies = self.sent.replace(self.sent.get() + 1) % 8 + 1;
        let Write { path, body, key, effects, .. } = write;
        let who = write.who.through(&self.proxy.base);
        let before = self.written().await;

        let mut answers = join_all((0..copies).map(|_| who.insist(path, &body, &key))).await;
        answers.push(who.insist(path, &body, &key).await);

        for answer in &answers {
            answer.assert_ok();
            let same = answer.body == answers[0].body && answer.status == answers[0].status;
            assert!(same, "{}\n{}", answers[0].describe(), answer.describe());
        }
        assert_eq!(self.written().await - before, effects, "{}", answers[0].describe());
        answers.swap_remove(0)
    }
}

#[actix_web::test]
async fn each_write_sent_up_to_eight_times_has_one_effect() {
    let weather = Weather::begin().await;
    story::tell(&weather).await;
    assert!(weather.proxy.lost() > 20, "{} answers were lost", weather.proxy.lost());
}
