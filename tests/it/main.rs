//! Black-box tests over HTTP, one module per slice, one file per operation.

mod auth;
