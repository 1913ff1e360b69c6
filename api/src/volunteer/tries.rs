//! Wrong tries are counted: where an answer says whether a number is known, whoever asks
//! too often is not answered any more, not even when right.

use std::time::Duration;

use entity::ids::{AccountId, VolunteerId};

use super::error;
use crate::app::App;
use crate::auth;
use crate::platform::command::Answer;
use crate::platform::failure::{Code, Failure, Refusal, code};
use crate::platform::kv::Quota;

/// For how long somebody who tried too often is turned away.
const PAUSE: Duration = Duration::from_hours(1);
const PAUSE_SECONDS: u32 = 3600;

/// How often somebody may register herself: it happens once in a life.
const REGISTRATIONS: Quota = Quota { requests: 10, seconds: PAUSE_SECONDS };

/// Counts one's own registration before it is looked up.
pub(super) async fn count_registration(app: &App, account: AccountId) -> Result<(), Failure> {
    auth::spend(app, &format!("register:{account}"), REGISTRATIONS).await
}

/// How often in a day somebody's document is compared for a binding, whoever asks: she mistypes.
const COMPARISONS: Quota = Quota { requests: 5, seconds: 24 * PAUSE_SECONDS };

/// Counts a comparison of this volunteer's document for a binding.
///
/// # Errors
/// `rate_limited`.
pub(super) async fn count_binding(app: &App, id: VolunteerId) -> Result<(), Failure> {
    auth::spend(app, &format!("compare:{id}"), COMPARISONS).await
}

/// What may go wrong only so often in an hour.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tries {
    name: &'static str,
    failing: Code,
    quota: Quota,
}

/// Staff registering documents that are registered already.
pub(super) const ASSISTED: Tries = Tries {
    name: "register-assisted",
    failing: error::REGISTRATION_CONFLICT,
    quota: Quota { requests: 20, seconds: PAUSE_SECONDS },
};

/// Correcting to documents that are registered already.
pub(super) const CORRECTION: Tries = Tries {
    name: "correct",
    failing: error::REGISTRATION_CONFLICT,
    quota: Quota { requests: 5, seconds: PAUSE_SECONDS },
};

/// Numbers that are not the registered one: of a known birthday there are few.
pub(super) const VERIFICATION: Tries = Tries {
    name: "verify",
    failing: error::ID_NUMBER_DIFFERS,
    quota: Quota { requests: 10, seconds: PAUSE_SECONDS },
};

/// Binding codes that are not good, or numbers that are not those of the codes' documents.
pub(super) const BINDING: Tries = Tries {
    name: "bind",
    failing: error::BINDING_CODE_INVALID,
    quota: Quota { requests: 5, seconds: PAUSE_SECONDS },
};

impl Tries {
    fn place(&self, account: AccountId) -> String {
        format!("tries:{}:{account}", self.name)
    }

    /// Turns away whoever failed too often.
    ///
    /// # Errors
    /// `rate_limited`.
    pub(super) async fn admit(&self, app: &App, account: AccountId) -> Result<(), Failure> {
        if !app.config.limits.enabled {
            return Ok(());
        }
        // Without the store the failures are still counted, by each process for itself.
        match app.kv.get(&self.place(account)).await {
            Ok(Some(_)) => Err(Refusal::new(code::RATE_LIMITED).retry_after(PAUSE_SECONDS).into()),
            Ok(None) | Err(_) => Ok(()),
        }
    }

    /// Passes an answer on, counting it if it is the failure meant here.
    ///
    /// # Errors
    /// The answer's own failure; `rate_limited` in its place when there were too many.
    pub(super) async fn judge(&self, app: &App, account: AccountId, answer: Answer) -> Answer {
        let Err(failure) = &answer else { return answer };
        if failure.refusal().is_none_or(|refusal| refusal.code != self.failing) {
            return answer;
        }
        let bucket = format!("failed-{}:{account}", self.name);
        if let Err(limited) = auth::spend(app, &bucket, self.quota).await {
            let _ = app.kv.put(&self.place(account), "1", PAUSE).await;
            return Err(limited);
        }
        answer
    }
}
