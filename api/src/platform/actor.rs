//! Who acts, as far as the platform must know: for idempotency, audit and logs.

use std::sync::{Arc, Mutex, PoisonError};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpMessage, HttpRequest};
pub use entity::audit_event::ActorKind;
use entity::ids::{AccountId, SessionId, SiteId};

use super::failure::Failure;

/// By what role, and at which site, somebody acts: known once the row she acts on has
/// been found and her permission there was asked for. Clones share it.
#[derive(Clone, Debug, Default)]
pub struct Standing(Arc<Mutex<Option<Held>>>);

/// A role at a site.
#[derive(Clone, Debug)]
pub struct Held {
    /// The role she holds there; none when she holds none that allows it.
    pub role: Option<&'static str>,
    /// The site of what she acts on.
    pub site: Option<SiteId>,
}

impl Standing {
    /// Keeps what was found out last.
    pub fn note(&self, held: Held) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(held);
    }

    fn held(&self) -> Option<Held> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// Who acts in one request or job run.
#[derive(Clone, Debug)]
pub struct Actor {
    /// Person or system.
    pub kind: ActorKind,
    /// The account, when a person acts.
    pub account: Option<AccountId>,
    /// The session, when a person acts.
    pub session: Option<SessionId>,
    /// The role the door let her in by, or the job's name.
    pub door_role: String,
    /// The role she acts by at the site of the row itself.
    pub standing: Standing,
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
            door_role: job.into(),
            standing: Standing::default(),
            request_id,
            ip_prefix: None,
        }
    }

    /// Nobody has signed in yet.
    #[must_use]
    pub fn anonymous(request_id: String, ip_prefix: Option<String>) -> Self {
        Self { ip_prefix, ..Self::system("anonymous", request_id) }
    }

    /// The role she acts by, held at the site of what she acts on; the job's name.
    #[must_use]
    pub fn role(&self) -> String {
        let held = self.standing.held().and_then(|held| held.role);
        held.map_or_else(|| self.door_role.clone(), str::to_owned)
    }

    /// The site of what she acts on.
    #[must_use]
    pub fn site(&self) -> Option<SiteId> {
        self.standing.held().and_then(|held| held.site)
    }

    /// The lookup scope of idempotency keys: never shared between people.
    #[must_use]
    pub fn principal(&self) -> String {
        match (self.account, self.kind) {
            (Some(account), _) => format!("account:{account}"),
            (None, ActorKind::System) if self.door_role == "anonymous" => {
                format!("ip:{}", self.ip_prefix.as_deref().unwrap_or("unknown"))
            }
            (None, ActorKind::System | ActorKind::Account | ActorKind::Machine) => {
                format!("system:{}", self.door_role)
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
