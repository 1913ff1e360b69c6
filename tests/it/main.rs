//! Black-box tests over HTTP, and a few about the whole.

#[cfg(test)]
mod migrations;
