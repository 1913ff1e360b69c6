//! The error codes of WeChat that the simulator gives, with WeChat's own texts.

/// An error answer before its request id is added.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Refusal {
    pub(super) code: i64,
    pub(super) text: &'static str,
}

const fn refusal(code: i64, text: &'static str) -> Refusal {
    Refusal { code, text }
}

pub(super) const TOKEN_NOT_LATEST: Refusal = refusal(
    40001,
    "invalid credential, access_token is invalid or not latest, could get access_token by \
     getStableAccessToken, more details at https://mmbizurl.cn/s/JtxxFh33r",
);
pub(super) const GRANT_TYPE: Refusal = refusal(40002, "invalid grant_type");
pub(super) const APPID: Refusal = refusal(40013, "invalid appid");
pub(super) const CODE: Refusal = refusal(40029, "invalid code");
pub(super) const ARGUMENTS: Refusal = refusal(40097, "invalid args");
pub(super) const SECRET: Refusal = refusal(40125, "invalid appsecret");
pub(super) const SCENE: Refusal = refusal(40129, "invalid scene");
pub(super) const CODE_USED: Refusal = refusal(40163, "code been used");
pub(super) const SCENE_LENGTH: Refusal =
    refusal(40169, "invalid length for scene, or the data is not json string");
pub(super) const BLOCKED: Refusal = refusal(40226, "code blocked");
pub(super) const SECRET_FROZEN: Refusal = refusal(40243, "appsecret is frozen");
pub(super) const TOKEN_MISSING: Refusal = refusal(41001, "access_token missing");
pub(super) const APPID_MISSING: Refusal = refusal(41002, "appid missing");
pub(super) const SECRET_MISSING: Refusal = refusal(41004, "appsecret missing");
pub(super) const CODE_MISSING: Refusal = refusal(41008, "missing code");
pub(super) const PAGE: Refusal = refusal(41030, "invalid page");
pub(super) const TOKEN_EXPIRED: Refusal = refusal(42001, "access_token expired");
pub(super) const NEEDS_GET: Refusal = refusal(43001, "require GET method");
pub(super) const NEEDS_POST: Refusal = refusal(43002, "require POST method");
pub(super) const EMPTY_BODY: Refusal = refusal(44002, "empty post data");
pub(super) const DAILY_LIMIT: Refusal = refusal(45009, "reach max api daily quota limit");
pub(super) const MINUTE_LIMIT: Refusal =
    refusal(45011, "api minute-quota reach limit  mustslower  retry next minute");
pub(super) const NOT_JSON: Refusal = refusal(47001, "data format error");
