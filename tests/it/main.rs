//! Black-box tests over HTTP.

fn main() {}
