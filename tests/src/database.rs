//! One database per test, cloned from a migrated template.

use std::path::PathBuf;
use std::sync::OnceLock;

use migration::{Migrator, MigratorTrait};
use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection};
use tempfile::TempDir;
use tokio::sync::OnceCell;
use uuid::Uuid;

/// Whether this run is on PostgreSQL.
#[must_use]
pub fn is_postgres() -> bool {
    server().is_some()
}

fn server() -> Option<&'static str> {
    static URL: OnceLock<Option<String>> = OnceLock::new();
    URL.get_or_init(|| std::env::var("DATABASE_URL").ok().filter(|url| !url.is_empty())).as_deref()
}

/// The database of one test. Dropping it removes it.
#[derive(Debug)]
pub struct TestDatabase {
    /// Address for the service.
    pub url: String,
    name: Option<String>,
    _folder: Option<TempDir>,
}

impl TestDatabase {
    /// Clones the template.
    pub async fn create() -> Self {
        match server() {
            Some(server) => Self::on_postgres(server).await,
            None => Self::on_sqlite().await,
        }
    }

    async fn on_sqlite() -> Self {
        let folder = TempDir::new().expect("a temporary folder");
        let file = folder.path().join("test.sqlite");
        std::fs::copy(sqlite_template().await, &file).expect("copy of the template");
        let url = format!("sqlite://{}", file.display());
        Self { url, name: None, _folder: Some(folder) }
    }

    async fn on_postgres(server: &str) -> Self {
        let template = postgres_template(server).await;
        let name = format!("pb_test_{}", Uuid::now_v7().simple());
        let clone = format!("CREATE DATABASE {name} TEMPLATE {template}");
        let admin = connect(server).await;
        // Somebody else may be cloning the same template at this moment.
        for attempt in 0.. {
            match admin.execute_unprepared(&clone).await {
                Ok(_) => break,
                Err(error) if attempt >= 100 => panic!("cannot clone the template: {error}"),
                Err(_) => tokio::time::sleep(std::time::Duration::from_millis(50)).await,
            }
        }
        admin.close().await.expect("closed");
        Self { url: with_name(server, &name), name: Some(name), _folder: None }
    }

    /// A connection of the test's own, beside the service's.
    pub async fn connect(&self) -> DatabaseConnection {
        connect(&self.url).await
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        let (Some(server), Some(name)) = (server(), self.name.take()) else { return };
        // Drop cannot wait on the test's own runtime, which may be shutting down.
        let dropped = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            runtime.block_on(async {
                let drop = format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)");
                connect(server).await.execute_unprepared(&drop).await.map_err(std::io::Error::other)
            })
        });
        if !matches!(dropped.join(), Ok(Ok(_))) {
            eprintln!("a test database was left behind");
        }
    }
}

async fn connect(url: &str) -> DatabaseConnection {
    let mut options = ConnectOptions::new(url);
    options.max_connections(2).sqlx_logging(false);
    Database::connect(options).await.expect("the test database answers")
}

fn with_name(server: &str, name: &str) -> String {
    let mut url = url::Url::parse(server).expect("DATABASE_URL is an address");
    url.set_path(name);
    url.into()
}

/// Names the template by the migrations it holds, so that it is reused while they stay.
fn template_name() -> String {
    let names: Vec<_> = Migrator::migrations().iter().map(|m| m.name().to_owned()).collect();
    let bytes = names.join("\n") + &fingerprint();
    format!("pb_template_{}", &api::platform::crypto::digest::sha256_hex(bytes.as_bytes())[..16])
}

/// Migrations are edited while they are young: their text decides, not only their names.
fn fingerprint() -> String {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../migration/src");
    let mut texts: Vec<_> = std::fs::read_dir(folder)
        .expect("the migrations' sources")
        .map(|entry| std::fs::read_to_string(entry.expect("entry").path()).expect("text"))
        .collect();
    texts.sort_unstable();
    texts.concat()
}

async fn postgres_template(server: &str) -> &'static str {
    static NAME: OnceCell<String> = OnceCell::const_new();
    NAME.get_or_init(|| async {
        let name = template_name();
        let admin = connect(server).await;
        // One test process builds it, the others wait (each test may be a process).
        let lock = "SELECT pg_advisory_lock(727274)";
        admin.execute_unprepared(lock).await.expect("lock");
        let building = format!("{name}_building");
        let found = admin
            .query_one_raw(sea_orm::Statement::from_string(
                sea_orm::DbBackend::Postgres,
                format!("SELECT 1 FROM pg_database WHERE datname = '{name}'"),
            ))
            .await
            .expect("catalogue");
        if found.is_none() {
            run(&admin, &format!("DROP DATABASE IF EXISTS {building} WITH (FORCE)")).await;
            run(&admin, &format!("CREATE DATABASE {building}")).await;
            let fresh = connect(&with_name(server, &building)).await;
            Migrator::up(&fresh, None).await.expect("migrations");
            fresh.close().await.expect("closed");
            run(&admin, &format!("ALTER DATABASE {building} RENAME TO {name}")).await;
        }
        admin.close().await.expect("closed");
        name
    })
    .await
}

async fn run(db: &DatabaseConnection, sql: &str) {
    db.execute_unprepared(sql).await.expect(sql);
}

async fn sqlite_template() -> PathBuf {
    static FILE: OnceCell<PathBuf> = OnceCell::const_new();
    FILE.get_or_init(|| async {
        let file = std::env::temp_dir().join(format!("{}.sqlite", template_name()));
        if file.exists() {
            return file;
        }
        let building = file.with_extension(format!("{}.building", std::process::id()));
        let url = format!("sqlite://{}?mode=rwc", building.display());
        let fresh = connect(&url).await;
        Migrator::up(&fresh, None).await.expect("migrations");
        fresh.close().await.expect("closed");
        std::fs::rename(&building, &file).expect("template in place");
        file
    })
    .await
    .clone()
}
