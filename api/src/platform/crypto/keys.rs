//! Sub-keys for each purpose, derived from one master key.

use std::fmt;

use ed25519_dalek::SigningKey;
use hkdf::Hkdf;
use sha2::Sha256;
use zeroize::Zeroizing;

/// A 256-bit secret that is wiped when dropped and never printed.
#[derive(Clone)]
pub struct SecretKey(Zeroizing<[u8; 32]>);

impl SecretKey {
    /// The bytes, for the cipher that needs them.
    #[must_use]
    pub fn reveal(&self) -> &[u8; 32] {
        &self.0
    }

    /// A sub-key of this key for one label and context (HKDF-SHA-256, RFC 5869).
    ///
    /// The label says what the key is for, the parts of the context say for which object.
    ///
    /// # Panics
    /// Never: 32 bytes are within what HKDF gives.
    #[must_use]
    pub fn sub_key(&self, label: &str, context: &[&[u8]]) -> Self {
        let mut info = vec![label.as_bytes(), &[0]];
        info.extend_from_slice(context);
        let mut key = Zeroizing::new([0; 32]);
        #[expect(clippy::expect_used, reason = "HKDF-SHA-256 gives up to 8160 bytes; this is 32")]
        Hkdf::<Sha256>::new(Some(SALT), self.reveal())
            .expand_multi_info(&info, key.as_mut())
            .expect("32 bytes are within what HKDF gives");
        Self(key)
    }
}

impl From<[u8; 32]> for SecretKey {
    fn from(bytes: [u8; 32]) -> Self {
        Self(Zeroizing::new(bytes))
    }
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretKey(***)")
    }
}

/// Separates these keys from those of any other program with the same master.
const SALT: &[u8] = b"points-bank/keys/v1";

/// All keys of one master, each good for one purpose only.
#[derive(Clone, Debug)]
pub struct Keys {
    /// Seals personal data in rows.
    pub data: SecretKey,
    /// Makes the indexes of sealed values.
    pub index: SecretKey,
    /// Seals page tokens.
    pub page_tokens: SecretKey,
    /// Master of the check-in codes.
    pub check_in_codes: SecretKey,
    /// Seals stored answers of idempotent requests.
    pub idempotency_answers: SecretKey,
    /// Seed of the Ed25519 key that signs tokens.
    pub token_signing_seed: SecretKey,
}

impl Keys {
    /// Derives every key from the master.
    ///
    /// The labels are part of the stored data's format: changing one makes what was written with
    /// it unreadable.
    #[must_use]
    pub fn derive(master: &[u8; 32]) -> Self {
        let master = SecretKey::from(*master);
        Self {
            data: master.sub_key("data", &[]),
            index: master.sub_key("index", &[]),
            page_tokens: master.sub_key("page-tokens", &[]),
            check_in_codes: master.sub_key("check-in-codes", &[]),
            idempotency_answers: master.sub_key("idempotency-answers", &[]),
            token_signing_seed: master.sub_key("token-signing-seed", &[]),
        }
    }

    /// The key that signs tokens.
    #[must_use]
    pub fn token_signing_key(&self) -> SigningKey {
        SigningKey::from_bytes(self.token_signing_seed.reveal())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use data_encoding::HEXLOWER;
    use ed25519_dalek::{Signer, Verifier};

    use super::*;

    fn all(keys: &Keys) -> [[u8; 32]; 6] {
        [
            *keys.data.reveal(),
            *keys.index.reveal(),
            *keys.page_tokens.reveal(),
            *keys.check_in_codes.reveal(),
            *keys.idempotency_answers.reveal(),
            *keys.token_signing_seed.reveal(),
        ]
    }

    #[test]
    fn every_purpose_and_every_master_has_its_own_keys() {
        let mut seen = HashSet::new();
        for master in [[0; 32], [1; 32]] {
            for key in all(&Keys::derive(&master)) {
                assert!(seen.insert(key));
                assert_ne!(key, master);
            }
        }
        assert_eq!(all(&Keys::derive(&[1; 32])), all(&Keys::derive(&[1; 32])));
    }

    #[test]
    fn derivation_never_changes() {
        // Made with an independent HKDF (python3 hmac/hashlib): a change would lock data away.
        let keys = Keys::derive(&[1; 32]);
        assert_eq!(
            HEXLOWER.encode(keys.data.reveal()),
            "2d79600399e90d30aabfec8bdec79e9e5bc9bfb57d76f4bb71c2957bfbb63224"
        );
        assert_eq!(
            HEXLOWER.encode(keys.token_signing_seed.reveal()),
            "10d51de0c6053a7c70517d750c2c8b675b39db56f6e0356987766264cd2a6a7e"
        );
    }

    #[test]
    fn label_and_context_are_kept_apart() {
        let key = SecretKey::from([3; 32]);
        let one = key.sub_key("code", &[b"x"]);
        assert_ne!(one.reveal(), key.sub_key("codex", &[]).reveal());
        assert_ne!(one.reveal(), key.sub_key("code", &[b"y"]).reveal());
    }

    #[test]
    fn signs_with_the_derived_key() {
        let key = Keys::derive(&[9; 32]).token_signing_key();
        let signature = key.sign(b"claims");
        assert!(key.verifying_key().verify(b"claims", &signature).is_ok());
        assert!(key.verifying_key().verify(b"claimz", &signature).is_err());
    }

    #[test]
    fn debug_shows_no_bytes() {
        let shown = format!("{:?}", Keys::derive(&[1; 32]));
        assert_eq!(shown.matches("SecretKey(***)").count(), 6);
        assert!(!shown.chars().any(|c| c.is_ascii_digit()));
    }
}
