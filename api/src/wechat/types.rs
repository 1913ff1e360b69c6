//! The values that travel between us and WeChat, none of which prints itself.

use std::fmt;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use secrecy::{ExposeSecret, SecretString};

/// The time, handed in so that tests can move it.
pub type Clock = Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>;

/// A text that cannot be what it was said to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a valid {what}")]
pub struct InvalidText {
    /// What the text was meant to be.
    pub what: &'static str,
}

fn checked(
    text: String,
    what: &'static str,
    most: usize,
    allowed: fn(char) -> bool,
) -> Result<String, InvalidText> {
    let sound = !text.is_empty() && text.len() <= most && text.chars().all(allowed);
    if sound { Ok(text) } else { Err(InvalidText { what }) }
}

fn id_character(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '-' || c == '_'
}

fn visible(c: char) -> bool {
    c.is_ascii_graphic()
}

/// A user of one mini-program. Personal information: `Debug` hides it.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct OpenId(String);

impl OpenId {
    /// Reads an openid.
    ///
    /// # Errors
    /// When it is empty, longer than 64 characters or has characters WeChat does not use.
    pub fn parse(text: impl Into<String>) -> Result<Self, InvalidText> {
        checked(text.into(), "openid", 64, id_character).map(Self)
    }

    /// The openid itself.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for OpenId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OpenId(..)")
    }
}

/// A user across the apps of one owner. Links, never identifies. `Debug` hides it.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct UnionId(String);

impl UnionId {
    /// Reads a unionid.
    ///
    /// # Errors
    /// When it is empty, longer than 64 characters or has characters WeChat does not use.
    pub fn parse(text: impl Into<String>) -> Result<Self, InvalidText> {
        checked(text.into(), "unionid", 64, id_character).map(Self)
    }

    /// The unionid itself.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for UnionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("UnionId(..)")
    }
}

/// The code of `wx.login`: five minutes, one use.
#[derive(Debug, Clone)]
pub struct LoginCode(SecretString);

impl LoginCode {
    /// Reads a login code as a client sent it.
    ///
    /// # Errors
    /// When it is empty, longer than 256 characters or not visible ASCII.
    pub fn parse(text: impl Into<String>) -> Result<Self, InvalidText> {
        checked(text.into(), "login code", 256, visible).map(|text| Self(text.into()))
    }

    /// The code itself, to send or to hash; not to log.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

/// The code of the phone button: five minutes, one use, not the login code.
#[derive(Debug, Clone)]
pub struct PhoneCode(SecretString);

impl PhoneCode {
    /// Reads a phone code as a client sent it.
    ///
    /// # Errors
    /// When it is empty, longer than 256 characters or not visible ASCII.
    pub fn parse(text: impl Into<String>) -> Result<Self, InvalidText> {
        checked(text.into(), "phone code", 256, visible).map(|text| Self(text.into()))
    }

    /// The code itself, to send or to hash; not to log.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

/// What a mini-program code says to the page it opens: 1 to 32 characters.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Scene(String);

impl Scene {
    /// Reads a scene.
    ///
    /// # Errors
    /// When it is empty, longer than 32 characters, or has a character WeChat refuses
    /// (`%` and all non-ASCII among them).
    pub fn parse(text: impl Into<String>) -> Result<Self, InvalidText> {
        checked(text.into(), "scene", 32, Self::allows).map(Self)
    }

    /// Whether WeChat takes this character in a scene.
    #[must_use]
    pub fn allows(c: char) -> bool {
        c.is_ascii_alphanumeric() || "!#$&'()*+,/:;=?@-._~".contains(c)
    }

    /// The scene itself.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Who logged in.
///
/// The session key that WeChat sends along is not even decoded: nothing here needs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WechatUser {
    /// The user of this mini-program.
    pub openid: OpenId,
    /// The user across apps, if this app is bound to an Open Platform account.
    pub unionid: Option<UnionId>,
}

/// A phone number that WeChat vouches for. `Debug` hides it.
#[derive(Clone, PartialEq, Eq)]
pub struct VerifiedPhone {
    pub(super) number: String,
    pub(super) country_code: String,
}

impl VerifiedPhone {
    /// The number without area code.
    #[must_use]
    pub fn number(&self) -> &str {
        &self.number
    }

    /// The area code without `+`: `86` for the mainland.
    #[must_use]
    pub fn country_code(&self) -> &str {
        &self.country_code
    }
}

impl fmt::Debug for VerifiedPhone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("VerifiedPhone(..)")
    }
}

/// Which build of the mini-program a code opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum EnvVersion {
    /// The released one.
    #[default]
    Release,
    /// The trial one.
    Trial,
    /// The developers' one.
    Develop,
}

impl EnvVersion {
    /// The word WeChat uses.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Release => "release",
            Self::Trial => "trial",
            Self::Develop => "develop",
        }
    }
}

/// A mini-program code to be drawn by WeChat.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QrCodeRequest {
    /// What the code says.
    pub scene: Scene,
    /// The page it opens, without leading `/` and without query; the main page if absent.
    pub page: Option<String>,
    /// Whether WeChat should refuse a page that is not in the released version.
    pub check_path: bool,
    /// Which build it opens.
    pub env_version: EnvVersion,
    /// Edge in pixels, 280 to 1280; WeChat's own default if absent.
    pub width: Option<u16>,
}

impl QrCodeRequest {
    /// A code for the main page of the released version.
    #[must_use]
    pub fn new(scene: Scene) -> Self {
        Self { scene, page: None, check_path: true, env_version: EnvVersion::Release, width: None }
    }
}

/// How a picture is encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QrFormat {
    /// JPEG, the usual answer.
    Jpeg,
    /// PNG, when transparency was asked for.
    Png,
}

impl QrFormat {
    /// Recognises a picture by its first bytes; headers of WeChat's answers cannot be trusted.
    #[must_use]
    pub fn sniff(bytes: &[u8]) -> Option<Self> {
        if bytes.starts_with(&[0xFF, 0xD8, 0xFF]) {
            Some(Self::Jpeg)
        } else if bytes.starts_with(&[0x89, b'P', b'N', b'G']) {
            Some(Self::Png)
        } else {
            None
        }
    }

    /// The media type for an answer of ours.
    #[must_use]
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
        }
    }
}

/// A drawn mini-program code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QrImage {
    /// How it is encoded.
    pub format: QrFormat,
    /// The picture.
    pub bytes: Vec<u8>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scenes_keep_to_the_characters_wechat_takes() {
        assert!(Scene::parse("a.7KQ2M9X4").is_ok());
        assert!(Scene::parse("x".repeat(32)).is_ok());
        for wrong in ["", "%41", "活动", "a b", &"x".repeat(33)] {
            assert_eq!(Scene::parse(wrong), Err(InvalidText { what: "scene" }), "{wrong}");
        }
    }

    #[test]
    fn pictures_are_known_by_their_first_bytes() {
        assert_eq!(QrFormat::sniff(&[0xFF, 0xD8, 0xFF, 0xE0]), Some(QrFormat::Jpeg));
        assert_eq!(QrFormat::sniff(b"\x89PNG\r\n\x1a\n"), Some(QrFormat::Png));
        assert_eq!(QrFormat::sniff(b"{\"errcode\":40001}"), None);
        assert_eq!(QrFormat::sniff(&[b'x'; 4096]), None);
        assert_eq!(QrFormat::sniff(&[]), None);
    }

    #[test]
    fn personal_values_do_not_print_themselves() {
        let openid = OpenId::parse("oSECRETopenid").expect("valid");
        let code = LoginCode::parse("SECRETcode").expect("valid");
        let phone = VerifiedPhone { number: "SECRET".into(), country_code: "86".into() };
        let printed = format!("{openid:?} {code:?} {phone:?}");
        assert!(!printed.contains("SECRET"), "{printed}");
    }
}
