//! The keys at work: what seals personal data, answers and tokens, and what indexes.

use super::crypto::index::Indexer;
use super::crypto::keys::{Keys, SecretKey};
use super::crypto::seal::{SealError, Sealer};

/// One sealer or index per purpose, so that no ciphertext is good in two places.
#[derive(Debug)]
pub struct Vault {
    /// Personal data in rows.
    pub data: Sealer,
    /// Page tokens.
    pub page_tokens: Sealer,
    /// Stored answers of idempotent requests and refresh tokens in their grace.
    pub answers: Sealer,
    /// Equality look-up of sealed values (id document, phone).
    pub index: Indexer,
    /// Master of the rotating check-in codes.
    pub check_in_codes: SecretKey,
    /// Seed of the Ed25519 key that signs access tokens.
    pub token_signing_seed: SecretKey,
}

impl Vault {
    /// Derives everything from the master key called `kid`.
    ///
    /// # Errors
    /// When `kid` cannot stand in a ciphertext.
    pub fn new(kid: &str, master: &[u8; 32]) -> Result<Self, SealError> {
        let keys = Keys::derive(master);
        Ok(Self {
            data: Sealer::new(kid, &keys.data)?,
            page_tokens: Sealer::new(kid, &keys.page_tokens)?,
            answers: Sealer::new(kid, &keys.idempotency_answers)?,
            index: Indexer::new(keys.index.clone()),
            check_in_codes: keys.check_in_codes.clone(),
            token_signing_seed: keys.token_signing_seed.clone(),
        })
    }
}
