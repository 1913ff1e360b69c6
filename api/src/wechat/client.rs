//! The calls to WeChat that the rest of the program makes.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde_json::{Value, json};
use url::{Host, Url};

use super::error::WechatError;
use super::link::{Link, Repeat, decode, exchange};
use super::shared::{AccessToken, SharedToken};
use super::tokens::Tokens;
use super::types::{
    Clock, LoginCode, OpenId, PhoneCode, QrCodeRequest, QrFormat, QrImage, UnionId, VerifiedPhone,
    WechatUser,
};

pub(super) const LOGIN: &str = "/sns/jscode2session";
pub(super) const PHONE: &str = "/wxa/business/getuserphonenumber";
pub(super) const QRCODE: &str = "/wxa/getwxacodeunlimit";
/// Somebody stands in front of a spinner.
const LOGIN_TIMEOUT: Duration = Duration::from_secs(3);
/// How old, and how far ahead of our clock, the stamp on a phone number may be.
const WATERMARK_AGE: TimeDelta = TimeDelta::minutes(10);
const WATERMARK_SKEW: TimeDelta = TimeDelta::seconds(60);

/// What a [`Wechat`] client is made from.
#[derive(Debug, Clone)]
pub struct WechatSettings {
    /// Scheme and host of the API.
    pub base_url: String,
    /// The mini-program.
    pub appid: String,
    /// Its secret.
    pub secret: SecretString,
    /// Whether WeChat shall check that a phone code and an openid belong together.
    /// Without it a stolen code binds a stranger's phone, so only a fault on WeChat's side
    /// justifies switching it off.
    pub send_openid_with_phone_code: bool,
}

/// Settings that no client can be made from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SettingsError {
    /// The base URL is not one.
    #[error("the base URL of WeChat is not a URL with a host")]
    BaseUrl,
    /// Secrets would cross a network in the clear.
    #[error("the base URL of WeChat must be https unless it is on this machine")]
    NotHttps,
    /// There is no appid.
    #[error("the appid of WeChat is missing")]
    Appid,
}

/// The WeChat API of one mini-program. Cheap to clone; clones share the access token.
#[derive(Clone)]
pub struct Wechat {
    tokens: Arc<Tokens>,
    send_openid: bool,
}

#[derive(Deserialize)]
struct LoginAnswer {
    openid: String,
    unionid: Option<String>,
}

#[derive(Deserialize)]
struct PhoneAnswer {
    phone_info: PhoneInfo,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PhoneInfo {
    pure_phone_number: String,
    country_code: CountryCode,
    watermark: Watermark,
}

/// The documentation says text, its sample a number; both occur.
#[derive(Deserialize)]
#[serde(untagged)]
enum CountryCode {
    Text(String),
    Number(u32),
}

#[derive(Deserialize)]
struct Watermark {
    timestamp: i64,
    appid: String,
}

impl Wechat {
    /// A client for one mini-program.
    ///
    /// # Errors
    /// When the base URL is unusable or would send secrets in the clear, or the appid is empty.
    pub fn new(
        settings: WechatSettings,
        http: reqwest::Client,
        shared: Option<Arc<dyn SharedToken>>,
        now: Clock,
    ) -> Result<Self, SettingsError> {
        let WechatSettings { base_url, appid, secret, send_openid_with_phone_code } = settings;
        let base = checked_base(&base_url)?;
        if appid.is_empty() {
            return Err(SettingsError::Appid);
        }
        if !send_openid_with_phone_code {
            tracing::warn!("WeChat will not check that phone codes belong to their users");
        }
        let tokens = Tokens::new(Link::new(base, http), (appid, secret), shared, now);
        Ok(Self { tokens: Arc::new(tokens), send_openid: send_openid_with_phone_code })
    }

    /// Whether calls that need an access token are suspended for the moment.
    #[must_use]
    pub fn circuit_open(&self) -> bool {
        self.tokens.circuit_open()
    }

    /// Finds out who logged in.
    ///
    /// Sent exactly once: the first arrival uses the code up, so after
    /// `Transport { sent: true }` only a new `wx.login` helps.
    ///
    /// # Errors
    /// `Api` with 40029 or 40163 for a code that is wrong, old or used, 40226 for a user whom
    /// WeChat blocks; the other [`WechatError`]s for failures that are not the user's.
    pub async fn code2session(&self, code: &LoginCode) -> Result<WechatUser, WechatError> {
        let query = [
            ("appid", self.tokens.appid.as_str()),
            ("secret", self.tokens.secret.expose_secret()),
            ("js_code", code.expose()),
            ("grant_type", "authorization_code"),
        ];
        let request = self.tokens.link.get(LOGIN).query(&query).timeout(LOGIN_TIMEOUT);
        let bytes = exchange(LOGIN, request, Repeat::Never).await?;
        let LoginAnswer { openid, unionid } = decode(LOGIN, &bytes)?;
        let openid = OpenId::parse(openid).map_err(|_| unusable(LOGIN, "openid"))?;
        let unionid = unionid.filter(|text| !text.is_empty()).map(UnionId::parse).transpose();
        let unionid = unionid.map_err(|_| unusable(LOGIN, "unionid"))?;
        Ok(WechatUser { openid, unionid })
    }

    /// Exchanges the code of the phone button for the user's phone number.
    ///
    /// Sent once; a second time only if WeChat refused our access token, which it checks before
    /// it looks at the code.
    ///
    /// # Errors
    /// `Api` with 40029 or 40163 for a code that is wrong, old, used or another user's;
    /// `Decode` also for a number stamped for another app or at another time.
    pub async fn phone_number(
        &self,
        code: &PhoneCode,
        openid: &OpenId,
    ) -> Result<VerifiedPhone, WechatError> {
        let body = if self.send_openid {
            json!({ "code": code.expose(), "openid": openid.as_str() })
        } else {
            json!({ "code": code.expose() })
        };
        let bytes = self.post(PHONE, &body, Repeat::Never).await?;
        let PhoneAnswer { phone_info: info } = decode(PHONE, &bytes)?;
        self.check_watermark(&info.watermark)?;
        let country_code = match info.country_code {
            CountryCode::Text(text) => text.trim_start_matches('+').to_owned(),
            CountryCode::Number(number) => number.to_string(),
        };
        let number = info.pure_phone_number;
        if number.is_empty() || !number.chars().all(|c| c.is_ascii_digit()) {
            return Err(unusable(PHONE, "purePhoneNumber"));
        }
        Ok(VerifiedPhone { number, country_code })
    }

    /// Has WeChat draw a mini-program code. These never expire and are not counted.
    ///
    /// # Errors
    /// `Api` with 41030 for an unreleased page, 40097 for a width out of range; `Decode` for an
    /// answer that is no picture.
    pub async fn unlimited_qrcode(&self, code: &QrCodeRequest) -> Result<QrImage, WechatError> {
        let mut body = json!({
            "scene": code.scene.as_str(),
            "check_path": code.check_path,
            "env_version": code.env_version.as_str(),
        });
        if let Some(fields) = body.as_object_mut() {
            fields.extend(code.page.clone().map(|page| ("page".to_owned(), page.into())));
            fields.extend(code.width.map(|width| ("width".to_owned(), width.into())));
        }
        let bytes = self.post(QRCODE, &body, Repeat::Once).await?;
        let format = QrFormat::sniff(&bytes).ok_or_else(|| unusable(QRCODE, "picture"))?;
        Ok(QrImage { format, bytes })
    }

    /// Posts with an access token; if it is refused, once more with another.
    async fn post(
        &self,
        path: &'static str,
        body: &Value,
        repeat: Repeat,
    ) -> Result<Vec<u8>, WechatError> {
        let token = self.tokens.current().await?;
        let refusal = match self.post_with(&token, path, body, repeat).await {
            Err(error) if error.rejects_token() => error,
            answer => return answer,
        };
        let renewed = match self.tokens.replace(&token).await {
            Ok(renewed) => renewed,
            Err(WechatError::CircuitOpen) => return Err(refusal),
            Err(error) => return Err(error),
        };
        let answer = self.post_with(&renewed, path, body, repeat).await;
        if answer.as_ref().is_err_and(WechatError::rejects_token) {
            self.tokens.give_up(&renewed);
        }
        answer
    }

    async fn post_with(
        &self,
        token: &AccessToken,
        path: &'static str,
        body: &Value,
        repeat: Repeat,
    ) -> Result<Vec<u8>, WechatError> {
        let request = self.tokens.link.post_with(path, token.value()).json(body);
        exchange(path, request, repeat).await
    }

    /// Makes sure that a phone number was stamped for this app, and just now.
    fn check_watermark(&self, mark: &Watermark) -> Result<(), WechatError> {
        if mark.appid != self.tokens.appid {
            return Err(unusable(PHONE, "watermark.appid"));
        }
        let at = DateTime::from_timestamp(mark.timestamp, 0);
        let at = at.ok_or_else(|| unusable(PHONE, "watermark.timestamp"))?;
        let age = (self.tokens.now)() - at;
        if age > WATERMARK_AGE + WATERMARK_SKEW || age < -WATERMARK_SKEW {
            return Err(unusable(PHONE, "watermark.timestamp"));
        }
        Ok(())
    }
}

fn unusable(endpoint: &'static str, at: &'static str) -> WechatError {
    tracing::error!(endpoint, at, "WeChat's answer cannot be used");
    WechatError::Decode
}

fn checked_base(text: &str) -> Result<Url, SettingsError> {
    let url = Url::parse(text).map_err(|_| SettingsError::BaseUrl)?;
    let here = match url.host().ok_or(SettingsError::BaseUrl)? {
        Host::Domain(name) => name == "localhost",
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
    };
    match url.scheme() {
        "https" => Ok(url),
        "http" if here => Ok(url),
        _ => Err(SettingsError::NotHttps),
    }
}
