//! What came of a job's many attempts, of which none stops the others.

use std::fmt::Display;

use super::failure::Failure;

/// How many moved, and the last failure.
#[derive(Debug)]
pub struct Outcome {
    trouble: &'static str,
    moved: u64,
    failed: Option<Failure>,
}

impl Outcome {
    /// Nothing yet; `trouble` is what the log says of each failure.
    #[must_use]
    pub const fn new(trouble: &'static str) -> Self {
        Self { trouble, moved: 0, failed: None }
    }

    /// Takes in one attempt at a subject: whether something moved.
    pub fn take(&mut self, subject: impl Display, result: Result<bool, Failure>) {
        match result {
            Ok(moved) => self.moved += u64::from(moved),
            Err(failure) => {
                tracing::warn!(%subject, cause = failure.for_log(), "{}", self.trouble);
                self.failed = Some(failure);
            }
        }
    }

    /// How many moved.
    ///
    /// # Errors
    /// The last failure.
    pub fn finish(self) -> Result<u64, Failure> {
        self.failed.map_or(Ok(self.moved), Err)
    }
}
