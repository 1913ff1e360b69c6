//! What utoipa cannot tell: it overwrites a schema by another of the same name, does not
//! see the body inside `Command<..>`, and skips what is registered past it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use super::{document, operations, report};

/// What the service answers outside the document: probes, and pages for people.
const OUTSIDE: &[&str] = &[
    "/.well-known/jwks.json",
    "/docs",
    "/docs/{file}",
    "/healthz",
    "/openapi.json",
    "/pages.css",
    "/problems",
    "/problems/{name}",
    "/public/bulletins/{number}",
    "/public/notices/{number}",
    "/public/sites/{site_id}/bulletins",
    "/public/sites/{site_id}/notices",
    "/public/sites/{site_id}/screen",
    "/public/verify",
    "/readyz",
    "/screen/{token}",
    "/screen/{token}/code",
];

/// The simulated WeChat and the metrics have listeners of their own.
const OTHER_SERVERS: &[&str] = &["api/src/wechat/simulator", "api/src/telemetry.rs"];
const READ_ONLY: &str = "api/src/http/read_only.rs";

fn sources() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut found = Vec::new();
    let mut folders: Vec<PathBuf> = vec![root.join("api/src"), root.join("entity/src")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("sources") {
            let path = entry.expect("entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|kind| kind == "rs") {
                let text = fs::read_to_string(&path).expect("text");
                let name = path.strip_prefix(&root).expect("inside").display().to_string();
                found.push((name, without_comments(&text)));
            }
        }
    }
    assert!(found.len() > 80, "the sources were not found");
    found
}

fn without_comments(text: &str) -> String {
    let lines = text.lines().filter(|line| !line.trim_start().starts_with("//"));
    lines.collect::<Vec<_>>().join("\n")
}

fn word(text: &str) -> &str {
    let end = text.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(text.len());
    &text[..end]
}

/// The text between the bracket that `text` begins with and its partner; brackets in
/// string literals do not count.
fn inside(text: &str) -> &str {
    let (mut depth, mut quoted, mut escaped) = (0, false, false);
    for (at, letter) in text.char_indices() {
        let was_escaped = escaped;
        escaped = quoted && !was_escaped && letter == '\\';
        match letter {
            '"' if !was_escaped => quoted = !quoted,
            _ if quoted => {}
            '{' | '(' | '[' => depth += 1,
            '}' | ')' | ']' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return &text[1..at];
        }
    }
    text
}

/// Names of the types a file publishes as schemas: derived, or made by the house's macros.
fn schema_names(text: &str) -> Vec<String> {
    let mut names = derived(text);
    for (macro_name, ends) in [("bounded_text!", "("), ("bounded_number!", ": "), ("page!", " of ")]
    {
        for body in invocations(text, macro_name) {
            let lines = body.lines().map(str::trim).filter(|line| line.contains(ends));
            names.extend(lines.map(|line| word(line).to_owned()));
        }
    }
    names.extend(invocations(text, "value_enum!").map(|body| word(body.trim_start()).to_owned()));
    for body in invocations(text, "typed_id!") {
        names.extend(body.split(',').map(|name| word(name.trim_start()).to_owned()));
    }
    names.retain(|name| !name.is_empty());
    names
}

fn invocations<'t>(text: &'t str, name: &'t str) -> impl Iterator<Item = &'t str> {
    text.match_indices(name).filter_map(move |(at, _)| {
        let rest = text[at + name.len()..].trim_start();
        rest.starts_with('{').then(|| inside(rest))
    })
}

fn derived(text: &str) -> Vec<String> {
    let mut names = Vec::new();
    for (at, _) in text.match_indices("#[derive(") {
        let list = inside(&text[at + "#[derive".len()..]);
        let rest = &text[at..];
        // A macro's own pattern derives for `$name`, which is no name.
        let item = ["struct ", "enum "].iter().filter_map(|kind| Some((rest.find(kind)?, kind)));
        let Some((start, kind)) = item.min() else { continue };
        let name = word(&rest[start + kind.len()..]);
        if list.split([',', ':']).any(|part| part.trim() == "ToSchema") {
            names.push(name.to_owned());
        }
    }
    names
}

#[test]
fn no_schema_overwrites_another_of_the_same_name() {
    let mut places: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (file, text) in sources() {
        for name in schema_names(&text) {
            places.entry(name).or_default().push(file.clone());
        }
    }
    let twice = places.iter().filter(|(_, files)| files.len() > 1);
    report(&twice.map(|(name, files)| format!("{name}: {}", files.join(", "))).collect::<Vec<_>>());

    // The scan is not blind: what the document has, it has seen, but for types written by hand.
    let document = document();
    let schemas = document["components"]["schemas"].as_object().expect("schemas");
    let by_hand = hand_written();
    let unseen = schemas.keys().filter(|name| !places.contains_key(*name));
    let unseen = unseen.filter(|name| !by_hand.contains(*name) && *name != "ProblemCode");
    report(
        &unseen.map(|name| format!("{name}: its declaration was not found")).collect::<Vec<_>>(),
    );
}

/// Types whose schema is written out: one `impl ToSchema for X` each, which cannot repeat
/// within a module but may across modules, so they count as declarations, too.
fn hand_written() -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for (file, text) in sources() {
        for (at, found) in text.match_indices("ToSchema for ") {
            let name = word(&text[at + found.len()..]).to_owned();
            let new = name.is_empty() || names.insert(name.clone());
            assert!(new, "{file}: a second schema {name}");
        }
    }
    names
}

#[test]
fn the_scan_for_schemas_finds_every_kind() {
    let text = "
        #[derive(Debug)]\nstruct Plain;
        #[derive(Debug, utoipa::ToSchema)]\n#[serde(deny)]\npub(super) struct Derived { a: i32 }
        #[derive(ToSchema)]\nenum Kind { A }
        bounded_text! {\n  Line(1..=200) = \"a(b\";\n  Code(1..=2) = \"x\";\n }
        bounded_number! {\n  Price: i64 = 1..=9, 5;\n }
        page! {\n  Rows of Row;\n }
        value_enum! { State { Open = \"open\" } }
        macro_rules! page { ($name:ident) => { #[derive(ToSchema)] pub struct $name { x: i32 } } }";
    assert_eq!(schema_names(text), ["Derived", "Kind", "Line", "Code", "Price", "Rows", "State"]);
}

#[test]
fn every_command_declares_its_body() {
    let mut offences = Vec::new();
    let mut seen = 0;
    for (file, text) in sources() {
        for handler in text.split("#[utoipa::path(").skip(1) {
            let signature = handler.split(" {\n").next().unwrap_or_default();
            let Some((_, body)) = signature.split_once(": Command<") else { continue };
            let body = body.split_once('>').map_or("", |(body, _)| body);
            let name = signature.split_once("async fn ").map_or("", |(_, rest)| word(rest));
            seen += 1;
            if body != "NoBody" && !signature.contains(&format!("request_body = {body}")) {
                offences.push(format!("{file}: {name} needs `request_body = {body}`"));
            }
        }
    }
    report(&offences);
    assert!(seen >= 4, "the handlers were not found");
}

#[test]
fn nothing_is_reachable_outside_the_document_but_probes_and_pages() {
    let mut routed = BTreeSet::new();
    let mut attributes = 0;
    for (file, text) in sources() {
        // What makes an address only read names none itself.
        if OTHER_SERVERS.iter().any(|other| file.starts_with(other)) || file == READ_ONLY {
            continue;
        }
        for way in [".route(", "web::resource(", "web::scope(", "service(read_only("] {
            for (at, _) in text.match_indices(way) {
                let path = text[at + way.len()..].trim_start().trim_start_matches('"');
                routed.insert(path.split('"').next().unwrap_or_default().to_owned());
            }
        }
        for verb in ["#[get(", "#[post(", "#[put(", "#[delete(", "#[patch(", "#[route("] {
            attributes += text.matches(verb).count();
        }
    }
    assert!(routed.remove("/v1"), "the operations' own scope was not found");
    let known: BTreeSet<_> = OUTSIDE.iter().map(|path| (*path).to_owned()).collect();
    assert_eq!(routed, known, "routes outside the document");
    assert_eq!(attributes, operations(&document()).len(), "handlers without an operation");
}
