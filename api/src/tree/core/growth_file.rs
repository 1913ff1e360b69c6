//! The proof that a later head continues an earlier one, as it is kept in a file: the answer
//! of `tree_consistency`, or nothing but its hashes, one a line. Pure.

use data_encoding::HEXLOWER;
use serde::Deserialize;

use super::merkle::{Hash, verify_consistency};
use super::note::{Checkpoint, Note, NoteFault};

/// Longest proof: two trees of 2^63 leaves.
const PATH_MAX: usize = 130;

/// Why a file does not prove the growth.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GrowthFault {
    /// Not written as a proof.
    #[error("this is not a consistency proof")]
    Malformed,
    /// The file has no later head, and none was given.
    #[error("no later head: the file holds only hashes, give it with --new")]
    NoHead,
    /// The heads are of different trees.
    #[error("the heads are of different trees")]
    OtherTree,
    /// The later tree does not begin with the earlier one.
    #[error("the later head does not continue the earlier one")]
    Rewritten,
    /// A head cannot be relied on.
    #[error("checkpoint: {0}")]
    Note(#[from] NoteFault),
}

/// A consistency proof.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GrowthFile {
    path: Vec<Hash>,
    /// The later head's text, if the file has it.
    pub later: Option<String>,
}

/// The earlier head as somebody kept it: signed, or printed on a bulletin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Earlier {
    /// A signed head.
    Note(Note),
    /// Size and root on paper.
    Printed(u64, Hash),
}

#[derive(Deserialize)]
struct Answer {
    path: Vec<String>,
    to: Head,
}

#[derive(Deserialize)]
struct Head {
    note: String,
}

impl GrowthFile {
    /// Reads a file.
    ///
    /// # Errors
    /// `Malformed`.
    pub fn parse(text: &str) -> Result<Self, GrowthFault> {
        let (path, later) = if text.trim_start().starts_with('{') {
            let answer: Answer = serde_json::from_str(text).map_err(|_| GrowthFault::Malformed)?;
            (answer.path, Some(answer.to.note))
        } else {
            (text.split_whitespace().map(str::to_owned).collect(), None)
        };
        let hash = |text: &String| HEXLOWER.decode(text.as_bytes()).ok()?.try_into().ok();
        let path = path.iter().map(hash).collect::<Option<Vec<Hash>>>();
        let path = path.filter(|path| path.len() <= PATH_MAX).ok_or(GrowthFault::Malformed)?;
        Ok(Self { path, later })
    }

    /// Checks that the later head continues the earlier one.
    ///
    /// # Errors
    /// Why it does not prove it.
    pub fn verify(&self, earlier: &Earlier, later: &Checkpoint) -> Result<(), GrowthFault> {
        let (size, root) = match earlier {
            Earlier::Note(note) if note.checkpoint.origin != later.origin => {
                return Err(GrowthFault::OtherTree);
            }
            Earlier::Note(note) => (note.checkpoint.size, note.checkpoint.root),
            Earlier::Printed(size, root) => (*size, *root),
        };
        let grew = verify_consistency((size, &root), (later.size, &later.root), &self.path);
        if grew { Ok(()) } else { Err(GrowthFault::Rewritten) }
    }
}

#[cfg(test)]
mod tests {
    use super::super::merkle::{hash_leaf, hash_node};
    use super::*;

    /// Trees of two and three leaves: the proof is the third leaf.
    fn trees() -> (Hash, Checkpoint, String) {
        let [a, b, c] = ["a", "b", "c"].map(|leaf| hash_leaf(leaf.as_bytes()));
        let old = hash_node(&a, &b);
        let later = Checkpoint { origin: "t/1".into(), size: 3, root: hash_node(&old, &c) };
        (old, later, HEXLOWER.encode(&c))
    }

    #[test]
    fn a_head_that_continues_is_accepted_and_every_changed_digit_refused() {
        let (old, later, path) = trees();
        let earlier = Earlier::Printed(2, old);
        let file = GrowthFile::parse(&format!("{path}\n")).unwrap();
        assert_eq!(file.verify(&earlier, &later), Ok(()));
        for at in 0..path.len() {
            let digit = if &path[at..=at] == "0" { "1" } else { "0" };
            let mut changed = path.clone();
            changed.replace_range(at..=at, digit);
            let file = GrowthFile::parse(&changed).unwrap();
            assert_eq!(file.verify(&earlier, &later), Err(GrowthFault::Rewritten), "{at}");
        }
        for byte in 0..32 {
            let mut root = old;
            root[byte] ^= 1;
            let other = Earlier::Printed(2, root);
            assert_eq!(file.verify(&other, &later), Err(GrowthFault::Rewritten));
            let mut head = later.clone();
            head.root[byte] ^= 1;
            assert_eq!(file.verify(&earlier, &head), Err(GrowthFault::Rewritten));
        }
        assert_eq!(file.verify(&Earlier::Printed(1, old), &later), Err(GrowthFault::Rewritten));
        assert_eq!(file.verify(&Earlier::Printed(3, old), &later), Err(GrowthFault::Rewritten));
    }

    #[test]
    fn the_services_answer_is_read_with_its_later_head() {
        let (_, _, path) = trees();
        let answer = format!(r#"{{"from": {{}}, "path": ["{path}"], "to": {{"note": "head\n"}}}}"#);
        let file = GrowthFile::parse(&answer).unwrap();
        assert_eq!((file.path.len(), file.later.as_deref()), (1, Some("head\n")));
        for wrong in ["{", "{}", "abc", &path[1..], &path.to_uppercase()] {
            assert_eq!(GrowthFile::parse(wrong), Err(GrowthFault::Malformed), "{wrong}");
        }
    }

    #[test]
    fn heads_of_different_trees_are_no_growth() {
        let (_, later, path) = trees();
        let signatory = super::super::key::Signatory::from_seed(&[1; 32]);
        let other = Checkpoint { origin: "t/2".into(), ..later.clone() };
        let note = Note::parse(&other.signed(&signatory, 1).unwrap()).unwrap();
        let file = GrowthFile::parse(&path).unwrap();
        assert_eq!(file.verify(&Earlier::Note(note), &later), Err(GrowthFault::OtherTree));
    }
}
