//! Problem answers (RFC 9457) in the reader's language.

use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder, ResponseError};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::platform::db::{self, Trouble};
use crate::platform::failure::{Code, Failure, FieldError, Refusal, code};

/// 出错时的统一答复(RFC 9457)
#[derive(Debug, Serialize, ToSchema)]
pub struct Problem {
    /// 问题类型的说明页地址
    #[serde(rename = "type")]
    #[schema(example = "/problems/wrong-state")]
    pub kind: String,
    /// 问题名称
    #[schema(example = "当前状态不能进行此操作")]
    pub title: String,
    /// HTTP 状态码
    #[schema(minimum = 400, maximum = 599, example = 409)]
    pub status: u16,
    /// 这一次的具体情况
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// 稳定的问题代码，程序以此判断
    #[schema(example = "wrong_state")]
    pub code: String,
    /// 请求编号，报修时提供
    #[schema(example = "0193a1b2c3d47e5f8a9b0c1d2e3f4a5b")]
    pub request_id: String,
    /// 用同一请求重试是否可能成功
    pub retryable: bool,
    /// 出错的字段
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldProblem>,
    /// 扩展成员
    #[serde(flatten)]
    #[schema(ignore)]
    pub extra: Map<String, Value>,
}

/// 一个出错的字段
#[derive(Debug, Serialize, ToSchema)]
pub struct FieldProblem {
    /// 字段位置(JSON Pointer)或参数名
    #[schema(example = "/phone")]
    pub pointer: String,
    /// 错在哪里
    #[schema(example = "必填")]
    pub message: String,
}

/// The stable address of a code's documentation.
#[must_use]
pub fn type_path(code: &Code) -> String {
    format!("/problems/{}", code.name.replace('_', "-"))
}

/// Every code of the product, for documentation and tests.
#[derive(Clone, Copy, Debug)]
pub struct CodeBook(pub &'static [&'static [Code]]);

impl CodeBook {
    /// Walks every code.
    pub fn iter(self) -> impl Iterator<Item = &'static Code> {
        self.0.iter().copied().flatten()
    }

    /// The code of that name.
    #[must_use]
    pub fn find(self, name: &str) -> Option<&'static Code> {
        self.iter().find(|code| code.name == name)
    }
}

impl ResponseError for Failure {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(refusal_of(self).code.status)
            .unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    /// Without the request at hand; the door writes the answer again with its id and language.
    fn error_response(&self) -> HttpResponse {
        write(refusal_of(self), false, "")
    }
}

/// What the client may know of a failure.
#[must_use]
pub(super) fn refusal_of(failure: &Failure) -> Refusal {
    match failure {
        Failure::Refused(refusal) => (**refusal).clone(),
        Failure::Internal(_) => Refusal::new(code::INTERNAL),
        Failure::Database(error) => match db::trouble(error) {
            Trouble::Fault => Refusal::new(code::INTERNAL),
            Trouble::Value => Refusal::new(code::INVALID_VALUE),
            Trouble::Retry | Trouble::Unavailable | Trouble::Unique => {
                Refusal::new(code::UNAVAILABLE).retry_after(1)
            }
        },
    }
}

/// The refusal for an answer that no handler of ours has made.
#[must_use]
pub(super) fn refusal_for_status(status: StatusCode) -> Refusal {
    Refusal::new(match status {
        StatusCode::NOT_FOUND => code::NOT_FOUND,
        StatusCode::METHOD_NOT_ALLOWED => code::METHOD_NOT_ALLOWED,
        StatusCode::PAYLOAD_TOO_LARGE => code::TOO_LARGE,
        StatusCode::UNSUPPORTED_MEDIA_TYPE => code::UNSUPPORTED_MEDIA,
        StatusCode::UNAUTHORIZED => code::UNAUTHENTICATED,
        StatusCode::FORBIDDEN => code::PERMISSION_DENIED,
        status if status.is_client_error() => code::MALFORMED,
        _ => code::INTERNAL,
    })
}

/// Writes the answer in the reader's language (`Accept-Language: en` for English).
#[must_use]
pub(super) fn render(refusal: Refusal, request: &HttpRequest, request_id: &str) -> HttpResponse {
    write(refusal, prefers_english(request), request_id)
}

pub(super) fn write(refusal: Refusal, english: bool, request_id: &str) -> HttpResponse {
    let Refusal { code, detail, errors, extra, retry_after } = refusal;
    let status = StatusCode::from_u16(code.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = HttpResponse::build(status);
    headers(&mut response, code, retry_after, english);
    let problem = Problem {
        kind: type_path(&code),
        title: if english { code.title_en } else { code.title }.into(),
        status: code.status,
        detail,
        code: code.name.into(),
        request_id: request_id.into(),
        retryable: retry_after.is_some() || code == code::STALE,
        errors: errors.into_iter().map(FieldProblem::from).collect(),
        extra,
    };
    let body = serde_json::to_string(&problem).unwrap_or_default();
    response.content_type("application/problem+json; charset=utf-8").body(body)
}

fn headers(response: &mut HttpResponseBuilder, code: Code, wait: Option<u32>, english: bool) {
    response
        .insert_header((header::CONTENT_LANGUAGE, if english { "en" } else { "zh-CN" }))
        .insert_header((header::CACHE_CONTROL, "no-store"));
    if let Some(seconds) = wait {
        response.insert_header((header::RETRY_AFTER, seconds.to_string()));
    }
    if code.status == 401 {
        response.insert_header((header::WWW_AUTHENTICATE, "Bearer"));
    }
}

pub(super) fn prefers_english(request: &HttpRequest) -> bool {
    let header = request.headers().get(header::ACCEPT_LANGUAGE).and_then(|v| v.to_str().ok());
    header.is_some_and(|languages| languages.trim_start().to_ascii_lowercase().starts_with("en"))
}

impl From<FieldError> for FieldProblem {
    fn from(error: FieldError) -> Self {
        Self { pointer: error.pointer, message: error.message }
    }
}
