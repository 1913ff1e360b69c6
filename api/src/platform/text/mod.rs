//! Text formats of the field: parsed once, then trusted.
