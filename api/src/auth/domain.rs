//! How long sessions live and when a refresh token may be used. Pure.

use chrono::{DateTime, TimeDelta, Utc};
use entity::session::Audience;

/// A lost answer may be asked for again so long.
pub(super) const GRACE: TimeDelta = TimeDelta::seconds(30);

/// How long things live for one side of the mini-program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Lifetimes {
    pub(super) access: TimeDelta,
    pub(super) idle: TimeDelta,
    pub(super) absolute: TimeDelta,
}

/// Staff sessions are short, because wx.login renews them silently.
pub(super) const fn lifetimes(audience: Audience) -> Lifetimes {
    match audience {
        Audience::Volunteer => Lifetimes {
            access: TimeDelta::minutes(15),
            idle: TimeDelta::days(30),
            absolute: TimeDelta::days(90),
        },
        Audience::Staff => Lifetimes {
            access: TimeDelta::minutes(10),
            idle: TimeDelta::minutes(30),
            absolute: TimeDelta::hours(12),
        },
    }
}

/// What is known of a presented refresh token.
#[derive(Clone, Copy, Debug)]
pub(super) struct Presented {
    pub(super) used_at: Option<DateTime<Utc>>,
    /// Whether the token it was exchanged for has been used in turn.
    pub(super) successor_used: bool,
    pub(super) same_device: bool,
    pub(super) session_over: bool,
}

/// What happens to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refresh {
    /// Exchange it for a new pair.
    Rotate,
    /// The answer was lost: give the same pair again.
    Repeat,
    /// The session ended by itself or by hand.
    Over,
    /// Somebody holds a copy: end the session.
    Revoke,
}

/// Decides on a refresh token. A mini-program loses answers all the time, so the
/// token just exchanged may come again for a short while if its successor was
/// never used; anything older is a copy in wrong hands.
pub(super) fn decide_refresh(token: Presented, now: DateTime<Utc>) -> Refresh {
    if token.session_over {
        return Refresh::Over;
    }
    if !token.same_device {
        return Refresh::Revoke;
    }
    match token.used_at {
        None => Refresh::Rotate,
        Some(used) if !token.successor_used && now - used <= GRACE => Refresh::Repeat,
        Some(_) => Refresh::Revoke,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FRESH: Presented =
        Presented { used_at: None, successor_used: false, same_device: true, session_over: false };

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_790_000_000 + seconds, 0).unwrap()
    }

    #[test]
    fn a_lost_answer_is_repeated_for_thirty_seconds_and_never_once_the_successor_was_used() {
        let used = Presented { used_at: Some(at(0)), ..FRESH };
        assert_eq!(decide_refresh(FRESH, at(0)), Refresh::Rotate);
        assert_eq!(decide_refresh(used, at(30)), Refresh::Repeat);
        assert_eq!(decide_refresh(used, at(31)), Refresh::Revoke);
        let moved_on = Presented { successor_used: true, ..used };
        assert_eq!(decide_refresh(moved_on, at(1)), Refresh::Revoke);
        let elsewhere = Presented { same_device: false, ..FRESH };
        assert_eq!(decide_refresh(elsewhere, at(0)), Refresh::Revoke);
        let over = Presented { session_over: true, ..FRESH };
        assert_eq!(decide_refresh(over, at(0)), Refresh::Over);
    }
}
