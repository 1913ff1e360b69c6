//! The command line: one binary, one subcommand for each thing an operator does.

mod audit;
mod demo;
mod found;
mod key_check;
mod serve;
mod spec;
mod tree;
mod verify;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::config::Config;

/// 新时代文明实践积分银行 · points bank of a township
#[derive(Debug, Parser)]
#[command(name = "points-bank", version)]
struct Arguments {
    /// Configuration file (TOML); the environment overrides it
    #[arg(long, global = true, env = "PB_CONFIG")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the service (the default)
    Serve,
    /// Play the whole story on a fresh server of its own, then prove the books
    Demo,
    /// Bring the database to this version's schema
    Migrate,
    /// Print the OpenAPI document
    Spec,
    /// Found the county's center in an empty database
    County(found::County),
    /// Print a one-time code, good for 15 minutes, that gives somebody a role
    Invite(found::Invite),
    /// Prove that the books are sound; fails and names every row that is not
    Audit {
        /// Print the report as JSON
        #[arg(long)]
        json: bool,
    },
    /// Check one printed line against a proof, or a head against an earlier one, offline
    Verify(Box<verify::Verify>),
    /// Work on the public trees
    #[command(subcommand)]
    Tree(tree::Tree),
}

/// Runs the binary.
#[must_use]
pub fn main() -> ExitCode {
    let arguments = Arguments::parse();
    if rustls::crypto::ring::default_provider().install_default().is_err() {
        return fail(&["another TLS provider was installed before".into()]);
    }
    let config = arguments.config.as_deref();
    let done = match arguments.command.unwrap_or(Command::Serve) {
        Command::Spec => spec::print(),
        Command::Demo => demo::run(),
        Command::Serve => with_config(config, serve::run),
        Command::Migrate => with_config(config, serve::migrate),
        Command::County(wish) => with_config(config, |config| found::county(config, &wish)),
        Command::Invite(wish) => with_config(config, |config| found::invite(config, &wish)),
        Command::Verify(wish) => return verify::run(&wish),
        Command::Tree(wish) => with_config(config, |config| tree::run(config, &wish)),
        Command::Audit { json } => with_config(config, |config| audit::run(config, json)),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(faults) => fail(&faults),
    }
}

fn with_config(
    file: Option<&Path>,
    run: impl FnOnce(Config) -> Result<(), Vec<String>>,
) -> Result<(), Vec<String>> {
    run(Config::load(file)?)
}

#[expect(clippy::print_stderr, reason = "logging may not have started")]
fn fail(faults: &[String]) -> ExitCode {
    for fault in faults {
        eprintln!("points-bank: {fault}");
    }
    ExitCode::FAILURE
}
