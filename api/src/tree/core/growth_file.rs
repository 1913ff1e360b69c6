//! The proof that a later head continues an earlier one, as it is kept in a file: the answer
//! of `tree_consistency`, or nothing but its hashes, one a line. Pure.

use data_encoding::HEXLOWER;
use serde::Deserialize;

use super::merkle::{Hash, consistency_plan, verify_consistency};
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
    /// The proof begins elsewhere than the earlier head given.
    #[error("this proof is from {proof}, not {given}: give the head of that size, or its proof")]
    OtherFrom {
        /// Where the proof begins.
        proof: u64,
        /// The earlier head's size.
        given: u64,
    },
    /// The proof ends elsewhere than the later head given.
    #[error("this proof is to {proof}, not {given}: give the head of that size, or its proof")]
    OtherTo {
        /// Where the proof ends.
        proof: u64,
        /// The later head's size.
        given: u64,
    },
    /// Hashes are missing, or there are too many.
    #[error("the proof is not one of these two sizes, or is damaged: {has} hashes, not {needs}")]
    Length {
        /// Hashes of the proof.
        has: usize,
        /// Those that lead from the one size to the other.
        needs: usize,
    },
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

impl GrowthFault {
    /// Whether the heads contradict each other; otherwise something is missing, cannot be read, or
    /// does not belong together.
    #[must_use]
    pub const fn contradicts(self) -> bool {
        match self {
            Self::Malformed
            | Self::NoHead
            | Self::OtherFrom { .. }
            | Self::OtherTo { .. }
            | Self::Length { .. }
            | Self::OtherTree => false,
            Self::Rewritten => true,
            Self::Note(fault) => fault.contradicts(),
        }
    }
}

/// A consistency proof.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GrowthFile {
    path: Vec<Hash>,
    /// The sizes between which it says to be.
    sizes: (Option<u64>, Option<u64>),
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
    from: Option<Since>,
    path: Vec<String>,
    to: Head,
}

#[derive(Deserialize)]
struct Since {
    size: Option<u64>,
}

#[derive(Deserialize)]
struct Head {
    size: Option<u64>,
    note: String,
}

impl GrowthFile {
    /// Reads a file.
    ///
    /// # Errors
    /// `Malformed`.
    pub fn parse(text: &str) -> Result<Self, GrowthFault> {
        let text = text.trim_start_matches('\u{feff}');
        let (path, sizes, later) = if text.trim_start().starts_with('{') {
            let answer: Answer = serde_json::from_str(text).map_err(|_| GrowthFault::Malformed)?;
            let from = answer.from.and_then(|from| from.size);
            (answer.path, (from, answer.to.size), Some(answer.to.note))
        } else {
            (text.split_whitespace().map(str::to_owned).collect(), (None, None), None)
        };
        let hash = |text: &String| HEXLOWER.decode(text.as_bytes()).ok()?.try_into().ok();
        let path = path.iter().map(hash).collect::<Option<Vec<Hash>>>();
        let path = path.filter(|path| path.len() <= PATH_MAX).ok_or(GrowthFault::Malformed)?;
        Ok(Self { path, sizes, later })
    }

    /// Checks that the later head continues the earlier one.
    ///
    /// # Errors
    /// Why it does not prove it.
    pub fn verify(&self, earlier: &Earlier, later: &Checkpoint) -> Result<(), GrowthFault> {
        let (size, root) = match earlier {
            Earlier::Note(note) => (note.checkpoint.size, note.checkpoint.root),
            Earlier::Printed(size, root) => (*size, *root),
        };
        let (from, to) = self.sizes;
        if let Some(proof) = from.filter(|from| *from != size) {
            return Err(GrowthFault::OtherFrom { proof, given: size });
        }
        if let Some(proof) = to.filter(|to| *to != later.size) {
            return Err(GrowthFault::OtherTo { proof, given: later.size });
        }
        if let Earlier::Note(note) = earlier
            && note.checkpoint.origin != later.origin
        {
            return Err(GrowthFault::OtherTree);
        }
        if size == later.size && root != later.root {
            return Err(GrowthFault::Rewritten);
        }
        let needs = consistency_plan(size, later.size).map(|plan| plan.len());
        if let Some(needs) = needs.filter(|needs| *needs != self.path.len()) {
            return Err(GrowthFault::Length { has: self.path.len(), needs });
        }
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
        let short = Err(GrowthFault::Length { has: 1, needs: 2 });
        assert_eq!(file.verify(&Earlier::Printed(1, old), &later), short);
        assert_eq!(file.verify(&Earlier::Printed(4, old), &later), Err(GrowthFault::Rewritten));
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
    fn a_proof_between_other_sizes_accuses_nobody() {
        let (old, later, path) = trees();
        let answer = |from: u64, to: u64| {
            let (from, to) = (format!(r#"{{"size": {from}}}"#), format!(r#""size": {to}"#));
            let text =
                format!(r#"{{"from": {from}, "path": ["{path}"], "to": {{{to}, "note": ""}}}}"#);
            GrowthFile::parse(&text).unwrap()
        };
        let earlier = Earlier::Printed(2, old);
        assert_eq!(answer(2, 3).verify(&earlier, &later), Ok(()));
        let from = Err(GrowthFault::OtherFrom { proof: 1, given: 2 });
        assert_eq!(answer(1, 3).verify(&earlier, &later), from);
        let to = Err(GrowthFault::OtherTo { proof: 4, given: 3 });
        assert_eq!(answer(2, 4).verify(&earlier, &later), to);
        assert!(from.is_err_and(|fault| !fault.contradicts()));
        assert!(GrowthFault::Rewritten.contradicts());
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
