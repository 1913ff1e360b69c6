//! Points cards.
