//! Opening the database, and telling its errors apart.

use std::time::Duration;

use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DatabaseTransaction, DbBackend,
    DbErr, RuntimeErr, SqlErr,
    sqlx::sqlite::{SqliteConnection, SqliteJournalMode, SqliteSynchronous},
    sqlx::{Connection, Error as SqlxError, Executor},
};

/// How the pools are cut. See the environment reference for the defaults.
#[derive(Clone, Debug)]
pub struct PoolSettings {
    /// Connections for writes (PostgreSQL; SQLite always has one writer).
    pub max_connections: u32,
    /// Connections for plain reads: what is only looked at, the public lists among it, what jobs
    /// look for, and exports.
    pub read_connections: u32,
    /// How long a request waits for a connection before it is answered 503.
    pub acquire_timeout: Duration,
    /// Longest a statement may run (PostgreSQL).
    pub statement_timeout: Duration,
}

/// The two pools of one process.
#[derive(Clone, Debug)]
pub struct Pools {
    /// Where transactions run.
    pub write: DatabaseConnection,
    /// Where plain reads run, on both back ends: a slow one keeps others waiting, signed in or
    /// not, though no transaction.
    pub read: DatabaseConnection,
}

/// Opens the pools without waiting for the database to be there.
///
/// # Errors
/// When the address is not one of `postgres://` or `sqlite://`.
pub async fn open(url: &str, settings: &PoolSettings) -> Result<Pools, DbErr> {
    let sqlite = url.starts_with("sqlite:");
    make_folder(url)?;
    let writers = if sqlite { 1 } else { settings.max_connections };
    let write = Database::connect(options(url, writers, settings, false)).await?;
    let read = Database::connect(options(url, settings.read_connections, settings, sqlite)).await?;
    Ok(Pools { write, read })
}

/// SQLite makes its file, but not the folder the file is in.
fn make_folder(url: &str) -> Result<(), DbErr> {
    let file = url.strip_prefix("sqlite://").unwrap_or_default();
    let Some(folder) = std::path::Path::new(file).parent() else { return Ok(()) };
    std::fs::create_dir_all(folder)
        .map_err(|error| DbErr::Custom(format!("{}: {error}", folder.display())))
}

fn options(url: &str, size: u32, settings: &PoolSettings, read_only: bool) -> ConnectOptions {
    let mut options = ConnectOptions::new(url);
    let statement = settings.statement_timeout.as_millis().to_string();
    options
        .max_connections(size)
        .min_connections(0)
        .connect_lazy(true)
        .acquire_timeout(settings.acquire_timeout)
        .connect_timeout(settings.acquire_timeout)
        .max_lifetime(Duration::from_mins(30))
        .sqlx_logging(false)
        .test_before_acquire(true)
        .test_before_acquire_if_idle_for(Duration::from_secs(30))
        .map_sqlx_postgres_opts(move |pg| {
            pg.application_name("points-bank").statement_cache_capacity(256).options([
                ("statement_timeout", statement.as_str()),
                ("lock_timeout", "2000"),
                ("idle_in_transaction_session_timeout", "5000"),
            ])
        })
        .map_sqlx_sqlite_opts(move |sqlite| {
            sqlite
                .create_if_missing(true)
                .journal_mode(SqliteJournalMode::Wal)
                .synchronous(SqliteSynchronous::Full)
                .busy_timeout(Duration::from_secs(5))
                .foreign_keys(true)
                // What was deleted must not be left readable in the file's free space.
                .pragma("secure_delete", "ON")
                .pragma("query_only", if read_only { "ON" } else { "OFF" })
        });
    if !read_only {
        options.map_sqlx_sqlite_before_acquire(|connection: &mut SqliteConnection, _| {
            Box::pin(is_between_transactions(connection))
        });
    }
    options
}

/// Whether a connection may begin a transaction. Out of space, memory or time SQLite rolls back by
/// itself, or cannot even do that: sqlx and SQLite then disagree on whether one is under way, and
/// the only writer would refuse every BEGIN from then on.
async fn is_between_transactions(connection: &mut SqliteConnection) -> Result<bool, SqlxError> {
    let idle = match connection.execute("ROLLBACK").await {
        Ok(_) => true,
        // What it says in the ordinary case.
        Err(error) => error
            .as_database_error()
            .is_some_and(|error| error.message().contains("no transaction is active")),
    };
    Ok(idle && !connection.is_in_transaction())
}

/// What kind of trouble a database error is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// Running the whole transaction again may succeed.
    Retry,
    /// The database is away, busy or starting.
    Unavailable,
    /// A unique key was taken by somebody else at the same moment.
    Unique,
    /// A value the database has no room for: a day, a number or a text out of its range.
    Value,
    /// Anything else: a fault of ours.
    Fault,
}

/// Sorts a database error.
#[expect(clippy::wildcard_enum_match_arm, reason = "a foreign, open set")]
#[must_use]
pub fn trouble(error: &DbErr) -> Trouble {
    if matches!(error.sql_err(), Some(SqlErr::UniqueConstraintViolation(_))) {
        return Trouble::Unique;
    }
    let sqlx = match error {
        DbErr::ConnectionAcquire(_) | DbErr::Conn(_) => return Trouble::Unavailable,
        DbErr::Exec(RuntimeErr::SqlxError(sqlx)) | DbErr::Query(RuntimeErr::SqlxError(sqlx)) => {
            sqlx
        }
        _ => return Trouble::Fault,
    };
    let Some(database) = sqlx.as_database_error() else {
        return Trouble::Unavailable;
    };
    match database.code().as_deref().unwrap_or_default() {
        // serialization failure, deadlock, lock timeout; SQLite busy and locked
        "40001" | "40P01" | "55P03" | "5" | "6" | "261" | "517" => Trouble::Retry,
        // cancelled by timeout, shutting down, starting up, too many connections, disk full,
        // read-only (a failed-over primary)
        "57014" | "57P01" | "57P02" | "57P03" | "53300" | "53100" | "53200" | "25006" | "25P03"
        | "13" => Trouble::Unavailable,
        code if code.starts_with("08") => Trouble::Unavailable,
        // Data exceptions: the parsers in front should have refused it.
        code if code.len() == 5 && code.starts_with("22") => Trouble::Value,
        _ => Trouble::Fault,
    }
}

/// A database error in words fit for the log: its code and message, never the detail,
/// in which PostgreSQL quotes whole rows.
#[expect(clippy::wildcard_enum_match_arm, reason = "a foreign, open set")]
#[must_use]
pub fn describe(error: &DbErr) -> String {
    let database = match error {
        DbErr::Exec(RuntimeErr::SqlxError(sqlx))
        | DbErr::Query(RuntimeErr::SqlxError(sqlx))
        | DbErr::Conn(RuntimeErr::SqlxError(sqlx)) => sqlx.as_database_error(),
        _ => None,
    };
    match database {
        Some(database) => {
            let code = database.code().unwrap_or_default();
            format!("{code}: {}", database.message())
        }
        None => error.to_string(),
    }
}

/// Whether the whole transaction may be run again.
#[must_use]
pub fn is_retryable(error: &DbErr) -> bool {
    matches!(trouble(error), Trouble::Retry | Trouble::Unique)
}

/// Has the statements of a transaction planned for the tables as they are. A job's statements live
/// on in their connections from when the tables were small, and statistics may come late after a
/// burst: numbering a hundred thousand events then reads the table anew for each.
///
/// # Errors
/// The database's.
pub async fn plan_afresh(tx: &DatabaseTransaction) -> Result<(), DbErr> {
    if is_postgres(tx.get_database_backend()) {
        tx.execute_unprepared("SET LOCAL plan_cache_mode = force_custom_plan").await?;
    }
    Ok(())
}

/// Has SQLite put into the file what its log holds, and empties the log: until then it tells what
/// was overwritten or deleted since. Waits for who is reading, as every lock does. PostgreSQL keeps
/// its log itself.
///
/// # Errors
/// The database's.
pub async fn empty_log(db: &DatabaseConnection) -> Result<(), DbErr> {
    if !is_postgres(db.get_database_backend()) {
        db.execute_unprepared("PRAGMA wal_checkpoint(TRUNCATE)").await?;
    }
    Ok(())
}

/// Whether the connection talks to PostgreSQL (else SQLite).
#[must_use]
pub fn is_postgres(backend: DbBackend) -> bool {
    backend == DbBackend::Postgres
}
