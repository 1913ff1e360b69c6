//! The database shut off, restarted under load, frozen: 503 with Retry-After, then
//! normal again without a restart of the service.

use std::cell::Cell;
use std::time::Duration;

use entity::{attendance, redemption};
use futures_util::future::join_all;
use harness::{Client, Gate, Offer, Person, TestApp, is_postgres};
use sea_orm::{ConnectionTrait, EntityTrait};
use serde_json::{Value, json};

/// A service whose PostgreSQL stands behind a gate. SQLite is a file and cannot go away.
async fn behind_a_gate() -> Option<(TestApp, Gate)> {
    if !is_postgres() {
        return None;
    }
    let url = std::env::var("DATABASE_URL").expect("set");
    let gate = Gate::before(&url).await;
    let path = gate.clone();
    let app = TestApp::start_with(|config| {
        let through = path.rewrite(config.database.url.reveal());
        config.database.url = through.as_str().into();
        config.database.acquire_timeout_ms = 800;
        config.limits.enabled = false;
    });
    Some((app.await, gate))
}

async fn comes_back(client: &Client) {
    for _ in 0..300 {
        if client.get("/v1/me/sessions").await.status == 200 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    panic!("the service did not recover within a minute");
}

#[actix_web::test]
async fn a_database_that_is_gone_is_answered_with_503_and_forgiven() {
    let Some((app, gate)) = behind_a_gate().await else { return };
    let phone = app.sign_in("zhang").await;

    // What is known of the account is forgotten.
    api::auth::forget_account(&app.app, app.account("zhang").await).await;
    gate.shut();
    let read = phone.get("/v1/me/sessions").await;
    let login = app.anonymous().post("/v1/auth/wechat-login", json!({"code": "demo:li#a"})).await;
    let page = app.anonymous().get("/public/notices/GS-510123101101-202611").await;

    read.assert_problem(503, "unavailable");
    login.assert_problem(503, "unavailable");
    assert!(read.headers.contains_key("retry-after"));
    // Who asked for a page gets one.
    assert!(page.status == 503 && page.headers.contains_key("retry-after"), "{}", page.describe());
    assert!(page.text().contains("暂时打不开"), "{}", page.describe());
    assert_eq!(app.anonymous().get("/healthz").await.status, 200);
    assert_eq!(app.anonymous().get("/readyz").await.status, 503);

    gate.open();
    comes_back(&phone).await;
    app.sign_in("li").await;
    app.assert_sound().await;
}

/// Somebody at work while the database comes and goes.
struct Worker<'t> {
    app: &'t TestApp,
    number: usize,
    person: Person,
    activities: &'t [String],
    codes: &'t [[Value; 2]],
    wish: Value,
    acknowledged: &'t Cell<u32>,
    refused: &'t Cell<u32>,
}

impl Worker<'_> {
    /// Sends until it is done. Whatever is not done is 503 and says when to come back.
    async fn send(&self, path: &str, body: &Value, key: &str) -> Value {
        loop {
            let answer = self.person.client.post_with_key(path, body.clone(), key).await;
            if answer.status.is_success() {
                self.acknowledged.set(self.acknowledged.get() + 1);
                return answer.json();
            }
            answer.assert_problem(503, "unavailable");
            let wait: u32 = answer.headers["retry-after"].parse().expect("seconds");
            assert!((1..=60).contains(&wait), "{wait}");
            self.refused.set(self.refused.get() + 1);
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Her attendances and redemptions, as they were acknowledged.
    async fn run(&self) -> Vec<String> {
        let mut promised = Vec::new();
        for (turn, [code, out]) in self.codes.iter().enumerate() {
            let key = |what: &str| format!("restart-{what}-{:02}-{turn:04}", self.number);
            let seen = self.send("/v1/check-ins", code, &key("check-in")).await;
            assert_eq!(seen["activity_id"], self.activities[turn].as_str(), "{seen}");
            self.send("/v1/check-outs", out, &key("check-out")).await;
            promised.push(format!("{} {}", self.activities[turn], self.person.volunteer));
            let placed = self.send("/v1/redemptions", &self.wish, &key("redeem")).await;
            promised.push(placed["id"].as_str().expect("an id").to_owned());
            // What is known of her is forgotten now and then, and asked for again.
            api::auth::forget_account(&self.app.app, self.person.account).await;
        }
        promised
    }
}

/// What is in the tables, in the words of [`Worker::run`].
async fn written(app: &TestApp) -> Vec<String> {
    let came = attendance::Entity::find().all(&app.db).await.expect("attendances");
    let took = redemption::Entity::find().all(&app.db).await.expect("redemptions");
    let came = came.iter().map(|row| format!("{} {}", row.activity_id, row.volunteer_id));
    let mut all: Vec<_> = came.chain(took.iter().map(|row| row.id.to_string())).collect();
    all.sort_unstable();
    all
}

#[actix_web::test]
async fn a_restart_under_load_loses_no_acknowledged_write() {
    const WORKERS: usize = 8;
    const TURNS: i64 = 12;
    let Some((app, gate)) = behind_a_gate().await else { return };
    let shop = app.shop(Offer { stock: 200, quantity: 200, points: 1, ..Offer::default() }).await;
    let (manager, station) = (&shop.keepers.manager, &shop.station);
    let (mut activities, mut codes) = (Vec::new(), Vec::new());
    // A minute each, one after the other, and everybody leaves: nobody is at two places.
    for minute in 10..10 + TURNS {
        let body = json!({
            "starts_at": app.in_minutes(minute), "ends_at": app.in_minutes(minute + 1),
            "needs_sign_up": false,
        });
        let id = app.published_activity(manager, station, body).await;
        let path = format!("/v1/activities/{id}/check-in-codes");
        let code = async |direction: &str| {
            let issued = manager.post(&path, json!({"direction": direction})).await.ok();
            json!({"code": issued["code"]})
        };
        codes.push([code("in").await, code("out").await]);
        activities.push(id);
    }
    let (acknowledged, refused) = (Cell::new(0), Cell::new(0));
    let mut workers = Vec::new();
    for number in 0..WORKERS {
        let person = app.rich_volunteer(&format!("villager-{number}"), station, 100).await;
        let (app, activities, codes) = (&app, &activities, &codes);
        let (acknowledged, refused) = (&acknowledged, &refused);
        let wish = shop.wish(1);
        workers.push(Worker {
            app,
            number,
            person,
            activities,
            codes,
            wish,
            acknowledged,
            refused,
        });
    }

    // Driven by what was acknowledged and refused, not by the time it took.
    let until = async |count: &Cell<u32>, more: u32| {
        let wanted = count.get() + more;
        while count.get() < wanted {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    };
    let switch = async {
        for _ in 0..3 {
            until(&acknowledged, 40).await;
            gate.shut();
            until(&refused, 8).await;
            gate.open();
        }
    };
    let ((), promised) = tokio::join!(switch, join_all(workers.iter().map(Worker::run)));

    let mut promised = promised.concat();
    promised.sort_unstable();
    assert_eq!(promised.len(), WORKERS * activities.len() * 2);
    assert_eq!(written(&app).await, promised, "each once, and nothing besides");
    app.assert_books_agree().await;
    app.run_jobs().await;
    app.assert_sound().await;
}

#[actix_web::test]
async fn a_frozen_database_does_not_hang_requests_for_ever() {
    let Some((app, gate)) = behind_a_gate().await else { return };
    let phone = app.sign_in("zhang").await;

    gate.freeze();
    api::auth::forget_account(&app.app, app.account("zhang").await).await;
    let calls = (0..4).map(|_| phone.get("/v1/me/sessions"));
    let bounded = Duration::from_secs(60);
    let answers = tokio::time::timeout(bounded, join_all(calls)).await;

    for answer in answers.expect("every request is answered") {
        answer.assert_problem(503, "unavailable");
    }
    gate.open();
    comes_back(&phone).await;
}

#[actix_web::test]
async fn a_page_whose_table_is_gone_is_a_page_that_says_so() {
    let app = TestApp::start().await;
    app.db.execute_unprepared("ALTER TABLE notice_round RENAME TO away").await.expect("renamed");

    // Other clients of the tests take a fault for a failure.
    let http = reqwest::Client::builder().no_proxy().build().expect("an HTTP client");
    let address = format!("{}/public/notices/GS-510123101101-202611", app.base);
    let page = http.get(address).send().await.expect("an answer");

    assert_eq!(page.status(), 500);
    assert_eq!(page.headers()["content-type"], "text/html; charset=utf-8");
    assert!(page.headers().contains_key("content-security-policy"));
    let text = page.text().await.expect("text");
    assert!(text.contains("<h1>暂时打不开</h1>"), "{text}");
}
