//! The hash tree of RFC 9162: which complete subtrees a root or a proof is made of, and
//! how both are checked. Pure: whoever calls it fetches the subtrees' hashes.
//!
//! A subtree is complete when it holds a power of two of leaves. Its hash never changes
//! again, so it is stored once; every root and every element of a proof is a fold of a
//! few of them, whatever the size of the tree.

use crate::platform::crypto::digest::sha256;

/// A SHA-256.
pub type Hash = [u8; 32];

/// A complete subtree: the leaves `index * 2^level ..` up to the next one's first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Subtree {
    /// 0 for a leaf.
    pub level: u8,
    /// Among those of its level.
    pub index: u64,
}

/// Leaves of a tree, first and one past the last.
type Range = (u64, u64);

/// The hash of a leaf.
#[must_use]
pub fn hash_leaf(line: &[u8]) -> Hash {
    let mut bytes = Vec::with_capacity(1 + line.len());
    bytes.push(0);
    bytes.extend_from_slice(line);
    sha256(&bytes)
}

/// The hash of a node.
#[must_use]
pub fn hash_node(left: &Hash, right: &Hash) -> Hash {
    let mut bytes = [1; 65];
    let (_, hashes) = bytes.split_at_mut(1);
    for (to, from) in hashes.iter_mut().zip(left.iter().chain(right)) {
        *to = *from;
    }
    sha256(&bytes)
}

/// The root of the tree without leaves.
#[must_use]
pub fn empty_root() -> Hash {
    sha256(&[])
}

/// The root above neighbouring complete subtrees, largest first.
#[must_use]
pub fn fold(hashes: &[Hash]) -> Hash {
    let folded = hashes.iter().rev().copied().reduce(|right, left| hash_node(&left, &right));
    folded.unwrap_or_else(empty_root)
}

/// The complete subtrees that a tree of this size consists of, largest first.
#[must_use]
pub fn peaks(size: u64) -> Vec<Subtree> {
    cut((0, size))
}

/// A range as complete subtrees. Its first leaf begins a subtree as large as the range,
/// as it does wherever the tree is split.
fn cut((mut from, to): Range) -> Vec<Subtree> {
    let mut parts = Vec::new();
    while from < to {
        let level = (to - from).ilog2();
        parts.push(Subtree { level: u8::try_from(level).unwrap_or(u8::MAX), index: from >> level });
        from += 1 << level;
    }
    parts
}

/// The largest power of two below `leaves`, which are two or more.
fn split(leaves: u64) -> u64 {
    1 << (leaves - 1).ilog2()
}

/// The elements of the proof that a leaf is in the tree of this size, each as the complete
/// subtrees it is folded from; none when there is no such leaf.
#[must_use]
pub fn inclusion_plan(index: u64, size: u64) -> Option<Vec<Vec<Subtree>>> {
    if index >= size {
        return None;
    }
    let (mut from, mut to) = (0, size);
    let mut beside = Vec::new();
    while to - from > 1 {
        let middle = from + split(to - from);
        if index < middle {
            beside.push((middle, to));
            to = middle;
        } else {
            beside.push((from, middle));
            from = middle;
        }
    }
    Some(beside.into_iter().rev().map(cut).collect())
}

/// The elements of the proof that the tree of `first` leaves is the beginning of the tree
/// of `second`; none when it cannot be.
#[must_use]
pub fn consistency_plan(first: u64, second: u64) -> Option<Vec<Vec<Subtree>>> {
    if first == 0 || first > second {
        return None;
    }
    let (mut from, mut to) = (0, second);
    let mut beside = Vec::new();
    while first != to {
        let middle = from + split(to - from);
        if first <= middle {
            beside.push((middle, to));
            to = middle;
        } else {
            beside.push((from, middle));
            from = middle;
        }
    }
    if from > 0 {
        beside.push((from, to));
    }
    Some(beside.into_iter().rev().map(cut).collect())
}

/// Whether the path leads from the leaf to the root (RFC 9162, 2.1.3.2).
#[must_use]
pub fn verify_inclusion(leaf: &Hash, index: u64, size: u64, path: &[Hash], root: &Hash) -> bool {
    if index >= size {
        return false;
    }
    let (mut node, mut last, mut hash) = (index, size - 1, *leaf);
    for beside in path {
        if last == 0 {
            return false;
        }
        if node & 1 == 1 || node == last {
            hash = hash_node(beside, &hash);
            (node, last) = up_from_left_edge(node, last);
        } else {
            hash = hash_node(&hash, beside);
        }
        (node, last) = (node >> 1, last >> 1);
    }
    last == 0 && hash == *root
}

/// Whether the second tree begins with the first (RFC 9162, 2.1.4.2). No tree has a proof
/// that it begins with nothing.
#[must_use]
pub fn verify_consistency(
    (first, first_root): (u64, &Hash),
    (second, second_root): (u64, &Hash),
    path: &[Hash],
) -> bool {
    if first == second {
        return path.is_empty() && first > 0 && first_root == second_root;
    }
    if first == 0 || first > second || path.is_empty() {
        return false;
    }
    let own = first.is_power_of_two().then_some(first_root);
    let mut elements = own.into_iter().chain(path);
    let Some(start) = elements.next() else { return false };
    let (mut node, mut last) = (first - 1, second - 1);
    while node & 1 == 1 {
        (node, last) = (node >> 1, last >> 1);
    }
    let (mut old, mut new) = (*start, *start);
    for beside in elements {
        if last == 0 {
            return false;
        }
        if node & 1 == 1 || node == last {
            (old, new) = (hash_node(beside, &old), hash_node(beside, &new));
            (node, last) = up_from_left_edge(node, last);
        } else {
            new = hash_node(&new, beside);
        }
        (node, last) = (node >> 1, last >> 1);
    }
    last == 0 && old == *first_root && new == *second_root
}

/// Skips the levels at which the node has no neighbour.
fn up_from_left_edge(mut node: u64, mut last: u64) -> (u64, u64) {
    while node & 1 == 0 && node != 0 {
        (node, last) = (node >> 1, last >> 1);
    }
    (node, last)
}

/// A growing tree: its size and the hashes of its peaks, largest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Frontier {
    size: u64,
    peaks: Vec<Hash>,
}

impl Frontier {
    /// Goes on where a tree was left; none when these cannot be its peaks.
    #[must_use]
    pub fn resume(size: u64, peaks: Vec<Hash>) -> Option<Self> {
        let expected = usize::try_from(size.count_ones()).ok()?;
        (peaks.len() == expected).then_some(Self { size, peaks })
    }

    /// Leaves so far.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// The peaks, largest first.
    #[must_use]
    pub fn peaks(&self) -> &[Hash] {
        &self.peaks
    }

    /// The root.
    #[must_use]
    pub fn root(&self) -> Hash {
        fold(&self.peaks)
    }

    /// Adds a leaf; answers the subtrees above it that it completes, lowest first.
    pub fn append(&mut self, leaf: Hash) -> Vec<(Subtree, Hash)> {
        let (mut hash, mut completed) = (leaf, Vec::new());
        for level in 1..=self.size.trailing_ones() {
            let Some(left) = self.peaks.pop() else { break };
            hash = hash_node(&left, &hash);
            let level = u8::try_from(level).unwrap_or(u8::MAX);
            completed.push((Subtree { level, index: self.size >> level }, hash));
        }
        self.peaks.push(hash);
        self.size += 1;
        completed
    }
}
