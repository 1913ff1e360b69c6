//! The house's rules about its own sources: who may use what, and how large a thing may be.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// (file name, words that may not appear in its code, why)
const RULES: &[(&str, &[&str], &str)] = &[
    (
        "domain.rs",
        &["async ", "sea_orm::Entity", "actix_web", "redis", "reqwest", "Problem", "HttpResponse"],
        "rules are pure",
    ),
    ("routes.rs", &["sea_orm", "ActiveModel", "repository::"], "handlers only call services"),
    ("service.rs", &["actix_web", "HttpResponse", "Problem"], "use cases do not know HTTP"),
    ("repository.rs", &["actix_web", "HttpResponse", "Problem", "crate::http"], "queries only"),
];

/// Which slice may call which: a directed graph without cycles. Everybody may use
/// `platform`, `http`, `app`, `config` and `entity`; nobody needs a line for that.
const MAY_CALL: &[(&str, &[&str])] = &[
    ("journal", &[]),
    ("auth", &["wechat"]),
    ("site", &["auth", "journal"]),
    ("calendar", &["auth", "journal", "site"]),
    ("volunteer", &["auth", "journal", "site", "wechat"]),
    ("card", &["auth", "journal", "site", "volunteer"]),
    ("rule", &["auth", "journal", "site"]),
    ("activity", &["auth", "calendar", "card", "journal", "rule", "site", "volunteer"]),
    ("ledger", &["auth", "journal", "site", "volunteer"]),
    ("attendance", &["activity", "auth", "calendar", "card", "journal", "site", "volunteer"]),
    (
        "claim",
        &[
            "activity",
            "attendance",
            "auth",
            "card",
            "journal",
            "ledger",
            "rule",
            "site",
            "volunteer",
        ],
    ),
    ("opening", &["auth", "card", "journal", "ledger", "site", "task", "volunteer"]),
    ("goods", &["auth", "journal", "site"]),
    ("redemption", &["auth", "card", "goods", "journal", "ledger", "site", "task", "volunteer"]),
    (
        "disqualification",
        &[
            "auth",
            "calendar",
            "journal",
            "ledger",
            "redemption",
            "site",
            "supervision",
            "volunteer",
        ],
    ),
    (
        "objection",
        &[
            "attendance",
            "auth",
            "bulletin",
            "calendar",
            "claim",
            "journal",
            "ledger",
            "publicity",
            "site",
            "volunteer",
        ],
    ),
    ("task", &["auth", "site"]),
    ("replay", &["auth", "card", "rule", "site", "task", "volunteer"]),
    ("paper", &["site"]),
    ("publicity", &["auth", "card", "claim", "journal", "paper", "site", "task", "volunteer"]),
    ("tree", &["auth", "journal", "site", "volunteer"]),
    (
        "supervision",
        &["auth", "card", "claim", "journal", "publicity", "redemption", "site", "volunteer"],
    ),
    ("bulletin", &["auth", "journal", "paper", "publicity", "site", "task", "tree"]),
    ("audit", &["auth", "bulletin", "ledger", "publicity", "site", "supervision", "tree"]),
    (
        "me",
        &[
            "activity",
            "attendance",
            "auth",
            "card",
            "claim",
            "disqualification",
            "ledger",
            "objection",
            "redemption",
            "site",
            "supervision",
            "tree",
            "volunteer",
        ],
    ),
];

/// Rooms that are no slices.
const ROOMS: &[&str] = &["app", "cli", "config", "http", "pages", "platform", "seed", "wechat"];

const LONGEST_FILE: usize = 400;
const LONGEST_HANDLER: usize = 20;

fn sources() -> Vec<(PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../api/src");
    let mut found = Vec::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("sources") {
            let path = entry.expect("entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|kind| kind == "rs") {
                let text = fs::read_to_string(&path).expect("text");
                found.push((path.strip_prefix(&root).expect("inside").to_owned(), text));
            }
        }
    }
    assert!(found.len() > 50, "the sources were not found");
    found
}

/// The code without its tests and comments, with line numbers.
fn code(text: &str) -> impl Iterator<Item = (usize, &str)> + Clone {
    let code = text.split("#[cfg(test)]").next().unwrap_or_default();
    let lines = (1..).zip(code.lines());
    lines.filter(|(_, line)| !line.trim_start().starts_with("//"))
}

fn report(offences: &[String]) {
    assert!(offences.is_empty(), "\n{}", offences.join("\n"));
}

#[test]
fn each_kind_of_file_uses_only_what_it_may() {
    let mut offences = Vec::new();
    for (path, text) in sources() {
        for (name, banned, why) in RULES.iter().filter(|(name, ..)| path.ends_with(name)) {
            for (line, content) in code(&text) {
                if let Some(word) = banned.iter().find(|word| content.contains(**word)) {
                    offences.push(format!("{}:{line}: `{word}` in {name}: {why}", path.display()));
                }
            }
        }
    }
    report(&offences);
}

#[test]
fn no_file_is_too_long_and_each_says_what_it_is_for() {
    let mut offences = Vec::new();
    for (path, text) in sources() {
        let length = text.split("#[cfg(test)]").next().unwrap_or_default().lines().count();
        if length > LONGEST_FILE {
            offences.push(format!("{}: {length} lines", path.display()));
        }
        if !text.starts_with("//!") {
            offences.push(format!("{}: does not say what it is for", path.display()));
        }
    }
    report(&offences);
}

#[test]
fn handlers_are_thin() {
    const VERBS: [&str; 4] = ["#[get(", "#[post(", "#[put(", "#[delete("];
    let mut offences = Vec::new();
    for (path, text) in sources() {
        let lines: Vec<_> = text.lines().collect();
        for (at, line) in lines.iter().enumerate() {
            if !VERBS.iter().any(|verb| line.starts_with(verb)) {
                continue;
            }
            let end = lines[at..].iter().position(|line| *line == "}").unwrap_or(0);
            let open = lines[at..].iter().position(|line| line.ends_with('{')).unwrap_or(0);
            if end.saturating_sub(open) > LONGEST_HANDLER {
                offences.push(format!(
                    "{}:{}: handler of {} lines",
                    path.display(),
                    at + 1,
                    end - open
                ));
            }
        }
    }
    report(&offences);
}

#[test]
fn slices_call_only_whom_they_may() {
    let allowed: BTreeMap<_, _> = MAY_CALL.iter().copied().collect();
    let mut offences = Vec::new();
    for (path, text) in sources() {
        let slice = path.iter().next().and_then(|part| part.to_str()).unwrap_or_default();
        if path.parent().is_none_or(|folder| folder.iter().count() == 0) || ROOMS.contains(&slice) {
            continue;
        }
        let Some(may) = allowed.get(slice) else {
            offences.push(format!("{slice}: a slice without a line in MAY_CALL"));
            continue;
        };
        for (line, content) in code(&text) {
            for other in called(content) {
                let free = other == slice || !allowed.contains_key(other);
                if !free && !may.contains(&other) {
                    offences.push(format!("{}:{line}: {slice} -> {other}", path.display()));
                }
            }
        }
    }
    report(&offences);
}

/// The rooms and slices a line names after `crate::`, also inside `use crate::{..}`.
fn called(line: &str) -> Vec<&str> {
    let mut found = Vec::new();
    for (at, _) in line.match_indices("crate::") {
        let rest = &line[at + "crate::".len()..];
        let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
        if let Some(list) = rest.strip_prefix('{') {
            found.extend(
                list.split([',', '}']).map(|item| item.trim().split("::").next().unwrap_or("")),
            );
        } else {
            found.push(&rest[..end]);
        }
    }
    found
}

#[test]
fn the_graph_of_slices_has_no_cycle() {
    fn visit<'a>(
        slice: &'a str,
        graph: &BTreeMap<&'a str, &'a [&'a str]>,
        trail: &mut Vec<&'a str>,
    ) {
        assert!(!trail.contains(&slice), "cycle: {} -> {slice}", trail.join(" -> "));
        trail.push(slice);
        for next in graph.get(slice).copied().unwrap_or_default() {
            visit(next, graph, trail);
        }
        trail.pop();
    }
    let graph: BTreeMap<_, _> = MAY_CALL.iter().copied().collect();
    for slice in graph.keys() {
        visit(slice, &graph, &mut Vec::new());
    }
}

#[test]
fn the_platform_knows_no_township_word() {
    const TOWNSHIP: [&str; 6] =
        ["volunteer", "claim", "redemption", "attendance", "certif", "station"];
    let mut offences = Vec::new();
    for (path, text) in sources().into_iter().filter(|(path, _)| path.starts_with("platform")) {
        for (line, content) in code(&text) {
            // Examples in published schemas are the field's own and allowed.
            let word = TOWNSHIP.iter().find(|word| content.contains(**word));
            if let Some(word) = word {
                offences.push(format!("{}:{line}: `{word}`", path.display()));
            }
        }
    }
    report(&offences);
}

/// Where the errors of others than the database are logged; they hold nobody's rows.
const LOGS_OTHERS: [&str; 4] =
    ["wechat", "cli/demo/mod.rs", "auth/routes.rs", "volunteer/phone/service.rs"];

#[test]
fn a_failure_is_logged_in_words_that_hold_nobodys_data() {
    // The debug form quotes whole rows, the display form tells no cause: `Failure::for_log` and
    // `db::describe` do neither.
    const NEVER: [&str; 6] = ["= ?", "(?", ", ?", ":?}", "{failure", "%failure"];
    const NEVER_OF_THE_DATABASE: [&str; 3] = ["%error", "%err,", "{error"];
    let mut offences = Vec::new();
    for (path, text) in sources() {
        let others = LOGS_OTHERS.iter().any(|place| path.starts_with(place));
        let more: &[&str] = if others { &[] } else { &NEVER_OF_THE_DATABASE };
        let lines = code(&text).map(|(_, line)| line).collect::<Vec<_>>().join("\n");
        let calls = lines.split("tracing::").skip(1).filter_map(|rest| rest.split(';').next());
        for call in calls {
            if let Some(form) = NEVER.iter().chain(more).find(|form| call.contains(**form)) {
                offences.push(format!("{}: `{form}` in tracing::{call}", path.display()));
            }
        }
    }
    report(&offences);
}

#[test]
fn nothing_is_left_for_later() {
    let marks = ["TODO", "FIXME", "todo!(", "unimplemented!("];
    let mut offences = Vec::new();
    for (path, text) in sources() {
        for (line, content) in (1..).zip(text.lines()) {
            if marks.iter().any(|mark| content.contains(mark)) {
                offences.push(format!("{}:{line}: {}", path.display(), content.trim()));
            }
        }
    }
    report(&offences);
}
