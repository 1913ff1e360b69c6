//! An SQLite database whose COMMIT is refused.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use sea_orm::DatabaseConnection;

/// SQLite's commit hook on the one connection that writes.
#[derive(Clone, Debug)]
pub struct FragileFile {
    pool: DatabaseConnection,
    refuses: Arc<AtomicBool>,
    tripped: Arc<AtomicBool>,
}

impl FragileFile {
    /// The database of a service, by the pool it writes through.
    #[must_use]
    pub fn of(pool: &DatabaseConnection) -> Self {
        Self { pool: pool.clone(), refuses: Arc::default(), tripped: Arc::default() }
    }

    /// From now on no transaction that wrote is committed.
    pub async fn refuse_commits(&self) {
        // Again each time: a connection that failed may be a new one.
        let pool = self.pool.get_sqlite_connection_pool();
        let mut connection = pool.acquire().await.expect("a connection");
        let mut handle = connection.lock_handle().await.expect("its handle");
        let (refuses, tripped) = (self.refuses.clone(), self.tripped.clone());
        handle.set_commit_hook(move || {
            let now = refuses.load(Ordering::Relaxed);
            tripped.fetch_or(now, Ordering::Relaxed);
            !now
        });
        self.refuses.store(true, Ordering::Relaxed);
    }

    /// Nothing fails any more; says whether something did.
    #[must_use]
    pub fn mend(&self) -> bool {
        self.refuses.store(false, Ordering::Relaxed);
        self.tripped.swap(false, Ordering::Relaxed)
    }
}
