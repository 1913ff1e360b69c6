//! Who acts, as far as the platform must know: for idempotency, audit and logs.

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpMessage, HttpRequest};
pub use entity::audit_event::ActorKind;
use entity::ids::{AccountId, SessionId};

use super::failure::Failure;

/// Who acts in one request or job run.
#[derive(Clone, Debug)]
pub struct Actor {
    /// Person or system.
    pub kind: ActorKind,
    /// The account, when a person acts.
    pub account: Option<AccountId>,
    /// The session, when a person acts.
    pub session: Option<SessionId>,
    /// The role the operation was allowed by, or the job's name.
    pub role: String,
    /// Request id, also the ledger's reference.
    pub request_id: String,
    /// The network the request came from, cut to /24 or /48.
    pub ip_prefix: Option<String>,
}

impl Actor {
    /// The service itself, doing `job`.
    #[must_use]
    pub fn system(job: &str, request_id: String) -> Self {
        Self {
            kind: ActorKind::System,
            account: None,
            session: None,
            role: job.into(),
            request_id,
            ip_prefix: None,
        }
    }

    /// Nobody has signed in yet.
    #[must_use]
    pub fn anonymous(request_id: String, ip_prefix: Option<String>) -> Self {
        Self { ip_prefix, ..Self::system("anonymous", request_id) }
    }

    /// The lookup scope of idempotency keys: never shared between people.
    #[must_use]
    pub fn principal(&self) -> String {
        match (self.account, self.kind) {
            (Some(account), _) => format!("account:{account}"),
            (None, ActorKind::System) if self.role == "anonymous" => {
                format!("ip:{}", self.ip_prefix.as_deref().unwrap_or("unknown"))
            }
            (None, ActorKind::System | ActorKind::Account | ActorKind::Machine) => {
                format!("system:{}", self.role)
            }
        }
    }
}

/// Reads that are put on the audit trail say who read.
impl FromRequest for Actor {
    type Error = Failure;
    type Future = std::future::Ready<Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let found = request.extensions().get::<Self>().cloned();
        std::future::ready(found.ok_or_else(|| Failure::internal("the door was not passed")))
    }
}
