//! The tree against the vectors, against a naive recursion, and against forgers.

use chrono::NaiveDate;
use data_encoding::HEXLOWER;
use entity::ledger_entry::LedgerKind;
use proptest::prelude::*;

use super::key::Signatory;
use super::line::{EntryLine, Line, LineFault, LineKind, StatementLine, Sums};
use super::merkle::{
    Frontier, Hash, Subtree, consistency_plan, empty_root, fold, hash_leaf, hash_node,
    inclusion_plan, peaks, verify_consistency, verify_inclusion,
};
use super::note::Checkpoint;
use super::proof_file::{ProofFault, ProofFile, Trust};
use crate::platform::crypto::digest::sha256_hex;

/// Every complete subtree of a tree, by level.
struct Store(Vec<Vec<Hash>>);

impl Store {
    fn of(leaves: &[Hash]) -> Self {
        let mut store = Self(vec![leaves.to_vec()]);
        let mut frontier = Frontier::default();
        for leaf in leaves {
            for (subtree, hash) in frontier.append(*leaf) {
                let level = usize::from(subtree.level);
                if store.0.len() == level {
                    store.0.push(Vec::new());
                }
                assert_eq!(store.0[level].len(), usize::try_from(subtree.index).unwrap());
                store.0[level].push(hash);
            }
        }
        store
    }

    fn fold(&self, parts: &[Subtree]) -> Hash {
        let get = |s: &Subtree| self.0[usize::from(s.level)][usize::try_from(s.index).unwrap()];
        fold(&parts.iter().map(get).collect::<Vec<_>>())
    }

    fn root(&self, size: u64) -> Hash {
        self.fold(&peaks(size))
    }

    fn path(&self, index: u64, size: u64) -> Vec<Hash> {
        inclusion_plan(index, size).unwrap().iter().map(|part| self.fold(part)).collect()
    }

    fn link(&self, first: u64, second: u64) -> Vec<Hash> {
        consistency_plan(first, second).unwrap().iter().map(|part| self.fold(part)).collect()
    }
}

/// The definitions of RFC 9162, 2.1.1, 2.1.3.1 and 2.1.4.1, word by word.
mod naive {
    use super::{Hash, empty_root, hash_node};

    fn split(n: usize) -> usize {
        let mut k = 1;
        while k * 2 < n {
            k *= 2;
        }
        k
    }

    pub(super) fn root(leaves: &[Hash]) -> Hash {
        match leaves {
            [] => empty_root(),
            [leaf] => *leaf,
            _ => {
                let (left, right) = leaves.split_at(split(leaves.len()));
                hash_node(&root(left), &root(right))
            }
        }
    }

    pub(super) fn path(index: usize, leaves: &[Hash]) -> Vec<Hash> {
        if leaves.len() == 1 {
            return vec![];
        }
        let k = split(leaves.len());
        let (left, right) = leaves.split_at(k);
        let (mut path, beside) = if index < k {
            (path(index, left), root(right))
        } else {
            (path(index - k, right), root(left))
        };
        path.push(beside);
        path
    }

    pub(super) fn link(first: usize, leaves: &[Hash], whole: bool) -> Vec<Hash> {
        if first == leaves.len() {
            return if whole { vec![] } else { vec![root(leaves)] };
        }
        let k = split(leaves.len());
        let (left, right) = leaves.split_at(k);
        let (mut path, beside) = if first <= k {
            (link(first, left, whole), root(right))
        } else {
            (link(first - k, right, false), root(left))
        };
        path.push(beside);
        path
    }
}

fn leaves(count: u32) -> Vec<Hash> {
    (0..count).map(|n| hash_leaf(&n.to_be_bytes())).collect()
}

/// The seven lines of the specification.
pub(super) fn vector_line(index: u64) -> Line {
    let salt = HEXLOWER.decode(&sha256_hex(format!("salt{index}").as_bytes()).as_bytes()[..32]);
    let day = u32::try_from(index).unwrap() + 1;
    let points = i64::try_from(10 * (index + 1)).unwrap();
    Line::Entry(EntryLine {
        tenant: "510123101".into(),
        index,
        card: format!("C00{index}7"),
        date: NaiveDate::from_ymd_opt(2026, 10, day).unwrap(),
        kind: LineKind::Earn,
        points,
        balance: points,
        document: format!("CL00000{index}"),
        salt: salt.unwrap().try_into().unwrap(),
    })
}

#[test]
fn the_vectors_of_the_specification() {
    let lines: Vec<_> = (0..7).map(vector_line).collect();
    assert_eq!(
        lines[3].to_string(),
        "jfyh-entry/v1|510123101|3|C0037|2026-10-04|EARN|+40|40|CL000003|ba76992a6079074311285334177ddda5"
    );
    let store = Store::of(&lines.iter().map(Line::hash).collect::<Vec<_>>());
    let hex = |hash: Hash| HEXLOWER.encode(&hash);
    assert_eq!(
        hex(store.0[0][3]),
        "1c9f665711176c5518457ab7da25bc568a8c6b4363fa14a0c1644b1ce8d7e893"
    );
    assert_eq!(
        hex(store.root(7)),
        "1e7fca992dae54062234bea1d4d110dbdaef3f6857bdf957ff4b5d478de12555"
    );
    let path: Vec<_> = store.path(3, 7).into_iter().map(hex).collect();
    assert_eq!(
        path,
        [
            "3d879ebaef9411298109b7c54c584dd30d9024d4bdbdb638772206fdb633d641",
            "53cbfe5c3d35cb5e2d6419eb1b6938d739ddefa1432995622f1a5629af741e54",
            "ada2d2ecc0cefdec91370f42900707bdb8240aa3f9b7b4c04e997ccc78ee0549"
        ]
    );
    assert!(hex(empty_root()).starts_with("e3b0c44298fc1c14"));
    assert_eq!(fold(&[]), empty_root());
}

/// All sizes to 512, all indexes: the true proof accepted, five forgeries of it refused.
#[test]
fn every_true_proof_is_accepted_and_every_forged_one_refused() {
    let all = leaves(513);
    let store = Store::of(&all);
    let mut forged = 0_u32;
    for size in 1..=512_u64 {
        let root = store.root(size);
        for index in 0..size {
            let leaf = all[usize::try_from(index).unwrap()];
            let path = store.path(index, size);
            assert!(verify_inclusion(&leaf, index, size, &path, &root), "{index} of {size}");

            let mut flipped = path.clone();
            let at = usize::try_from(index).unwrap() % path.len().max(1);
            if let Some(element) = flipped.get_mut(at) {
                element[31] ^= 1;
            } else {
                flipped.push(leaf);
            }
            let mut shorter = path.clone();
            if shorter.pop().is_none() {
                shorter.push(root);
            }
            let longer = [path.clone(), vec![all[512]]].concat();
            let other = all[usize::try_from(index + 1).unwrap()];
            let neighbour = if index + 1 < size { index + 1 } else { size };
            let refused = [
                verify_inclusion(&leaf, index, size, &flipped, &root),
                verify_inclusion(&leaf, index, size, &shorter, &root),
                verify_inclusion(&leaf, index, size, &longer, &root),
                verify_inclusion(&other, index, size, &path, &root),
                verify_inclusion(&leaf, neighbour, size, &path, &root),
            ];
            assert_eq!(refused, [false; 5], "{index} of {size}");
            forged += 5;
        }
    }
    assert_eq!(forged, 5 * 512 * 513 / 2);
}

#[test]
fn every_pair_of_sizes_is_consistent_and_no_forged_pair_is() {
    let all = leaves(129);
    let store = Store::of(&all);
    let mut other = all.clone();
    other[0][0] ^= 1;
    let other = Store::of(&other);
    for second in 1..=128_u64 {
        let new = store.root(second);
        for first in 1..=second {
            let (old, path) = (store.root(first), store.link(first, second));
            let true_one = verify_consistency((first, &old), (second, &new), &path);
            assert!(true_one, "{first} in {second}");

            let rewritten = other.root(first);
            assert!(!verify_consistency((first, &rewritten), (second, &new), &path));
            assert!(!verify_consistency((first, &old), (second, &other.root(second)), &path));
            let longer = [path.clone(), vec![all[128]]].concat();
            assert!(!verify_consistency((first, &old), (second, &new), &longer));
            let next = (first + 1, &old);
            assert!(!verify_consistency(next, (second, &new), &path), "{first} in {second}");
            let mut flipped = path.clone();
            if let Some(element) = flipped.first_mut() {
                element[0] ^= 1;
                assert!(!verify_consistency((first, &old), (second, &new), &flipped));
                let shorter = &path[..path.len() - 1];
                assert!(!verify_consistency((first, &old), (second, &new), shorter));
            }
        }
    }
    assert!(!verify_consistency((0, &empty_root()), (5, &store.root(5)), &[]));
    assert!(consistency_plan(6, 5).is_none() && inclusion_plan(5, 5).is_none());
}

#[test]
fn a_plan_says_what_the_naive_recursion_says() {
    let all = leaves(200);
    let store = Store::of(&all);
    for size in (1..=200_usize).filter(|n| n % 3 != 0 || *n < 40) {
        let leaves = &all[..size];
        let wide = u64::try_from(size).unwrap();
        assert_eq!(store.root(wide), naive::root(leaves));
        for at in 0..size {
            let index = u64::try_from(at).unwrap();
            assert_eq!(store.path(index, wide), naive::path(at, leaves), "{at} of {size}");
            assert_eq!(store.link(index + 1, wide), naive::link(at + 1, leaves, true));
        }
    }
}

#[test]
fn a_proof_among_200_000_leaves_is_at_most_576_bytes_of_few_subtrees() {
    for index in [0, 1, 99_999, 131_071, 131_072, 199_998, 199_999] {
        let plan = inclusion_plan(index, 200_000).unwrap();
        assert!(plan.len() * 32 <= 576, "{index}: {}", plan.len());
        assert!(plan.iter().map(Vec::len).sum::<usize>() <= 36, "{index}");
    }
    let link = consistency_plan(123_457, 200_000).unwrap();
    assert!(link.iter().map(Vec::len).sum::<usize>() <= 64);
}

#[test]
fn a_frontier_goes_on_where_it_was_left() {
    let all = leaves(100);
    let mut straight = Frontier::default();
    for (at, leaf) in all.iter().enumerate() {
        let size = u64::try_from(at).unwrap();
        let mut resumed = Frontier::resume(size, straight.peaks().to_vec()).unwrap();
        assert_eq!(resumed.append(*leaf), straight.append(*leaf));
        assert_eq!(resumed, straight);
        assert_eq!(straight.root(), naive::root(&all[..=at]));
    }
    assert_eq!(Frontier::resume(5, vec![all[0]]), None);
}

#[test]
fn a_line_must_be_written_in_the_one_way() {
    let line = vector_line(3).to_string();
    assert_eq!(Line::parse(&line), Ok(vector_line(3)));
    for (from, to, field) in [
        ("jfyh-entry/v1", "jfyh-entry/v2", "version"),
        ("|510123101|", "|51012310x|", "tenant"),
        ("|3|", "|03|", "index"),
        ("|3|", "|+3|", "index"),
        ("C0037", "C 037", "card"),
        ("C0037", "张三", "card"),
        ("2026-10-04", "2026-10-4", "date"),
        ("2026-10-04", "2026-02-30", "date"),
        ("EARN", "earn", "kind"),
        ("+40", "40", "points"),
        ("+40", "+040", "points"),
        ("|40|", "|-40|", "balance"),
        ("CL000003", "", "ref"),
        ("CL000003", "CL000003CL000003CL0000031", "ref"),
        ("ddda5", "DDDA5", "salt"),
        ("ddda5", "ddda5|", "end"),
        ("|ba76992a6079074311285334177ddda5", "", "salt"),
    ] {
        let changed = line.replacen(from, to, 1);
        assert_eq!(Line::parse(&changed), Err(LineFault(field)), "{changed}");
    }
    assert!(Line::parse(&format!("{line}\n")).is_err());
}

#[test]
fn a_proof_file_proves_its_line_and_no_other() {
    let lines: Vec<_> = (0..7).map(vector_line).collect();
    let store = Store::of(&lines.iter().map(Line::hash).collect::<Vec<_>>());
    let signatory = Signatory::from_seed(&[1; 32]);
    let origin = "points.510123/510123101".to_owned();
    let root = store.root(7);
    let note = Checkpoint { origin: origin.clone(), size: 7, root }.signed(&signatory, 9).unwrap();
    let key = signatory.public(&origin, entity::tree_key::KeyAlgorithm::Ed25519).unwrap();
    let line = lines[3].to_string();
    let file = ProofFile { line: Some(line.clone()), index: 3, path: store.path(3, 7), note };

    let text = file.text();
    assert!(text.starts_with("c2sp.org/tlog-proof@v1\nextra "));
    let read = ProofFile::parse(&text).unwrap();
    assert_eq!(read, file);
    assert!(read.verify(&line, &Trust::Key(key.clone())).is_ok());
    assert!(read.verify(&line, &Trust::Root(root)).is_ok());
    assert_eq!(read.verify(&line, &Trust::Root([0; 32])), Err(ProofFault::OtherRoot));
    let bare = ProofFile { line: None, ..file };
    let forged = line.replace("+40|40", "+41|41");
    assert_eq!(bare.verify(&forged, &Trust::Key(key.clone())), Err(ProofFault::NotIncluded));
    assert_eq!(read.verify(&forged, &Trust::Key(key.clone())), Err(ProofFault::NotIncluded));
    let beside = lines[4].to_string();
    let other = Err(ProofFault::OtherLine { proof: 3, line: 4 });
    assert_eq!(read.verify(&beside, &Trust::Key(key.clone())), other);
    let moved = line.replace("|510123101|", "|510123102|");
    assert_eq!(bare.verify(&moved, &Trust::Key(key)), Err(ProofFault::OtherTree));
    assert!(read.short().unwrap().lines().nth(1) == Some(line.as_str()));
}

fn name() -> impl Strategy<Value = String> {
    "[A-Z0-9-]{1,24}"
}

proptest! {
    #[test]
    fn every_entry_line_is_read_back(
        index in any::<u64>(), card in name(), document in name(), points in any::<i64>(),
        balance in 0..i64::MAX, days in 0_i64..20_000, kind in 0_usize..9, salt in any::<[u8; 16]>(),
    ) {
        let date = NaiveDate::default() + chrono::TimeDelta::days(days);
        let kinds = [LineKind::Earn, LineKind::Hold, LineKind::Release, LineKind::Spend,
            LineKind::Expire, LineKind::Zero, LineKind::Restore, LineKind::Reverse, LineKind::Adjust];
        let line = Line::Entry(EntryLine { tenant: "510123101".into(), index, card, date,
            kind: kinds[kind], points, balance, document, salt });
        prop_assert_eq!(Line::parse(&line.to_string()), Ok(line));
    }

    #[test]
    fn every_statement_line_adds_up_and_is_read_back(
        opening in -10_000_i64..10_000, moves in prop::collection::vec((0_usize..4, 0_i64..500), 0..30),
        salt in any::<[u8; 16]>(),
    ) {
        let mut sums = Sums::opening(opening);
        let kinds = [LedgerKind::Earn, LedgerKind::Commit, LedgerKind::Expire, LedgerKind::Reverse];
        for (kind, points) in &moves {
            let signed = if *kind == 0 { *points } else { -points };
            sums.count(kinds[*kind], signed, 1);
        }
        let quarter = "2026Q4".parse().unwrap();
        let line = Line::Statement(StatementLine { tenant: "510123101".into(), index: 9,
            card: "C0007".into(), quarter, sums, salt });
        prop_assert_eq!(Line::parse(&line.to_string()), Ok(line.clone()));
        let more = Sums { closing: sums.closing + 1, ..sums };
        let forged = Line::Statement(StatementLine { tenant: "510123101".into(), index: 9,
            card: "C0007".into(), quarter, sums: more, salt }).to_string();
        prop_assert_eq!(Line::parse(&forged), Err(LineFault("closing")));
    }

    #[test]
    fn no_text_upsets_the_readers(text in "\\PC{0,200}") {
        let _ = (Line::parse(&text), ProofFile::parse(&text), super::note::Note::parse(&text));
    }
}
