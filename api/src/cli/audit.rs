//! `points-bank audit`: proves that the books are sound, or names every row that is not.

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
    let app = App::build(config, Clock::system()).await?;
    audit::run(&app.pools.read).await.map_err(|error| error.to_string())
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
