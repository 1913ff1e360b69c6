//! An empty database for one test, on each back end that is at hand.

use std::{env, process};

use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection};
use url::Url;

/// Runs the test on a SQLite file and, if `DATABASE_URL` names a server, on a
/// database of its own there. That one is dropped even when the test fails.
pub(super) async fn on_each_back_end<F>(label: &str, test: impl Fn(DatabaseConnection) -> F)
where
    F: Future<Output = ()> + Send + 'static,
{
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("scratch.db");
    test(connect(&format!("sqlite://{}?mode=rwc", path.display())).await).await;

    let Ok(server) = env::var("DATABASE_URL") else { return };
    let name = format!("pb_test_mig_{}_{label}", process::id());
    let admin = connect(&server).await;
    admin.execute_unprepared(&format!("CREATE DATABASE {name}")).await.unwrap();
    let mut own = Url::parse(&server).unwrap();
    own.set_path(&name);
    let outcome = tokio::spawn(test(connect(own.as_str()).await)).await;
    admin.execute_unprepared(&format!("DROP DATABASE {name} WITH (FORCE)")).await.unwrap();
    outcome.unwrap();
}

async fn connect(url: &str) -> DatabaseConnection {
    let mut options = ConnectOptions::new(url);
    options.max_connections(2).sqlx_logging(false);
    Database::connect(options).await.unwrap()
}
