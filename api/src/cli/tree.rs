//! `points-bank tree`: what an operator does to the public trees by hand. The service does
//! the same by itself.

use clap::Subcommand;

use super::key_check;
use crate::app::App;
use crate::config::Config;
use crate::platform::clock::Clock;
use crate::tree;
use crate::tree::core::key::Signatory;

/// One thing to do.
#[derive(Debug, Subcommand)]
pub(super) enum Tree {
    /// Append one statement for each card of a quarter that is over, and sign the heads
    CloseQuarter {
        /// The quarter, such as 2026Q4
        quarter: String,
    },
    /// Print the public keys of a tree and the fingerprint for the signboard; needs no database
    Key {
        /// The tree: nine digits of a town's division code, or the county's six
        tree: String,
    },
}

pub(super) fn run(config: Config, wish: &Tree) -> Result<(), Vec<String>> {
    let said = match wish {
        Tree::CloseQuarter { quarter } => {
            let said = actix_web::rt::System::new().block_on(close(config, quarter));
            said.map(|statements| format!("{statements} statements"))
        }
        Tree::Key { tree } => key(&config, tree),
    };
    say(&said.map_err(|fault| vec![fault])?);
    Ok(())
}

/// What the signing key will sign a tree with, also before its first signature.
fn key(config: &Config, tree: &str) -> Result<String, String> {
    let seed = config.tree_key().ok_or("tree.signing_key must be 64 hexadecimal digits")?;
    let keys = tree::keys_of(&Signatory::from_seed(&seed), tree);
    let keys = keys.ok_or_else(|| format!("{tree} is no tree: six or nine digits"))?;
    let (plain, timed) = keys;
    Ok(format!(
        "name         {}\npublic key   {plain}\n  with time  {timed}\nfingerprint  {}",
        plain.name(),
        plain.fingerprint()
    ))
}

async fn close(config: Config, quarter: &str) -> Result<u64, String> {
    let quarter = quarter.parse().map_err(str::to_owned)?;
    let app = App::build(config, Clock::system()).await?;
    key_check::look(&app).await?;
    tree::close_quarter(&app, quarter).await.map_err(|failure| failure.for_log())
}

#[expect(clippy::print_stdout, reason = "printing is what the command is for")]
fn say(text: &str) {
    println!("{text}");
}
