//! The published document as a whole: it is current, and everything in it is named and described.

mod sources;

use std::collections::BTreeSet;
use std::path::Path;

use api::auth::Permission;
use serde_json::{Map, Value};

const REGENERATE: &str = "cargo run -- spec > openapi/openapi.json";

fn printed() -> String {
    let document = api::openapi::document().expect("the document");
    api::http::print_document(&document).expect("JSON")
}

fn document() -> Value {
    serde_json::from_str(&printed()).expect("JSON")
}

/// Every operation as (name for messages, path, operation).
fn operations(document: &Value) -> Vec<(String, String, Value)> {
    let mut found = Vec::new();
    for (path, item) in document["paths"].as_object().expect("paths") {
        for (method, operation) in item.as_object().expect("a path item") {
            assert!(
                ["get", "post", "put", "delete"].contains(&method.as_str()),
                "{path}: a mini-program cannot send {method}"
            );
            found.push((format!("{method} {path}"), path.clone(), operation.clone()));
        }
    }
    assert!(found.len() >= 5, "the document is empty");
    found
}

fn text<'v>(value: &'v Value, member: &str) -> &'v str {
    value[member].as_str().unwrap_or_default()
}

fn is_chinese(text: &str) -> bool {
    text.chars().any(|letter| ('\u{4e00}'..='\u{9fff}').contains(&letter))
}

fn report(offences: &[String]) {
    assert!(offences.is_empty(), "\n{}", offences.join("\n"));
}

#[test]
fn the_checked_in_document_is_current() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../openapi/openapi.json");
    let checked_in = std::fs::read_to_string(file).unwrap_or_default();
    let printed = printed();
    let differing = checked_in.lines().zip(printed.lines()).position(|(old, new)| old != new);
    let line = differing.map_or(checked_in.lines().count(), |line| line) + 1;
    assert!(
        checked_in == printed,
        "openapi/openapi.json is not what the code says (line {line}); run: {REGENERATE}"
    );
}

#[test]
fn operation_ids_are_unique_and_speak() {
    let mut seen = BTreeSet::new();
    let mut offences = Vec::new();
    for (name, _, operation) in operations(&document()) {
        let id = text(&operation, "operationId").to_owned();
        let plain = id.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
        if !plain || !id.contains('_') {
            offences.push(format!("{name}: `{id}` is not noun_verb"));
        }
        if !seen.insert(id.clone()) {
            offences.push(format!("{name}: `{id}` names another operation, too"));
        }
    }
    report(&offences);
}

#[test]
fn every_operation_is_described() {
    let document = document();
    let tags = document["tags"].as_array().expect("tags").iter();
    let tags: BTreeSet<_> = tags.map(|tag| text(tag, "name").to_owned()).collect();
    let mut offences = Vec::new();
    for (name, path, operation) in operations(&document) {
        let mut demand = |fulfilled: bool, what: &str| {
            if !fulfilled {
                offences.push(format!("{name}: {what}"));
            }
        };
        demand(is_chinese(text(&operation, "summary")), "no Chinese summary (first doc line)");
        let description = text(&operation, "description");
        let english = description.starts_with(|c: char| c.is_ascii_alphabetic());
        demand(english, "no English description (after the first doc line)");
        let tag = operation["tags"].as_array().map(Vec::as_slice).unwrap_or_default();
        demand(
            matches!(tag, [tag] if tags.contains(tag.as_str().unwrap_or_default())),
            "needs exactly one tag, declared in the head",
        );
        let permission = text(&operation, "x-permission").parse::<Permission>();
        demand(permission.is_ok(), "no x-permission");
        let responses = operation["responses"].as_object().expect("responses");
        demand(responses.keys().any(|s| s.starts_with('2')), "no success answer");
        for (status, response) in responses {
            let response = whole(&document, response);
            let described = !text(response, "description").trim().is_empty();
            demand(described, &format!("answer {status} without description"));
            if status.starts_with('2') {
                let description = text(response, "description");
                demand(is_chinese(description), &format!("answer {status} not in Chinese"));
            }
        }
        check_parameters(&path, &operation, &mut demand);
    }
    report(&offences);
}

/// An answer itself where only a reference to it stands.
fn whole<'d>(document: &'d Value, response: &'d Value) -> &'d Value {
    let reference =
        response["$ref"].as_str().and_then(|at| document.pointer(at.strip_prefix('#')?));
    reference.unwrap_or(response)
}

fn check_parameters(path: &str, operation: &Value, demand: &mut impl FnMut(bool, &str)) {
    let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
    for parameter in &parameters {
        let described = is_chinese(text(parameter, "description"));
        let name = text(parameter, "name");
        demand(described, &format!("parameter {name} without Chinese description"));
    }
    for part in path.split('/').filter_map(|p| p.strip_prefix('{')?.strip_suffix('}')) {
        let mut named = parameters.iter().filter(|p| text(p, "in") == "path");
        let declared = named.any(|p| text(p, "name") == part);
        demand(declared, &format!("path parameter {part} not declared"));
    }
}

#[test]
fn every_tag_is_described_and_used() {
    let document = document();
    let operations = operations(&document);
    let mut offences = Vec::new();
    for tag in document["tags"].as_array().expect("tags") {
        let name = text(tag, "name");
        if !is_chinese(text(tag, "description")) {
            offences.push(format!("tag {name}: no Chinese description"));
        }
        if !operations.iter().any(|(_, _, operation)| operation["tags"][0] == name) {
            offences.push(format!("tag {name}: no operation has it"));
        }
    }
    report(&offences);
}

#[test]
fn every_schema_and_every_member_is_described() {
    let document = document();
    let schemas = document["components"]["schemas"].as_object().expect("schemas");
    let mut offences = Vec::new();
    for (name, schema) in schemas {
        if text(schema, "description").is_empty() {
            offences.push(format!("{name}: no description"));
        }
        check_members(name, schema, schemas, &mut offences);
    }
    report(&offences);
}

/// Walks a schema, also into lists, alternatives and objects inside objects.
fn check_members(at: &str, schema: &Value, all: &Map<String, Value>, offences: &mut Vec<String>) {
    for (name, member) in schema["properties"].as_object().into_iter().flatten() {
        let at = format!("{at}.{name}");
        if !described(member, all) {
            offences.push(format!("{at}: no description"));
        }
        check_members(&at, member, all, offences);
    }
    check_parts(at, schema, all, offences);
}

fn check_parts(at: &str, schema: &Value, all: &Map<String, Value>, offences: &mut Vec<String>) {
    let alternatives = ["oneOf", "anyOf", "allOf"].into_iter();
    let parts = alternatives.flat_map(|word| schema[word].as_array().into_iter().flatten());
    for part in parts.chain(schema.get("items")) {
        check_members(at, part, all, offences);
    }
}

/// Described itself, by the schema it refers to, or by one of its alternatives.
fn described(member: &Value, all: &Map<String, Value>) -> bool {
    let target = text(member, "$ref").rsplit('/').next().and_then(|name| all.get(name));
    let alternatives = ["oneOf", "anyOf", "allOf"].into_iter();
    let mut parts = alternatives.flat_map(|word| member[word].as_array().into_iter().flatten());
    !text(member, "description").is_empty()
        || target.is_some_and(|schema| !text(schema, "description").is_empty())
        || parts.any(|part| described(part, all))
}
