//! The `points-bank` binary.

fn main() {}
