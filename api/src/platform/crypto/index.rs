//! Keyed hashes under which encrypted values are found again.

use data_encoding::HEXLOWER;

use super::keys::SecretKey;
use super::mac::hmac_sha256;

/// Makes the index value of a plain value.
///
/// It shows only whether two values of the same purpose are equal. Values of few kinds (gender,
/// birth year) must not be indexed: counting would give them away.
#[derive(Clone, Debug)]
pub struct Indexer {
    key: SecretKey,
}

impl Indexer {
    /// An indexer with the given key, which must not be the key that seals the same values.
    #[must_use]
    pub const fn new(key: SecretKey) -> Self {
        Self { key }
    }

    /// The index of `value` for `purpose`, as 64 lower-case hex digits.
    ///
    /// `purpose` names column and tenant: equal values in two columns, or in two tenants, then have
    /// different indexes. `value` must be in its normal form.
    #[must_use]
    pub fn index(&self, purpose: &str, value: &str) -> String {
        HEXLOWER.encode(&hmac_sha256(&self.key, &[purpose.as_bytes(), value.as_bytes()]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_stable_and_separates_purpose_value_and_key() {
        let indexer = Indexer::new(SecretKey::from([1; 32]));
        let index = indexer.index("volunteer.phone", "13800138000");
        assert_eq!(index.len(), 64);
        assert!(index.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b)));
        assert_eq!(index, indexer.index("volunteer.phone", "13800138000"));
        assert_ne!(index, indexer.index("guardian.phone", "13800138000"));
        assert_ne!(index, indexer.index("volunteer.phone", "13800138001"));
        assert_ne!(index, indexer.index("volunteer.phone1", "3800138000"));
        let other = Indexer::new(SecretKey::from([2; 32]));
        assert_ne!(index, other.index("volunteer.phone", "13800138000"));
    }

    #[test]
    fn debug_shows_no_key() {
        let shown = format!("{:?}", Indexer::new(SecretKey::from([0xAB; 32])));
        assert!(!shown.contains("171") && !shown.to_lowercase().contains("ab, "));
    }
}
