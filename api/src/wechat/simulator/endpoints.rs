//! The endpoints of the simulated service.

use std::collections::BTreeMap;

use actix_web::HttpRequest;
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::picture;
use super::refusals::{self, Refusal};
use super::state::{Kind, World};
use super::tokens::Granted;
use crate::wechat::types::Scene;

pub(super) const JSON: &str = "application/json; encoding=utf-8";
const HTML: &str = "text/html";
const NOT_FOUND: &str = "<html>\r\n<head><title>404 Not Found</title></head>\r\n\
    <body>\r\n<center><h1>404 Not Found</h1></center>\r\n</body>\r\n</html>\r\n";

/// A request, as far as the endpoints look at it.
pub(super) struct Call {
    pub(super) method: String,
    pub(super) path: String,
    pub(super) query: BTreeMap<String, String>,
    body: Vec<u8>,
}

impl Call {
    pub(super) fn read(request: &HttpRequest, body: &[u8]) -> Self {
        Self {
            method: request.method().to_string(),
            path: request.path().to_owned(),
            query: serde_urlencoded::from_str(request.query_string()).unwrap_or_default(),
            body: body.to_vec(),
        }
    }

    pub(super) fn needs_token(&self) -> bool {
        self.path.starts_with("/wxa/")
    }

    pub(super) fn field_names(&self) -> Vec<String> {
        self.json().map(|fields| fields.keys().cloned().collect()).unwrap_or_default()
    }

    fn param(&self, name: &str) -> Option<&str> {
        self.query.get(name).map(String::as_str).filter(|text| !text.is_empty())
    }

    fn require_get(&self) -> Result<(), Refusal> {
        if self.method == "GET" { Ok(()) } else { Err(refusals::NEEDS_GET) }
    }

    fn require_post(&self) -> Result<(), Refusal> {
        if self.method == "POST" { Ok(()) } else { Err(refusals::NEEDS_POST) }
    }

    fn json(&self) -> Result<Map<String, Value>, Refusal> {
        if self.body.is_empty() {
            return Err(refusals::EMPTY_BODY);
        }
        serde_json::from_slice(&self.body).map_err(|_| refusals::NOT_JSON)
    }
}

/// An answer.
pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) content_type: &'static str,
    pub(super) body: Vec<u8>,
    /// The errcode in it, for the log.
    pub(super) errcode: Option<i64>,
}

#[derive(Serialize)]
struct ErrorBody<'a> {
    errcode: i64,
    errmsg: &'a str,
}

#[derive(Serialize)]
struct TokenBody {
    access_token: String,
    expires_in: i64,
}

#[derive(Serialize)]
struct LoginBody {
    session_key: String,
    openid: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    unionid: Option<String>,
}

#[derive(Serialize)]
struct PhoneBody {
    errcode: i64,
    errmsg: &'static str,
    phone_info: PhoneInfo,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PhoneInfo {
    phone_number: String,
    pure_phone_number: String,
    country_code: Value,
    watermark: Watermark,
}

#[derive(Serialize)]
struct Watermark {
    timestamp: i64,
    appid: String,
}

impl Reply {
    fn json(body: &impl Serialize) -> Self {
        match serde_json::to_vec(body) {
            Ok(body) => Self { status: 200, content_type: JSON, body, errcode: Some(0) },
            Err(_) => Self::html(500, "<html><body>500</body></html>"),
        }
    }

    /// An error: status 200, and a request id at the end of the text.
    pub(super) fn error(world: &mut World, code: i64, text: &str) -> Self {
        let errmsg = format!("{text} rid: {}", world.rid());
        let reply = Self::json(&ErrorBody { errcode: code, errmsg: &errmsg });
        Self { errcode: Some(code), ..reply }
    }

    pub(super) fn html(status: u16, body: &str) -> Self {
        Self { status, content_type: HTML, body: body.as_bytes().to_vec(), errcode: None }
    }
}

/// Carries a call out.
pub(super) fn answer(world: &mut World, call: &Call) -> Reply {
    let outcome = match call.path.as_str() {
        "/sns/jscode2session" => code2session(world, call),
        "/cgi-bin/token" => token(world, call),
        "/cgi-bin/stable_token" => stable_token(world, call),
        "/wxa/business/getuserphonenumber" => phone_number(world, call),
        "/wxa/getwxacodeunlimit" => unlimited_qrcode(world, call),
        _ => return Reply::html(404, NOT_FOUND),
    };
    outcome.unwrap_or_else(|refusal| Reply::error(world, refusal.code, refusal.text))
}

fn check_app(world: &World, appid: Option<&str>, secret: Option<&str>) -> Result<(), Refusal> {
    if appid.ok_or(refusals::APPID_MISSING)? != world.appid {
        return Err(refusals::APPID);
    }
    if !world.secret_is(secret.ok_or(refusals::SECRET_MISSING)?) {
        return Err(refusals::SECRET);
    }
    if world.frozen { Err(refusals::SECRET_FROZEN) } else { Ok(()) }
}

fn code2session(world: &mut World, call: &Call) -> Result<Reply, Refusal> {
    call.require_get()?;
    check_app(world, call.param("appid"), call.param("secret"))?;
    if call.param("grant_type") != Some("authorization_code") {
        return Err(refusals::GRANT_TYPE);
    }
    let code = call.param("js_code").ok_or(refusals::CODE_MISSING)?;
    let user = world.redeem(code, Kind::Login)?;
    world.spend_minute(format!("login {}", user.openid), world.limits.logins_per_user)?;
    let session_key = world.session_key();
    Ok(Reply::json(&LoginBody { session_key, openid: user.openid, unionid: user.unionid }))
}

fn token(world: &mut World, call: &Call) -> Result<Reply, Refusal> {
    call.require_get()?;
    if call.param("grant_type") != Some("client_credential") {
        return Err(refusals::GRANT_TYPE);
    }
    check_app(world, call.param("appid"), call.param("secret"))?;
    let (now, spare) = (world.now(), world.token_text());
    Ok(granted(world.tokens.normal(now, spare)))
}

fn stable_token(world: &mut World, call: &Call) -> Result<Reply, Refusal> {
    call.require_post()?;
    let body = call.json()?;
    let text = |name: &str| body.get(name).and_then(Value::as_str);
    if text("grant_type") != Some("client_credential") {
        return Err(refusals::GRANT_TYPE);
    }
    check_app(world, text("appid"), text("secret"))?;
    world.spend_minute("stable_token".to_owned(), world.limits.stable_tokens)?;
    let (now, spare) = (world.now(), world.token_text());
    let force = body.get("force_refresh").and_then(Value::as_bool).unwrap_or_default();
    if force {
        return world.tokens.force_stable(now, spare).map(granted);
    }
    Ok(granted(world.tokens.stable(now, spare)))
}

fn granted(Granted { value, expires_in }: Granted) -> Reply {
    Reply::json(&TokenBody { access_token: value, expires_in })
}

/// A business call: the token is looked at before anything else.
fn authorised(world: &World, call: &Call) -> Result<Map<String, Value>, Refusal> {
    call.require_post()?;
    world.tokens.check(call.param("access_token"), world.now())?;
    call.json()
}

fn phone_number(world: &mut World, call: &Call) -> Result<Reply, Refusal> {
    let body = authorised(world, call)?;
    let text = |name: &str| body.get(name).and_then(Value::as_str);
    let user = world.redeem(text("code").ok_or(refusals::CODE_MISSING)?, Kind::Phone)?;
    // Which code the real service gives for another user's code is not documented.
    if text("openid").is_some_and(|openid| openid != user.openid) {
        return Err(refusals::CODE);
    }
    let country_code = if world.country_code_as_number { json!(86) } else { json!("86") };
    Ok(Reply::json(&PhoneBody {
        errcode: 0,
        errmsg: "ok",
        phone_info: PhoneInfo {
            phone_number: user.phone.clone(),
            pure_phone_number: user.phone,
            country_code,
            watermark: Watermark { timestamp: world.now().timestamp(), appid: world.appid.clone() },
        },
    }))
}

fn unlimited_qrcode(world: &mut World, call: &Call) -> Result<Reply, Refusal> {
    let body = authorised(world, call)?;
    world.spend_minute("qrcode".to_owned(), world.limits.qrcodes)?;
    let scene = body.get("scene").and_then(Value::as_str).unwrap_or_default();
    if !(1..=32).contains(&scene.chars().count()) {
        return Err(refusals::SCENE_LENGTH);
    }
    if !scene.chars().all(Scene::allows) {
        return Err(refusals::SCENE);
    }
    check_page(world, &body)?;
    let width = body.get("width").map_or(Some(430), Value::as_u64).ok_or(refusals::ARGUMENTS)?;
    let width = u16::try_from(width).ok().filter(|width| (280..=1280).contains(width));
    let picture = width.and_then(|width| picture::jpeg(scene, width));
    let body = picture.ok_or(refusals::ARGUMENTS)?;
    Ok(Reply { status: 200, content_type: "image/jpeg", body, errcode: Some(0) })
}

fn check_page(world: &World, body: &Map<String, Value>) -> Result<(), Refusal> {
    let Some(page) = body.get("page").and_then(Value::as_str) else { return Ok(()) };
    let checked = body.get("check_path").and_then(Value::as_bool).unwrap_or(true);
    let released = world.released_pages.as_ref().is_none_or(|pages| pages.contains(page));
    let malformed = page.starts_with('/') || page.contains('?');
    if malformed || (checked && !released) { Err(refusals::PAGE) } else { Ok(()) }
}
