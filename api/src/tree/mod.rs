//! The public tree.
pub mod core;
