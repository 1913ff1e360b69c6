//! What each problem means (`/problems/wrong-state`): the pages that the `type` of a
//! problem answer points to.

use std::fmt::Write as _;

use actix_web::HttpResponse;
use actix_web::web::Path;

use super::{CONTENT_POLICY, escape, html};
use crate::http::type_path;
use crate::openapi::CODES;
use crate::platform::failure::{Code, Failure, code};

pub(super) async fn index() -> HttpResponse {
    let mut codes: Vec<_> = CODES.iter().collect();
    codes.sort_by_key(|code| (code.status, code.name));
    let mut rows = String::new();
    for code in codes {
        let (path, name) = (escape(&type_path(code)), escape(code.name));
        let (status, zh, en) = (code.status, escape(code.title), escape(code.title_en));
        // Writing to a text cannot fail.
        let _ = writeln!(
            rows,
            "<tr><td>{status}</td><td><a href=\"{path}\"><code>{name}</code></a></td>\
             <td>{zh}</td><td lang=\"en\">{en}</td></tr>"
        );
    }
    let table = format!(
        "<h1>问题代码 <small lang=\"en\">Problem codes</small></h1>\n\
         <p>出错时的答复是 <code>application/problem+json</code>；程序按 <code>code</code> 判断，\
         遇到不认识的代码按 <code>status</code> 处理。</p>\n\
         <p lang=\"en\">Switch on <code>code</code>; treat an unknown code by its \
         <code>status</code>.</p>\n<table>\n<thead><tr><th>status</th><th>code</th>\
         <th>名称</th><th>Title</th></tr></thead>\n<tbody>\n{rows}</tbody>\n</table>"
    );
    html(CONTENT_POLICY).body(frame("问题代码", &table))
}

pub(super) async fn show(name: Path<String>) -> Result<HttpResponse, Failure> {
    let path = format!("/problems/{name}");
    let found = CODES.iter().find(|code| type_path(code) == path);
    let found = found.ok_or(code::NOT_FOUND)?;
    Ok(html(CONTENT_POLICY).body(frame(found.title, &describe(found))))
}

fn describe(code: &Code) -> String {
    let (name, status) = (escape(code.name), code.status);
    let (zh, en) = (escape(code.title), escape(code.title_en));
    let (advice_zh, advice_en) = advice(code);
    format!(
        "<h1>{zh}</h1>\n<p lang=\"en\" class=\"title\">{en}</p>\n\
         <dl><dt>code</dt><dd><code>{name}</code></dd><dt>status</dt><dd>{status}</dd></dl>\n\
         <h2>怎么办</h2>\n<p>{advice_zh}</p>\n<h2 lang=\"en\">What to do</h2>\n\
         <p lang=\"en\">{advice_en}</p>\n\
         <p><a href=\"/problems\">全部问题代码 · All problem codes</a></p>"
    )
}

/// What a client does about a problem, in Chinese and in English.
fn advice(code: &Code) -> (&'static str, &'static str) {
    if *code == code::TOKEN_EXPIRED {
        return (
            "用刷新令牌换取新的访问令牌(POST /v1/auth/refresh)，再发一次原请求。",
            "Exchange the refresh token (POST /v1/auth/refresh) and send the request again.",
        );
    }
    if *code == code::REQUEST_IN_PROGRESS {
        return (
            "相同的请求还在处理。按 Retry-After 等待，再用同一个 Idempotency-Key 发送。",
            "Its twin is still running: wait for Retry-After, then send it with the same key.",
        );
    }
    by_status(code.status)
}

fn by_status(status: u16) -> (&'static str, &'static str) {
    match status {
        400 => (
            "请求的写法有误，原样重试不会成功；请对照接口说明修改程序。",
            "The request is written wrongly; repeating it will not help. Correct the client.",
        ),
        401 => (
            "重新登录（小程序重新调用 wx.login）后再试。",
            "Sign in again (call wx.login), then send the request again.",
        ),
        403 => (
            "此账号不能进行该操作；如认为应有权限，请联系本站管理员。",
            "This account may not do this. Ask the site's administrator if it should.",
        ),
        404 => (
            "没有这项内容，或者它不属于此账号可见的范围；请核对编号，刷新列表。",
            "It is not there, or not this account's to know of. Check the id, reload the list.",
        ),
        405 => (
            "该地址不支持此方法；支持的方法见答复的 Allow 头。",
            "The path has no such method; the Allow header lists those it has.",
        ),
        409 => (
            "与当前状态冲突。重新读取最新内容，向用户说明 detail，再决定是否继续。",
            "It conflicts with the present state. Read it again, show `detail`, then decide.",
        ),
        412 | 428 => (
            "重新读取最新内容，用新的 ETag 作 If-Match，再次提交修改。",
            "Read the resource again and send the change with its new ETag as If-Match.",
        ),
        413 | 415 => (
            "请求内容过大或类型不对；请对照接口说明修改程序。",
            "The body is too large or of the wrong type. Correct the client.",
        ),
        422 => (
            "按 errors 里的 pointer 找到字段，提示用户修改后重新提交（换新的 Idempotency-Key）。",
            "`errors` points at the members at fault. Correct them, send with a new key.",
        ),
        423 => (
            "对象已被冻结；等待解除，或联系本站管理员。",
            "It is frozen. Wait until it is released, or ask the site's administrator.",
        ),
        429 => (
            "请求过于频繁。按 Retry-After 等待后再发。",
            "Too many requests. Wait for Retry-After before sending again.",
        ),
        503 => (
            "服务暂时不可用。按 Retry-After 等待，用同一个 Idempotency-Key 重试。",
            "Away for the moment. Wait for Retry-After and retry with the same Idempotency-Key.",
        ),
        _ => (
            "系统出错。请稍后再试；仍不成功时，把答复中的 request_id 告诉管理员。",
            "A fault of ours. Try later; if it stays, tell the administrator the request_id.",
        ),
    }
}

fn frame(title: &str, content: &str) -> String {
    let title = escape(title);
    format!(
        "<!doctype html>\n<html lang=\"zh-CN\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{title}</title>\n<link rel=\"icon\" href=\"data:,\">\n\
         <link rel=\"stylesheet\" href=\"/pages.css\">\n</head>\n<body>\n<main>\n{content}\n\
         </main>\n</body>\n</html>\n"
    )
}
