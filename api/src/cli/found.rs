//! `points-bank county` and `points-bank invite`: the first site and the first people.

use clap::Args;
use entity::role_assignment::Role;

use super::key_check;
use super::serve::{close, prepare_embedded};
use crate::app::App;
use crate::config::{Config, Profile};
use crate::platform::clock::Clock;
use crate::platform::failure::{Failure, code};
use crate::platform::text::bounded::PersonName;
use crate::probes::schema_of;
use crate::site::{self, OperatorInvitation};

/// How often a slow database is asked for its schema; each time it has the probe's patience.
const TRIES: usize = 10;

/// What `county` takes.
#[derive(Debug, Args)]
pub(super) struct County {
    /// The county's name, such as 青山县
    #[arg(long)]
    name: String,
    /// The county's twelve-digit division code
    #[arg(long)]
    division_code: String,
}

/// What `invite` takes.
#[derive(Debug, Args)]
pub(super) struct Invite {
    /// The role, such as `county_admin`
    #[arg(long, value_parser = read_role)]
    role: Role,
    /// Division code of the site the role is held at
    #[arg(long)]
    site: String,
    /// Whom it is for
    #[arg(long)]
    name: String,
}

fn read_role(name: &str) -> Result<Role, String> {
    serde_json::from_value(name.into()).map_err(|error| error.to_string())
}

#[expect(clippy::print_stdout, reason = "printing is what the command is for")]
pub(super) fn county(config: Config, wish: &County) -> Result<(), Vec<String>> {
    run(config, async |app, request_id| {
        let row = site::found_county(&app.core, &wish.name, &wish.division_code, request_id).await;
        let row = row.map_err(|failure| match failure.refusal() {
            Some(refusal) if refusal.code == code::WRONG_STATE => {
                "there are sites already: a database holds one county".into()
            }
            Some(_) | None => say(&failure),
        })?;
        println!("{} {}", row.id, row.name);
        Ok(())
    })
}

#[expect(clippy::print_stdout, reason = "printing is what the command is for")]
pub(super) fn invite(config: Config, wish: &Invite) -> Result<(), Vec<String>> {
    run(config, async |app, request_id| {
        let name = PersonName::parse(&wish.name).map_err(|why| format!("--name: {why}"))?;
        let invitation = OperatorInvitation {
            division_code: wish.site.clone(),
            role: wish.role,
            name: name.into(),
        };
        let code = site::invite_by_operator(&app.core, &invitation, request_id).await;
        let code = code.map_err(|failure| match failure.refusal() {
            Some(refusal) if refusal.code == code::NOT_FOUND => {
                format!("--site {}: there is no site with this division code", wish.site)
            }
            Some(_) | None => say(&failure),
        })?;
        println!("{code}");
        Ok(())
    })
}

fn run(
    config: Config,
    work: impl AsyncFnOnce(&App, String) -> Result<(), String>,
) -> Result<(), Vec<String>> {
    actix_web::rt::System::new()
        .block_on(async {
            let app = App::build(config, Clock::system()).await?;
            if app.config.profile == Profile::Embedded {
                prepare_embedded(&app).await?;
            }
            require_schema(&app).await?;
            key_check::require(&app).await?;
            let request_id = app.ids.uuid(app.clock.now()).simple().to_string();
            let done = work(&app, request_id).await;
            close(&app).await;
            done
        })
        .map_err(|fault| vec![fault])
}

/// The schema is this version's or newer, or the operator is told what to do first.
///
/// # Errors
/// Her line.
pub(super) async fn require_schema(app: &App) -> Result<(), String> {
    for _ in 0..TRIES {
        match schema_of(app).await {
            // Slow or away: what comes next says so.
            "unknown" => {}
            "older" => {
                return Err("the database has not this version's schema: run \
                            `points-bank migrate` first"
                    .into());
            }
            _ => break,
        }
    }
    Ok(())
}

/// A failure in words for whoever sits at the console.
fn say(failure: &Failure) -> String {
    match failure {
        Failure::Refused(refusal) => {
            let fields = refusal.errors.iter().map(|e| format!("{}: {}", e.pointer, e.message));
            let mut words = vec![format!("{} ({})", refusal.code.title_en, refusal.code.name)];
            words.extend(fields);
            words.join("; ")
        }
        Failure::Database(error) => format!("database: {error}"),
        Failure::Internal(why) => why.clone(),
    }
}
