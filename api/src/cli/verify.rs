//! `points-bank verify`: checks one line against a proof, or one head against an earlier one,
//! offline: no configuration, no database, no network. It says what it checked and what not.
//! It ends with 0 when all is sound, with 1 when something contradicts, and with 2 when something
//! is missing, cannot be read or does not belong together.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, Subcommand};

use crate::platform::text::width::half;
use crate::tree::core::growth_file::{Earlier, GrowthFault, GrowthFile};
use crate::tree::core::kept_proof::KeptProof;
use crate::tree::core::key::PublicKey;
use crate::tree::core::merkle::Hash;
use crate::tree::core::note::{Checkpoint, Note, NoteFault, SignatureLine, as_kept};
use crate::tree::core::print;
use crate::tree::core::proof_file::{ProofFault, Trust};

const EXIT_CODES: &str = "Exit codes:
  0  sound: all that was asked for was checked
  1  contradicts: a hash, a signature, a fingerprint or the printed root is another
  2  not checked: something is missing, cannot be read, or does not belong together";

/// What is to be checked, and what is trusted.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true, after_help = EXIT_CODES)]
pub(super) struct Verify {
    #[command(subcommand)]
    what: Option<What>,
    /// The proof file, the text of the receipt's square code, or the answer of a proof operation
    /// (of a line or of a leaf) as it came
    proof: Option<PathBuf>,
    /// The line as printed; otherwise the one in the file
    #[arg(long)]
    line: Option<String>,
    #[command(flatten)]
    relied: Relied,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Check that a later head continues an earlier one
    Growth(Growth),
}

/// What the reader relies on.
#[derive(Debug, Args)]
struct Relied {
    /// A key that must have signed the head (`name+id+base64`); may be repeated
    #[arg(long = "key")]
    keys: Vec<String>,
    /// The fingerprint on the signboard; each key given must have one of them
    #[arg(long = "fingerprint")]
    fingerprints: Vec<String>,
    /// The root as it stands on the bulletin
    #[arg(long)]
    root: Option<String>,
}

/// Two heads and the proof between them.
#[derive(Debug, Args)]
#[command(after_help = EXIT_CODES)]
struct Growth {
    /// The answer of `/v1/trees/{tree}/consistency`, or its hashes alone
    proof: PathBuf,
    /// The earlier head: a signed checkpoint kept in a file
    #[arg(long, required_unless_present = "old_root", conflicts_with_all = ["old_root", "old_size"])]
    old: Option<PathBuf>,
    /// The earlier head's size on the bulletin
    #[arg(long, requires = "old_root")]
    old_size: Option<u64>,
    /// The earlier head's root on the bulletin
    #[arg(long, requires = "old_size")]
    old_root: Option<String>,
    /// The later head, if the proof file does not hold it
    #[arg(long)]
    new: Option<PathBuf>,
    #[command(flatten)]
    relied: Relied,
}

/// Why nothing is proved.
#[derive(Debug)]
enum Fault {
    /// What could be read contradicts.
    Contradicts(String),
    /// Something is missing, cannot be read or does not belong together.
    NotChecked(String),
}

impl Fault {
    fn told(contradicts: bool, text: String) -> Self {
        if contradicts { Self::Contradicts(text) } else { Self::NotChecked(text) }
    }

    fn head(whose: &str, fault: NoteFault) -> Self {
        Self::told(fault.contradicts(), format!("{whose}: {fault}"))
    }
}

impl From<String> for Fault {
    fn from(text: String) -> Self {
        Self::NotChecked(text)
    }
}

impl From<&str> for Fault {
    fn from(text: &str) -> Self {
        Self::NotChecked(text.into())
    }
}

impl From<ProofFault> for Fault {
    fn from(fault: ProofFault) -> Self {
        Self::told(fault.contradicts(), fault.to_string())
    }
}

impl From<GrowthFault> for Fault {
    fn from(fault: GrowthFault) -> Self {
        Self::told(fault.contradicts(), fault.to_string())
    }
}

pub(super) fn run(wish: &Verify) -> ExitCode {
    let said = match &wish.what {
        None => check_line(wish),
        Some(What::Growth(wish)) => check_growth(wish),
    };
    match said {
        Ok(said) => {
            say(&said.join("\n"));
            ExitCode::SUCCESS
        }
        Err(Fault::Contradicts(text)) => {
            complain("contradicts", &text);
            ExitCode::from(1)
        }
        Err(Fault::NotChecked(text)) => {
            complain("not checked", &text);
            ExitCode::from(2)
        }
    }
}

fn read(path: &Path) -> Result<String, String> {
    std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))
}

fn check_line(wish: &Verify) -> Result<Vec<String>, Fault> {
    let proof = wish.proof.as_deref().ok_or("no proof file")?;
    let file = KeptProof::read(&read(proof)?)?;
    let line = wish.line.as_deref().or(file.line.as_deref());
    let line = line.ok_or("no line: give it with --line")?.trim();
    check_letters(line)?;
    let trust = Trusted::of(&wish.relied)?;
    let told = trust.check(&file, line)?;
    let mut said = vec![
        format!("in the tree: {line}"),
        format!("leaf {}", file.index),
        format!("root {}", print::print(&file.root)),
        trust.head_words(file.note.as_ref().map(|note| &note.checkpoint)),
    ];
    said.extend(told);
    Ok(said)
}

/// A line is plain ASCII without spaces. What is hashed is the line as given, so a letter that
/// only looks like one of it is named instead of guessed.
fn check_letters(line: &str) -> Result<(), String> {
    let strange = line.chars().enumerate().find(|(_, letter)| !letter.is_ascii_graphic());
    let Some((at, letter)) = strange else { return Ok(()) };
    let narrow = half(letter);
    let hint = if narrow == letter {
        "a line has no such sign".to_owned()
    } else {
        format!("the line has {narrow} there")
    };
    Err(format!("the line is not as it is printed: letter {} is {letter:?}, {hint}", at + 1))
}

fn check_growth(wish: &Growth) -> Result<Vec<String>, Fault> {
    let file = GrowthFile::parse(&read(&wish.proof)?)?;
    let text = match (&wish.new, &file.later) {
        (Some(path), _) => read(path)?,
        (None, Some(text)) => text.clone(),
        (None, None) => return Err(GrowthFault::NoHead.into()),
    };
    let note =
        Note::parse(&as_kept(&text)).map_err(|fault| Fault::head("later checkpoint", fault))?;
    let trust = Trusted::of(&wish.relied)?;
    let (earlier, kept) = earlier(wish, &trust)?;
    // Before anybody is accused: whether proof and heads belong together.
    let grew = file.verify(&earlier, &note.checkpoint);
    if let Some(fault) = grew.err().filter(|fault| !fault.contradicts()) {
        return Err(fault.into());
    }
    let told = trust.check_head(&note.checkpoint.root, Some(&note))?;
    grew?;
    let root = &note.checkpoint.root;
    let mut said = vec![
        format!("continues: {kept}"),
        format!("root {}", print::print(root)),
        trust.head_words(Some(&note.checkpoint)),
    ];
    said.extend(told);
    Ok(said)
}

/// The earlier head, and in words how it is known.
fn earlier(wish: &Growth, trust: &Trusted) -> Result<(Earlier, String), Fault> {
    if let (Some(size), Some(root)) = (wish.old_size, &wish.old_root) {
        let root = print::read(root).ok_or("--old-root is no printed root")?;
        let kept = format!("the printed head of {size} leaves");
        return Ok((Earlier::Printed(size, root), kept));
    }
    let path = wish.old.as_deref().ok_or("no earlier head")?;
    let note = Note::parse(&as_kept(&read(path)?));
    let note = note.map_err(|fault| Fault::head("earlier checkpoint", fault))?;
    // Who keeps a head relies on having kept it; a signature under it is told, and if it is
    // false the head is none.
    let mut signers = Vec::new();
    for key in &trust.keys {
        match note.verify(key) {
            Ok(_) => signers.push(key.name()),
            Err(NoteFault::Unsigned) => {}
            Err(fault) => {
                let whose = format!("earlier checkpoint: {}", key.name());
                return Err(Fault::head(&whose, fault));
            }
        }
    }
    let by = if signers.is_empty() {
        "signed by none of the keys given, taken as you kept it".to_owned()
    } else {
        format!("signed by {}", signers.join(", "))
    };
    let kept = format!("the head of {} leaves, {by}", note.checkpoint.size);
    Ok((Earlier::Note(note), kept))
}

/// What is relied on, as it was read.
struct Trusted {
    keys: Vec<PublicKey>,
    root: Option<Hash>,
    /// Whether the keys were compared with fingerprints.
    compared: bool,
}

impl Trusted {
    fn of(wish: &Relied) -> Result<Self, Fault> {
        let key = |text: &String| {
            PublicKey::parse(text).ok_or_else(|| format!("--key is no key: {text}"))
        };
        let keys = wish.keys.iter().map(key).collect::<Result<Vec<_>, _>>()?;
        let digits = |text: &str| -> String {
            let kept = text.chars().filter(|c| !c.is_whitespace() && *c != '-');
            kept.collect::<String>().to_ascii_lowercase()
        };
        let wanted: Vec<_> = wish.fingerprints.iter().map(|text| digits(text)).collect();
        for key in keys.iter().filter(|_| !wanted.is_empty()) {
            if !wanted.contains(&digits(&key.fingerprint())) {
                let text = format!("{}: the key has another fingerprint", key.name());
                return Err(Fault::Contradicts(text));
            }
        }
        let root = wish.root.as_ref();
        let root = root.map(|text| print::read(text).ok_or("--root is no printed root"));
        let root = root.transpose()?;
        if keys.is_empty() && root.is_none() {
            return Err("give --key or --root: a proof alone proves nothing".into());
        }
        if keys.is_empty() && !wanted.is_empty() {
            return Err("a fingerprint is not enough: give its --key".into());
        }
        Ok(Self { keys, root, compared: !wanted.is_empty() })
    }

    /// Name and size of a head: the letters of a root on paper do not vouch for them, only a
    /// signature does.
    fn head_words(&self, head: Option<&Checkpoint>) -> String {
        match head {
            Some(Checkpoint { origin, size, .. }) if !self.keys.is_empty() => {
                format!("origin {origin}, {size} leaves")
            }
            Some(_) | None => "origin and size: not checked (give --key)".into(),
        }
    }

    /// Checks a line by everything relied on.
    fn check(&self, file: &KeptProof, line: &str) -> Result<Vec<String>, Fault> {
        let keys = self.keys.iter().cloned().map(Trust::Key);
        for trust in keys.chain(self.root.map(Trust::Root)) {
            file.verify(line, &trust)?;
        }
        self.check_head(&file.root, file.note.as_ref())
    }

    /// Checks a head; says in words what was checked and what not.
    fn check_head(&self, head: &Hash, note: Option<&Note>) -> Result<Vec<String>, Fault> {
        let mut said = vec![match self.root {
            None => "printed root: not compared (give --root)".to_owned(),
            Some(root) if root == *head => "printed root: the same".to_owned(),
            Some(_) => return Err(Fault::Contradicts("the printed root is another".into())),
        }];
        let Some(note) = note else {
            said.push("signatures: the short text has none (use the proof file)".into());
            return Ok(said);
        };
        let basis =
            if self.compared { "as on the signboard" } else { "compare it with the signboard" };
        for key in &self.keys {
            let time = note.verify(key).map_err(|fault| Fault::head(key.name(), fault))?;
            let at = time.map(|seconds| format!(" at {seconds} (Unix time)")).unwrap_or_default();
            let print = key.fingerprint();
            said.push(format!("signed: {}{at}, fingerprint {print}, {basis}", key.name()));
        }
        let known = |line: &&SignatureLine| !self.keys.iter().any(|key| line.names(key));
        let others = note.signatures.iter().filter(known).count();
        if self.keys.is_empty() {
            said.push(format!("signatures: none of {others} checked (give --key)"));
        } else if others > 0 {
            said.push(format!("signatures: {others} more not checked (give their keys)"));
        }
        Ok(said)
    }
}

/// Prints what was found. Whoever stops reading does not change the verdict.
fn say(text: &str) {
    let _ = writeln!(std::io::stdout(), "{text}");
}

/// Says why nothing is proved.
fn complain(verdict: &str, text: &str) {
    let _ = writeln!(std::io::stderr(), "points-bank: {verdict}: {text}");
}
