//! Refusals on grounds of security on the audit trail: who tried what, where, in vain.

use actix_web::HttpMessage;
use actix_web::body::BoxBody;
use actix_web::dev::ServiceResponse;
use actix_web::web::Data;

use super::error;
use crate::platform::actor::Actor;
use crate::platform::audit_row;
use crate::platform::core::Core;
use crate::platform::failure::{Code, Failure};
use crate::platform::operation::Operation;
use crate::platform::tx::in_tx;

/// Refused for want of a permission, by recusal or with a false proof of identity. The
/// reuse of a refresh token writes its row where it ends the session.
fn concerns_security(code: Code) -> bool {
    code.status == 403 || code == error::WECHAT_CODE_INVALID
}

/// Writes the row of a refusal in a transaction of its own: the refused one's was rolled
/// back. Without the database the refusal stands all the same.
pub(super) async fn note(answer: &ServiceResponse<BoxBody>) {
    let failure = answer.response().error().and_then(|error| error.as_error::<Failure>());
    let Some(refused) = failure.and_then(Failure::refusal).map(|refusal| refusal.code) else {
        return;
    };
    if !concerns_security(refused) {
        return;
    }
    let http = answer.request();
    let (actor, operation) = {
        let extensions = http.extensions();
        (extensions.get::<Actor>().cloned(), extensions.get::<Operation>().cloned())
    };
    let (Some(core), Some(actor), Some(operation)) =
        (http.app_data::<Data<Core>>(), actor, operation)
    else {
        return;
    };
    let object = http.match_info().iter().last().map(|(_, value)| value.to_owned());
    // What was sent in the path may be longer than any id.
    let object = object.filter(|text| text.len() <= 64 && text.is_ascii());
    let written = in_tx(core, &actor, async |tx| {
        audit_row::record(tx, operation.id(), object.as_deref(), refused.name).await
    });
    if let Err(failure) = written.await {
        let cause = failure.for_log();
        tracing::warn!(cause, "a refusal could not be put on the audit trail");
    }
}
