//! The system under test: the service over HTTP for goods and redemptions, the ledger's public
//! face for what other slices post, on a real database.

use actix_web::rt::SystemRunner;
use api::ledger::{self, Posted, Source};
use api::platform::failure::Failure;
use api::platform::tx::Tx;
use chrono::{DateTime, TimeDelta, Utc};
use entity::ids::{RedemptionId, VolunteerId};
use entity::role_assignment::Role;
use entity::{setting, site};
use harness::{Answer as Reply, Client, Keepers, TestApp};
use reqwest::Method;
use sea_orm::{ActiveValue::Set, EntityTrait};
use serde_json::{Value, json};
use uuid::Uuid;

use super::super::posting::run;
use super::reference::{Answer, Reference};

/// An access token lives a little longer.
const SIGNED_IN: TimeDelta = TimeDelta::minutes(10);

/// A request that succeeded.
struct Sent {
    by: usize,
    path: String,
    body: String,
    key: String,
    answer: Vec<u8>,
}

/// Clerk or manager.
struct Staff {
    name: &'static str,
    client: Client,
    /// When she signed in; none when she must again.
    since: Option<DateTime<Utc>>,
}

/// The real thing, and what the steps made there, in the order of the model's lists.
pub(super) struct World {
    runner: SystemRunner,
    pub(super) scene: Scene,
}

pub(super) struct Scene {
    pub(super) app: TestApp,
    pub(super) station: site::Model,
    pub(super) goods: String,
    pub(super) people: [VolunteerId; 2],
    pub(super) cards: [String; 2],
    pub(super) lots: Vec<String>,
    pub(super) adjustments: Vec<String>,
    pub(super) sessions: Vec<String>,
    pub(super) redemptions: Vec<String>,
    staff: [Staff; 2],
    sent: Vec<Sent>,
}

impl World {
    pub(super) fn new(reference: &Reference) -> Self {
        let runner = actix_web::rt::System::new();
        let scene = runner.block_on(Scene::set(reference.now));
        Self { runner, scene }
    }

    /// Does something in the world, on its runtime.
    pub(super) fn does<T>(&mut self, work: impl AsyncFnOnce(&mut Scene) -> T) -> T {
        self.runner.block_on(work(&mut self.scene))
    }

    /// Looks at the world.
    pub(super) fn shows<T>(&self, look: impl AsyncFnOnce(&Scene) -> T) -> T {
        self.runner.block_on(look(&self.scene))
    }
}

impl Drop for World {
    /// Also after a step that failed: hundreds of worlds are made to find the shortest life.
    fn drop(&mut self) {
        self.runner.block_on(self.scene.app.stop());
    }
}

impl Scene {
    async fn set(now: DateTime<Utc>) -> Self {
        let yesterday = now - TimeDelta::days(1);
        let app = TestApp::start_on(yesterday, |config| config.limits.enabled = false).await;
        let county = app.county().await;
        let station = county.town.stations[0].clone();
        let clerk = app.staff("clerk", Role::Clerk, &station).await;
        let manager = app.staff("manager", Role::StationManager, &station).await;
        let keepers = Keepers { manager: manager.clone(), clerk: clerk.clone() };
        app.allow_daily(&station).await;
        points_end(&app, &station).await;
        let goods = keepers.goods(&station, "洗衣液").await;
        let (zhang, one) = app.card_only("张大爷", &station).await;
        let (wang, other) = app.card_only("王奶奶", &station).await;
        let staff = [("clerk", clerk), ("manager", manager)];
        Self {
            staff: staff.map(|(name, client)| Staff { name, client, since: None }),
            app,
            station,
            goods,
            people: [zhang, wang],
            cards: [one, other],
            lots: vec![],
            adjustments: vec![],
            sessions: vec![],
            redemptions: vec![],
            sent: vec![],
        }
    }

    /// Sets the clock to the model's.
    pub(super) fn set_clock(&self, now: DateTime<Utc>) {
        self.app.advance(now - self.app.clock.now());
    }

    async fn client(&mut self, by: usize) -> Client {
        let now = self.app.clock.now();
        let staff = &mut self.staff[by];
        let fresh = |since: DateTime<Utc>| since <= now && now - since < SIGNED_IN;
        if !staff.since.is_some_and(fresh) {
            staff.client = self.app.sign_in(staff.name).await;
            staff.since = Some(now);
        }
        staff.client.clone()
    }

    /// The service ends and another one begins.
    pub(super) async fn restart(&mut self) {
        self.app.restart().await;
        for staff in &mut self.staff {
            staff.since = None;
        }
    }

    /// Sends a write; one that succeeds is remembered.
    pub(super) async fn send(&mut self, by: usize, path: String, body: Value) -> Reply {
        let (client, key) = (self.client(by).await, Uuid::now_v7().to_string());
        let body = body.to_string();
        let reply = post(&client, &path, &body, &key).await;
        if reply.status.is_success() {
            let answer = reply.body.clone();
            self.sent.push(Sent { by, path, body, key, answer });
        }
        reply
    }

    /// Sends an old request once more, or with its key another; the answer to the same is the
    /// same.
    pub(super) async fn send_again(&mut self, which: usize, other: &str) -> Answer {
        let client = self.client(self.sent[which].by).await;
        let sent = &self.sent[which];
        let body = format!("{}{other}", sent.body);
        let reply = post(&client, &sent.path, &body, &sent.key).await;
        if reply.status.is_success() {
            assert_eq!(reply.body, sent.answer, "{} was answered otherwise", sent.path);
        }
        said(&reply)
    }

    /// Plans and opens a session.
    pub(super) async fn open_session(&mut self, plan: Value) -> Answer {
        let client = self.client(1).await;
        let path = format!("/v1/sites/{}/redemption-sessions", self.station.id);
        let id = client.post(path, plan).await.id();
        let reply = client.post(format!("/v1/redemption-sessions/{id}/open"), json!({})).await;
        self.sessions.push(id);
        said(&reply)
    }

    /// Posts to the ledger in a transaction of its own.
    pub(super) async fn ledger(
        &self,
        work: impl AsyncFn(&Tx<'_>) -> Result<Posted, Failure>,
    ) -> Answer {
        match run(&self.app, work).await {
            Ok(posted) => Ok(posted.replayed),
            Err(failure) => {
                let code = failure.refusal().map(|refusal| refusal.code.name.to_owned());
                Err(code.unwrap_or_else(|| failure.for_log()))
            }
        }
    }

    /// Which redemption this is in the ledger.
    pub(super) fn redemption(&self, at: usize) -> RedemptionId {
        self.redemptions[at].parse().expect("an id")
    }
}

async fn post(client: &Client, path: &str, body: &str, key: &str) -> Reply {
    let headers = [("idempotency-key", key), ("content-type", "application/json")];
    client.send_raw(Method::POST, path, Some(body.into()), &headers).await
}

/// What a reply comes to.
pub(super) fn said(reply: &Reply) -> Answer {
    if reply.status.is_success() {
        return Ok(reply.headers.contains_key("idempotency-replayed"));
    }
    Err(reply.code())
}

/// A source of a posting.
pub(super) fn source(id: u128) -> Source<'static> {
    Source { kind: "test", id: Uuid::from_u128(id) }
}

/// Points are good for a month, as the model says.
async fn points_end(app: &TestApp, at: &site::Model) {
    let row = setting::ActiveModel {
        id: Set(app.new_id().into()),
        site_id: Set(at.id),
        key: Set("points_validity_months".into()),
        value: Set(json!(1)),
        effective_from: Set(app.clock.now() - TimeDelta::days(400)),
        set_by: Set(None),
        created_at: Set(app.clock.now()),
    };
    setting::Entity::insert(row).exec_without_returning(&app.db).await.expect("setting");
}

/// Balances as they are read.
pub(super) async fn balances(app: &TestApp, her: VolunteerId) -> [i64; 4] {
    let real = ledger::balances(&app.db, her).await.expect("balances");
    [real.available, real.held, real.recovery_due, real.last_seq]
}
