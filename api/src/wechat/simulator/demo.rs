//! Codes that need no preparation: `demo:<name>` logs the user of that name in.

use data_encoding::BASE64URL_NOPAD;
use sha2::{Digest as _, Sha256};

/// What a code says when it follows the demo shorthand.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum DemoCode<'a> {
    /// `demo:<name>`, good any number of times.
    Login { name: &'a str },
    /// `demo:<name>#<nonce>`, good once.
    LoginOnce { name: &'a str },
    /// `demo-phone:<name>` or `demo-phone:<name>:<11 digits>`.
    Phone { name: &'a str, number: Option<&'a str> },
}

impl<'a> DemoCode<'a> {
    pub(super) fn read(code: &'a str) -> Option<Self> {
        if let Some(rest) = code.strip_prefix("demo:") {
            return match rest.split_once('#') {
                None => is_name(rest).then_some(Self::Login { name: rest }),
                Some((name, nonce)) => {
                    (is_name(name) && is_nonce(nonce)).then_some(Self::LoginOnce { name })
                }
            };
        }
        let rest = code.strip_prefix("demo-phone:")?;
        match rest.split_once(':') {
            None => is_name(rest).then_some(Self::Phone { name: rest, number: None }),
            Some((name, number)) => (is_name(name) && is_number(number))
                .then_some(Self::Phone { name, number: Some(number) }),
        }
    }
}

fn is_name(text: &str) -> bool {
    let allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_' || b == b'-';
    (1..=24).contains(&text.len()) && text.bytes().all(allowed)
}

fn is_nonce(text: &str) -> bool {
    (1..=64).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic())
}

fn is_number(text: &str) -> bool {
    text.len() == 11 && text.bytes().all(|b| b.is_ascii_digit())
}

/// The openid of a simulated user: 28 characters, the same in every run.
#[must_use]
pub fn demo_openid(appid: &str, name: &str) -> String {
    format!("oSIM{}", digest(&[appid, name]))
}

/// The phone number of a simulated user who was given none: from the block `1700000xxxx`.
#[must_use]
pub fn demo_phone(name: &str) -> String {
    let number = Sha256::digest(name.as_bytes())
        .iter()
        .take(4)
        .fold(0_u32, |sum, byte| (sum * 256 + u32::from(*byte)) % 10_000);
    format!("1700000{number:04}")
}

/// The unionid of a simulated user; `nounion-` users have none.
pub(super) fn demo_unionid(name: &str) -> Option<String> {
    (!name.starts_with("nounion-")).then(|| format!("oUNI{}", digest(&["unionid", name])))
}

/// Whether WeChat holds this user for a risk and refuses the login.
pub(super) fn is_blocked(name: &str) -> bool {
    name.starts_with("blocked-")
}

fn digest(parts: &[&str]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part.as_bytes());
    }
    let mut text = BASE64URL_NOPAD.encode(&hash.finalize());
    text.truncate(24);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shorthand_is_read_and_nothing_else() {
        assert_eq!(DemoCode::read("demo:li-si"), Some(DemoCode::Login { name: "li-si" }));
        assert_eq!(DemoCode::read("demo:li-si#1"), Some(DemoCode::LoginOnce { name: "li-si" }));
        let phone = DemoCode::Phone { name: "li", number: Some("13800000001") };
        assert_eq!(DemoCode::read("demo-phone:li:13800000001"), Some(phone));
        let phone = DemoCode::Phone { name: "li", number: None };
        assert_eq!(DemoCode::read("demo-phone:li"), Some(phone));
        let long = format!("demo:{}", "a".repeat(25));
        for wrong in
            ["demo:", "demo:李", "demo:Li", "demo:li#", "demo-phone:li:138", "0a1B", long.as_str()]
        {
            assert_eq!(DemoCode::read(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn users_are_the_same_in_every_run_and_differ_between_apps() {
        let openid = demo_openid("wxsim1", "admin");
        assert_eq!(openid.len(), 28);
        assert_eq!(openid, demo_openid("wxsim1", "admin"));
        assert_ne!(openid, demo_openid("wxsim2", "admin"));
        assert!(demo_phone("admin").starts_with("1700000"));
        assert_eq!(demo_phone("admin").len(), 11);
    }
}
