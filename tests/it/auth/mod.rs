//! Signing in.

mod account;
mod refresh;
mod retention;
mod session;
mod wechat_login;
