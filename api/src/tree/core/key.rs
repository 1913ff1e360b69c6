//! The keys that sign and cosign checkpoints, in the form of C2SP `signed-note`. Pure.

use std::{fmt, iter};

use data_encoding::{BASE64, HEXLOWER};
use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use entity::tree_key::KeyAlgorithm;

use crate::platform::crypto::digest::sha256;

/// Longest name of a key.
const NAME_MAX: usize = 120;

/// A public key with the name it signs under.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicKey {
    name: String,
    algorithm: KeyAlgorithm,
    bytes: [u8; 32],
}

/// What distinguishes signatures of the same key for different uses.
const fn mark(algorithm: KeyAlgorithm) -> u8 {
    match algorithm {
        KeyAlgorithm::Ed25519 => 1,
        KeyAlgorithm::CosignatureV1 => 4,
    }
}

impl PublicKey {
    /// A key of 32 bytes; none when no such key or name can be.
    #[must_use]
    pub fn new(name: &str, algorithm: KeyAlgorithm, bytes: [u8; 32]) -> Option<Self> {
        let fits = |c: char| !c.is_whitespace() && !c.is_control() && c != '+';
        let sound = !name.is_empty() && name.len() <= NAME_MAX && name.chars().all(fits);
        // A weak key has signatures that anybody can make.
        let strong = VerifyingKey::from_bytes(&bytes).is_ok_and(|key| !key.is_weak());
        (sound && strong).then(|| Self { name: name.into(), algorithm, bytes })
    }

    /// Reads `name+hash+base64`, the form in which keys are handed round.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.splitn(3, '+');
        let (name, id, rest) = (parts.next()?, parts.next()?, parts.next()?);
        let bytes = BASE64.decode(rest.as_bytes()).ok()?;
        let (first, bytes) = bytes.split_first()?;
        let all = [KeyAlgorithm::Ed25519, KeyAlgorithm::CosignatureV1];
        let algorithm = all.into_iter().find(|algorithm| mark(*algorithm) == *first)?;
        let key = Self::new(name, algorithm, bytes.try_into().ok()?)?;
        (HEXLOWER.encode(&key.id()) == id).then_some(key)
    }

    /// The name it signs under.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// How it signs.
    #[must_use]
    pub const fn algorithm(&self) -> KeyAlgorithm {
        self.algorithm
    }

    /// The key itself.
    #[must_use]
    pub const fn bytes(&self) -> &[u8; 32] {
        &self.bytes
    }

    /// Four bytes by which a signature names its key.
    #[must_use]
    pub fn id(&self) -> [u8; 4] {
        let mut text = self.name.clone().into_bytes();
        text.extend([b'\n', mark(self.algorithm)]);
        text.extend(self.bytes);
        let [a, b, c, d, ..] = sha256(&text);
        [a, b, c, d]
    }

    /// The first half of the key's hash in groups, as painted on the station's signboard.
    /// The same whatever name the key signs under.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        let hash = HEXLOWER.encode(&sha256(&self.bytes));
        let mut groups = String::new();
        for (at, digit) in hash.chars().take(32).enumerate() {
            if at > 0 && at % 4 == 0 {
                groups.push(' ');
            }
            groups.push(digit);
        }
        groups
    }

    /// Whether a signature over these bytes is this key's.
    #[must_use]
    pub fn verifies(&self, message: &[u8], signature: &[u8; 64]) -> bool {
        let Ok(key) = VerifyingKey::from_bytes(&self.bytes) else { return false };
        key.verify_strict(message, &Signature::from_bytes(signature)).is_ok()
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut bytes = vec![mark(self.algorithm)];
        bytes.extend(self.bytes);
        write!(f, "{}+{}+{}", self.name, HEXLOWER.encode(&self.id()), BASE64.encode(&bytes))
    }
}

/// The installation's own key. It signs every town's tree under that tree's name. Which keys were
/// its own before is the configuration's to say: the database, too, says whatever is written in it.
pub struct Signatory {
    key: SigningKey,
    earlier: Vec<[u8; 32]>,
}

impl Signatory {
    /// The key of a seed.
    #[must_use]
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        Self { key: SigningKey::from_bytes(seed), earlier: Vec::new() }
    }

    /// The same after changes of the key: what these public keys signed is ours, too.
    #[must_use]
    pub fn after(self, earlier: Vec<[u8; 32]>) -> Self {
        Self { key: self.key, earlier }
    }

    /// The keys that sign plainly under a name: the one at work, then the earlier ones.
    #[must_use]
    pub fn all(&self, name: &str) -> Vec<PublicKey> {
        let bytes = iter::once(self.key.verifying_key().to_bytes());
        let bytes = bytes.chain(self.earlier.iter().copied());
        bytes.filter_map(|bytes| PublicKey::new(name, KeyAlgorithm::Ed25519, bytes)).collect()
    }

    /// Whether it is the key at work or an earlier one.
    #[must_use]
    pub fn owns(&self, key: &PublicKey) -> bool {
        self.key.verifying_key().as_bytes() == key.bytes() || self.earlier.contains(key.bytes())
    }

    /// Its public half under a name.
    #[must_use]
    pub fn public(&self, name: &str, algorithm: KeyAlgorithm) -> Option<PublicKey> {
        PublicKey::new(name, algorithm, self.key.verifying_key().to_bytes())
    }

    /// Signs bytes.
    #[must_use]
    pub fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.key.sign(message).to_bytes()
    }
}

impl fmt::Debug for Signatory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Signatory")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_configured_keys_are_our_own() {
        let name = "points.510123/510123101";
        let [old, new, strange] = [1, 2, 3].map(|seed| Signatory::from_seed(&[seed; 32]));
        let key = |of: &Signatory| of.public(name, KeyAlgorithm::Ed25519).unwrap();
        let (first, second, third) = (key(&old), key(&new), key(&strange));
        assert!(new.owns(&second) && !new.owns(&first));
        let new = new.after(vec![*first.bytes()]);
        assert!(new.owns(&second) && new.owns(&first) && !new.owns(&third));
        let timed = old.public("another name", KeyAlgorithm::CosignatureV1);
        assert_eq!(timed, None, "no such name");
        assert!(new.owns(&old.public("another", KeyAlgorithm::CosignatureV1).unwrap()));
        assert_eq!(new.all(name), [second, first]);
    }
}
