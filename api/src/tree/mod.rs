//! The public tree: every ledger entry of a town as one salted line in a hash tree whose
//! signed heads anybody may keep. So far its pure core: everything a verifier needs.

pub mod core;
