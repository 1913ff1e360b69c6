//! The proof that a line is in a published tree: as the C2SP file `tlog-proof@v1`, and as
//! the short text of the square code on a receipt. Pure.

use data_encoding::{BASE64, HEXLOWER};
use serde::Deserialize;

use super::key::PublicKey;
use super::line::Line;
use super::merkle::{Hash, verify_inclusion};
use super::note::{Note, NoteFault, as_kept};

const HEADER: &str = "c2sp.org/tlog-proof@v1";
const SHORT: &str = "jfyh-proof/v1";
/// Longest path: a tree of 2^63 leaves.
const PATH_MAX: usize = 63;

/// Why a proof does not prove its line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProofFault {
    /// Not written as a proof.
    #[error("this is not a proof file")]
    Malformed,
    /// It is about another line.
    #[error("the proof is about another line")]
    OtherLine,
    /// The line names another tree.
    #[error("the line belongs to another tree")]
    OtherTree,
    /// The path does not lead from the line to the root.
    #[error("the line is not in this tree as it stands")]
    NotIncluded,
    /// The root on paper is another.
    #[error("the printed root is another")]
    OtherRoot,
    /// The checkpoint cannot be relied on.
    #[error("checkpoint: {0}")]
    Note(#[from] NoteFault),
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

/// What the service answers: of a line, or of a leaf.
#[derive(Deserialize)]
#[serde(untagged)]
enum Answer {
    Line { proof: String },
    Leaf { index: u64, path: Vec<String>, checkpoint: Head },
}

#[derive(Deserialize)]
struct Head {
    note: String,
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

    /// Reads a file as somebody kept it: with other line ends, one line feed too many, or the
    /// service's whole answer.
    ///
    /// # Errors
    /// `Malformed`.
    pub fn read(text: &str) -> Result<Self, ProofFault> {
        let text = as_kept(text);
        if !text.trim_start().starts_with('{') {
            return Self::parse(&text);
        }
        let answer: Answer = serde_json::from_str(&text).map_err(|_| ProofFault::Malformed)?;
        match answer {
            Answer::Line { proof } => Self::parse(&proof),
            Answer::Leaf { index, path, checkpoint } => {
                let hash = |text: &String| HEXLOWER.decode(text.as_bytes()).ok()?.try_into().ok();
                let path = path.iter().map(hash).collect::<Option<Vec<Hash>>>();
                let path = path.filter(|path| path.len() <= PATH_MAX);
                let path = path.ok_or(ProofFault::Malformed)?;
                Ok(Self { line: None, index, path, note: checkpoint.note })
            }
        }
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
        let index = index.and_then(exact_number).ok_or(ProofFault::Malformed)?;
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
        if self.line.as_deref().is_some_and(|own| own != line) {
            return Err(ProofFault::OtherLine);
        }
        let read = Line::parse(line).map_err(|_| ProofFault::Malformed)?;
        if read.index() != self.index {
            return Err(ProofFault::OtherLine);
        }
        let note = Note::parse(&self.note)?;
        let head = &note.checkpoint;
        if head.origin.rsplit('/').next() != Some(read.tenant()) {
            return Err(ProofFault::OtherTree);
        }
        match trust {
            Trust::Key(key) => drop(note.verify(key)?),
            Trust::Root(root) if *root != head.root => return Err(ProofFault::OtherRoot),
            Trust::Root(_) => {}
        }
        if !verify_inclusion(&read.hash(), self.index, head.size, &self.path, &head.root) {
            return Err(ProofFault::NotIncluded);
        }
        Ok(note)
    }
}

fn decode_line(text: &str) -> Result<String, ProofFault> {
    let bytes = BASE64.decode(text.as_bytes()).map_err(|_| ProofFault::Malformed)?;
    String::from_utf8(bytes).map_err(|_| ProofFault::Malformed)
}

fn exact_number(text: &str) -> Option<u64> {
    text.parse::<u64>().ok().filter(|number| number.to_string() == text)
}

fn decode_hash(line: &str) -> Option<Hash> {
    BASE64.decode(line.as_bytes()).ok()?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::key::Signatory;
    use super::super::merkle::hash_node;
    use super::super::note::Checkpoint;
    use super::*;

    const LINE: &str = "jfyh-entry/v1|510123101|0|C0037|2026-10-04|EARN|+40|40|CL000003|\
                        ba76992a6079074311285334177ddda5";

    /// The first of two leaves.
    fn file() -> (ProofFile, Hash) {
        let beside = [7; 32];
        let root = hash_node(&Line::parse(LINE).unwrap().hash(), &beside);
        let head = Checkpoint { origin: "points.510123/510123101".into(), size: 2, root };
        let note = head.signed(&Signatory::from_seed(&[1; 32]), 1).unwrap();
        (ProofFile { line: Some(LINE.into()), index: 0, path: vec![beside], note }, root)
    }

    #[test]
    fn is_read_as_it_was_kept() {
        let (file, root) = file();
        let text = file.text();
        let crlf = text.replace('\n', "\r\n");
        let answer = json!({ "entry_id": "1", "line": LINE, "proof": text, "short": "" });
        let kept = [
            text.clone(),
            format!("{text}\n"),
            format!("{crlf}\r\n"),
            crlf,
            text.trim_end().to_owned(),
            answer.to_string(),
            format!("{answer:#}\n"),
        ];
        for kept in kept {
            let read = ProofFile::read(&kept).unwrap();
            assert_eq!(read, file, "{kept}");
            assert!(read.verify(LINE, &Trust::Root(root)).is_ok(), "{kept}");
        }
    }

    #[test]
    fn the_answer_about_a_leaf_is_read_without_its_line() {
        let (file, root) = file();
        let path: Vec<_> = file.path.iter().map(|hash| HEXLOWER.encode(hash)).collect();
        let answer = json!({ "index": 0, "path": path, "checkpoint": { "note": file.note } });
        let read = ProofFile::read(&answer.to_string()).unwrap();
        assert_eq!(read, ProofFile { line: None, ..file });
        assert!(read.verify(LINE, &Trust::Root(root)).is_ok());
        for wrong in ["{", "{}", r#"{"proof": ""}"#, r#"{"short": "jfyh-proof/v1"}"#] {
            assert_eq!(ProofFile::read(wrong), Err(ProofFault::Malformed), "{wrong}");
        }
    }
}
