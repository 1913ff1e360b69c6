//! The rotating code shown at an activity: what a check-in scan proves.
//!
//! 47 bytes as 63 characters of base64url: version 1, key id 1, activity 16, direction 1, slot 4,
//! nonce 8, HMAC-SHA-256 cut to 16. A slot is 15 seconds of the server's clock; a code is good in
//! its own slot and the next, and in the last five seconds before its slot. Nothing is looked up,
//! so check-in works while caches are down; that a code is used once per person is the business of
//! a unique row. A code proves that someone is near the screen, not that she takes part.

use std::fmt;

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Asia::Shanghai;
use data_encoding::BASE64URL_NOPAD;
use thiserror::Error;
use uuid::Uuid;

use crate::platform::crypto::digest::constant_time_eq;
use crate::platform::crypto::keys::SecretKey;
use crate::platform::crypto::mac::hmac_sha256;

/// How long one code is shown.
pub const SLOT_SECONDS: i64 = 15;
/// How far a scan may run ahead of its code's slot: two servers' clocks may differ by this.
pub const AHEAD_SECONDS: i64 = 5;

const VERSION: u8 = 1;
/// Characters of a code.
pub const CODE_CHARS: usize = 63;

const CODE_LEN: usize = 47;
const MAC_LEN: usize = 16;

/// Coming or going.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Direction {
    /// Check-in.
    In,
    /// Check-out.
    Out,
}

impl Direction {
    const fn byte(self) -> u8 {
        match self {
            Self::In => 1,
            Self::Out => 2,
        }
    }
}

/// Why a code is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum CodeRefusal {
    /// Not a code of ours: malformed, forged or made with a key we no longer have.
    #[error("the code is unknown")]
    Unknown,
    /// A code of another activity.
    #[error("the code belongs to another activity")]
    WrongActivity,
    /// A code for coming where one for going is wanted, or the reverse.
    #[error("the code is for the other direction")]
    WrongDirection,
    /// Shown too long ago.
    #[error("the code has expired")]
    Expired,
    /// Ahead of our clock by more than clocks may differ.
    #[error("the code is ahead of the clock")]
    TooEarly,
}

/// A code as shown on the screen.
#[derive(Clone, PartialEq, Eq)]
pub struct CheckInCode {
    text: String,
    facts: CodeFacts,
}

impl CheckInCode {
    /// The text to show.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// What the code says.
    #[must_use]
    pub const fn facts(&self) -> &CodeFacts {
        &self.facts
    }
}

impl fmt::Debug for CheckInCode {
    /// Without the text: who reads the log must not be able to check in.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CheckInCode").field("facts", &self.facts).finish_non_exhaustive()
    }
}

/// What an authentic code says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CodeFacts {
    /// The activity it is for.
    pub activity: Uuid,
    /// Coming or going.
    pub direction: Direction,
    /// Number of the 15-second slot since 1970.
    pub slot: u32,
    /// Tells codes of one slot apart, so that one can be revoked or its uses counted.
    pub nonce: [u8; 8],
}

impl CodeFacts {
    /// When the slot begins.
    #[must_use]
    pub fn shown_at(&self) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::seconds(i64::from(self.slot) * SLOT_SECONDS)
    }

    /// From this moment on the code is refused.
    #[must_use]
    pub fn expires_at(&self) -> DateTime<Utc> {
        self.shown_at() + TimeDelta::seconds(2 * SLOT_SECONDS)
    }

    /// Everything the code's MAC covers.
    fn signed_part(&self, kid: u8) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(CODE_LEN);
        bytes.extend([VERSION, kid]);
        bytes.extend(self.activity.as_bytes());
        bytes.push(self.direction.byte());
        bytes.extend(self.slot.to_be_bytes());
        bytes.extend(self.nonce);
        bytes
    }

    fn mac(&self, kid: u8, master: &SecretKey) -> [u8; MAC_LEN] {
        let day = self.shown_at().with_timezone(&Shanghai).date_naive().to_string();
        let key = master.sub_key("check-in-code", &[self.activity.as_bytes(), day.as_bytes()]);
        let full = hmac_sha256(&key, &[&self.signed_part(kid)]);
        // Half of the code is kept: 128 bits, against forgers with 30 seconds.
        let mut mac = [0; MAC_LEN];
        mac.iter_mut().zip(full).for_each(|(kept, byte)| *kept = byte);
        mac
    }
}

/// The master keys of check-in codes: the current one shows, all of them check.
#[derive(Clone, Debug)]
pub struct CodeKeys {
    current: (u8, SecretKey),
    previous: Option<(u8, SecretKey)>,
}

impl CodeKeys {
    /// With the current key only.
    #[must_use]
    pub const fn new(kid: u8, master: SecretKey) -> Self {
        Self { current: (kid, master), previous: None }
    }

    /// Makes `kid` the current key; the one before it still checks, older ones no longer.
    #[must_use]
    pub fn rotate(self, kid: u8, master: SecretKey) -> Self {
        Self { current: (kid, master), previous: Some(self.current) }
    }

    /// The code to show now. None outside the years 1970 to 4011, which slots can count.
    #[must_use]
    pub fn issue(
        &self,
        activity: Uuid,
        direction: Direction,
        now: DateTime<Utc>,
        nonce: [u8; 8],
    ) -> Option<CheckInCode> {
        let (kid, master) = &self.current;
        let slot = u32::try_from(slot_at(now)).ok()?;
        let facts = CodeFacts { activity, direction, slot, nonce };
        let mut bytes = facts.signed_part(*kid);
        bytes.extend(facts.mac(*kid, master));
        Some(CheckInCode { text: BASE64URL_NOPAD.encode(&bytes), facts })
    }

    /// Checks a scanned code.
    ///
    /// The MAC is judged before anything the code says, so a forged code is always `Unknown` and
    /// tells its maker nothing.
    ///
    /// # Errors
    /// The refusals, in the order of the variants.
    pub fn check(
        &self,
        text: &str,
        activity: Uuid,
        direction: Direction,
        now: DateTime<Utc>,
    ) -> Result<CodeFacts, CodeRefusal> {
        let facts = self.authentic(text).ok_or(CodeRefusal::Unknown)?;
        if facts.activity != activity {
            return Err(CodeRefusal::WrongActivity);
        }
        if facts.direction != direction {
            return Err(CodeRefusal::WrongDirection);
        }
        if now >= facts.expires_at() {
            return Err(CodeRefusal::Expired);
        }
        if facts.shown_at() - now > TimeDelta::seconds(AHEAD_SECONDS) {
            return Err(CodeRefusal::TooEarly);
        }
        Ok(facts)
    }

    /// What the code says, when its MAC is ours. Says nothing of its age.
    #[must_use]
    pub fn authentic(&self, text: &str) -> Option<CodeFacts> {
        // Strict base64url: stray bits in the last character would make two texts of one code.
        let bytes = BASE64URL_NOPAD.decode(text.as_bytes()).ok()?;
        let bytes = <[u8; CODE_LEN]>::try_from(bytes).ok()?;
        let (&[version, kid], rest) = bytes.split_first_chunk::<2>()?;
        let (activity, rest) = rest.split_first_chunk::<16>()?;
        let (&[direction], rest) = rest.split_first_chunk::<1>()?;
        let (slot, rest) = rest.split_first_chunk::<4>()?;
        let (nonce, mac) = rest.split_first_chunk::<8>()?;
        let direction =
            [Direction::In, Direction::Out].into_iter().find(|d| d.byte() == direction)?;
        let facts = CodeFacts {
            activity: Uuid::from_bytes(*activity),
            direction,
            slot: u32::from_be_bytes(*slot),
            nonce: *nonce,
        };
        let keys = std::iter::once(&self.current).chain(&self.previous);
        let (_, master) = keys.into_iter().find(|(known, _)| *known == kid)?;
        (version == VERSION && constant_time_eq(mac, &facts.mac(kid, master))).then_some(facts)
    }
}

const fn slot_at(now: DateTime<Utc>) -> i64 {
    now.timestamp().div_euclid(SLOT_SECONDS)
}

#[cfg(test)]
#[path = "code_tests.rs"]
mod tests;
