//! Hashes, sealing and keyed indexes.
//!
//! One master key per key id; every purpose gets its own sub-key, so that a leak of one (a screen
//! that shows codes, an index) opens nothing else.
//!
//! | file | for |
//! |---|---|
//! | `keys` | the sub-keys, derived with labels from the master |
//! | `seal` | encrypted values in rows, bound to their place |
//! | `index` | looking encrypted values up by equality |
//! | `mac` | HMAC-SHA-256 over unambiguous parts |
//! | `digest` | SHA-256 in hex, comparison in constant time |

pub mod digest;
pub mod index;
pub mod keys;
pub mod mac;
pub mod seal;
