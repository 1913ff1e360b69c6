//! Sealed values: encrypted, authenticated and bound to the place they are stored in.

use std::fmt;

use aes_gcm::aead::{Aead, Payload};
use aes_gcm::{Aes256Gcm, Key, KeyInit, Nonce};
use data_encoding::BASE64URL_NOPAD;
use thiserror::Error;

use super::keys::SecretKey;

/// Why a value could not be opened, or a key not be added.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum SealError {
    /// Not of the form `v1.<kid>.<nonce>.<ciphertext>`.
    #[error("the sealed value is malformed")]
    Malformed,
    /// Sealed with a key that is not among ours.
    #[error("the sealed value names an unknown key")]
    UnknownKey,
    /// Changed, moved to another place, or sealed with another key of the same name.
    #[error("the sealed value is not authentic")]
    NotAuthentic,
    /// A key id must be 1 to 16 lower-case letters or digits.
    #[error("a key id is 1 to 16 lower-case letters or digits")]
    BadKeyId,
    /// Two keys with the same id.
    #[error("two keys have the same id")]
    DuplicateKeyId,
}

/// One cipher under its key id. The round keys are wiped when it is dropped.
struct NamedCipher {
    kid: String,
    cipher: Aes256Gcm,
}

impl NamedCipher {
    fn new(kid: &str, key: &SecretKey) -> Result<Self, SealError> {
        let letters = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
        if kid.is_empty() || kid.len() > 16 || !kid.bytes().all(letters) {
            return Err(SealError::BadKeyId);
        }
        let cipher = Aes256Gcm::new(<&Key<Aes256Gcm>>::from(key.reveal()));
        Ok(Self { kid: kid.to_owned(), cipher })
    }
}

/// Seals with the current key and opens with any known one (AES-256-GCM).
///
/// The text form is `v1.<kid>.<nonce>.<ciphertext and tag>`, both in base64url without padding.
pub struct Sealer {
    current: NamedCipher,
    previous: Vec<NamedCipher>,
}

impl Sealer {
    /// A sealer with its current key.
    ///
    /// # Errors
    /// `BadKeyId` when the id cannot stand in a sealed value.
    pub fn new(kid: &str, key: &SecretKey) -> Result<Self, SealError> {
        Ok(Self { current: NamedCipher::new(kid, key)?, previous: Vec::new() })
    }

    /// Adds a retired key, which only opens.
    ///
    /// # Errors
    /// `BadKeyId`, or `DuplicateKeyId` when the id is taken.
    pub fn with_previous(mut self, kid: &str, key: &SecretKey) -> Result<Self, SealError> {
        if self.find(kid).is_some() {
            return Err(SealError::DuplicateKeyId);
        }
        self.previous.push(NamedCipher::new(kid, key)?);
        Ok(self)
    }

    /// Seals `plain` for the place named by `aad` (table, column, row, tenant).
    ///
    /// The nonce must be random and never used again with the same key.
    ///
    /// # Panics
    /// Only for a text above 64 GiB, which GCM refuses.
    #[must_use]
    pub fn seal(&self, aad: &str, plain: &[u8], nonce: [u8; 12]) -> String {
        let payload = Payload { msg: plain, aad: aad.as_bytes() };
        #[expect(clippy::expect_used, reason = "GCM refuses only texts above 64 GiB")]
        let sealed = self
            .current
            .cipher
            .encrypt(&Nonce::from(nonce), payload)
            .expect("a value in memory is far below 64 GiB");
        let (nonce, sealed) = (BASE64URL_NOPAD.encode(&nonce), BASE64URL_NOPAD.encode(&sealed));
        format!("v1.{}.{nonce}.{sealed}", self.current.kid)
    }

    /// Opens a value sealed for the same place.
    ///
    /// # Errors
    /// `Malformed`, `UnknownKey`, or `NotAuthentic` when a byte was changed or the place differs.
    pub fn open(&self, aad: &str, sealed: &str) -> Result<Vec<u8>, SealError> {
        let (kid, rest) = split_kid(sealed)?;
        let (nonce, text) = rest.split_once('.').ok_or(SealError::Malformed)?;
        let nonce = decode(nonce)?;
        let nonce = <[u8; 12]>::try_from(nonce).map_err(|_| SealError::Malformed)?;
        let text = decode(text)?;
        let key = self.find(kid).ok_or(SealError::UnknownKey)?;
        let payload = Payload { msg: &text, aad: aad.as_bytes() };
        key.cipher.decrypt(&Nonce::from(nonce), payload).map_err(|_| SealError::NotAuthentic)
    }

    /// Whether the value was sealed with the current key; if not, it is due to be sealed anew.
    ///
    /// # Errors
    /// `Malformed` when it is no sealed value.
    pub fn is_current(&self, sealed: &str) -> Result<bool, SealError> {
        Ok(split_kid(sealed)?.0 == self.current.kid)
    }

    fn find(&self, kid: &str) -> Option<&NamedCipher> {
        std::iter::once(&self.current).chain(&self.previous).find(|key| key.kid == kid)
    }
}

impl fmt::Debug for Sealer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let previous: Vec<_> = self.previous.iter().map(|key| &key.kid).collect();
        f.debug_struct("Sealer")
            .field("current", &self.current.kid)
            .field("previous", &previous)
            .finish_non_exhaustive()
    }
}

fn split_kid(sealed: &str) -> Result<(&str, &str), SealError> {
    sealed.strip_prefix("v1.").and_then(|rest| rest.split_once('.')).ok_or(SealError::Malformed)
}

/// Strict: no padding, no stray bits, so that a value has exactly one text.
fn decode(text: &str) -> Result<Vec<u8>, SealError> {
    BASE64URL_NOPAD.decode(text.as_bytes()).map_err(|_| SealError::Malformed)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const AAD: &str = "volunteer|phone|018f|510123101";

    fn sealer() -> Sealer {
        Sealer::new("k1", &SecretKey::from([1; 32])).unwrap()
    }

    #[test]
    fn agrees_with_an_independent_implementation() {
        // NIST GCM: AES-256, zero key, zero nonce, 16 zero bytes, no AAD.
        let sealer = Sealer::new("k0", &SecretKey::from([0; 32])).unwrap();
        let text = sealer.seal("", &[0; 16], [0; 12]);
        let text = text.strip_prefix("v1.k0.AAAAAAAAAAAAAAAA.").unwrap();
        assert_eq!(
            data_encoding::HEXLOWER.encode(&BASE64URL_NOPAD.decode(text.as_bytes()).unwrap()),
            "cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919"
        );
    }

    #[test]
    fn a_value_moved_to_another_place_stays_shut() {
        let sealed = sealer().seal(AAD, b"13800138000", [5; 12]);
        assert_eq!(sealer().open(AAD, &sealed), Ok(b"13800138000".to_vec()));
        let elsewhere = "volunteer|phone|018e|510123101";
        assert_eq!(sealer().open(elsewhere, &sealed), Err(SealError::NotAuthentic));
    }

    #[test]
    fn every_changed_character_is_found() {
        let sealed = sealer().seal(AAD, b"secret", [5; 12]);
        for at in 0..sealed.len() {
            let mut changed = sealed.clone().into_bytes();
            for to in *b"Az09-_.=x1" {
                changed[at] = to;
                let text = String::from_utf8(changed.clone()).unwrap();
                assert_eq!(sealer().open(AAD, &text).is_ok(), text == sealed, "{text}");
            }
        }
    }

    #[test]
    fn a_retired_key_opens_but_no_longer_seals() {
        let old = sealer().seal(AAD, b"old", [5; 12]);
        let rotated = Sealer::new("k2", &SecretKey::from([2; 32])).unwrap();
        assert_eq!(rotated.open(AAD, &old), Err(SealError::UnknownKey));
        let rotated = rotated.with_previous("k1", &SecretKey::from([1; 32])).unwrap();
        assert_eq!(rotated.open(AAD, &old), Ok(b"old".to_vec()));
        assert_eq!(rotated.is_current(&old), Ok(false));
        let new = rotated.seal(AAD, b"new", [6; 12]);
        assert!(new.starts_with("v1.k2."));
        assert_eq!(rotated.is_current(&new), Ok(true));
    }

    #[test]
    fn refuses_bad_key_ids_and_shows_no_key() {
        let key = SecretKey::from([0xAB; 32]);
        for kid in ["", "K1", "a.b", "seventeen-letters", "abcdefghijklmnopq"] {
            assert_eq!(Sealer::new(kid, &key).unwrap_err(), SealError::BadKeyId);
        }
        assert_eq!(sealer().with_previous("k1", &key).unwrap_err(), SealError::DuplicateKeyId);
        let shown = format!("{:?}", sealer());
        assert_eq!(shown, r#"Sealer { current: "k1", previous: [], .. }"#);
    }

    proptest! {
        #[test]
        fn what_was_sealed_opens(
            plain in prop::collection::vec(any::<u8>(), 0..200),
            aad in ".{0,40}",
            nonce in any::<[u8; 12]>(),
        ) {
            let sealed = sealer().seal(&aad, &plain, nonce);
            prop_assert_eq!(sealer().open(&aad, &sealed), Ok(plain));
        }

        #[test]
        fn rubbish_never_opens_and_never_panics(text in ".{0,80}") {
            prop_assert!(sealer().open(AAD, &text).is_err());
            let named = format!("v1.k1.{text}");
            prop_assert!(sealer().open(AAD, &named).is_err());
        }
    }
}
