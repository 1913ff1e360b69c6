//! The public tree without database, clock or network: everything a verifier needs.
//! Pure throughout.
//!
//! | file | for |
//! |---|---|
//! | `merkle` | hashes, roots and proofs of RFC 9162, made and checked |
//! | `line` | the leaf: one printed line, read and written |
//! | `note` | signed checkpoints in the C2SP form |
//! | `key` | the keys that sign and cosign |
//! | `growth_file` | the proof that one head continues another, as a file |
//! | `proof_file` | the C2SP `tlog-proof` file and the short form of the square code |
//! | `kept_proof` | a proof as somebody kept it, and whether it proves a line |
//! | `place` | where a line says it stands |
//! | `print` | a root as people read it out |

pub mod growth_file;
pub mod kept_proof;
pub mod key;
pub mod line;
pub mod merkle;
#[cfg(test)]
mod merkle_tests;
pub mod note;
pub mod place;
pub mod print;
pub mod proof_file;
