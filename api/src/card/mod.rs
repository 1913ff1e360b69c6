//! Points cards.

pub mod number;
