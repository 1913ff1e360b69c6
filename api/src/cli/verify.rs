//! `points-bank verify`: checks one line against a proof, offline: no configuration, no
//! database, no network.

use std::path::PathBuf;

use clap::Args;

use crate::tree::core::key::PublicKey;
use crate::tree::core::print;
use crate::tree::core::proof_file::{ProofFile, Trust};

/// What is to be checked, and what is trusted.
#[derive(Debug, Args)]
pub(super) struct Verify {
    /// The proof file
    proof: PathBuf,
    /// The line as printed; otherwise the one in the file
    #[arg(long)]
    line: Option<String>,
    /// The key whose signature counts (`name+id+base64`)
    #[arg(long, required_unless_present = "root")]
    key: Option<String>,
    /// The root as it stands on the bulletin, instead of a key
    #[arg(long, conflicts_with = "key")]
    root: Option<String>,
}

pub(super) fn run(wish: &Verify) -> Result<(), Vec<String>> {
    let said = check(wish).map_err(|fault| vec![fault])?;
    say(&said);
    Ok(())
}

fn check(wish: &Verify) -> Result<String, String> {
    let text = std::fs::read_to_string(&wish.proof)
        .map_err(|error| format!("{}: {error}", wish.proof.display()))?;
    let file = ProofFile::parse(&text).map_err(|fault| fault.to_string())?;
    let line = wish.line.as_ref().or(file.line.as_ref()).ok_or("no line: give it with --line")?;
    let note = file.verify(line, &trust(wish)?).map_err(|fault| fault.to_string())?;
    let head = &note.checkpoint;
    Ok(format!(
        "in the tree: {line}\norigin {}, leaf {} of {}\nroot {}",
        head.origin,
        file.index,
        head.size,
        print::print(&head.root)
    ))
}

fn trust(wish: &Verify) -> Result<Trust, String> {
    match (&wish.key, &wish.root) {
        (Some(key), _) => {
            PublicKey::parse(key).map(Trust::Key).ok_or_else(|| "--key is no key".into())
        }
        (None, Some(root)) => {
            print::read(root).map(Trust::Root).ok_or_else(|| "--root is no printed root".into())
        }
        (None, None) => Err("give --key or --root".into()),
    }
}

#[expect(clippy::print_stdout, reason = "printing is what the command is for")]
fn say(text: &str) {
    println!("{text}");
}
