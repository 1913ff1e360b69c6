//! The proof that a line is in a published tree: as the C2SP file `tlog-proof@v1`, and as
//! the short text of the square code on a receipt. Pure.

use data_encoding::BASE64;

use super::kept_proof::KeptProof;
use super::key::PublicKey;
use super::line::LineFault;
use super::merkle::Hash;
use super::note::{Note, NoteFault};
use super::place::number;

const HEADER: &str = "c2sp.org/tlog-proof@v1";
/// Begins the text of the square code.
pub(super) const SHORT: &str = "jfyh-proof/v1";
/// Longest path: a tree of 2^63 leaves.
pub(super) const PATH_MAX: usize = 63;

/// Why a proof does not prove its line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProofFault {
    /// Not written as a proof.
    #[error("this is not a proof file, or not the whole of it")]
    Malformed,
    /// The line is not written as a line.
    #[error("the line is not as it is printed: {0}")]
    Line(#[from] LineFault),
    /// It is about another line.
    #[error("the proof is about another line: it is of leaf {proof}, the line says {line}")]
    OtherLine {
        /// The leaf of the proof.
        proof: u64,
        /// The leaf the line names.
        line: u64,
    },
    /// Hashes are missing, or there are too many.
    #[error("the proof is incomplete or damaged: it has {has} hashes, {needs} belong to it")]
    Length {
        /// Hashes of the path.
        has: usize,
        /// Those that lead from this leaf to the root.
        needs: usize,
    },
    /// A key is to be checked where no signature is.
    #[error("the short text carries no signature: check it by --root, or --key with the file")]
    NoSignatures,
    /// The tree has no such leaf.
    #[error("the tree has no leaf of this number")]
    Beyond,
    /// The line names another tree.
    #[error("the line belongs to another tree")]
    OtherTree,
    /// The path does not lead from the line to the root.
    #[error("the line is not what the tree holds at this place: it or the proof was changed")]
    NotIncluded,
    /// What stands beside the proof is not what the proof says.
    #[error("`{0}` is not what the proof says")]
    Differs(&'static str),
    /// The line is in the tree, and its figures contradict each other.
    #[error("the line is in the tree, and its figures do not add up")]
    Sums,
    /// The root on paper is another.
    #[error("the printed root is another")]
    OtherRoot,
    /// The checkpoint cannot be relied on.
    #[error("checkpoint: {0}")]
    Note(#[from] NoteFault),
}

impl ProofFault {
    /// Whether what could be read contradicts; otherwise something is missing, cannot be read, or
    /// does not belong together.
    #[must_use]
    pub const fn contradicts(self) -> bool {
        match self {
            Self::Malformed
            | Self::Line(_)
            | Self::OtherLine { .. }
            | Self::Length { .. }
            | Self::NoSignatures => false,
            Self::Beyond
            | Self::OtherTree
            | Self::NotIncluded
            | Self::Differs(_)
            | Self::Sums
            | Self::OtherRoot => true,
            Self::Note(fault) => fault.contradicts(),
        }
    }
}

/// A proof with its checkpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProofFile {
    /// The line, if the file carries it.
    pub line: Option<String>,
    /// Number of the leaf.
    pub index: u64,
    /// The path to the root.
    pub path: Vec<Hash>,
    /// The signed checkpoint's text.
    pub note: String,
}

/// What the reader relies on: a key that he knows, or a root on paper.
#[derive(Clone, Debug)]
pub enum Trust {
    /// The signature of this key.
    Key(PublicKey),
    /// This root.
    Root(Hash),
}

impl ProofFile {
    /// The file's text.
    #[must_use]
    pub fn text(&self) -> String {
        let line = self.line.as_ref().map(|line| BASE64.encode(line.as_bytes()));
        let extra = line.map(|line| format!("extra {line}\n")).unwrap_or_default();
        let mut text = format!("{HEADER}\n{extra}index {}\n", self.index);
        for hash in &self.path {
            text.push_str(&BASE64.encode(hash));
            text.push('\n');
        }
        text.push('\n');
        text.push_str(&self.note);
        text
    }

    /// Reads a file.
    ///
    /// # Errors
    /// `Malformed`.
    pub fn parse(text: &str) -> Result<Self, ProofFault> {
        let (head, note) = text.split_once("\n\n").ok_or(ProofFault::Malformed)?;
        let mut lines = head.split('\n').peekable();
        if lines.next() != Some(HEADER) {
            return Err(ProofFault::Malformed);
        }
        let extra = lines.next_if(|line| line.starts_with("extra "));
        let line =
            extra.and_then(|line| line.strip_prefix("extra ")).map(decode_line).transpose()?;
        let index = lines.next().and_then(|line| line.strip_prefix("index "));
        let index = index.and_then(number).ok_or(ProofFault::Malformed)?;
        let path = lines.map(decode_hash).collect::<Option<Vec<_>>>();
        let path = path.filter(|path| path.len() <= PATH_MAX).ok_or(ProofFault::Malformed)?;
        Ok(Self { line, index, path, note: note.into() })
    }

    /// The text of the square code: line, size, root and path, without signatures; the
    /// root is compared with the one on paper.
    ///
    /// # Errors
    /// `Malformed` without line or checkpoint.
    pub fn short(&self) -> Result<String, ProofFault> {
        let line = self.line.as_deref().ok_or(ProofFault::Malformed)?;
        let checkpoint = Note::parse(&self.note)?.checkpoint;
        let (size, root) = (checkpoint.size, BASE64.encode(&checkpoint.root));
        let path = BASE64.encode(&self.path.concat());
        Ok(format!("{SHORT}\n{line}\n{size}\n{root}\n{path}"))
    }

    /// Checks that the line is in the tree that the reader relies on; answers its head.
    ///
    /// # Errors
    /// Why it does not prove it.
    pub fn verify(&self, line: &str, trust: &Trust) -> Result<Note, ProofFault> {
        let kept = KeptProof::of(self.clone())?;
        kept.verify(line, trust)?;
        kept.note.ok_or(ProofFault::NoSignatures)
    }
}

fn decode_line(text: &str) -> Result<String, ProofFault> {
    let bytes = BASE64.decode(text.as_bytes()).map_err(|_| ProofFault::Malformed)?;
    String::from_utf8(bytes).map_err(|_| ProofFault::Malformed)
}

/// A hash as it stands in the file.
pub(super) fn decode_hash(line: &str) -> Option<Hash> {
    BASE64.decode(line.as_bytes()).ok()?.try_into().ok()
}
