//! The only way to begin a transaction.

use std::ops::Deref;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};
use entity::journal_event;
use sea_orm::{
    DatabaseTransaction, DbErr, SqliteTransactionMode, TransactionOptions, TransactionTrait,
};
use uuid::Uuid;

use super::actor::Actor;
use super::core::Core;
use super::db;
use super::failure::Failure;
use super::rows::insert_all;

/// How often a transaction is tried in all when it loses against others.
const MAX_ATTEMPTS: u32 = 5;

/// With so many told events waiting, they are written before the commit.
const EVENTS_AT_ONCE: usize = 64;

/// A running transaction with what every use case needs: who acts, and when.
pub struct Tx<'t> {
    connection: &'t DatabaseTransaction,
    core: &'t Core,
    /// On whose behalf.
    pub actor: &'t Actor,
    /// The instant of the whole command.
    pub now: DateTime<Utc>,
    /// What is told to the journal, until it is written: together, in one statement instead
    /// of one each, for every statement is a journey to the database.
    events: Mutex<Vec<journal_event::ActiveModel>>,
}

impl Tx<'_> {
    /// A new id, of whatever typed kind the row wants. It carries the present
    /// instant, not the command's: a row written after waiting for a lock sorts after
    /// the rows of whoever held it.
    #[must_use]
    pub fn new_id<T: From<Uuid>>(&self) -> T {
        T::from(self.core.ids.uuid(self.core.clock.now()))
    }

    /// Random bytes fit for secrets.
    #[must_use]
    pub fn random<const N: usize>(&self) -> [u8; N] {
        self.core.ids.bytes()
    }

    /// Tells the journal; the event is written before the commit at the latest.
    ///
    /// # Errors
    /// The database's.
    pub async fn tell(&self, event: journal_event::ActiveModel) -> Result<(), DbErr> {
        let waiting = {
            let mut events = self.events();
            events.push(event);
            events.len()
        };
        if waiting < EVENTS_AT_ONCE { Ok(()) } else { self.write_told().await }
    }

    async fn write_told(&self) -> Result<(), DbErr> {
        let due = std::mem::take(&mut *self.events());
        insert_all::<journal_event::Entity>(self, due).await
    }

    fn events(&self) -> MutexGuard<'_, Vec<journal_event::ActiveModel>> {
        self.events.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Deref for Tx<'_> {
    type Target = DatabaseTransaction;

    fn deref(&self) -> &Self::Target {
        self.connection
    }
}

/// Runs `work` in one transaction: commits on `Ok`, rolls back on `Err`, and runs
/// the whole again after a deadlock, a serialization failure or a lost race for a
/// unique key. On SQLite it begins IMMEDIATE, because a deferred transaction that
/// reads and then writes fails at once under contention.
///
/// # Errors
/// What `work` answered, or the database's error.
pub async fn in_tx<T>(
    core: &Core,
    actor: &Actor,
    work: impl AsyncFn(&Tx<'_>) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let mut attempt = 1;
    loop {
        let result = attempt_tx(core, actor, &work).await;
        match result {
            Err(error) if attempt < MAX_ATTEMPTS && error.is_retryable() => {
                metrics::counter!("transaction_retries_total").increment(1);
                tokio::time::sleep(pause(core, attempt)).await;
                attempt += 1;
            }
            other => return other,
        }
    }
}

async fn attempt_tx<T>(
    core: &Core,
    actor: &Actor,
    work: &impl AsyncFn(&Tx<'_>) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let options = TransactionOptions {
        sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
        ..Default::default()
    };
    let connection = core.pools.write.begin_with_options(options).await?;
    let (now, events) = (core.clock.now(), Mutex::default());
    let tx = Tx { connection: &connection, core, actor, now, events };
    let worked = match work(&tx).await {
        Ok(value) => tx.write_told().await.map(|()| value).map_err(Failure::from),
        Err(failure) => Err(failure),
    };
    match worked {
        Ok(value) => {
            connection.commit().await?;
            Ok(value)
        }
        Err(error) => {
            // The refusal is the answer; a roll-back that fails is done by the database itself.
            if let Err(rollback) = connection.rollback().await {
                let cause = db::describe(&rollback);
                tracing::warn!(cause, "roll-back failed");
            }
            Err(error)
        }
    }
}

/// Full jitter, 5 ms doubled at each attempt.
fn pause(core: &Core, attempt: u32) -> Duration {
    let most = 5_000_u64 << attempt;
    let random = u64::from(u16::from_be_bytes(core.ids.bytes()));
    Duration::from_micros(most * random / u64::from(u16::MAX))
}
