//! Answers that several operations share stand in the document once.

use std::collections::{BTreeMap, HashMap};

use utoipa::openapi::path::Operation;
use utoipa::openapi::{Components, OpenApi, Ref, RefOr, Response};

use crate::platform::operation::methods_mut;

/// Moves problem answers that more than one operation gives to the components.
pub(super) fn share_problems(document: &mut OpenApi) {
    let mut uses: HashMap<String, usize> = HashMap::new();
    for operation in operations_mut(document) {
        for (_, name) in problems(operation) {
            *uses.entry(name).or_default() += 1;
        }
    }
    let mut shared = BTreeMap::new();
    for operation in operations_mut(document) {
        for (status, name) in problems(operation) {
            if uses.get(&name).is_none_or(|count| *count == 1) {
                continue;
            }
            let reference = Ref::new(format!("#/components/responses/{name}"));
            let whole = operation.responses.responses.insert(status, RefOr::Ref(reference));
            shared.extend(whole.map(|whole| (name, whole)));
        }
    }
    document.components.get_or_insert_with(Components::new).responses.extend(shared);
}

fn operations_mut(document: &mut OpenApi) -> impl Iterator<Item = &mut Operation> {
    document.paths.paths.values_mut().flat_map(methods_mut).map(|(_, operation)| operation)
}

/// The statuses of an operation's problem answers, each with the name it would be shared by.
fn problems(operation: &Operation) -> Vec<(String, String)> {
    let answers = operation.responses.responses.iter();
    let named = answers.filter_map(|(status, answer)| match answer {
        RefOr::T(answer) if answer.content.contains_key("application/problem+json") => {
            Some((status.clone(), name_of(answer)))
        }
        RefOr::T(_) | RefOr::Ref(_) => None,
    });
    named.collect()
}

/// The codes an answer lists, as one name: `NotFound`, `TokenExpiredOrUnauthenticated`. A code
/// has one status and one set of headers, so the codes say all.
fn name_of(response: &Response) -> String {
    let codes = response.description.split('`').skip(1).step_by(2);
    codes.map(in_camel_case).collect::<Vec<_>>().join("Or")
}

fn in_camel_case(code: &str) -> String {
    let capital = |(at, letter): (usize, char)| match at {
        0 => letter.to_ascii_uppercase(),
        _ => letter,
    };
    code.split('_').flat_map(|word| word.chars().enumerate().map(capital)).collect()
}
