//! Authorisation of every operation, generated from the document: nobody without a
//! token, nobody without the permission. A new operation is covered the day it appears.

use api::auth::{Permission, grants};
use entity::role_assignment::Role;
use harness::{Client, TestApp};
use reqwest::Method;
use sea_orm::Iterable;
use serde_json::{Value, json};

/// One operation of the document.
struct Operation {
    id: String,
    method: Method,
    path: String,
    permission: Permission,
}

fn operations() -> Vec<Operation> {
    let document = api::openapi::document().expect("the document");
    let found = api::http::operations(&document).map(|(method, path, operation)| {
        let permission = operation.extensions.as_ref().and_then(|x| x.get("x-permission"));
        Operation {
            id: operation.operation_id.clone().expect("an operationId"),
            method: method.parse().expect("a method"),
            path: fill(path),
            permission: permission.and_then(Value::as_str).unwrap_or("").parse().expect("known"),
        }
    });
    found.collect()
}

/// Puts well-formed but unknown ids into a path template.
fn fill(path: &str) -> String {
    let parts = path.split('/').map(|part| match part {
        _ if !part.starts_with('{') => part,
        "{card_number}" => "JF-0000-0000-000",
        _ => "0193a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b",
    });
    parts.collect::<Vec<_>>().join("/")
}

async fn call(client: &Client, operation: &Operation) -> harness::Answer {
    let body = (operation.method != Method::GET).then(|| json!({}));
    let headers = [("idempotency-key", "coverage-0123456789"), ("if-match", "\"1\"")];
    client.send(operation.method.clone(), &operation.path, body, &headers).await
}

#[actix_web::test]
async fn without_a_token_only_public_operations_answer() {
    let app = TestApp::start().await;
    let stranger = app.anonymous();

    for operation in operations() {
        let answer = call(&stranger, &operation).await;

        let refused = answer.status == 401 && answer.code() == "unauthenticated";
        let public = operation.permission == Permission::Public;
        assert_eq!(refused, !public, "{}: {}", operation.id, answer.describe());
    }
}

#[actix_web::test]
async fn whoever_holds_the_permission_passes_the_door_and_nobody_else() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let mut people = Vec::new();
    for role in Role::iter() {
        let at = match role {
            Role::CountyAdmin | Role::SecurityAdmin | Role::Auditor => &county.center,
            Role::TownAdmin | Role::GeneralOffice => &county.town.institute,
            Role::StationManager | Role::Certifier | Role::Clerk | Role::Supervisor => {
                &county.town.stations[0]
            }
        };
        people.push((Some(role), app.staff(&role.as_str().replace('_', "-"), role, at).await));
    }
    people.push((None, app.sign_in("nobody").await));
    let volunteer = app.volunteer("volunteer", &county.town.stations[0]).await;
    people.push((None, volunteer.client));
    let last = people.len() - 1;

    let mut cells = 0;
    for operation in operations().iter().filter(|o| o.permission != Permission::Public) {
        for (at, (role, client)) in people.iter().enumerate() {
            let may = match operation.permission {
                Permission::SignedIn => true,
                Permission::Volunteer => at == last,
                permission => role.is_some_and(|role| grants(role, permission)),
            };
            if operation.id == "auth_logout" {
                continue; // Would end the session the next cells need.
            }
            let answer = call(client, operation).await;
            let denied = answer.status == 403 && answer.code() == "permission_denied";
            assert_eq!(denied, !may, "{} as {role:?}: {}", operation.id, answer.describe());
            assert_ne!(answer.status, 401, "{} as {role:?}", operation.id);
            cells += 1;
        }
    }
    assert!(cells > 1_000, "the matrix was empty");
}
