//! Asking WeChat for a phone number and keeping it sealed.

use std::time::Duration;

use entity::volunteer;

use super::dto::BoundPhone;
use crate::app::App;
use crate::auth::{self, Caller};
use crate::platform::crypto::digest::sha256_hex;
use crate::platform::failure::{Failure, Refusal, code};
use crate::platform::kv::Quota;
use crate::platform::text::phone::Phone;
use crate::platform::tx::Tx;
use crate::platform::vault::Vault;
use crate::volunteer::{error, personal, service};
use crate::wechat::{OpenId, PhoneCode, WechatError};

/// A code sent again within this time gets the same number: WeChat takes it only once,
/// but our answer may have been lost on the way back.
const SAME_CODE: Duration = Duration::from_mins(1);
/// Codes of one account: WeChat counts them, and some accounts pay for them.
const CODES: Quota = Quota { requests: 10, seconds: 60 };

/// The number behind a phone code, asked for at most once per code. WeChat checks that
/// code and user belong together, else a stolen code would bind a stranger's phone.
///
/// # Errors
/// `phone_code_invalid`, `rate_limited`, `wechat_unavailable`; `/code` for a number of
/// another country.
pub(super) async fn ask(app: &App, caller: &Caller, raw: &str) -> Result<Phone, Failure> {
    let place = format!("phone:code:{}:{}", caller.account, sha256_hex(raw.as_bytes()));
    if let Some(phone) = recall(app, &place).await {
        return Ok(phone);
    }
    auth::spend(app, &format!("phone:{}", caller.account), CODES).await?;
    let code = PhoneCode::parse(raw).map_err(|_| error::PHONE_CODE_INVALID)?;
    let openid = auth::openid(app, caller.account).await?;
    let openid = OpenId::parse(openid).map_err(Failure::internal)?;
    let found = app.wechat.phone_number(&code, &openid).await.map_err(|e| refuse(&e))?;
    let mainland = found.country_code() == "86";
    let phone = Phone::parse(found.number()).ok().filter(|_| mainland);
    let phone = phone.ok_or_else(|| Failure::field("/code", "仅支持中国内地手机号"))?;
    let sealed = app.vault.answers.seal(&place, phone.reveal().as_bytes(), app.ids.bytes());
    // Without the store a repeated code is refused by WeChat and the button pressed again.
    let _ = app.kv.put(&place, &sealed, SAME_CODE).await;
    Ok(phone)
}

async fn recall(app: &App, place: &str) -> Option<Phone> {
    let sealed = app.kv.get(place).await.ok()??;
    let plain = app.vault.answers.open(place, &sealed).ok()?;
    Phone::parse(std::str::from_utf8(&plain).ok()?).ok()
}

fn refuse(error: &WechatError) -> Failure {
    match error.code() {
        Some(40029 | 40163) => error::PHONE_CODE_INVALID.into(),
        Some(45011) => code::RATE_LIMITED.into(),
        _ => {
            tracing::warn!(error = %error, "asking WeChat for a phone number failed");
            Refusal::new(auth::WECHAT_UNAVAILABLE).retry_after(1).into()
        }
    }
}

/// Binds a number that WeChat vouched for.
pub(super) async fn bind(
    tx: &Tx<'_>,
    vault: &Vault,
    caller: &Caller,
    phone: &Phone,
) -> Result<BoundPhone, Failure> {
    let row = service::lock(tx, caller.volunteer()?).await?;
    let bound = volunteer::Model {
        phone_sealed: Some(personal::seal_phone(vault, tx, row.id, phone)),
        phone_index: Some(personal::phone_index(vault, phone)),
        phone_verified: true,
        ..row
    };
    service::store(tx, bound, "volunteer.phone_bound").await?;
    Ok(BoundPhone { phone: phone.to_string(), phone_verified: true })
}
