//! The only place that knows WeChat: the typed client, its token manager, and a simulator.
//!
//! Callers see Rust types and one error. Three things they can rely on:
//! a single-use code is sent at most once per call, no secret, token, code, phone number or
//! openid is ever written to a log by this module, and the access token is looked after here.

mod client;
mod error;
mod link;
mod shared;
pub mod simulator;
mod tokens;
mod types;

#[cfg(test)]
mod tests;

pub use client::{SettingsError, Wechat, WechatSettings};
pub use error::{Class, WechatError};
pub(crate) use link::count_from_zero;
pub use link::http_client;
pub use shared::{AccessToken, SharedToken, SharedTokenDown};
pub use types::{
    Clock, EnvVersion, InvalidText, LoginCode, OpenId, PhoneCode, QrCodeRequest, QrFormat, QrImage,
    Scene, UnionId, VerifiedPhone, WechatUser,
};
