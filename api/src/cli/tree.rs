//! `points-bank tree`: what an operator does to the public trees by hand. The service does
//! the same by itself.

use clap::Subcommand;

use crate::app::App;
use crate::config::Config;
use crate::platform::clock::Clock;
use crate::tree;

/// One thing to do.
#[derive(Debug, Subcommand)]
pub(super) enum Tree {
    /// Append one statement for each card of a quarter that is over, and sign the heads
    CloseQuarter {
        /// The quarter, such as 2026Q4
        quarter: String,
    },
}

pub(super) fn run(config: Config, wish: &Tree) -> Result<(), Vec<String>> {
    let Tree::CloseQuarter { quarter } = wish;
    let said = actix_web::rt::System::new().block_on(close(config, quarter));
    say(said.map_err(|fault| vec![fault])?);
    Ok(())
}

async fn close(config: Config, quarter: &str) -> Result<u64, String> {
    let quarter = quarter.parse().map_err(str::to_owned)?;
    let app = App::build(config, Clock::system()).await?;
    tree::close_quarter(&app, quarter).await.map_err(|failure| failure.for_log())
}

#[expect(clippy::print_stdout, reason = "printing is what the command is for")]
fn say(statements: u64) {
    println!("{statements} statements");
}
