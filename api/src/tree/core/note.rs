//! Signed checkpoints: the head of a tree as a note of C2SP `tlog-checkpoint`, with any
//! number of signatures. Signatures by unknown keys are carried along and ignored. Pure.

use std::fmt;

use data_encoding::BASE64;
use entity::tree_key::KeyAlgorithm;

use super::key::{PublicKey, Signatory};
use super::merkle::Hash;

/// Begins each signature line.
const DASH: &str = "\u{2014} ";
/// Longer texts are no notes of ours.
const LENGTH_MAX: usize = 16 * 1024;

/// The text of a file as somebody kept it: with the line ends of her system, white space at the
/// ends of lines, and empty lines before and after.
#[must_use]
pub fn as_kept(text: &str) -> String {
    let text = text.replace('\u{feff}', "").replace("\r\n", "\n").replace('\r', "\n");
    let lines = text.trim().lines().map(|line| line.trim_end_matches([' ', '\t']));
    let mut kept = lines.collect::<Vec<_>>().join("\n");
    kept.push('\n');
    kept
}

/// Why a text is no checkpoint that can be relied on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoteFault {
    /// Not written as a checkpoint.
    #[error("this is not a signed checkpoint")]
    Malformed,
    /// No signature is by this key.
    #[error("the key has not signed it")]
    Unsigned,
    /// A signature names this key and is not its.
    #[error("the signature is false")]
    Forged,
}

impl NoteFault {
    /// Whether the signatures contradict; otherwise it cannot be read.
    #[must_use]
    pub const fn contradicts(self) -> bool {
        match self {
            Self::Malformed => false,
            Self::Unsigned | Self::Forged => true,
        }
    }
}

/// The head of a tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// Which tree.
    pub origin: String,
    /// Its leaves.
    pub size: u64,
    /// Its root.
    pub root: Hash,
}

impl Checkpoint {
    /// The text that is signed.
    #[must_use]
    pub fn body(&self) -> String {
        format!("{}\n{}\n{}\n", self.origin, self.size, BASE64.encode(&self.root))
    }

    /// Reads the text that was signed. Further lines are other people's affair.
    ///
    /// # Errors
    /// `Malformed`.
    pub fn parse(body: &str) -> Result<Self, NoteFault> {
        let mut lines = body.strip_suffix('\n').ok_or(NoteFault::Malformed)?.split('\n');
        let mut line = || lines.next().ok_or(NoteFault::Malformed);
        let (origin, size, root) = (line()?, line()?, line()?);
        let number: u64 = size.parse().map_err(|_| NoteFault::Malformed)?;
        let hash = BASE64.decode(root.as_bytes()).map_err(|_| NoteFault::Malformed)?;
        if origin.is_empty() || number.to_string() != size || lines.any(str::is_empty) {
            return Err(NoteFault::Malformed);
        }
        let root = hash.try_into().map_err(|_| NoteFault::Malformed)?;
        Ok(Self { origin: origin.into(), size: number, root })
    }

    /// The line by which a key cosigns it under a name, together with the time.
    #[must_use]
    pub fn cosigned_by(&self, by: &Signatory, name: &str, at: i64) -> Option<String> {
        let key = by.public(name, KeyAlgorithm::CosignatureV1)?;
        let seconds = u64::try_from(at).ok()?;
        let mut stamped = seconds.to_be_bytes().to_vec();
        stamped.extend(by.sign(&cosigned(&self.body(), seconds)));
        Some(SignatureLine::new(&key, stamped).to_string())
    }

    /// Signs it twice with one key: plainly, and together with the time.
    #[must_use]
    pub fn signed(&self, by: &Signatory, at: i64) -> Option<String> {
        let body = self.body();
        let key = by.public(&self.origin, KeyAlgorithm::Ed25519)?;
        let plain = SignatureLine::new(&key, by.sign(body.as_bytes()).to_vec());
        let timed = self.cosigned_by(by, &self.origin, at)?;
        Some(format!("{body}\n{plain}{timed}"))
    }
}

/// What a cosigner signs: the time, then the checkpoint's text.
fn cosigned(body: &str, seconds: u64) -> Vec<u8> {
    format!("cosignature/v1\ntime {seconds}\n{body}").into_bytes()
}

/// One signature: `— name base64`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignatureLine {
    name: String,
    key_id: [u8; 4],
    payload: Vec<u8>,
}

impl SignatureLine {
    fn new(key: &PublicKey, payload: Vec<u8>) -> Self {
        Self { name: key.name().into(), key_id: key.id(), payload }
    }

    /// Reads a line, with or without the line's end.
    ///
    /// # Errors
    /// `Malformed`.
    pub fn parse(line: &str) -> Result<Self, NoteFault> {
        let line = line.strip_suffix('\n').unwrap_or(line);
        let rest = line.strip_prefix(DASH).ok_or(NoteFault::Malformed)?;
        let (name, text) = rest.split_once(' ').ok_or(NoteFault::Malformed)?;
        let bytes = BASE64.decode(text.as_bytes()).map_err(|_| NoteFault::Malformed)?;
        let (id, payload) = bytes.split_at_checked(4).ok_or(NoteFault::Malformed)?;
        let key_id = id.try_into().map_err(|_| NoteFault::Malformed)?;
        if name.is_empty() || name.contains(char::is_whitespace) || payload.is_empty() {
            return Err(NoteFault::Malformed);
        }
        Ok(Self { name: name.into(), key_id, payload: payload.into() })
    }

    /// Whether it says it is by this key.
    #[must_use]
    pub fn names(&self, key: &PublicKey) -> bool {
        self.name == key.name() && self.key_id == key.id()
    }

    /// Checks it; answers the time it carries, if it carries one.
    ///
    /// # Errors
    /// `Unsigned` for another key's, `Malformed` for half a signature, `Forged`.
    pub fn verify(&self, body: &str, key: &PublicKey) -> Result<Option<u64>, NoteFault> {
        if !self.names(key) {
            return Err(NoteFault::Unsigned);
        }
        let (message, signature, time) = match key.algorithm() {
            KeyAlgorithm::Ed25519 => (body.as_bytes().to_vec(), self.payload.as_slice(), None),
            KeyAlgorithm::CosignatureV1 => {
                let (time, rest) = self.payload.split_at_checked(8).ok_or(NoteFault::Malformed)?;
                let time = u64::from_be_bytes(time.try_into().map_err(|_| NoteFault::Malformed)?);
                (cosigned(body, time), rest, Some(time))
            }
        };
        let signature: [u8; 64] = signature.try_into().map_err(|_| NoteFault::Malformed)?;
        if key.verifies(&message, &signature) { Ok(time) } else { Err(NoteFault::Forged) }
    }
}

impl fmt::Display for SignatureLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut bytes = self.key_id.to_vec();
        bytes.extend(&self.payload);
        writeln!(f, "{DASH}{} {}", self.name, BASE64.encode(&bytes))
    }
}

/// A checkpoint with its signatures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    body: String,
    /// The head.
    pub checkpoint: Checkpoint,
    /// Every signature on it.
    pub signatures: Vec<SignatureLine>,
}

impl Note {
    /// Reads a signed checkpoint.
    ///
    /// # Errors
    /// `Malformed`.
    pub fn parse(text: &str) -> Result<Self, NoteFault> {
        let end = text.rfind("\n\n").filter(|_| text.len() <= LENGTH_MAX);
        let end = end.ok_or(NoteFault::Malformed)?;
        let (body, rest) = text.split_at_checked(end + 1).ok_or(NoteFault::Malformed)?;
        let lines = rest.strip_prefix('\n').and_then(|rest| rest.strip_suffix('\n'));
        let lines = lines.ok_or(NoteFault::Malformed)?.split('\n');
        let signatures = lines.map(SignatureLine::parse).collect::<Result<_, _>>()?;
        Ok(Self { checkpoint: Checkpoint::parse(body)?, body: body.into(), signatures })
    }

    /// The text that was signed.
    #[must_use]
    pub fn body(&self) -> &str {
        &self.body
    }

    /// Asks for this key's signature; answers the time it carries, if it carries one.
    ///
    /// # Errors
    /// `Unsigned`, or `Forged` when any signature in its name is not its.
    pub fn verify(&self, key: &PublicKey) -> Result<Option<u64>, NoteFault> {
        let mut found = Err(NoteFault::Unsigned);
        for line in self.signatures.iter().filter(|line| line.names(key)) {
            found = Ok(line.verify(&self.body, key)?);
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checkpoint() -> Checkpoint {
        Checkpoint { origin: "points.510123/510123101".into(), size: 7, root: [7; 32] }
    }

    fn key(seed: u8, algorithm: KeyAlgorithm) -> PublicKey {
        Signatory::from_seed(&[seed; 32]).public(&checkpoint().origin, algorithm).unwrap()
    }

    #[test]
    fn is_written_as_the_specification_says_and_read_back() {
        let text = checkpoint().signed(&Signatory::from_seed(&[1; 32]), 1_795_000_000).unwrap();
        let lines: Vec<_> = text.split('\n').collect();
        assert_eq!(lines[..2], ["points.510123/510123101", "7"]);
        assert_eq!((lines[2].len(), lines[3], lines[6], lines.len()), (44, "", "", 7));
        assert!(lines[4].starts_with("\u{2014} points.510123/510123101 "));

        let note = Note::parse(&text).unwrap();
        assert_eq!(note.checkpoint, checkpoint());
        assert_eq!(note.verify(&key(1, KeyAlgorithm::Ed25519)), Ok(None));
        let timed = note.verify(&key(1, KeyAlgorithm::CosignatureV1));
        assert_eq!(timed, Ok(Some(1_795_000_000)));
        assert_eq!(note.verify(&key(2, KeyAlgorithm::Ed25519)), Err(NoteFault::Unsigned));
    }

    #[test]
    fn is_read_as_it_was_kept() {
        let text = checkpoint().signed(&Signatory::from_seed(&[1; 32]), 1).unwrap();
        let crlf = text.replace('\n', "\r\n");
        let cut = text.trim_end().to_owned();
        let (macintosh, ends) = (text.replace('\n', "\r"), text.replace('\n', " \t\n"));
        let spaced = [macintosh, ends, format!("\n{text}"), format!("{text}\n\n")];
        let kept = [format!("{text}\n"), format!("{crlf}\r\n"), crlf, cut];
        for kept in kept.into_iter().chain(spaced) {
            assert!(Note::parse(&kept).is_err());
            assert_eq!(as_kept(&kept), text);
        }
        assert_eq!(as_kept(&format!("\u{feff}{text}")), text);
        assert_eq!(as_kept(&text), text);
    }

    #[test]
    fn signatures_of_unknown_keys_and_kinds_do_not_matter() {
        let text = checkpoint().signed(&Signatory::from_seed(&[1; 32]), 1).unwrap();
        let with_sm2 = format!("{text}\u{2014} county-sm2 {}\n", BASE64.encode(&[0xff; 69]));
        let note = Note::parse(&with_sm2).unwrap();
        assert_eq!(note.signatures.len(), 3);
        assert_eq!(note.verify(&key(1, KeyAlgorithm::Ed25519)), Ok(None));
    }

    #[test]
    fn every_changed_byte_of_the_signed_text_is_found() {
        let text = checkpoint().signed(&Signatory::from_seed(&[1; 32]), 1).unwrap();
        let end = text.find("\n\n").unwrap() + 1;
        for at in 0..end {
            let mut bytes = text.clone().into_bytes();
            bytes[at] ^= 1;
            let Ok(changed) = String::from_utf8(bytes) else { continue };
            let verdict =
                Note::parse(&changed).and_then(|n| n.verify(&key(1, KeyAlgorithm::Ed25519)));
            assert!(verdict.is_err(), "byte {at}");
        }
    }

    #[test]
    fn keys_are_handed_round_as_text() {
        for algorithm in [KeyAlgorithm::Ed25519, KeyAlgorithm::CosignatureV1] {
            let key = key(3, algorithm);
            assert_eq!(PublicKey::parse(&key.to_string()), Some(key.clone()));
            let renamed = key.to_string().replacen("points", "joints", 1);
            assert_eq!(PublicKey::parse(&renamed), None);
        }
        assert_eq!(PublicKey::new("a b", KeyAlgorithm::Ed25519, [7; 32]), None);
        assert_eq!(PublicKey::new("weak", KeyAlgorithm::Ed25519, [0; 32]), None);
    }
}
