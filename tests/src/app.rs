//! A whole service, started for one test.

use std::net::TcpListener;

use actix_web::web::Data;
use api::app::App;
use api::config::{Config, Profile};
use api::platform::clock::{Clock, local_day};
use api::server::{self, Running};
use chrono::{DateTime, Datelike, NaiveDate, TimeDelta, Utc};
use sea_orm::DatabaseConnection;
use uuid::Uuid;

use crate::client::Client;
use crate::database::TestDatabase;

/// A running service with its own database, clock and simulated WeChat.
pub struct TestApp {
    /// The application, for the few things HTTP cannot show.
    pub app: Data<App>,
    /// Its clock.
    pub clock: Clock,
    /// The test's own connection to the database.
    pub db: DatabaseConnection,
    /// Where it listens.
    pub base: String,
    anonymous: Client,
    running: Running,
    _database: TestDatabase,
}

impl std::fmt::Debug for TestApp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "TestApp({})", self.base)
    }
}

impl TestApp {
    /// Starts a service on an empty, migrated database.
    pub async fn start() -> Self {
        Self::start_with(|_| {}).await
    }

    /// Starts a service whose configuration was changed by `change`. Its clock stands
    /// still but for [`TestApp::advance`].
    pub async fn start_with(change: impl FnOnce(&mut Config)) -> Self {
        Self::start_at(Clock::held(), change).await
    }

    /// The same with a clock that stands at `now`.
    pub async fn start_on(now: DateTime<Utc>, change: impl FnOnce(&mut Config)) -> Self {
        let clock = Clock::held();
        clock.advance(now - clock.now());
        Self::start_at(clock, change).await
    }

    /// Starts a service on a clock that runs, for tests with processes of their own.
    pub async fn start_running(change: impl FnOnce(&mut Config)) -> Self {
        Self::start_at(Clock::system(), change).await
    }

    async fn start_at(clock: Clock, change: impl FnOnce(&mut Config)) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let database = TestDatabase::create().await;
        let mut config = Config::defaults(Profile::Embedded);
        config.database.url = database.url.as_str().into();
        config.database.max_connections = 8;
        config.database.read_connections = 2;
        config.server.workers = 2;
        if let Ok(url) = std::env::var("REDIS_URL") {
            config.redis.url = url.as_str().into();
            config.redis.prefix = format!("pbtest-{}", Uuid::now_v7().simple());
        }
        // A slow machine is no fault: only tests of faults are impatient.
        config.redis.patience_ms = 5_000;
        config.server.probe_patience_ms = 10_000;
        change(&mut config);
        let app = App::build(config, clock.clone()).await.expect("the application");
        let app = Data::new(app);
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let running = server::start(app.clone(), listener).expect("the server");
        let base = format!("http://127.0.0.1:{}", running.port);
        let db = database.connect().await;
        let anonymous = Client::new(&base);
        Self { app, clock, db, base, anonymous, running, _database: database }
    }

    /// A device that has not signed in.
    #[must_use]
    pub fn anonymous(&self) -> Client {
        self.anonymous.clone()
    }

    /// Signs in as the sandbox user `name`.
    pub async fn sign_in(&self, name: &str) -> Client {
        self.anonymous.sign_in(name).await
    }

    /// The id of a row the test writes itself: it sorts with those the service makes.
    #[must_use]
    pub fn new_id(&self) -> Uuid {
        self.app.ids.uuid(self.clock.now())
    }

    /// Moves the service's clock.
    pub fn advance(&self, step: TimeDelta) {
        self.clock.advance(step);
    }

    /// Today in China, where the service counts days, months and quarters: not the day of the
    /// clock's own time, from four in the afternoon on.
    #[must_use]
    pub fn today(&self) -> NaiveDate {
        local_day(self.clock.now())
    }

    /// The month before today's, as it is written.
    #[must_use]
    pub fn last_month(&self) -> String {
        let first = self.today().with_day(1).expect("a day");
        month_of(first - TimeDelta::days(1))
    }

    /// Moves on to the tenth of the next month or the eleventh, at this hour.
    pub fn next_month(&self) {
        let today = self.today();
        self.advance(today.with_day(1).expect("a day") + TimeDelta::days(40) - today);
    }

    /// Goes on to next year's January where this year has less than three months left: what is
    /// begun now is then over before the year is.
    pub fn well_before_the_year_ends(&self) {
        let today = self.today();
        let new_year = NaiveDate::from_ymd_opt(today.year() + 1, 1, 5).expect("a day");
        if new_year - today < TimeDelta::days(95) {
            self.advance(new_year - today);
        }
    }

    /// Seeds the demonstration's county, besides whatever the test sets up afterwards.
    pub async fn seed(&self) {
        assert!(api::seed::fill_empty(&self.app).await.expect("the seed"), "already seeded");
    }

    /// Runs every background job once.
    pub async fn run_jobs(&self) {
        api::jobs::run_all(&self.app).await.expect("the jobs");
    }

    /// Proves that the books are sound: every invariant of ledger, stock and counters.
    /// The last line of a test that moved anything.
    pub async fn assert_sound(&self) {
        let report = api::audit::run_with(&self.app.pools.read, &self.app.signatory).await;
        let report = report.expect("the audit");
        let lines: Vec<_> = report.violations.iter().map(ToString::to_string).collect();
        assert!(report.is_sound(), "the books are not sound:\n{}", lines.join("\n"));
    }

    /// Ends the service and starts another on the same database, as after a crash: what was
    /// in memory is gone. Whoever was signed in needs a client of the new one.
    pub async fn restart(&mut self) {
        self.running.stop().await;
        let app = App::build(self.app.config.clone(), self.clock.clone()).await;
        self.app = Data::new(app.expect("the application"));
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        self.running = server::start(self.app.clone(), listener).expect("the server");
        self.base = format!("http://127.0.0.1:{}", self.running.port);
        self.anonymous = Client::new(&self.base);
    }

    /// Stops the service.
    pub async fn stop(&self) {
        self.running.stop().await;
    }
}

/// A month as the service writes it.
#[must_use]
pub fn month_of(day: NaiveDate) -> String {
    day.format("%Y-%m").to_string()
}
