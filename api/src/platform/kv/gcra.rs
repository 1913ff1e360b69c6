//! The rate limit's arithmetic: the generic cell rate algorithm (ITU-T I.371), pure.

/// So many requests in so many seconds, all of which may come at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quota {
    /// Requests allowed per window; also the largest burst.
    pub requests: u32,
    /// Window in seconds.
    pub seconds: u32,
}

/// What the limiter says of one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// Whether it may pass.
    pub allowed: bool,
    /// Requests that could follow at once.
    pub remaining: u32,
    /// Seconds to wait before the next try when refused, else 0.
    pub retry_after: u32,
}

impl Quota {
    /// Microseconds one request costs.
    pub(super) fn interval(self) -> i64 {
        i64::from(self.seconds) * 1_000_000 / i64::from(self.requests.max(1))
    }

    /// Microseconds of burst tolerated.
    pub(super) fn window(self) -> i64 {
        i64::from(self.seconds) * 1_000_000
    }
}

/// Decides one request given the theoretical arrival time kept for its bucket;
/// answers the verdict and the time to keep, all in microseconds.
///
/// A time further ahead than any burst leaves was kept before the clock was set back, and is
/// forgotten. Twice the window: clocks of replicas differ a little.
pub(super) fn decide(kept: Option<i64>, quota: Quota, now: i64) -> (Verdict, i64) {
    let kept = kept.filter(|kept| *kept <= now + 2 * quota.window());
    let arrival = kept.unwrap_or(now).max(now);
    let next = arrival + quota.interval();
    let ahead = next - now;
    if ahead > quota.window() {
        let wait = (ahead - quota.window() + 999_999) / 1_000_000;
        return (verdict(false, 0, wait), arrival);
    }
    let remaining = (quota.window() - ahead) / quota.interval().max(1);
    (verdict(true, remaining, 0), next)
}

pub(super) fn verdict(allowed: bool, remaining: i64, retry_after: i64) -> Verdict {
    Verdict {
        allowed,
        remaining: u32::try_from(remaining).unwrap_or(0),
        retry_after: u32::try_from(retry_after).unwrap_or(0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEN_A_MINUTE: Quota = Quota { requests: 10, seconds: 60 };

    #[test]
    fn a_burst_of_the_whole_quota_passes_and_the_next_waits_its_interval() {
        let mut kept = None;
        for expected in (0..10).rev() {
            let (verdict, next) = decide(kept, TEN_A_MINUTE, 0);
            assert!(verdict.allowed);
            assert_eq!(verdict.remaining, expected);
            kept = Some(next);
        }

        let (refused, after) = decide(kept, TEN_A_MINUTE, 0);

        assert!(!refused.allowed);
        assert_eq!(refused.retry_after, 6);
        assert_eq!(Some(after), kept, "a refused request costs nothing");
        assert!(decide(kept, TEN_A_MINUTE, 6_000_000).0.allowed);
    }

    #[test]
    fn a_clock_set_back_shuts_nobody_out_for_longer_than_a_burst() {
        let hour = 3_600_000_000;
        let mut kept = None;
        for _ in 0..10 {
            kept = Some(decide(kept, TEN_A_MINUTE, hour).1);
        }

        assert!(!decide(kept, TEN_A_MINUTE, hour - 1_000_000).0.allowed, "a replica's clock");
        let (verdict, next) = decide(kept, TEN_A_MINUTE, 0);
        assert!(verdict.allowed);
        assert_eq!(next, TEN_A_MINUTE.interval());
    }
}
