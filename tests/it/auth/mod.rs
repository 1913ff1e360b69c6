//! Signing in.

mod wechat_login;
