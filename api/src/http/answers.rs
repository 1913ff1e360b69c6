//! What the document says of answers beyond their bodies: headers, files, and the members that
//! problems and items carry besides their own.

use utoipa::openapi::header::HeaderBuilder;
use utoipa::openapi::path::Operation;
use utoipa::openapi::schema::{
    ArrayBuilder, KnownFormat, ObjectBuilder, Schema, SchemaFormat, Type,
};
use utoipa::openapi::{Components, Ref, RefOr, Response};

use super::document::flag;

/// Every header that answers carry, once: with its type and what it is for.
const HEADERS: &[(&str, Type, &str)] = &[
    ("X-Request-Id", Type::String, "请求编号，报修时提供"),
    ("RateLimit", Type::String, "限流的剩余次数和重置秒数"),
    ("RateLimit-Policy", Type::String, "限流的规则"),
    ("Retry-After", Type::Integer, "多少秒后再试"),
    ("Location", Type::String, "所建资源的地址；演算时不出现"),
    ("Idempotency-Replayed", Type::Boolean, "为 true 时是以前同一请求的答复，没有再次生效"),
    ("ETag", Type::String, "内容的版本，更新时放在 If-Match，再读时放在 If-None-Match"),
];

/// Describes the headers that answers refer to.
pub(super) fn describe_headers(components: &mut Components) {
    for (name, kind, text) in HEADERS {
        let schema = ObjectBuilder::new().schema_type(kind.clone());
        let header = HeaderBuilder::new().schema(Some(schema)).description(Some(*text)).build();
        components.headers.insert((*name).to_owned(), RefOr::T(header));
    }
}

/// Says which headers every answer of an operation has.
pub(super) fn add_headers(method: &str, operation: &mut Operation) {
    let has_version = flag(operation, "x-etag") || method == "PUT";
    for (status, response) in &mut operation.responses.responses {
        let RefOr::T(response) = response else { continue };
        let done = status.starts_with('2');
        let sent = |name: &str| match name {
            "Retry-After" => matches!(status.as_str(), "429" | "503"),
            "Location" => status == "201",
            "Idempotency-Replayed" => done && method == "POST",
            "ETag" => has_version && (done || status == "304"),
            _ => true,
        };
        for (name, ..) in HEADERS.iter().filter(|(name, ..)| sent(name)) {
            let described = Ref::new(format!("#/components/headers/{name}"));
            response.headers.insert((*name).to_owned(), RefOr::Ref(described));
        }
    }
}

/// Bytes are a file, not a list of numbers.
pub(super) fn mend_files(operation: &mut Operation) {
    for response in operation.responses.responses.values_mut() {
        let RefOr::T(Response { content, .. }) = response else { continue };
        for (kind, content) in content.iter_mut() {
            let RefOr::T(content) = content else { continue };
            if kind.contains("json") || !matches!(content.schema, Some(RefOr::T(Schema::Array(_))))
            {
                continue;
            }
            let file = ObjectBuilder::new()
                .schema_type(Type::String)
                .format(Some(SchemaFormat::KnownFormat(KnownFormat::Binary)))
                .content_media_type(kind.as_str());
            content.schema = Some(file.build().into());
        }
    }
}

/// Members that only some problems, or items of a batch, carry.
const EXTRA: &[(&str, &str)] = &[
    ("state", "wrong_state 等：所涉记录现在的状态"),
    ("next_step", "签到被拒时：请本人怎样做"),
    ("claim_id", "already_claimed：已有的积分申请"),
];

/// Adds what is flattened into problems and items.
pub(super) fn add_extra_members(components: &mut Components) {
    for name in ["Problem", "ItemResult"] {
        let Some(RefOr::T(Schema::Object(schema))) = components.schemas.get_mut(name) else {
            continue;
        };
        for (member, text) in EXTRA {
            let kind = ObjectBuilder::new().schema_type(Type::String).description(Some(*text));
            schema.properties.insert((*member).to_owned(), kind.build().into());
        }
        if name == "Problem" {
            let text = |text| {
                let items = ObjectBuilder::new().schema_type(Type::String);
                ArrayBuilder::new().items(items).description(Some(text)).build()
            };
            let reasons = text("closure_blocked：还有哪些未了结的事项");
            let texts = text("closure_blocked：每项的说明和办法，顺序与 reasons 相同");
            schema.properties.insert("reasons".into(), reasons.into());
            schema.properties.insert("reason_texts".into(), texts.into());
        }
    }
}
