//! A write over HTTP: strict body, idempotency, one transaction, audit row, answer.

use actix_web::http::header;
use actix_web::http::{Method, StatusCode};
use actix_web::web::{Bytes, Data};
use actix_web::{FromRequest, HttpMessage, HttpRequest, HttpResponse, dev::Payload};
use futures_util::future::LocalBoxFuture;
use serde::Serialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;

use super::actor::Actor;
use super::audit_row;
use super::body;
use super::core::Core;
use super::etag;
use super::failure::{Failure, FieldError, Refusal, code};
use super::idempotency::{self, IdempotencyKey, StoredAnswer};
use super::json;
use super::operation::Operation;
use super::tx::{Tx, in_tx};

/// What a handler returns.
pub type Answer = Result<HttpResponse, Failure>;

/// The body of an operation that takes none: empty, or `{}`.
#[derive(Clone, Copy, Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoBody {}

/// A write request, checked at the door.
#[derive(Debug)]
pub struct Command<B> {
    /// The parsed body.
    pub body: B,
    pub(super) core: Data<Core>,
    pub(super) actor: Actor,
    pub(super) operation: Operation,
    object_id: Option<String>,
    pub(super) key: Option<IdempotencyKey>,
    if_match: Option<String>,
    pub(super) dry_run: bool,
}

/// What a use case answers: the view, and how it is wrapped.
#[derive(Debug)]
pub struct Done<T> {
    view: T,
    status: StatusCode,
    version: Option<i32>,
    location: Option<String>,
    object: Option<String>,
}

impl<T> Done<T> {
    /// 200 with a view.
    pub const fn ok(view: T) -> Self {
        Self { view, status: StatusCode::OK, version: None, location: None, object: None }
    }

    /// 201 with a view and the path of what was created.
    pub fn created(view: T, location: String) -> Self {
        Self { status: StatusCode::CREATED, location: Some(location), ..Self::ok(view) }
    }

    /// Adds the `ETag` of the resource's version.
    #[must_use]
    pub fn version(mut self, version: i32) -> Self {
        self.version = Some(version);
        self
    }

    /// Names the object for the audit row, where neither path nor location does.
    #[must_use]
    pub fn about(mut self, id: impl Into<Uuid>) -> Self {
        self.object = Some(id.into().to_string());
        self
    }
}

impl<B: Clone + 'static> Command<B> {
    /// Runs `work` as one transaction with this request's idempotency key and
    /// audit row. It goes on when the client hangs up, so that a lost connection
    /// never leaves the outcome to chance.
    ///
    /// # Errors
    /// What `work` refused; nothing is kept of a refusal, the key may be used again.
    pub async fn run<T: Serialize + 'static>(
        self,
        work: impl AsyncFn(&Tx<'_>, B) -> Result<Done<T>, Failure> + 'static,
    ) -> Answer {
        let task = actix_web::rt::spawn(async move {
            let result = in_tx(&self.core, &self.actor, async |tx| self.attempt(tx, &work).await);
            match result.await {
                Ok((answer, replayed)) => Ok(respond(answer, replayed)),
                Err(Failure::Refused(refusal)) if refusal.code == DRY_RUN => {
                    Ok(simulated(*refusal))
                }
                Err(failure) => self.refused(failure).await,
            }
        });
        task.await.map_err(Failure::internal)?
    }

    /// The refusal, unless it came about because a twin has just succeeded.
    async fn refused(&self, failure: Failure) -> Answer {
        if let (Some(key), Failure::Refused(_)) = (&self.key, &failure)
            && !self.dry_run
            && let Some(answer) = idempotency::answered(&self.core, key).await?
        {
            return Ok(respond(answer, true));
        }
        Err(failure)
    }

    async fn attempt<T: Serialize>(
        &self,
        tx: &Tx<'_>,
        work: &impl AsyncFn(&Tx<'_>, B) -> Result<Done<T>, Failure>,
    ) -> Result<(StoredAnswer, bool), Failure> {
        if let Some(key) = &self.key
            && let Some(answer) = idempotency::replay(&self.core, tx, key).await?
        {
            return Ok((answer, true));
        }
        let done = work(tx, self.body.clone()).await?;
        let object = done.object;
        let body = serde_json::to_string(&done.view).map_err(Failure::internal)?;
        let answer = StoredAnswer {
            status: done.status.as_u16(),
            etag: done.version.map(|version| etag::of_version(version, body.as_bytes())),
            body,
            location: done.location,
        };
        if self.dry_run {
            // Leaving by the refusal's door rolls everything back.
            return Err(Refusal::new(DRY_RUN).detail(answer.body).into());
        }
        let named = object.or_else(|| self.object_id.clone());
        let object_id = named.or_else(|| last_segment(answer.location.as_deref()));
        audit_row::record(tx, self.operation.id(), object_id.as_deref(), "ok").await?;
        if let Some(key) = &self.key {
            idempotency::store(&self.core, tx, key, &answer).await?;
        }
        Ok((answer, false))
    }

    /// The answer this request got before, looked up under its key. For an operation that
    /// must ask somebody outside before its transaction, and cannot ask twice.
    ///
    /// # Errors
    /// The key's refusals, or the database's.
    pub async fn answered(&self) -> Result<Option<HttpResponse>, Failure> {
        let Some(key) = &self.key else { return Ok(None) };
        let found = in_tx(&self.core, &self.actor, async |tx| {
            idempotency::replay(&self.core, tx, key).await
        });
        Ok(found.await?.map(|answer| respond(answer, true)))
    }

    /// The version the client read, from `If-Match`.
    ///
    /// # Errors
    /// `precondition_required` when the header is absent, `stale_version` when it
    /// cannot be one of ours.
    pub fn expected_version(&self) -> Result<i32, Failure> {
        let raw = self.if_match.as_deref().ok_or(code::PRECONDITION_REQUIRED)?;
        etag::version_of(raw).ok_or_else(|| code::STALE.into())
    }

    /// Leaves the sender's network out of the audit row, for an operation that keeps nothing of
    /// who sent it.
    #[must_use]
    pub fn without_network(mut self) -> Self {
        self.actor.ip_prefix = None;
        self
    }

    /// Whether it is only tried.
    pub const fn is_dry_run(&self) -> bool {
        self.dry_run
    }

    /// Who sent it.
    pub const fn actor(&self) -> &Actor {
        &self.actor
    }
}

/// How a simulated run leaves its transaction; never seen by a client.
pub(super) const DRY_RUN: super::failure::Code =
    super::failure::Code::new("dry_run", 200, "模拟运行", "Dry run");

fn simulated(refusal: Refusal) -> HttpResponse {
    HttpResponse::Ok()
        .content_type("application/json")
        .insert_header(("Dry-Run", "true"))
        .body(refusal.detail.unwrap_or_default())
}

pub(super) fn respond(answer: StoredAnswer, replayed: bool) -> HttpResponse {
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::OK);
    let mut response = HttpResponse::build(status);
    response.content_type("application/json");
    if let Some(etag) = answer.etag {
        response.insert_header((header::ETAG, etag));
    }
    if let Some(location) = answer.location {
        response.insert_header((header::LOCATION, location));
    }
    if replayed {
        response.insert_header(("Idempotency-Replayed", "true"));
    }
    response.body(answer.body)
}

/// A view as JSON with its `ETag`; 304 when the client has exactly this already.
///
/// # Errors
/// When the view cannot be written as JSON.
pub fn with_etag(request: &HttpRequest, version: i32, view: &impl Serialize) -> Answer {
    let body = serde_json::to_string(view).map_err(Failure::internal)?;
    let tag = etag::of_version(version, body.as_bytes());
    if etag::is_known(request, &tag) {
        return Ok(HttpResponse::NotModified().insert_header((header::ETAG, tag)).finish());
    }
    let mut answer = HttpResponse::Ok();
    answer.content_type("application/json").insert_header((header::ETAG, tag));
    Ok(answer.body(body))
}

fn last_segment(location: Option<&str>) -> Option<String> {
    location?.rsplit('/').next().map(str::to_owned)
}

impl<B: DeserializeOwned + 'static> FromRequest for Command<B> {
    type Error = Failure;
    type Future = LocalBoxFuture<'static, Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, bytes) = (request.clone(), body::read(request, payload));
        Box::pin(async move { read(&request, &bytes.await?) })
    }
}

fn read<B: DeserializeOwned>(request: &HttpRequest, bytes: &Bytes) -> Result<Command<B>, Failure> {
    let missing = || Failure::internal("the door was not passed");
    let core = request.app_data::<Data<Core>>().ok_or_else(missing)?.clone();
    let actor = request.extensions().get::<Actor>().ok_or_else(missing)?.clone();
    let operation = request.extensions().get::<Operation>().ok_or_else(missing)?.clone();
    let key = read_key(request, &actor, &operation, bytes)?;
    let body = if bytes.is_empty() {
        json::parse(b"{}")?
    } else {
        require_json(request)?;
        json::parse(bytes)?
    };
    Ok(Command {
        body,
        core,
        actor,
        object_id: request.match_info().iter().last().map(|(_, value)| value.to_owned()),
        operation,
        key,
        if_match: header_text(request, "if-match").map(str::to_owned),
        dry_run: is_dry_run(request)?,
    })
}

fn header_text<'r>(request: &'r HttpRequest, name: &str) -> Option<&'r str> {
    request.headers().get(name)?.to_str().ok()
}

fn require_json(request: &HttpRequest) -> Result<(), Failure> {
    if request.content_type().eq_ignore_ascii_case("application/json") {
        return Ok(());
    }
    Err(code::UNSUPPORTED_MEDIA.into())
}

fn read_key(
    request: &HttpRequest,
    actor: &Actor,
    operation: &Operation,
    body: &[u8],
) -> Result<Option<IdempotencyKey>, Failure> {
    if request.method() != Method::POST {
        return Ok(None);
    }
    let mut headers = request.headers().get_all("idempotency-key");
    let (raw, second) = (headers.next(), headers.next());
    let Some(raw) = raw else {
        if operation.requires_key() {
            return Err(code::IDEMPOTENCY_KEY_REQUIRED.into());
        }
        return Ok(None);
    };
    let key = raw.to_str().ok().and_then(idempotency::parse_key).filter(|_| second.is_none());
    let key = key.ok_or(code::IDEMPOTENCY_KEY_REQUIRED)?.to_owned();
    let (path, query) = (request.path(), request.query_string());
    let fingerprint = idempotency::fingerprint(request.method().as_str(), path, query, body);
    Ok(Some(IdempotencyKey { principal: actor.principal(), key, fingerprint }))
}

/// Writes take no query but `dry_run`; anything else is a mistake worth naming.
fn is_dry_run(request: &HttpRequest) -> Result<bool, Failure> {
    let allowed = request.extensions().get::<Operation>().is_some_and(Operation::allows_dry_run);
    match request.query_string() {
        "" | "dry_run=false" => Ok(false),
        "dry_run=true" if allowed => Ok(true),
        other if allowed && other.starts_with("dry_run=") && !other.contains('&') => {
            Err(Failure::field("dry_run", "只能是 true 或 false"))
        }
        other => {
            let name = other.split(['=', '&']).next().unwrap_or_default();
            let mut refusal = Refusal::new(code::UNKNOWN_FIELD);
            refusal
                .errors
                .push(FieldError { pointer: name.into(), message: "没有这个参数".into() });
            Err(refusal.into())
        }
    }
}
