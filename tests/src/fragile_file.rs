//! An SQLite database whose COMMIT is refused, or that gives up in the middle of its work.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};

use sea_orm::DatabaseConnection;

/// SQLite's own hooks on every connection of a service's pools.
#[derive(Clone, Debug)]
pub struct FragileFile {
    pools: [DatabaseConnection; 2],
    fault: Fault,
}

#[derive(Clone, Debug, Default)]
struct Fault {
    refuses: Arc<AtomicBool>,
    /// So many looks are left until it gives up; below zero it does not.
    left: Arc<AtomicI64>,
    tripped: Arc<AtomicBool>,
}

impl FragileFile {
    /// The database of a service whose pools have one connection each.
    ///
    /// # Panics
    /// When they have more: every connection needs the hooks.
    #[must_use]
    pub fn of(pools: [&DatabaseConnection; 2]) -> Self {
        for pool in pools {
            let size = pool.get_sqlite_connection_pool().options().get_max_connections();
            assert_eq!(size, 1, "connections");
        }
        let fault = Fault::default();
        fault.left.store(-1, Ordering::Relaxed);
        Self { pools: pools.map(Clone::clone), fault }
    }

    /// From now on no transaction that wrote is committed.
    pub async fn refuse_commits(&self) {
        self.hook().await;
        self.fault.refuses.store(true, Ordering::Relaxed);
    }

    /// Gives up one statement, having looked so often, between its own instructions, whether
    /// to go on.
    pub async fn give_up_after(&self, looks: i64) {
        self.hook().await;
        self.fault.left.store(looks, Ordering::Relaxed);
    }

    /// Nothing fails any more; says whether something did.
    #[must_use]
    pub fn mend(&self) -> bool {
        self.fault.refuses.store(false, Ordering::Relaxed);
        self.fault.left.store(-1, Ordering::Relaxed);
        self.fault.tripped.swap(false, Ordering::Relaxed)
    }

    /// Puts the hooks in place, again each time: a connection that failed may be a new one.
    async fn hook(&self) {
        for pool in &self.pools {
            let pool = pool.get_sqlite_connection_pool();
            let mut connection = pool.acquire().await.expect("a connection");
            let mut handle = connection.lock_handle().await.expect("its handle");
            let commit = self.fault.clone();
            handle.set_commit_hook(move || !commit.trip(commit.refuses.load(Ordering::Relaxed)));
            let work = self.fault.clone();
            handle.set_progress_handler(1, move || {
                let looks = work.left.load(Ordering::Relaxed);
                if looks >= 0 {
                    work.left.store(looks - 1, Ordering::Relaxed);
                }
                !work.trip(looks == 0)
            });
        }
    }
}

impl Fault {
    fn trip(&self, now: bool) -> bool {
        self.tripped.fetch_or(now, Ordering::Relaxed);
        now
    }
}
