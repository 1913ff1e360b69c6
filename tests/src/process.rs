//! The service as a process of its own, to be killed, frozen and started again.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};

use crate::app::TestApp;
use crate::client::Client;

/// A service process on a test's database.
#[derive(Debug)]
pub struct Process {
    child: Child,
    /// Where it listens.
    pub base: String,
}

impl Process {
    /// Starts a process on the same database and short-lived store as `app`.
    #[must_use]
    pub fn start(app: &TestApp) -> Self {
        Self::start_with(app, &[])
    }

    /// Starts a process with more environment variables.
    ///
    /// # Panics
    /// When it does not begin to listen.
    #[must_use]
    pub fn start_with(app: &TestApp, environment: &[(&str, &str)]) -> Self {
        Self::launch(Self::prepare(app, environment))
    }

    /// What [`Process::launch`] starts; launching waits for the service, so a test with
    /// work of its own does it on another thread.
    #[must_use]
    pub fn prepare(app: &TestApp, environment: &[(&str, &str)]) -> Command {
        let mut command = command(app);
        command
            .env("PB_SERVER__LISTEN", "127.0.0.1:0")
            .env("PB_SERVER__WORKERS", "2")
            .env("PB_LIMITS__ENABLED", "false")
            .env("PB_TELEMETRY__JSON", "true")
            .env("PB_TELEMETRY__LOG", "warn,api::cli=info")
            .envs(environment.iter().copied())
            .stdout(Stdio::null())
            .stderr(Stdio::piped());
        command
    }

    /// Starts a prepared process.
    ///
    /// # Panics
    /// When it does not begin to listen.
    #[must_use]
    pub fn launch(mut command: Command) -> Self {
        let mut child = command.spawn().expect("the service's binary");
        let errors = child.stderr.take().expect("standard error");
        let port = listening_port(BufReader::new(errors));
        Self { child, base: format!("http://127.0.0.1:{port}") }
    }

    /// Runs the binary with these arguments to its end, on the same database as `app`.
    ///
    /// # Panics
    /// When it cannot be started.
    #[must_use]
    pub fn run(app: &TestApp, arguments: &[&str]) -> Output {
        command(app).args(arguments).output().expect("the service's binary")
    }

    /// A device that talks to this process with the token of `client`.
    #[must_use]
    pub fn client(&self, client: &Client) -> Client {
        client.through(&self.base)
    }

    /// Kills it on the spot (SIGKILL): nothing is flushed, nothing is finished.
    pub fn kill(&mut self) {
        self.child.kill().expect("killed");
        self.child.wait().expect("gone");
    }

    /// Asks it to stop (SIGTERM) and waits; answers its exit status.
    pub fn terminate(&mut self) -> Option<i32> {
        let pid = self.child.id().to_string();
        let asked = Command::new("kill").args(["-TERM", &pid]).status().expect("kill");
        assert!(asked.success());
        self.child.wait().expect("gone").code()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn command(app: &TestApp) -> Command {
    let config = &app.app.config;
    let mut command = Command::new(binary());
    command
        .env_clear()
        .env("DATABASE_URL", config.database.url.reveal())
        .env("REDIS_URL", config.redis.url.reveal())
        // The tests' databases are thrown away.
        .env("PB_ALLOW", "[\"default_keys\"]")
        .env("PB_REDIS__PREFIX", &config.redis.prefix);
    command
}

/// Built by cargo beside the tests.
fn binary() -> PathBuf {
    let tests = std::env::current_exe().expect("this test's path");
    let folder = tests.parent().and_then(|deps| deps.parent()).expect("the target folder");
    folder.join("examples").join("service")
}

/// Reads the log until the service says where it listens, then lets it run on.
fn listening_port(mut log: impl BufRead + Send + 'static) -> u64 {
    let mut line = String::new();
    loop {
        line.clear();
        let read = log.read_line(&mut line).expect("the service's log");
        assert!(read > 0, "the service ended before it listened");
        let entry: serde_json::Value = serde_json::from_str(&line).unwrap_or_default();
        if let Some(port) = entry["port"].as_u64() {
            // Somebody must go on reading, or the service blocks on a full pipe.
            std::thread::spawn(move || std::io::copy(&mut log, &mut std::io::sink()));
            return port;
        }
        if line.starts_with("points-bank:") {
            eprint!("{line}");
        }
    }
}
