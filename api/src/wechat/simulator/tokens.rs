//! How the real service hands out access tokens, and when it stops taking them.

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};

use super::refusals::{self, Refusal};

const LIFE: TimeDelta = TimeDelta::hours(2);
/// How long before its end the stable token is renewed, and how long an old one lingers.
const OVERLAP: TimeDelta = TimeDelta::minutes(5);
const FORCE_APART: TimeDelta = TimeDelta::seconds(30);
const FORCE_PER_DAY: usize = 20;

#[derive(Debug, Clone, Copy)]
struct Life {
    /// When it would have ended by itself.
    natural_end: DateTime<Utc>,
    /// When it ends.
    end: DateTime<Utc>,
}

/// All access tokens of the app.
#[derive(Debug, Default)]
pub(super) struct TokenBook {
    lives: HashMap<String, Life>,
    stable: Option<String>,
    normal: Option<String>,
    forced: Vec<DateTime<Utc>>,
}

/// A token as an answer gives it.
pub(super) struct Granted {
    pub(super) value: String,
    pub(super) expires_in: i64,
}

impl TokenBook {
    /// The same token for all who ask, until five minutes before its end.
    pub(super) fn stable(&mut self, now: DateTime<Utc>, spare: String) -> Granted {
        if let Some(granted) = self.stable.as_ref().and_then(|value| self.lasting(value, now)) {
            return granted;
        }
        self.stable = Some(spare.clone());
        self.issue(spare, now)
    }

    /// A new stable token; the old one dies at once. Too soon after the last: no effect.
    pub(super) fn force_stable(
        &mut self,
        now: DateTime<Utc>,
        spare: String,
    ) -> Result<Granted, Refusal> {
        self.forced.retain(|at| now - *at < TimeDelta::days(1));
        if self.forced.len() >= FORCE_PER_DAY {
            return Err(refusals::DAILY_LIMIT);
        }
        if self.forced.last().is_none_or(|at| now - *at >= FORCE_APART) {
            self.forced.push(now);
            if let Some(old) = self.stable.take() {
                self.shorten(&old, now);
            }
        }
        Ok(self.stable(now, spare))
    }

    /// A new token at every call; the one before lives five minutes more.
    pub(super) fn normal(&mut self, now: DateTime<Utc>, spare: String) -> Granted {
        if let Some(old) = self.normal.replace(spare.clone()) {
            self.shorten(&old, now + OVERLAP);
        }
        self.issue(spare, now)
    }

    /// Ends the current tokens, as another program's `force_refresh` does.
    pub(super) fn kill(&mut self, now: DateTime<Utc>) {
        for old in [self.stable.take(), self.normal.take()].into_iter().flatten() {
            self.shorten(&old, now);
        }
    }

    /// Whether a business call may use this token.
    pub(super) fn check(&self, value: Option<&str>, now: DateTime<Utc>) -> Result<(), Refusal> {
        let value = value.filter(|text| !text.is_empty()).ok_or(refusals::TOKEN_MISSING)?;
        match self.lives.get(value) {
            Some(life) if now < life.end => Ok(()),
            Some(life) if now >= life.natural_end => Err(refusals::TOKEN_EXPIRED),
            Some(_) | None => Err(refusals::TOKEN_NOT_LATEST),
        }
    }

    fn lasting(&self, value: &str, now: DateTime<Utc>) -> Option<Granted> {
        let left = self.lives.get(value)?.end - now;
        (left > OVERLAP)
            .then(|| Granted { value: value.to_owned(), expires_in: left.num_seconds() })
    }

    fn issue(&mut self, value: String, now: DateTime<Utc>) -> Granted {
        // Long dead tokens are no longer told from garbage; they would pile up in a demo.
        self.lives.retain(|_, life| now - life.natural_end < TimeDelta::days(1));
        self.lives.insert(value.clone(), Life { natural_end: now + LIFE, end: now + LIFE });
        Granted { value, expires_in: LIFE.num_seconds() }
    }

    fn shorten(&mut self, value: &str, end: DateTime<Utc>) {
        if let Some(life) = self.lives.get_mut(value) {
            life.end = life.end.min(end);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minutes: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::minutes(minutes)
    }

    #[test]
    fn the_stable_token_stays_until_five_minutes_before_its_end() {
        let mut book = TokenBook::default();
        assert_eq!(book.stable(at(0), "a".into()).expires_in, 7200);
        assert_eq!(book.stable(at(114), "b".into()).value, "a");
        let renewed = book.stable(at(115), "b".into());
        assert_eq!((renewed.value.as_str(), renewed.expires_in), ("b", 7200));
        assert_eq!(book.check(Some("a"), at(119)), Ok(()));
        assert_eq!(book.check(Some("a"), at(120)), Err(refusals::TOKEN_EXPIRED));
    }

    #[test]
    fn a_normal_token_outlives_its_successor_by_five_minutes() {
        let mut book = TokenBook::default();
        book.normal(at(0), "a".into());
        book.normal(at(1), "b".into());
        assert_eq!(book.check(Some("a"), at(5)), Ok(()));
        assert_eq!(book.check(Some("a"), at(6)), Err(refusals::TOKEN_NOT_LATEST));
        assert_eq!(book.check(Some("b"), at(6)), Ok(()));
    }

    #[test]
    fn forcing_kills_at_once_but_not_twice_in_thirty_seconds_nor_over_twenty_a_day() {
        let mut book = TokenBook::default();
        book.stable(at(0), "a".into());
        let forced = book.force_stable(at(1), "b".into()).expect("allowed");
        assert_eq!(forced.value, "b");
        assert_eq!(book.check(Some("a"), at(1)), Err(refusals::TOKEN_NOT_LATEST));
        assert_eq!(book.force_stable(at(1), "c".into()).expect("no effect").value, "b");
        for minute in 2..21 {
            assert!(book.force_stable(at(minute), format!("t{minute}")).is_ok(), "{minute}");
        }
        let refused = book.force_stable(at(21), "d".into()).err();
        assert_eq!(refused, Some(refusals::DAILY_LIMIT));
    }

    #[test]
    fn missing_and_invented_tokens_are_told_apart() {
        let book = TokenBook::default();
        assert_eq!(book.check(None, at(0)), Err(refusals::TOKEN_MISSING));
        assert_eq!(book.check(Some("x"), at(0)), Err(refusals::TOKEN_NOT_LATEST));
    }
}
