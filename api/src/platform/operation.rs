//! The operations of the published document, and who may call each: the one source
//! of the guard, the spec and the test matrix.

use std::collections::HashMap;
use std::sync::Arc;

use serde_json::Value;
use utoipa::openapi::path::{HttpMethod, ParameterIn, PathItem};
use utoipa::openapi::{OpenApi, RefOr};

/// What the document says of one operation.
#[derive(Debug, PartialEq, Eq)]
struct Facts {
    id: String,
    permission: String,
    requires_key: bool,
    allows_dry_run: bool,
    knows_reader: bool,
    body_limit: Option<usize>,
    query: Vec<String>,
}

/// One operation of the document.
#[derive(Clone, Debug)]
pub struct Operation(Arc<Facts>);

impl Operation {
    /// Its `operationId`: also the audit action and the test file's name.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.0.id
    }

    /// The value of its `x-permission`.
    #[must_use]
    pub fn permission(&self) -> &str {
        &self.0.permission
    }

    /// Whether a POST without `Idempotency-Key` is refused.
    #[must_use]
    pub fn requires_key(&self) -> bool {
        self.0.requires_key
    }

    /// The first parameter of a query string that the operation does not have: a
    /// misspelt filter must not widen a list in silence.
    #[must_use]
    pub fn unknown_parameter(&self, query: &str) -> Option<String> {
        let mut sent = url::form_urlencoded::parse(query.as_bytes()).map(|(name, _)| name);
        let unknown = sent.find(|name| !self.0.query.iter().any(|known| known == name));
        unknown.map(std::borrow::Cow::into_owned)
    }

    /// How many bytes its body may have, where that is more than others may.
    #[must_use]
    pub fn body_limit(&self) -> Option<usize> {
        self.0.body_limit
    }

    /// Whether a public operation looks at who is signed in, if anybody is.
    #[must_use]
    pub fn knows_reader(&self) -> bool {
        self.0.knows_reader
    }

    /// Whether `?dry_run=true` is understood.
    #[must_use]
    pub fn allows_dry_run(&self) -> bool {
        self.0.allows_dry_run
    }
}

/// Every operation by method and path template.
#[derive(Clone, Debug)]
pub struct Operations(Arc<HashMap<(&'static str, String), Operation>>);

impl Operations {
    /// Reads the document.
    ///
    /// # Errors
    /// Names every operation without `operationId` or `x-permission`: such an
    /// operation would have no guard, so the service does not start.
    pub fn from_document(document: &OpenApi) -> Result<Self, String> {
        let mut all = HashMap::new();
        let mut faults = Vec::new();
        for (path, item) in &document.paths.paths {
            for (method, operation) in methods(item) {
                let Some(facts) = facts(operation) else {
                    faults.push(format!("{method} {path}"));
                    continue;
                };
                all.insert((method, path.clone()), Operation(Arc::new(facts)));
            }
        }
        if faults.is_empty() {
            return Ok(Self(Arc::new(all)));
        }
        Err(format!("operations without operationId or x-permission: {}", faults.join(", ")))
    }

    /// The operation behind a method and a path template.
    #[must_use]
    pub fn find(&self, method: &str, pattern: &str) -> Option<&Operation> {
        let method = NAMES.iter().map(|(name, _)| *name).find(|name| *name == method)?;
        self.0.get(&(method, pattern.to_owned()))
    }

    /// The methods a path template answers; whoever answers GET answers HEAD.
    #[must_use]
    pub fn methods_of(&self, pattern: &str) -> Vec<&'static str> {
        let names = NAMES.iter().map(|(name, _)| *name);
        let known = names.filter(|name| self.0.contains_key(&(*name, pattern.to_owned())));
        let answered = known.flat_map(|name| [Some(name), (name == "GET").then_some("HEAD")]);
        answered.flatten().collect()
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &Operation> {
        self.0.values()
    }
}

/// The methods a mini-program can send.
const NAMES: [(&str, HttpMethod); 4] = [
    ("GET", HttpMethod::Get),
    ("POST", HttpMethod::Post),
    ("PUT", HttpMethod::Put),
    ("DELETE", HttpMethod::Delete),
];

/// The operations of a path with their methods' names.
pub fn methods(
    item: &PathItem,
) -> impl Iterator<Item = (&'static str, &utoipa::openapi::path::Operation)> {
    let each = [&item.get, &item.post, &item.put, &item.delete];
    NAMES.iter().zip(each).filter_map(|((name, _), operation)| Some((*name, operation.as_ref()?)))
}

/// The same, to be changed.
pub fn methods_mut(
    item: &mut PathItem,
) -> impl Iterator<Item = (&'static str, &mut utoipa::openapi::path::Operation)> {
    let each = [&mut item.get, &mut item.post, &mut item.put, &mut item.delete];
    NAMES.iter().zip(each).filter_map(|((name, _), operation)| Some((*name, operation.as_mut()?)))
}

fn facts(operation: &utoipa::openapi::path::Operation) -> Option<Facts> {
    let extensions = operation.extensions.as_ref()?;
    let flag = |name: &str| extensions.get(name).and_then(Value::as_bool).unwrap_or(false);
    Some(Facts {
        id: operation.operation_id.clone()?,
        permission: extensions.get("x-permission")?.as_str()?.to_owned(),
        requires_key: flag("x-idempotency-key-required"),
        allows_dry_run: flag("x-dry-run"),
        knows_reader: flag("x-reader"),
        body_limit: extensions
            .get("x-body-limit")
            .and_then(Value::as_u64)
            .and_then(|limit| usize::try_from(limit).ok()),
        query: query_names(operation),
    })
}

fn query_names(operation: &utoipa::openapi::path::Operation) -> Vec<String> {
    let parameters =
        operation.parameters.iter().flatten().filter_map(|parameter| match parameter {
            RefOr::T(parameter) => Some(parameter),
            RefOr::Ref(_) => None,
        });
    let in_query = parameters.filter(|p| matches!(p.parameter_in, ParameterIn::Query));
    in_query.map(|parameter| parameter.name.clone()).collect()
}
