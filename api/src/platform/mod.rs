//! What every slice stands on. No township word may appear here.

pub mod crypto;
pub mod text;
