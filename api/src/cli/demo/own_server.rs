//! The demo's own service: seeded, on a free port, with a clock that can be moved.

use std::net::TcpListener;

use actix_web::web::Data;
use chrono::{Datelike, Months, NaiveDate, SecondsFormat, TimeDelta};

use crate::app::App;
use crate::cli::serve::prepare_embedded;
use crate::config::Config;
use crate::platform::clock::{Clock, local_day};
use crate::{audit, jobs, seed, server};

/// A running service.
pub(super) struct Service {
    /// Where it listens.
    pub(super) base: String,
    app: Data<App>,
    clock: Clock,
}

impl Service {
    pub(super) async fn start(config: Config) -> Result<Self, String> {
        let clock = Clock::system();
        let listen = config.server.listen;
        let app = Data::new(App::build(config, clock.clone()).await?);
        prepare_embedded(&app).await?;
        seed::run(&app).await.map_err(|error| format!("{error:?}"))?;
        let listener = TcpListener::bind(listen).map_err(|error| error.to_string())?;
        let running = server::start(app.clone(), listener).map_err(|error| error.to_string())?;
        Ok(Self { base: format!("http://127.0.0.1:{}", running.port), app, clock })
    }

    /// Lets time pass, so that an afternoon's work takes a moment.
    pub(super) fn pass(&self, minutes: i64) {
        self.clock.advance(TimeDelta::minutes(minutes));
    }

    /// Lets seconds pass.
    pub(super) fn pass_seconds(&self, seconds: i64) {
        self.clock.advance(TimeDelta::seconds(seconds));
    }

    /// Lets days pass, and what the service does by itself meanwhile.
    ///
    /// # Errors
    /// What stopped it.
    pub(super) async fn pass_days(&self, days: i64) -> Result<(), String> {
        self.clock.advance(TimeDelta::days(days));
        jobs::run_all(&self.app).await.map_err(|failure| failure.for_log())
    }

    /// Lets time pass until a day of the next month.
    ///
    /// # Errors
    /// What stopped it.
    pub(super) async fn pass_to_next_month(&self, day: u32) -> Result<(), String> {
        let today = self.today();
        let next = today.with_day(1).and_then(|first| first.checked_add_months(Months::new(1)));
        let then = next.and_then(|first| first.with_day(day)).ok_or("no such day")?;
        self.pass_days((then - today).num_days()).await
    }

    /// So many minutes from now on the service's clock.
    pub(super) fn in_minutes(&self, minutes: i64) -> String {
        let then = self.clock.now() + TimeDelta::minutes(minutes);
        then.to_rfc3339_opts(SecondsFormat::Secs, true)
    }

    /// The calendar day on the service's clock.
    pub(super) fn today(&self) -> NaiveDate {
        local_day(self.clock.now())
    }

    /// Proves the books, and says what is wrong with them.
    #[expect(clippy::print_stdout, reason = "the demo is made to be read")]
    pub(super) async fn audit(&self) -> Vec<String> {
        match audit::run_with(&self.app.pools.read, &self.app.signatory).await {
            Ok(report) => {
                let (accounts, entries) = (report.accounts, report.entries);
                let verdict = if report.is_sound() { "the books are sound" } else { "VIOLATED" };
                println!("audit: {accounts} accounts, {entries} entries: {verdict}");
                report.violations.iter().map(ToString::to_string).collect()
            }
            Err(error) => vec![format!("the audit could not be run: {error}")],
        }
    }
}
