//! Drawing a sample so that anybody can draw it again. Pure.
//!
//! 1. The supervisor promises a seed: she gives its SHA-256, and cannot choose another later.
//! 2. The service fixes the population. Each case stands in it as a *line*:
//!    `sha256("points-bank/sample/case/1\n" + kind + "\n" + id + "\n")`. The lines are sorted;
//!    the *digest* of the population is the SHA-256 over the lines, each with a line feed. In
//!    the same step the service makes a random *nonce* and publishes both.
//! 3. The supervisor reveals the seed. The *key* is
//!    `sha256("points-bank/sample/key/1\n" + seed + "\n" + nonce + "\n" + digest + "\n")`.
//! 4. The rank of a line is `hmac_sha256(key, line)`; those of the lowest ranks are drawn.
//!
//! She could not choose the cases, not knowing the nonce when she promised; nor could the
//! office, not knowing the seed when it made the nonce.

use data_encoding::HEXLOWER;
use entity::supervision_sample::SampleKind;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use uuid::Uuid;

use crate::platform::crypto::digest::{constant_time_eq, sha256, sha256_hex};

/// What stands for a case in public: it says nothing to whoever does not know the case.
pub(super) fn line(kind: SampleKind, case: Uuid) -> String {
    sha256_hex(format!("points-bank/sample/case/1\n{kind}\n{case}\n").as_bytes())
}

/// The digest of a population, given its lines in order.
pub(super) fn digest<'l>(lines: impl Iterator<Item = &'l str>) -> String {
    let mut text = String::new();
    for line in lines {
        text.push_str(line);
        text.push('\n');
    }
    sha256_hex(text.as_bytes())
}

/// Whether this is the seed that was promised.
pub(super) fn is_promised(seed: &str, commitment: &str) -> bool {
    constant_time_eq(sha256_hex(seed.as_bytes()).as_bytes(), commitment.as_bytes())
}

/// What the chance is made of.
#[derive(Clone, Copy, Debug)]
pub(super) struct Chance<'a> {
    pub(super) seed: &'a str,
    pub(super) nonce: &'a str,
    pub(super) digest: &'a str,
}

impl Chance<'_> {
    fn key(self) -> [u8; 32] {
        let Self { seed, nonce, digest } = self;
        sha256(format!("points-bank/sample/key/1\n{seed}\n{nonce}\n{digest}\n").as_bytes())
    }
}

/// The positions drawn, counted from 1, in the order of their ranks.
pub(super) fn draw<'l>(
    lines: impl Iterator<Item = &'l str>,
    chance: Chance<'_>,
    size: usize,
) -> Vec<i32> {
    let key = chance.key();
    let mut ranked: Vec<_> = (1..).zip(lines).map(|(at, line)| (rank(&key, line), at)).collect();
    ranked.sort_unstable();
    ranked.into_iter().take(size).map(|(_, at)| at).collect()
}

fn rank(key: &[u8; 32], line: &str) -> [u8; 32] {
    #[expect(clippy::expect_used, reason = "HMAC takes keys of every length")]
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of every length");
    mac.update(line.as_bytes());
    mac.finalize().into_bytes().into()
}

/// Whether a text is the hexadecimal form of 32 bytes.
pub(super) fn is_hash(text: &str) -> bool {
    text.len() == 64 && HEXLOWER.decode(text.as_bytes()).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(count: u128) -> Vec<String> {
        let mut lines: Vec<_> =
            (1..=count).map(|n| line(SampleKind::Claim, Uuid::from_u128(n))).collect();
        lines.sort();
        lines
    }

    fn drawn(lines: &[String], seed: &str, nonce: &str, size: usize) -> Vec<i32> {
        let digest = digest(lines.iter().map(String::as_str));
        let chance = Chance { seed, nonce, digest: &digest };
        draw(lines.iter().map(String::as_str), chance, size)
    }

    #[test]
    fn agrees_with_an_independent_implementation() {
        // tests/it/supervision/redraw.py vectors
        let lines = lines(5);
        assert_eq!(lines[0].len(), 64);
        assert_eq!(
            line(SampleKind::Claim, Uuid::from_u128(1)),
            "106915afcec3e938e97bc5aac28f8579ba6fe62d8d73507e1c0d120dd973b775"
        );
        assert_eq!(
            digest(lines.iter().map(String::as_str)),
            "1d7cdad51a35e2c16926c3720cae9e924c1adcb40eb6cc84987ec5ab7b421d87"
        );
        assert_eq!(drawn(&lines, "seed", "nonce", 3), [5, 1, 4]);
    }

    #[test]
    fn a_sample_is_distinct_positions_and_grows_by_appending() {
        let lines = lines(50);
        let all = drawn(&lines, "seed", "nonce", 50);
        let mut sorted = all.clone();
        sorted.sort_unstable();
        assert_eq!(sorted, (1..=50).collect::<Vec<_>>());
        for size in [0, 1, 7, 49] {
            assert_eq!(drawn(&lines, "seed", "nonce", size), all[..size]);
        }
    }

    #[test]
    fn seed_nonce_and_population_each_change_the_draw() {
        let fifty = lines(50);
        let one = drawn(&fifty, "seed", "nonce", 20);
        assert_ne!(one, drawn(&fifty, "seee", "nonce", 20));
        assert_ne!(one, drawn(&fifty, "seed", "noncf", 20));
        assert_ne!(one, drawn(&lines(51), "seed", "nonce", 20));
        assert_eq!(one, drawn(&fifty, "seed", "nonce", 20));
    }

    #[test]
    fn only_the_promised_seed_is_taken() {
        let promise = sha256_hex(b"seed");
        assert!(is_promised("seed", &promise) && !is_promised("seee", &promise));
        assert!(is_hash(&promise) && !is_hash("seed") && !is_hash(&promise.to_uppercase()));
        assert_ne!(
            line(SampleKind::Claim, Uuid::from_u128(1)),
            line(SampleKind::Redemption, Uuid::from_u128(1))
        );
    }
}
