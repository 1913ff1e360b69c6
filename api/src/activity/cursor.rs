//! The place in a list ordered by a time and an id, as text inside a page token.

use chrono::{DateTime, SecondsFormat, Utc};
use uuid::Uuid;

use crate::platform::failure::{Failure, code};

/// The last row of the page before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Cursor {
    pub(super) at: DateTime<Utc>,
    pub(super) id: Uuid,
}

impl Cursor {
    pub(super) fn new(at: DateTime<Utc>, id: impl Into<Uuid>) -> Self {
        Self { at, id: id.into() }
    }

    /// As text, to the microsecond.
    pub(super) fn to_text(self) -> String {
        format!("{}|{}", instant_text(self.at), self.id)
    }

    /// Reads what [`to_text`](Self::to_text) wrote.
    ///
    /// # Errors
    /// `bad_page_token` for anything else.
    pub(super) fn parse(text: &str) -> Result<Self, Failure> {
        let read = || {
            let (at, id) = text.split_once('|')?;
            Some(Self { at: parse_instant(at)?, id: id.parse().ok()? })
        };
        read().ok_or_else(|| code::BAD_PAGE_TOKEN.into())
    }
}

pub(super) fn instant_text(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Micros, true)
}

pub(super) fn parse_instant(text: &str) -> Option<DateTime<Utc>> {
    Some(DateTime::parse_from_rfc3339(text).ok()?.with_timezone(&Utc))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_is_read() {
        let at = DateTime::from_timestamp_micros(1_790_000_000_123_456).unwrap();
        let cursor = Cursor::new(at, Uuid::from_u128(7));
        assert_eq!(Cursor::parse(&cursor.to_text()).ok(), Some(cursor));
        assert!(Cursor::parse("nonsense").is_err());
    }
}
