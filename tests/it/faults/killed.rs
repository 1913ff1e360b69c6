//! The service killed in mid-write (SIGKILL), fifty times: what was acknowledged is
//! there, nothing is there twice, the books are sound.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use actix_web::rt;
use entity::claim::{self, ClaimState};
use entity::ids::{AttendanceId, ClaimId, RedemptionId, RuleVersionId};
use entity::redemption;
use entity::role_assignment::Role;
use harness::{Answer, Client, Offer, Process, Shop, TestApp};
use sea_orm::EntityTrait;
use serde_json::{Value, json};
use tokio::sync::watch;

const KILLS: u64 = 50;
const WORKERS: usize = 4;
/// Turns of each worker: enough for the load to outlast the kills.
const TURNS: u32 = 60;

/// The same dice in every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963);
        (self.0 >> 33) % sides
    }
}

/// One worker of the load: writes one after the other, each with its key until it is
/// answered, whatever becomes of the service meanwhile.
struct Worker {
    number: usize,
    wish: Value,
    attendances: Vec<AttendanceId>,
    line: Line,
}

/// The way to whichever process is there.
#[derive(Clone)]
struct Line {
    /// A device at a service that stays, for signing in again when that takes long.
    door: Client,
    service: watch::Receiver<Option<String>>,
    acknowledged: Arc<AtomicU64>,
}

/// What a worker was promised.
#[derive(Default)]
struct Promised {
    redemptions: Vec<RedemptionId>,
    /// Certified claims.
    claims: Vec<ClaimId>,
}

impl Line {
    async fn address(&mut self) -> String {
        // What `wait_for` gives is a lock: it must not be kept while others wait.
        let found = self.service.wait_for(Option::is_some).await.expect("the killer").clone();
        found.expect("an address")
    }
}

/// Somebody who signs in again when her token has expired.
struct Device {
    name: String,
    client: Client,
    line: Line,
}

impl Device {
    async fn of(name: String, line: &Line) -> Self {
        Self { client: line.door.sign_in(&name).await, name, line: line.clone() }
    }

    /// Sends one write with one key until it is answered.
    async fn send(&mut self, path: &str, body: Value, key: &str) -> Answer {
        loop {
            let base = self.line.address().await;
            match self.client.through(&base).try_post(path, &body, key).await {
                Some(answer) if answer.status.is_success() => {
                    self.line.acknowledged.fetch_add(1, Ordering::Relaxed);
                    return answer;
                }
                Some(answer) if answer.code() == "token_expired" => {
                    self.client = self.line.door.sign_in(&self.name).await;
                }
                Some(answer) => {
                    let passing = answer.is_busy() || answer.code() == "request_in_progress";
                    assert!(passing, "{}", answer.describe());
                }
                None => {}
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}

impl Worker {
    async fn run(self) -> Promised {
        let mut promised = Promised::default();
        let mut villager = Device::of(format!("villager-{}", self.number), &self.line).await;
        let mut certifier = Device::of(format!("certifier-{}", self.number), &self.line).await;
        for (turn, pair) in self.attendances.chunks(2).enumerate() {
            let key = |what: &str| format!("killed-{what}-{:02}-{turn:04}", self.number);
            let [redeem, ask, certify] = ["redeem", "claim", "certify"].map(key);
            let placed = villager.send("/v1/redemptions", self.wish.clone(), &redeem).await;
            promised.redemptions.push(placed.id().parse().expect("an id"));
            let body = json!({"attendance_ids": pair});
            let asked = villager.send("/v1/claims", body, &ask).await;
            let claims = done(&asked);
            let body = json!({"claim_ids": claims});
            let certified = certifier.send("/v1/claims/certify", body, &certify).await;
            assert_eq!(done(&certified), claims);
            promised.claims.extend(claims.iter().map(|id| id.parse::<ClaimId>().expect("an id")));
        }
        promised
    }
}

/// The ids in a batch of which nothing was refused.
fn done(answer: &Answer) -> Vec<String> {
    let results = answer.ok()["results"].as_array().expect("results").clone();
    let id = |result: &Value| result["id"].as_str().map(str::to_owned);
    let all = results.iter().map(|result| id(result).unwrap_or_else(|| panic!("{result}")));
    all.collect()
}

async fn worker(
    app: &TestApp,
    shop: &Shop,
    number: usize,
    rules: RuleVersionId,
    line: Line,
) -> Worker {
    let station = &shop.station;
    let person = app.rich_volunteer(&format!("villager-{number}"), station, 10_000).await;
    app.staff(&format!("certifier-{number}"), Role::Certifier, station).await;
    let mut attendances = Vec::new();
    for turn in 0..TURNS * 2 {
        let mut attended = app.attended(&person, station, rules, 5 + turn % 20);
        // Talks have no caps, so that every claim earns.
        attended.item_code = "XJ01";
        attendances.push(app.store_attended(&attended).await);
    }
    Worker { number, wish: shop.wish(1), attendances, line }
}

#[actix_web::test]
async fn fifty_kills_in_mid_write_lose_nothing_and_double_nothing() {
    let app = TestApp::start_running(|config| config.limits.enabled = false).await;
    let offer = Offer { stock: 1_000, quantity: 1_000, points: 1, ..Offer::default() };
    let shop = app.shop(offer).await;
    let rules = app.given_rules(&shop.county.town).await;
    let (address, service) = watch::channel(None);
    let acknowledged = Arc::new(AtomicU64::new(0));
    let line = Line { door: app.anonymous(), service, acknowledged: acknowledged.clone() };
    let mut workers = Vec::new();
    for number in 0..WORKERS {
        workers.push(worker(&app, &shop, number, rules, line.clone()).await);
    }
    let load: Vec<_> = workers.into_iter().map(|worker| rt::spawn(worker.run())).collect();

    // Killed after so many acknowledgements, not after so many milliseconds: under any
    // load there is work done before and work cut off.
    let mut dice = Dice(20_261_125);
    for _ in 0..KILLS {
        let process = start(&app).await;
        address.send_replace(Some(process.base.clone()));
        let until = acknowledged.load(Ordering::Relaxed) + 1 + dice.roll(15);
        while acknowledged.load(Ordering::Relaxed) < until && !all_done(&load) {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        assert!(!all_done(&load), "the load ended before the last kill");
        address.send_replace(None);
        kill(process).await;
    }
    let last = start(&app).await;
    address.send_replace(Some(last.base.clone()));
    let mut promised = Vec::new();
    for worker in load {
        promised.push(worker.await.expect("a worker"));
    }
    kill(last).await;

    assert_kept(&app, &promised).await;
    app.assert_books_agree().await;
    app.run_jobs().await;
    app.assert_sound().await;
}

fn all_done<T>(load: &[rt::task::JoinHandle<T>]) -> bool {
    load.iter().all(rt::task::JoinHandle::is_finished)
}

/// Starting and waiting for the end block; the load must go on meanwhile.
async fn start(app: &TestApp) -> Process {
    let prepared = Process::prepare(app, &[("PB_DATABASE__ACQUIRE_TIMEOUT_MS", "30000")]);
    rt::task::spawn_blocking(move || Process::launch(prepared)).await.expect("started")
}

async fn kill(mut process: Process) {
    rt::task::spawn_blocking(move || process.kill()).await.expect("killed");
}

/// Every acknowledged write is there, and nothing besides.
async fn assert_kept(app: &TestApp, promised: &[Promised]) {
    let all = usize::try_from(TURNS).expect("few") * WORKERS;
    let wanted: BTreeSet<_> = promised.iter().flat_map(|worker| &worker.redemptions).collect();
    let rows = redemption::Entity::find().all(&app.db).await.expect("redemptions");
    let found: BTreeSet<_> = rows.iter().map(|row| &row.id).collect();
    assert_eq!((rows.len(), &found), (all, &wanted), "redemptions");

    let wanted: BTreeSet<_> = promised.iter().flat_map(|worker| &worker.claims).collect();
    let rows = claim::Entity::find().all(&app.db).await.expect("claims");
    assert!(rows.iter().all(|row| row.state == ClaimState::Certified));
    let found: BTreeSet<_> = rows.iter().map(|row| &row.id).collect();
    assert_eq!((rows.len(), &found), (2 * all, &wanted), "claims");
}
