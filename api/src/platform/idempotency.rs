//! Retried requests: key, fingerprint and stored answer, written in the effect's own transaction.

use std::time::Duration;

use chrono::TimeDelta;
use entity::idempotency_key;
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, Set, Statement,
};

use super::core::Core;
use super::crypto::digest::sha256_hex;
use super::db;
use super::failure::{Failure, Refusal, code};
use super::tx::Tx;

/// How long an answer is kept. Natural keys guard the ledger beyond that.
const KEPT: TimeDelta = TimeDelta::hours(72);
/// How long a client should wait while its twin is running.
const TWIN_WAIT: Duration = Duration::from_secs(1);

/// A client's key with what it is bound to.
#[derive(Clone, Debug)]
pub struct IdempotencyKey {
    /// Whose key: never shared between people.
    pub principal: String,
    /// As sent.
    pub key: String,
    /// Hash over method, path, query and body.
    pub fingerprint: String,
}

impl IdempotencyKey {
    /// The key of one item of a batch. What was done under it is written in the item's
    /// own transaction, so that a batch that was cut short goes on where it stopped.
    #[must_use]
    pub fn of_item(&self, index: usize) -> Self {
        Self { principal: format!("{}#{index}", self.principal), ..self.clone() }
    }
}

/// An answer as it was given the first time.
#[derive(Clone, Debug)]
pub struct StoredAnswer {
    /// HTTP status, always 2xx.
    pub status: u16,
    /// JSON body, empty if none.
    pub body: String,
    /// `ETag` header, if any.
    pub etag: Option<String>,
    /// `Location` header, if any.
    pub location: Option<String>,
}

/// Whether `raw` is a well-formed key (`[A-Za-z0-9_-]{16,64}`, optionally quoted).
#[must_use]
pub fn parse_key(raw: &str) -> Option<&str> {
    let key = raw.strip_prefix('"').and_then(|k| k.strip_suffix('"')).unwrap_or(raw);
    let fits = (16..=64).contains(&key.len())
        && key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
    fits.then_some(key)
}

/// The fingerprint of a request.
#[must_use]
pub fn fingerprint(method: &str, path: &str, query: &str, body: &[u8]) -> String {
    let mut bytes = format!("{method}\n{path}\n{query}\n").into_bytes();
    bytes.extend_from_slice(body);
    sha256_hex(&bytes)
}

#[derive(FromQueryResult)]
struct Found {
    alone: bool,
    fingerprint: Option<String>,
    status: Option<i16>,
    body_sealed: Option<String>,
    etag: Option<String>,
    location: Option<String>,
}

/// Looks for an earlier answer to this key; on PostgreSQL it also makes sure that
/// no twin is running at the same moment (SQLite has one writer anyway).
///
/// # Errors
/// `request_in_progress` while a twin runs, `idempotency_key_reused` when the key
/// was used with another request.
pub async fn replay(
    core: &Core,
    tx: &Tx<'_>,
    key: &IdempotencyKey,
) -> Result<Option<StoredAnswer>, Failure> {
    let alone = if db::is_postgres(tx.get_database_backend()) {
        "pg_try_advisory_xact_lock(hashtextextended($1 || ':' || $2, 0))"
    } else {
        "true"
    };
    let Some(found) = find(&**tx, key, alone).await? else {
        return Ok(None);
    };
    if !found.alone {
        let wait = u32::try_from(TWIN_WAIT.as_secs()).unwrap_or(1);
        return Err(Refusal::new(code::REQUEST_IN_PROGRESS).retry_after(wait).into());
    }
    opened(core, key, found)
}

/// What a twin has answered, after this request was refused. On PostgreSQL a twin may
/// commit between the snapshot and the lock of [`replay`]: its effect is then seen by the
/// rules, which refuse, before its answer is. On SQLite there is no such moment.
///
/// # Errors
/// As [`replay`].
pub async fn answered(core: &Core, key: &IdempotencyKey) -> Result<Option<StoredAnswer>, Failure> {
    let db = &core.pools.write;
    if !db::is_postgres(db.get_database_backend()) {
        return Ok(None);
    }
    match find(db, key, "true").await? {
        Some(found) => opened(core, key, found),
        None => Ok(None),
    }
}

fn opened(
    core: &Core,
    key: &IdempotencyKey,
    found: Found,
) -> Result<Option<StoredAnswer>, Failure> {
    let (Some(fingerprint), Some(status), Some(sealed)) =
        (found.fingerprint, found.status, found.body_sealed)
    else {
        return Ok(None);
    };
    if fingerprint != key.fingerprint {
        return Err(code::IDEMPOTENCY_KEY_REUSED.into());
    }
    let body = core.vault.answers.open(&aad(key), &sealed).map_err(Failure::internal)?;
    Ok(Some(StoredAnswer {
        status: u16::try_from(status).unwrap_or(200),
        body: String::from_utf8(body).map_err(Failure::internal)?,
        etag: found.etag,
        location: found.location,
    }))
}

/// The advisory lock and the look-up travel in one statement: the lock is tried
/// even when no row exists yet. A twin that commits between the snapshot and the
/// lock is caught by the primary key when the answer is stored.
async fn find(
    db: &impl ConnectionTrait,
    key: &IdempotencyKey,
    alone: &str,
) -> Result<Option<Found>, Failure> {
    let backend = db.get_database_backend();
    let columns = "k.fingerprint, k.status, k.body_sealed, k.etag, k.location";
    let sql = format!(
        "SELECT {alone} AS alone, {columns} FROM (SELECT 1 AS one) AS o \
         LEFT JOIN idempotency_key AS k ON k.principal = $1 AND k.key = $2"
    );
    let values = [key.principal.clone().into(), key.key.clone().into()];
    let statement = Statement::from_sql_and_values(backend, sql, values);
    Ok(Found::find_by_statement(statement).one(db).await?)
}

/// Keeps the answer for retries, in the effect's transaction.
///
/// # Errors
/// The database's; a unique violation means a twin was faster and is retried as a replay.
pub async fn store(
    core: &Core,
    tx: &Tx<'_>,
    key: &IdempotencyKey,
    answer: &StoredAnswer,
) -> Result<(), Failure> {
    let sealed = core.vault.answers.seal(&aad(key), answer.body.as_bytes(), tx.random());
    let row = idempotency_key::ActiveModel {
        principal: Set(key.principal.clone()),
        key: Set(key.key.clone()),
        fingerprint: Set(key.fingerprint.clone()),
        status: Set(i16::try_from(answer.status).unwrap_or(200)),
        body_sealed: Set(sealed),
        etag: Set(answer.etag.clone()),
        location: Set(answer.location.clone()),
        created_at: Set(tx.now),
        expires_at: Set(tx.now + KEPT),
    };
    idempotency_key::Entity::insert(row).exec_without_returning(&**tx).await?;
    Ok(())
}

/// Deletes answers past their time; says how many.
///
/// # Errors
/// The database's.
pub async fn purge(tx: &Tx<'_>) -> Result<u64, Failure> {
    let gone = idempotency_key::Entity::delete_many()
        .filter(idempotency_key::Column::ExpiresAt.lt(tx.now))
        .exec(&**tx)
        .await?;
    Ok(gone.rows_affected)
}

/// Deletes whatever was answered to somebody.
///
/// # Errors
/// The database's.
pub async fn forget(tx: &Tx<'_>, principal: &str) -> Result<(), Failure> {
    idempotency_key::Entity::delete_many()
        .filter(idempotency_key::Column::Principal.eq(principal))
        .exec(&**tx)
        .await?;
    Ok(())
}

fn aad(key: &IdempotencyKey) -> String {
    format!("idempotency_key|{}|{}", key.principal, key.key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_long_enough_and_plain() {
        assert_eq!(parse_key("abcdefgh01234567"), Some("abcdefgh01234567"));
        assert_eq!(parse_key("\"abcdefgh01234567\""), Some("abcdefgh01234567"));
        assert_eq!(parse_key("short"), None);
        assert_eq!(parse_key("abcdefgh0123456 "), None);
        assert_eq!(parse_key(&"a".repeat(65)), None);
    }
}
