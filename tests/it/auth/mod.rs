//! Signing in.

mod refresh;
mod session;
mod wechat_login;
