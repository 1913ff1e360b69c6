//! What can go wrong, in one type: refusals with a stable code, or trouble below.

use sea_orm::DbErr;
use serde::Serialize;
use serde_json::{Map, Value};

use super::db;

/// A stable reason that clients switch on. Each slice declares its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Code {
    /// Stable `snake_case` name.
    pub name: &'static str,
    /// HTTP status it is answered with.
    pub status: u16,
    /// Title in Chinese, for the person at the phone.
    pub title: &'static str,
    /// Title in English, for the integrator.
    pub title_en: &'static str,
}

impl Code {
    /// Declares a code.
    #[must_use]
    pub const fn new(
        name: &'static str,
        status: u16,
        title: &'static str,
        title_en: &'static str,
    ) -> Self {
        Self { name, status, title, title_en }
    }
}

/// Declares codes as constants and lists them all, so that the documentation
/// and the tests can walk them.
#[macro_export]
macro_rules! codes {
    ($($(#[$doc:meta])* $konst:ident = ($name:literal, $status:literal, $zh:literal, $en:literal);)+) => {
        $($(#[$doc])* pub(crate) const $konst: $crate::platform::failure::Code =
            $crate::platform::failure::Code::new($name, $status, $zh, $en);)+
        /// Every code declared here.
        pub(crate) const ALL: &[$crate::platform::failure::Code] = &[$($konst),+];
    };
}

/// The codes any operation may answer.
pub(crate) mod code {
    codes! {
        /// The request line, a header or the body's syntax is broken.
        MALFORMED = ("malformed_request", 400, "请求格式有误", "The request is malformed");
        /// The body is not JSON.
        MALFORMED_JSON = ("malformed_json", 400, "请求内容不是合法的 JSON", "The body is not valid JSON");
        /// A page token was altered, is too old, or belongs to another list.
        BAD_PAGE_TOKEN = ("bad_page_token", 400, "翻页标记无效，请从第一页重新查询", "The page token is not valid here");
        /// The key is required or has the wrong form.
        IDEMPOTENCY_KEY_REQUIRED = ("idempotency_key_required", 400, "缺少或写错了 Idempotency-Key", "A well-formed Idempotency-Key is required");
        /// No token, or one that is not good any more.
        UNAUTHENTICATED = ("unauthenticated", 401, "请先登录", "Sign in first");
        /// The access token is past its life; refresh it.
        TOKEN_EXPIRED = ("token_expired", 401, "登录已过期，请刷新", "The access token has expired");
        /// Signed in, but this is not for this role.
        PERMISSION_DENIED = ("permission_denied", 403, "没有权限进行此操作", "You may not do this");
        /// Not there, or not the caller's to know of.
        NOT_FOUND = ("not_found", 404, "没有找到", "Not found");
        /// Who has a hand in a matter does not decide on it.
        MUST_RECUSE = ("must_recuse", 403, "您与此事有关，请由其他人员办理", "Somebody else must decide this");
        /// The path exists, the method does not.
        METHOD_NOT_ALLOWED = ("method_not_allowed", 405, "不支持此请求方法", "Method not allowed");
        /// The state machine does not allow this now.
        WRONG_STATE = ("wrong_state", 409, "当前状态不能进行此操作", "The current state does not allow this");
        /// The same request is being worked on at this moment.
        REQUEST_IN_PROGRESS = ("request_in_progress", 409, "相同的请求正在处理，请稍候", "The same request is still running");
        /// `If-Match` names an older version.
        STALE = ("stale_version", 412, "内容已被他人修改，请刷新后再试", "It changed since you read it");
        /// The body is larger than the limit.
        TOO_LARGE = ("body_too_large", 413, "提交的内容过大", "The body is too large");
        /// The body is not `application/json`.
        UNSUPPORTED_MEDIA = ("unsupported_media_type", 415, "请使用 application/json", "Use application/json");
        /// A member the operation does not know: a typo must not lose data.
        UNKNOWN_FIELD = ("unknown_field", 422, "含有未知字段", "An unknown member was sent");
        /// A required member is absent.
        MISSING_FIELD = ("missing_field", 422, "缺少必填字段", "A required member is missing");
        /// A member's value has the wrong type, form or range.
        INVALID_VALUE = ("invalid_value", 422, "字段的值不符合要求", "A member's value is not acceptable");
        /// The same key was used with another request.
        IDEMPOTENCY_KEY_REUSED = ("idempotency_key_reused", 422, "同一 Idempotency-Key 用于了不同请求", "The key was used with another request");
        /// A supervisor keeps the record from going on for a while.
        FROZEN = ("frozen", 423, "已被冻结，暂不能办理", "It is frozen for the time being");
        /// PUT on a shared resource needs `If-Match`.
        PRECONDITION_REQUIRED = ("precondition_required", 428, "请先读取最新内容（缺少 If-Match）", "If-Match is required");
        /// Too many requests from this caller.
        RATE_LIMITED = ("rate_limited", 429, "操作过于频繁，请稍后再试", "Too many requests");
        /// A fault of ours; the log has the reason.
        INTERNAL = ("internal_error", 500, "系统出错，请稍后再试", "Something went wrong on our side");
        /// Database or another part is away for the moment.
        UNAVAILABLE = ("unavailable", 503, "系统繁忙，请稍后再试", "Temporarily unavailable");
    }
}

/// One field's trouble, addressed by a JSON pointer (RFC 6901).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FieldError {
    /// JSON pointer into the body, or the parameter's name.
    pub pointer: String,
    /// What is wrong with it, in Chinese.
    pub message: String,
}

/// A decided "no", with everything the client may know.
#[derive(Clone, Debug)]
pub struct Refusal {
    /// The stable reason.
    pub code: Code,
    /// This occurrence in words (Chinese); the code's title if absent.
    pub detail: Option<String>,
    /// Fields at fault.
    pub errors: Vec<FieldError>,
    /// Extension members of the problem answer.
    pub extra: Map<String, Value>,
    /// Seconds after which a retry makes sense.
    pub retry_after: Option<u32>,
}

/// Everything a use case may fail with.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// A rule said no.
    #[error("refused: {}", .0.code.name)]
    Refused(Box<Refusal>),
    /// The database said no, or did not answer.
    #[error("database")]
    Database(#[from] DbErr),
    /// A fault of ours.
    #[error("internal: {0}")]
    Internal(String),
}

impl Failure {
    /// A fault of ours, logged but never shown.
    pub fn internal(source: impl std::fmt::Display) -> Self {
        Self::Internal(source.to_string())
    }

    /// Refuses naming one field by its JSON pointer.
    #[must_use]
    pub fn field(pointer: &str, message: impl Into<String>) -> Self {
        let mut refusal = Refusal::new(code::INVALID_VALUE);
        refusal.errors.push(FieldError { pointer: pointer.into(), message: message.into() });
        refusal.into()
    }

    /// Whether running the whole transaction again may succeed.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        matches!(self, Self::Database(error) if db::is_retryable(error))
    }

    /// The failure in words that hold nobody's data.
    #[must_use]
    pub fn for_log(&self) -> String {
        match self {
            Self::Database(error) => db::describe(error),
            Self::Refused(_) | Self::Internal(_) => self.to_string(),
        }
    }

    /// The refusal, if it is one.
    #[must_use]
    pub fn refusal(&self) -> Option<&Refusal> {
        match self {
            Self::Refused(refusal) => Some(refusal),
            Self::Database(_) | Self::Internal(_) => None,
        }
    }
}

impl Refusal {
    /// A refusal with nothing but its code.
    #[must_use]
    pub fn new(code: Code) -> Self {
        Self { code, detail: None, errors: Vec::new(), extra: Map::new(), retry_after: None }
    }

    /// Says this occurrence in words (Chinese).
    #[must_use]
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    /// Adds an extension member.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Serialize) -> Self {
        self.extra.insert(name.into(), serde_json::to_value(value).unwrap_or_default());
        self
    }

    /// Says when to try again, in seconds.
    #[must_use]
    pub fn retry_after(mut self, seconds: u32) -> Self {
        self.retry_after = Some(seconds);
        self
    }
}

impl From<Code> for Failure {
    fn from(code: Code) -> Self {
        Refusal::new(code).into()
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(Box::new(refusal))
    }
}
