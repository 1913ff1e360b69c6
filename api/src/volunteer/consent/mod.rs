//! Separate consents (单独同意): given and withdrawn one by one, every version kept.

mod dto;
mod repository;
mod routes;
mod service;
mod texts;

pub(super) use repository::{Span, list_spans};
pub(super) use routes::configure;
pub(crate) use service::lacks_guardian;
pub(super) use service::{Grant, has_guardian_consent, record};
pub(super) use texts::{KnownText, known};
