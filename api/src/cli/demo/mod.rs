//! `points-bank demo`: a fresh service, the whole story over HTTP, then the audit.

mod bulletin;
mod counter;
mod notices;
mod own_server;
mod proof;
mod quarter;
mod redemption;
mod stage;
mod story;
mod zeroing;

use crate::config::{Config, Profile};
use crate::telemetry;

/// Plays the story on a server of its own; whatever is configured is left alone.
///
/// # Errors
/// What did not come out as it should.
pub(super) fn run() -> Result<(), Vec<String>> {
    let folder = std::env::temp_dir().join(format!("points-bank-demo-{}", std::process::id()));
    let mut config = Config::defaults(Profile::Embedded);
    config.database.url = format!("sqlite://{}/demo.sqlite", folder.display()).as_str().into();
    config.server.listen = ([127, 0, 0, 1], 0).into();
    config.telemetry.log = "warn".into();
    telemetry::start_logs(&config.telemetry).map_err(|fault| vec![fault])?;
    let played = actix_web::rt::System::new().block_on(play(config));
    if let Err(error) = std::fs::remove_dir_all(&folder) {
        tracing::warn!(error = %error, folder = %folder.display(), "the demo's folder stays");
    }
    played
}

async fn play(config: Config) -> Result<(), Vec<String>> {
    let service = own_server::Service::start(config).await.map_err(|fault| vec![fault])?;
    let mut stage = stage::Stage::new(&service.base)?;
    let told = story::tell(&mut stage, &service).await;
    stage.print();
    let mut faults = stage.into_faults();
    faults.extend(told.err());
    faults.extend(service.audit().await);
    if faults.is_empty() { Ok(()) } else { Err(faults) }
}
