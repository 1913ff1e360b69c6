//! The guard: finds the operation, reads the token, asks for the operation's permission.
//! Denies by default: what the document does not list is not reachable.

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header;
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{Error, HttpMessage};

use super::caller::Caller;
use super::role::Permission;
use super::service;
use crate::app::App;
use crate::http::{RequestId, client_ip, prefix};
use crate::platform::actor::{Actor, ActorKind};
use crate::platform::failure::{Failure, FieldError, Refusal, code};
use crate::platform::kv::Quota;
use crate::platform::operation::Operation;

/// Requests of one signed-in person.
const PER_ACCOUNT: Quota = Quota { requests: 600, seconds: 60 };
/// Requests without a token from one network; a station's visitors share one.
const PER_NETWORK: Quota = Quota { requests: 1200, seconds: 60 };

/// Lets a request pass to its handler, or answers in its place.
///
/// # Errors
/// Those of the layers behind; a refusal is an answer, which the door writes as a problem.
pub(crate) async fn guard(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    match admit(&request).await {
        Ok(()) => next.call(request).await.map(ServiceResponse::map_into_left_body),
        Err(refusal) => Ok(request.error_response(refusal).map_into_right_body()),
    }
}

async fn admit(request: &ServiceRequest) -> Result<(), Failure> {
    let Some(app) = request.app_data::<Data<App>>() else {
        return Err(Failure::internal("no application state"));
    };
    let Some(operation) = operation(app, request) else {
        // No such path, or no such method on it: the router answers that itself.
        return Ok(());
    };
    let permission: Permission = operation.permission().parse().map_err(Failure::internal)?;
    let actor = if permission == Permission::Public {
        anonymous(app, request)
    } else {
        let caller = authenticate(app, request).await?;
        if !caller.may(permission) {
            return Err(code::PERMISSION_DENIED.into());
        }
        let actor = signed_in(app, request, &caller, permission);
        request.extensions_mut().insert(caller);
        actor
    };
    limit(app, &actor).await?;
    if let Some(name) = operation.unknown_parameter(request.query_string()) {
        return Err(unknown_parameter(name));
    }
    request.extensions_mut().insert(actor);
    request.extensions_mut().insert(operation);
    Ok(())
}

fn unknown_parameter(name: String) -> Failure {
    let mut refusal = Refusal::new(code::UNKNOWN_FIELD);
    refusal.errors.push(FieldError { pointer: name, message: "没有这个参数".into() });
    refusal.into()
}

fn operation(app: &App, request: &ServiceRequest) -> Option<Operation> {
    let pattern = request.match_pattern()?;
    app.operations.find(request.method().as_str(), &pattern).cloned()
}

async fn authenticate(app: &App, request: &ServiceRequest) -> Result<Caller, Failure> {
    let mut headers = request.headers().get_all(header::AUTHORIZATION);
    let (Some(value), None) = (headers.next(), headers.next()) else {
        return Err(code::UNAUTHENTICATED.into());
    };
    let token = value.to_str().ok().and_then(|text| text.strip_prefix("Bearer "));
    service::authenticate(app, token.ok_or(code::UNAUTHENTICATED)?).await
}

fn request_id(request: &ServiceRequest) -> String {
    request.extensions().get::<RequestId>().map(|id| id.0.clone()).unwrap_or_default()
}

fn network(app: &App, request: &ServiceRequest) -> Option<String> {
    client_ip(request.request(), &app.config.server.trusted_proxies).map(prefix)
}

fn anonymous(app: &App, request: &ServiceRequest) -> Actor {
    Actor::anonymous(request_id(request), network(app, request))
}

fn signed_in(
    app: &App,
    request: &ServiceRequest,
    caller: &Caller,
    permission: Permission,
) -> Actor {
    Actor {
        kind: ActorKind::Account,
        account: Some(caller.account),
        session: Some(caller.session),
        role: caller.role_for(permission),
        request_id: request_id(request),
        ip_prefix: network(app, request),
    }
}

async fn limit(app: &App, actor: &Actor) -> Result<(), Failure> {
    let quota = if actor.account.is_some() { PER_ACCOUNT } else { PER_NETWORK };
    spend(app, &actor.principal(), quota).await
}

/// Counts one request or refuses it.
///
/// # Errors
/// `rate_limited` with the seconds to wait.
pub(crate) async fn spend(app: &App, bucket: &str, quota: Quota) -> Result<(), Failure> {
    if !app.config.limits.enabled {
        return Ok(());
    }
    let verdict = app.kv.spend(bucket, quota, app.clock.now()).await;
    if verdict.allowed {
        return Ok(());
    }
    Err(Refusal::new(code::RATE_LIMITED).retry_after(verdict.retry_after).into())
}
