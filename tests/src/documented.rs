//! Whether an answer is one that the document promises.

use std::collections::HashSet;
use std::sync::OnceLock;

use serde_json::Value;

use crate::Document;

/// What the document says of one operation's answers.
struct Promised {
    method: String,
    /// The parts of its path; `None` for a parameter.
    parts: Vec<Option<String>>,
    statuses: HashSet<u16>,
    codes: HashSet<String>,
}

impl Promised {
    fn matches(&self, method: &str, parts: &[&str]) -> bool {
        self.method == method
            && self.parts.len() == parts.len()
            && self
                .parts
                .iter()
                .zip(parts)
                .all(|(own, asked)| own.as_ref().is_none_or(|own| own == asked))
    }

    fn literals(&self) -> usize {
        self.parts.iter().flatten().count()
    }
}

fn promised() -> &'static [Promised] {
    static ALL: OnceLock<Vec<Promised>> = OnceLock::new();
    ALL.get_or_init(|| {
        let document = Document::checked_in();
        let one = |operation: crate::Described<'_>| {
            let part = |part: &str| (!part.starts_with('{')).then(|| part.to_owned());
            let statuses = operation.fact("responses").as_object().into_iter().flatten();
            let codes = operation.fact("x-codes").as_array().into_iter().flatten();
            Promised {
                method: operation.method().to_string(),
                parts: operation.path.split('/').map(part).collect(),
                statuses: statuses.filter_map(|(status, _)| status.parse().ok()).collect(),
                codes: codes.filter_map(Value::as_str).map(str::to_owned).collect(),
            }
        };
        document.operations().into_iter().map(one).collect()
    })
}

/// What is wrong with an answer to `asked` (method and path), if anything: every status and
/// every code an operation answers stands in the document. Paths it does not have are not its.
pub(crate) fn fault(asked: &str, status: u16, code: &str) -> Option<String> {
    let (method, path) = asked.split_once(' ')?;
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let parts: Vec<_> = path.split('/').collect();
    let fitting = promised().iter().filter(|one| one.matches(method, &parts));
    let operation = fitting.max_by_key(|one| one.literals())?;
    // A fault of ours is promised nowhere; tests that provoke none refuse it anyway.
    if status == 500 {
        return None;
    }
    if !operation.statuses.contains(&status) {
        return Some(format!("status {status} is not documented"));
    }
    let known = code.is_empty() || operation.codes.contains(code);
    (!known).then(|| format!("code {code} is not documented"))
}
