//! What a caller may know of her rate limit (draft-ietf-httpapi-ratelimit-headers-10).

use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};

use crate::platform::kv::{Quota, Verdict};

/// The limit a request was counted against, and what it left.
#[derive(Clone, Copy, Debug)]
pub struct Limited {
    /// The policy's name: `account` or `network`.
    pub policy: &'static str,
    /// So many requests in so many seconds.
    pub quota: Quota,
    /// What the limiter said.
    pub verdict: Verdict,
}

impl Limited {
    /// Writes `RateLimit-Policy` and `RateLimit`.
    pub(super) fn stamp(self, headers: &mut HeaderMap) {
        for (name, text) in [("ratelimit-policy", self.policy_text()), ("ratelimit", self.text())] {
            if let Ok(value) = HeaderValue::from_str(&text) {
                headers.insert(HeaderName::from_static(name), value);
            }
        }
    }

    fn policy_text(self) -> String {
        let Quota { requests, seconds } = self.quota;
        format!("\"{}\";q={requests};w={seconds}", self.policy)
    }

    /// `t` is the time until the whole quota is there again.
    fn text(self) -> String {
        let Quota { requests, seconds } = self.quota;
        let used = u64::from(requests.saturating_sub(self.verdict.remaining));
        let until_full = (used * u64::from(seconds)).div_ceil(u64::from(requests.max(1)));
        format!("\"{}\";r={};t={until_full}", self.policy, self.verdict.remaining)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_caller_reads_policy_rest_and_time() {
        let quota = Quota { requests: 600, seconds: 60 };
        let verdict = Verdict { allowed: true, remaining: 599, retry_after: 0 };
        let limited = Limited { policy: "account", quota, verdict };
        assert_eq!(limited.policy_text(), "\"account\";q=600;w=60");
        assert_eq!(limited.text(), "\"account\";r=599;t=1");
    }
}
