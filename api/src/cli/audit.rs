//! `points-bank audit`: proves that the books are sound, or names every row that is not.

use std::path::PathBuf;

use super::found::require_schema;
use super::key_check;
use crate::app::App;
use crate::audit::{self, Report};
use crate::config::Config;
use crate::platform::clock::Clock;

pub(super) fn run(config: Config, json: bool) -> Result<(), Vec<String>> {
    let report =
        actix_web::rt::System::new().block_on(read(config)).map_err(|fault| vec![fault])?;
    print(&report, json).map_err(|fault| vec![fault])?;
    if report.is_sound() {
        return Ok(());
    }
    Err(vec![format!("{} violations", report.violations.len())])
}

async fn read(config: Config) -> Result<Report, String> {
    let file = sqlite_file(config.database.url.reveal());
    if let Some(file) = file.filter(|file| !file.exists()) {
        // Opening it would make it, and an empty database is sound.
        return Err(format!("{}: there is no such database", file.display()));
    }
    let app = App::build(config, Clock::system()).await?;
    key_check::look(&app).await?;
    match audit::run_with(&app.pools.read, &app.signatory).await {
        Ok(report) => Ok(report),
        Err(error) => {
            require_schema(&app).await?;
            Err(error.to_string())
        }
    }
}

/// The file of an SQLite address, if it names one.
fn sqlite_file(url: &str) -> Option<PathBuf> {
    let rest = url.strip_prefix("sqlite:")?;
    let path = rest.strip_prefix("//").unwrap_or(rest).split('?').next()?;
    (!path.is_empty() && path != ":memory:").then(|| path.into())
}

#[expect(clippy::print_stdout, reason = "printing is what the command is for")]
fn print(report: &Report, json: bool) -> Result<(), String> {
    if json {
        println!("{}", serde_json::to_string_pretty(report).map_err(|error| error.to_string())?);
        return Ok(());
    }
    let Report { accounts, entries, rules, milliseconds, .. } = report;
    println!("{accounts} accounts, {entries} entries, {rules} rules");
    println!("{milliseconds} ms, {} entries/s", report.entries_per_second());
    println!("{:?}", report.totals);
    for violation in &report.violations {
        println!("{violation}");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_names_its_file() {
        let file = |url| sqlite_file(url).map(|file| file.display().to_string());
        assert_eq!(file("sqlite://data/a.sqlite?mode=ro").as_deref(), Some("data/a.sqlite"));
        assert_eq!(file("sqlite:///srv/a.sqlite").as_deref(), Some("/srv/a.sqlite"));
        assert_eq!(file("sqlite::memory:"), None);
        assert_eq!(file("postgres://host/a"), None);
    }
}
