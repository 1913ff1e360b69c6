//! Completes the published document: what every operation has in common is written
//! once, here, from the few facts each handler declares.
//!
//! A handler declares `x-permission`, its own `x-codes`, and where they apply
//! `x-idempotency-key-required`, `x-dry-run` and `x-etag`; a public one that shows more to who is
//! signed in, `x-reader`.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use utoipa::openapi::path::{Operation, Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{
    Components, ContentBuilder, OpenApi, Ref, RefOr, Required, Response, ResponseBuilder,
};

use super::answers;
use super::problem::CodeBook;
use super::shared::share_problems;
use crate::platform::failure::{Code, code};
use crate::platform::operation::{methods, methods_mut};

/// Adds the common parameters, security and problem answers to every operation.
///
/// # Errors
/// Names every code an operation declares that no slice has.
pub fn finish(mut document: OpenApi, book: CodeBook) -> Result<OpenApi, String> {
    let mut unknown = Vec::new();
    for (path, item) in &mut document.paths.paths {
        for (method, operation) in methods_mut(item) {
            unknown.extend(complete(method, path, operation, book));
        }
    }
    if !unknown.is_empty() {
        return Err(format!("codes no slice declares: {}", unknown.join(", ")));
    }
    share_problems(&mut document);
    let components = document.components.get_or_insert_with(Components::new);
    let bearer = Http::builder()
        .scheme(HttpAuthScheme::Bearer)
        .bearer_format("JWT")
        .description(Some("POST /v1/auth/wechat-login 返回的 access_token"))
        .build();
    components.add_security_scheme("bearer", SecurityScheme::Http(bearer));
    list_codes(components, book);
    answers::add_extra_members(components);
    answers::describe_headers(components);
    Ok(document)
}

/// Clients switch on `code`: with every value listed, a typed client is told of a
/// misspelt one by its compiler.
fn list_codes(components: &mut Components, book: CodeBook) {
    let mut names: Vec<_> = book.iter().map(|code| code.name).collect();
    names.sort_unstable();
    let codes = ObjectBuilder::new()
        .schema_type(Type::String)
        .description(Some("稳定的问题代码；以后会增加，遇到不认识的按 status 处理"))
        .enum_values(Some(names));
    components.schemas.insert("ProblemCode".into(), codes.build().into());
    if let Some(RefOr::T(Schema::Object(problem))) = components.schemas.get_mut("Problem") {
        let mut code = Ref::from_schema_name("ProblemCode");
        "稳定的问题代码，程序以此判断".clone_into(&mut code.description);
        problem.properties.insert("code".into(), code.into());
    }
}

/// Writes a document as it is published, the same in every run: utoipa keeps the
/// extensions in no order, the map of a JSON value is sorted.
///
/// # Errors
/// When it cannot be written as JSON.
pub fn print(document: &OpenApi) -> Result<String, serde_json::Error> {
    let mut text = serde_json::to_string_pretty(&serde_json::to_value(document)?)?;
    text.push('\n');
    Ok(text)
}

/// The codes an operation may answer with, common ones included.
#[must_use]
pub fn operation_codes(operation: &Operation) -> Vec<String> {
    let listed = operation.extensions.as_ref().and_then(|x| x.get("x-codes"));
    let listed = listed.and_then(Value::as_array).into_iter().flatten();
    listed.filter_map(Value::as_str).map(str::to_owned).collect()
}

pub(super) fn flag(operation: &Operation, name: &str) -> bool {
    let found = operation.extensions.as_ref().and_then(|x| x.get(name));
    found.and_then(Value::as_bool).unwrap_or(false)
}

fn permission(operation: &Operation) -> &str {
    let found = operation.extensions.as_ref().and_then(|x| x.get("x-permission"));
    found.and_then(Value::as_str).unwrap_or_default()
}

fn complete(method: &str, path: &str, operation: &mut Operation, book: CodeBook) -> Vec<String> {
    let mut codes = operation_codes(operation);
    codes.extend(common_codes(method, path, operation).iter().map(|c| c.name.to_owned()));
    codes.sort_unstable();
    codes.dedup();
    let (known, unknown): (Vec<_>, Vec<_>) =
        codes.iter().partition(|name| book.find(name).is_some());
    add_simulated(operation);
    add_unchanged(operation);
    add_responses(operation, known.iter().filter_map(|name| book.find(name)));
    add_parameters(method, operation);
    answers::add_headers(method, operation);
    answers::mend_files(operation);
    let public = permission(operation) == "public";
    let bearer = SecurityRequirement::new("bearer", [""; 0]);
    operation.security = Some(match (public, flag(operation, "x-reader")) {
        (false, _) => vec![bearer],
        (true, true) => vec![SecurityRequirement::default(), bearer],
        (true, false) => vec![],
    });
    let audience = audience(permission(operation));
    let extensions = operation.extensions.get_or_insert_default();
    extensions.insert("x-codes".into(), json!(codes));
    extensions.insert("x-audience".into(), json!(audience));
    unknown.into_iter().cloned().collect()
}

/// Who an operation is for, read off its permission.
fn audience(permission: &str) -> &'static str {
    match permission {
        "public" => "public",
        "signed_in" | "volunteer" => "volunteer",
        _ => "staff",
    }
}

fn common_codes(method: &str, path: &str, operation: &Operation) -> Vec<Code> {
    // A misspelt query parameter is refused everywhere.
    let mut codes =
        vec![code::MALFORMED, code::UNKNOWN_FIELD, code::RATE_LIMITED, code::UNAVAILABLE];
    let permission = permission(operation);
    if permission != "public" || flag(operation, "x-reader") {
        codes.extend([code::UNAUTHENTICATED, code::TOKEN_EXPIRED]);
    }
    if !matches!(permission, "public" | "signed_in") {
        codes.push(code::PERMISSION_DENIED);
    }
    let parameters = operation.parameters.iter().flatten();
    let parameters = parameters.filter_map(|parameter| match parameter {
        RefOr::T(parameter) => Some(parameter),
        RefOr::Ref(_) => None,
    });
    if parameters.clone().any(|p| matches!(p.parameter_in, ParameterIn::Query)) {
        codes.push(code::INVALID_VALUE);
    }
    let required = |p: &Parameter| matches!(p.required, Required::True);
    if parameters.clone().any(|p| matches!(p.parameter_in, ParameterIn::Query) && required(p)) {
        codes.push(code::MISSING_FIELD);
    }
    // A site that is asked about in a query must be there, like one in the path.
    if path.contains('{') || parameters.clone().any(|p| p.name == "site_id") {
        codes.push(code::NOT_FOUND);
    }
    if parameters.clone().any(|p| p.name == "page_token") {
        codes.push(code::BAD_PAGE_TOKEN);
    }
    if method != "GET" {
        codes.extend([code::MALFORMED_JSON, code::TOO_LARGE, code::UNSUPPORTED_MEDIA]);
        codes.extend([code::MISSING_FIELD, code::INVALID_VALUE]);
    }
    if method == "POST" {
        codes.extend([
            code::IDEMPOTENCY_KEY_REQUIRED,
            code::IDEMPOTENCY_KEY_REUSED,
            code::REQUEST_IN_PROGRESS,
        ]);
    }
    if method == "PUT" {
        codes.extend([code::STALE, code::PRECONDITION_REQUIRED]);
    }
    codes
}

fn add_responses<'c>(operation: &mut Operation, codes: impl Iterator<Item = &'c Code>) {
    let mut by_status: BTreeMap<u16, Vec<&Code>> = BTreeMap::new();
    for code in codes {
        by_status.entry(code.status).or_default().push(code);
    }
    for (status, codes) in by_status {
        let lines = codes.iter().map(|c| format!("- `{}` {}", c.name, c.title));
        let description = lines.collect::<Vec<_>>().join("\n");
        operation.responses.responses.insert(status.to_string(), RefOr::T(problem(description)));
    }
}

/// Who sends the `ETag` she has is not sent the same again.
fn add_unchanged(operation: &mut Operation) {
    if flag(operation, "x-etag") {
        let unchanged = ResponseBuilder::new().description("与 If-None-Match 所示版本相同").build();
        operation.responses.responses.insert("304".into(), RefOr::T(unchanged));
    }
}

/// A run that is only tried answers 200, also where the real one creates something.
fn add_simulated(operation: &mut Operation) {
    let created = operation.responses.responses.get("201").cloned();
    let Some(RefOr::T(mut answer)) = created.filter(|_| flag(operation, "x-dry-run")) else {
        return;
    };
    "演算结果，没有生效".clone_into(&mut answer.description);
    operation.responses.responses.entry("200".into()).or_insert(RefOr::T(answer));
}

fn problem(description: String) -> Response {
    let content = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build();
    ResponseBuilder::new()
        .description(description)
        .content("application/problem+json", content)
        .build()
}

fn add_parameters(method: &str, operation: &mut Operation) {
    let mut added: Vec<Parameter> = Vec::new();
    if method == "POST" {
        let required = flag(operation, "x-idempotency-key-required");
        let schema = ObjectBuilder::new()
            .schema_type(Type::String)
            .pattern(Some("^[A-Za-z0-9_-]{16,64}$"))
            .examples([json!("5f2c7f6e-3a7b-4a57-9a37-6f5f1c1d2e3f")]);
        added.push(
            ParameterBuilder::new()
                .name("Idempotency-Key")
                .parameter_in(ParameterIn::Header)
                .required(if required { Required::True } else { Required::False })
                .description(Some("重试时带同一个值，保证只生效一次；由客户端在发送前生成并保存"))
                .schema(Some(schema))
                .build(),
        );
    }
    if method == "PUT" {
        let schema = ObjectBuilder::new().schema_type(Type::String).examples([json!("\"3\"")]);
        added.push(
            ParameterBuilder::new()
                .name("If-Match")
                .parameter_in(ParameterIn::Header)
                .required(Required::True)
                .description(Some("读取时得到的 ETag；内容已被他人修改时答复 412"))
                .schema(Some(schema))
                .build(),
        );
    }
    if flag(operation, "x-dry-run") {
        let schema = ObjectBuilder::new().schema_type(Type::Boolean);
        added.push(
            ParameterBuilder::new()
                .name("dry_run")
                .parameter_in(ParameterIn::Query)
                .description(Some("为 true 时只演算不生效"))
                .schema(Some(schema))
                .build(),
        );
    }
    operation.parameters.get_or_insert_default().extend(added.into_iter().map(RefOr::T));
}

/// Every operation of a document with its method and path.
pub fn operations(document: &OpenApi) -> impl Iterator<Item = (&str, &str, &Operation)> {
    let paths = document.paths.paths.iter();
    paths.flat_map(|(path, item)| methods(item).map(move |(method, op)| (method, &**path, op)))
}
