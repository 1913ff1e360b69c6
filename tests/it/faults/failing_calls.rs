//! Each write of the story has its first call to PostgreSQL refused, its second, and so on, be it
//! a read, a write, BEGIN or COMMIT: all or nothing each time, and the same key carries on.
//!
//! SQLite has no wire: a call is a function of this process. See `failing_file`.

use std::cell::RefCell;
use std::collections::BTreeMap;

use harness::{Answer, Refused, Sabotage, TestApp, Wire, is_postgres};

use super::story::{self, Way, Write};

/// No write of the story has more calls; one that never comes to an end is a fault.
const MANY: u32 = 300;

/// A service whose database refuses now and then.
struct Refusing {
    app: TestApp,
    wire: Wire,
    /// Counts the rows; fails none.
    rows: Sabotage,
    /// How often what was refused, and where.
    refusals: RefCell<BTreeMap<String, u32>>,
}

impl Refusing {
    async fn begin() -> Self {
        let wire = Wire::to(&std::env::var("DATABASE_URL").expect("set")).await;
        let app = TestApp::start_with(|config| {
            config.limits.enabled = false;
            config.database.url = wire.rewrite(config.database.url.reveal()).as_str().into();
        });
        let app = app.await;
        let rows = Sabotage::prepare(&app.db).await;
        Self { app, wire, rows, refusals: RefCell::default() }
    }

    /// How many effects there are, and what counts the rows.
    async fn state(&self) -> (u64, i64) {
        (self.effects().await, self.rows.count().await)
    }

    fn note(&self, refused: &Refused) {
        let place = if refused.in_transaction { "within" } else { "outside" };
        let name = format!("{} {place}", refused.what);
        *self.refusals.borrow_mut().entry(name).or_default() += 1;
    }
}

impl Way for Refusing {
    fn app(&self) -> &TestApp {
        &self.app
    }

    async fn carry(&self, write: Write<'_>) -> Answer {
        let before = self.state().await;
        // What is read before the transaction is remembered for a moment: from the second time
        // on there are fewer calls, so one begins anew when the transaction is reached.
        let (mut call, mut warm) = (0, false);
        while call < MANY {
            call += 1;
            self.wire.refuse(call);
            let answer = write.send().await;
            let seen = self.wire.mend();
            let Some(refused) = seen.refused else {
                assert!(seen.calls < call, "{seen:?}");
                answer.assert_ok();
                assert_eq!(self.state().await.0 - before.0, write.effects, "{}", answer.describe());
                return answer;
            };
            self.note(&refused);
            answer.assert_problem(503, "unavailable");
            assert!(!answer.describe().contains("wire"), "{}", answer.describe());
            if !write.is_batch() {
                let after = self.state().await;
                assert_eq!(
                    after, before,
                    "{} left something at call {call}: {refused:?}",
                    write.path
                );
            }
            if refused.in_transaction && !warm {
                (call, warm) = (0, true);
            }
        }
        panic!("{} has no end", write.path);
    }
}

#[actix_web::test]
async fn a_write_refused_at_any_call_leaves_nothing() {
    if !is_postgres() {
        return;
    }
    let refusing = Refusing::begin().await;
    story::tell(&refusing).await;
    let refusals = refusing.refusals.borrow().clone();
    println!("{refusals:?}");
    let of = |name: &str| refusals.get(name).copied().unwrap_or_default();
    assert!(of("BEGIN outside") > 25, "{refusals:?}");
    assert!(of("COMMIT within") > 25, "{refusals:?}");
    assert!(of("prepared within") > 250, "{refusals:?}");
}
