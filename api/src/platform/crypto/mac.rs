//! HMAC-SHA-256 over parts, each with its length, so that no two lists of parts look alike.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::keys::SecretKey;

/// The full 32-byte code over `parts`.
///
/// Every part is preceded by its length: `["ab", "c"]` and `["a", "bc"]` differ.
///
/// # Panics
/// Never: HMAC takes keys of every length.
#[must_use]
pub fn hmac_sha256(key: &SecretKey, parts: &[&[u8]]) -> [u8; 32] {
    #[expect(clippy::expect_used, reason = "HMAC takes keys of every length")]
    let mut mac =
        Hmac::<Sha256>::new_from_slice(key.reveal()).expect("HMAC takes keys of every length");
    for part in parts {
        // A slice is never longer than 2^63 bytes, so nothing is lost on any machine.
        mac.update(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_cannot_be_shifted_into_each_other() {
        let key = SecretKey::from([7; 32]);
        let one = hmac_sha256(&key, &[b"ab", b"c"]);
        assert_ne!(one, hmac_sha256(&key, &[b"a", b"bc"]));
        assert_ne!(one, hmac_sha256(&key, &[b"abc"]));
        assert_ne!(one, hmac_sha256(&key, &[b"ab", b"c", b""]));
        assert_ne!(one, hmac_sha256(&SecretKey::from([8; 32]), &[b"ab", b"c"]));
        assert_eq!(one, hmac_sha256(&key, &[b"ab", b"c"]));
    }

    #[test]
    fn agrees_with_an_independent_implementation() {
        // python3: hmac.new(bytes([7]) * 32, struct.pack(">Q", 2) + b"ab", "sha256").hexdigest()
        assert_eq!(
            data_encoding::HEXLOWER.encode(&hmac_sha256(&SecretKey::from([7; 32]), &[b"ab"])),
            "8c0be0ba6e96fa9ec6584e7b73d57d83c5e285aa221819d7dd5da916c72247be"
        );
    }
}
