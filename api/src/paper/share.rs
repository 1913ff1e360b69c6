//! A long notice or register is read aloud, printed and shown in shares. Pure.

use crate::platform::failure::{Failure, code};

/// Which share of how many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Share {
    /// From 1.
    pub(crate) part: i32,
    /// Of how many.
    pub(crate) parts: i32,
    /// After which line it begins.
    pub(crate) after: i32,
    /// Lines in a share.
    pub(crate) size: i32,
}

impl Share {
    /// Lines on one page: what a phone scrolls through in a minute.
    pub(crate) const PAGE: i32 = 50;
    /// Lines read aloud in one go: about a quarter of an hour.
    pub(crate) const SPOKEN: i32 = 100;
    /// Lines on one print: some sixty pages.
    pub(crate) const PRINTED: i32 = 1000;

    /// The share asked for, the first when none is named.
    ///
    /// # Errors
    /// `not_found` when there is no such share.
    pub(crate) fn of(lines: i32, size: i32, part: Option<i32>) -> Result<Self, Failure> {
        let parts = ((lines.saturating_add(size - 1)) / size).max(1);
        let part = part.unwrap_or(1);
        if !(1..=parts).contains(&part) {
            return Err(code::NOT_FOUND.into());
        }
        Ok(Self { part, parts, after: (part - 1) * size, size })
    }

    /// The share that the parameter `part` asks for.
    ///
    /// # Errors
    /// `not_found` when there is no such share, `invalid_value` for what can be none.
    pub(crate) fn asked(lines: i32, size: i32, part: Option<i32>) -> Result<Self, Failure> {
        if part.is_some_and(|part| part < 1) {
            return Err(Failure::field("part", "应为1以上的整数"));
        }
        Self::of(lines, size, part)
    }

    /// After which line, and how many at most.
    pub(crate) fn stretch(self) -> (i32, u64) {
        (self.after, u64::from(self.size.unsigned_abs()))
    }

    /// Whether what is told once is told here.
    pub(crate) const fn is_first(self) -> bool {
        self.part == 1
    }

    /// Whether it is the last.
    pub(crate) const fn is_last(self) -> bool {
        self.part == self.parts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_cover_everything_once() {
        for lines in 0..25 {
            let first = Share::of(lines, 10, None).unwrap();
            let covered: i32 = (1..=first.parts)
                .map(|part| Share::of(lines, 10, Some(part)).unwrap())
                .map(|share| (lines - share.after).min(share.size))
                .sum();
            assert_eq!(covered, lines);
            assert!(Share::of(lines, 10, Some(first.parts + 1)).is_err());
            assert!(Share::of(lines, 10, Some(0)).is_err());
        }
    }
}
