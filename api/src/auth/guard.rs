//! The guard: finds the operation, reads the token, asks for the operation's permission.
//! Denies by default: what the document does not list is not reachable.

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header;
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{Error, HttpMessage};

use super::caller::Caller;
use super::role::Permission;
use super::{refusals, service};
use crate::app::App;
use crate::http::{Limited, RequestId, client_ip, prefix};
use crate::platform::actor::{Actor, ActorKind};
use crate::platform::failure::{Failure, FieldError, Refusal, code};
use crate::platform::kv::{Quota, Verdict};
use crate::platform::operation::Operation;

/// Requests of one signed-in person.
const PER_ACCOUNT: Quota = Quota { requests: 600, seconds: 60 };
/// Requests of one network, whatever they ask for: a whole town may share the address of
/// its station's Wi-Fi or of its mobile operator, so this only stops a flood.
const PER_NETWORK: Quota = Quota { requests: 12_000, seconds: 60 };

/// Lets a request pass to its handler, or answers in its place. A refusal on grounds of
/// security is put on the audit trail, whoever gave it.
///
/// # Errors
/// Those of the layers behind; a refusal is an answer, which the door writes as a problem.
pub(crate) async fn guard(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let answer = match admit(&request).await {
        Ok(()) => next.call(request).await?.map_into_boxed_body(),
        Err(refusal) => request.error_response(refusal),
    };
    refusals::note(&answer).await;
    Ok(answer)
}

async fn admit(request: &ServiceRequest) -> Result<(), Failure> {
    let Some(app) = request.app_data::<Data<App>>() else {
        return Err(Failure::internal("no application state"));
    };
    // Before anything is looked up: wrong paths and bad tokens count, too.
    let network = anonymous(app, request);
    count(app, request, "network", &network).await?;
    // No address holds one, and PostgreSQL refuses it in text.
    if request.path().contains("%00") {
        return Err(code::NOT_FOUND.into());
    }
    let Some(operation) = operation(app, request) else {
        // No such path, or no such method on it: the router answers that itself.
        return Ok(());
    };
    let permission: Permission = operation.permission().parse().map_err(Failure::internal)?;
    request.extensions_mut().insert(operation.clone());
    // A token that is sent must be good, or its holder would be shown less than is hers.
    let reads = operation.knows_reader() && request.headers().contains_key(header::AUTHORIZATION);
    if permission == Permission::Public && !reads {
        request.extensions_mut().insert(network);
    } else {
        let caller = authenticate(app, request).await?;
        let actor = signed_in(app, request, &caller, permission);
        count(app, request, "account", &actor).await?;
        request.extensions_mut().insert(actor);
        caller.require(permission)?;
        request.extensions_mut().insert(caller);
    }
    if let Some(name) = with_nul(request.query_string()) {
        return Err(Failure::field(&name, "不能含有控制字符"));
    }
    operation
        .unknown_parameter(request.query_string())
        .map_or(Ok(()), |n| Err(unknown_parameter(n)))
}

/// The parameter that holds NUL: no text of ours does, and PostgreSQL stores none.
fn with_nul(query: &str) -> Option<String> {
    let mut sent = url::form_urlencoded::parse(query.as_bytes());
    sent.find(|(_, value)| value.contains('\0')).map(|(name, _)| name.into_owned())
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
    let parts = value.to_str().ok().and_then(|text| text.split_once(' '));
    // The scheme is written in any case (RFC 9110 section 11.1).
    let bearer = parts.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
    let (_, token) = bearer.ok_or(code::UNAUTHENTICATED)?;
    service::authenticate(app, token).await
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
        door_role: caller.role_for(permission),
        standing: caller.standing.clone(),
        request_id: request_id(request),
        ip_prefix: network(app, request),
    }
}

/// Counts a request, and keeps for the answer's headers what is left.
async fn count(
    app: &App,
    request: &ServiceRequest,
    policy: &'static str,
    actor: &Actor,
) -> Result<(), Failure> {
    if !app.config.limits.enabled {
        return Ok(());
    }
    let quota = if actor.account.is_some() { PER_ACCOUNT } else { PER_NETWORK };
    let verdict = app.kv.spend(&actor.principal(), quota, app.clock.now()).await;
    request.extensions_mut().insert(Limited { policy, quota, verdict });
    judge(verdict)
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
    judge(verdict)
}

fn judge(verdict: Verdict) -> Result<(), Failure> {
    if verdict.allowed {
        return Ok(());
    }
    Err(Refusal::new(code::RATE_LIMITED).retry_after(verdict.retry_after).into())
}
