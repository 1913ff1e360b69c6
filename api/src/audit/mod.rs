//! Proves that the books are sound: every invariant of the ledger, the stock and the
//! counters, checked row by row against one snapshot of the database.
//!
//! | file | checks |
//! |---|---|
//! | `entries` | each entry by itself and after the one before it, hashes recomputed |
//! | `rules` | what rows of several tables must say of each other, one query each |
//! | `notices` | the digest of every opened notice, computed again |
//! | `samples` | the draw of every sample of supervisors, drawn again |
//! | `suspensions` | that a year taken is the whole year, computed again |
//! | `bulletins` | the digest of every published bulletin and its balances, computed again |
//! | `unreadable` | nothing: has a value that cannot be read named, and goes on |
//! | `triggers` | that the database still refuses changes by itself |
//!
//! `trail` is the reading of who did what.

mod bulletins;
mod entries;
mod notices;
mod report;
mod rules;
mod samples;
mod suspensions;
mod trail;
mod triggers;
mod unreadable;

use std::time::Instant;

use sea_orm::{
    AccessMode, ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbErr, IsolationLevel,
    TransactionOptions, TransactionTrait,
};

pub use report::{Report, Violation};
pub(crate) use trail::configure;

use self::unreadable::or_named;
use crate::platform::db;
use crate::tree;
use crate::tree::core::key::Signatory;

/// Checks everything, in memory that does not grow with the ledger. Writers go on
/// meanwhile: all is read from the state at the start.
///
/// # Errors
/// The database's.
pub async fn run_with(db: &DatabaseConnection, ours: &Signatory) -> Result<Report, DbErr> {
    check(db, Some(ours)).await
}

/// The same without our keys: what the database says is a key of ours is taken for one. That
/// proves nothing against who can write to it; it is for tests of everything else.
///
/// # Errors
/// The database's.
pub async fn run(db: &DatabaseConnection) -> Result<Report, DbErr> {
    check(db, None).await
}

async fn check(db: &DatabaseConnection, ours: Option<&Signatory>) -> Result<Report, DbErr> {
    let started = Instant::now();
    let snapshot = open_snapshot(db).await?;
    let mut report = Report::default();
    triggers::check(&snapshot, &mut report).await?;
    let done = entries::check(&snapshot, &mut report).await;
    or_named(&mut report, ("entry_readable", "ledger_entry"), done)?;
    rules::check(&snapshot, &mut report).await?;
    let done = notices::check(&snapshot, &mut report).await;
    or_named(&mut report, ("notice_digest", "notice_round"), done)?;
    let done = samples::check(&snapshot, &mut report).await;
    or_named(&mut report, ("sample_is_its_redraw", "supervision_sample"), done)?;
    let done = suspensions::check(&snapshot, &mut report).await;
    or_named(&mut report, ("suspended_through_its_year", "disqualification"), done)?;
    let done = bulletins::check(&snapshot, &mut report).await;
    or_named(&mut report, ("bulletin_digest", "bulletin"), done)?;
    let done = trees(&snapshot, ours, &mut report).await;
    or_named(&mut report, ("tree_head", "tree"), done)?;
    snapshot.rollback().await?;
    report.milliseconds = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    Ok(report)
}

/// Seals of the journal, leaves, nodes and heads of the public trees, signed, cosigned and named.
async fn trees(
    snapshot: &DatabaseTransaction,
    ours: Option<&Signatory>,
    report: &mut Report,
) -> Result<(), DbErr> {
    for finding in tree::inspect::run(snapshot, ours).await?.into_iter().take(report::LISTED) {
        report.add(finding.rule, finding.table, finding.row, finding.found);
    }
    report.rules += tree::inspect::RULES;
    Ok(())
}

/// A transaction that sees one state. SQLite's read transactions do so anyway.
async fn open_snapshot(db: &DatabaseConnection) -> Result<DatabaseTransaction, DbErr> {
    if !db::is_postgres(db.get_database_backend()) {
        return db.begin_with_options(TransactionOptions::default()).await;
    }
    let options = TransactionOptions {
        isolation_level: Some(IsolationLevel::RepeatableRead),
        access_mode: Some(AccessMode::ReadOnly),
        ..Default::default()
    };
    let snapshot = db.begin_with_options(options).await?;
    // The limits are for requests; reading the whole ledger takes as long as it takes. Every
    // statement reads whole tables. A database that was just restored has no statistics: it
    // would take them for small, and look into one for each row of the other, for hours.
    snapshot
        .execute_unprepared(
            "SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0; \
             SET LOCAL enable_nestloop = off",
        )
        .await?;
    Ok(snapshot)
}
