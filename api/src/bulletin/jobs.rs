//! Quarterly bulletins by schedule: drafts last quarter's, sees to it that drafts are made and
//! their quarters' statements written, and says of published lines whose goods came back. It never
//! publishes: that is a person's act.

use chrono::{Datelike, NaiveDate};
use entity::bulletin;
use entity::site::{self, SiteKind};

use super::domain::quarter_of;
use super::{compile, compile_rows, drafting, line_rows, publishing, repository};
use crate::app::App;
use crate::platform::actor::Actor;
use crate::platform::clock::local_day;
use crate::platform::failure::{Failure, code};
use crate::platform::outcome::Outcome;
use crate::platform::quarter::Quarter;
use crate::platform::tx::in_tx;
use crate::site::{self as sites, NoticeLevel};
use crate::tree;

/// Lines looked at in one run.
const RETURNED: u64 = 500;

/// Does what is due; says how many bulletins and lines moved. Running it twice does no harm.
///
/// # Errors
/// The last failure, after all others were tried.
pub(crate) async fn run(app: &App) -> Result<u64, Failure> {
    let actor = Actor::system("bulletin.quarters", String::new());
    let today = local_day(app.clock.now());
    let mut outcome = Outcome::new("a bulletin did not go on");
    for site in sites::list_towns(&app.pools.read, today).await? {
        outcome.take(site.id, draft(app, &actor, &site, today).await);
    }
    for row in repository::list_compiling(&app.pools.read).await? {
        outcome.take(row.id, compile_again(app, &actor, &row).await);
    }
    for row in repository::list_drafting(&app.pools.read).await? {
        outcome.take(row.id, write_statements(app, &row).await);
    }
    for line in line_rows::list_returned(&app.pools.read, RETURNED).await? {
        let said =
            in_tx(&app.core, &actor, async |tx| publishing::say_returned(tx, &line).await).await;
        outcome.take(line.bulletin_id, said);
    }
    outcome.finish()
}

/// Drafts a site's bulletin of last quarter, if it is time, its turn, and there is anything
/// to tell: the institute's always, a station's own where stations give notice themselves.
async fn draft(
    app: &App,
    actor: &Actor,
    site: &site::Model,
    today: NaiveDate,
) -> Result<bool, Failure> {
    let db = &app.pools.read;
    let settings = sites::effective_settings(db, site, app.clock.now()).await?;
    let in_turn = site.kind == SiteKind::Institute || settings.notice_level == NoticeLevel::Station;
    let (current, quarter) = (Quarter::of(today), Quarter::of(today).previous());
    let is_time =
        today.month() > current.first_day().month() || today.day() >= settings.notice_draft_day;
    if !in_turn
        || !is_time
        || repository::find_of_quarter(db, site.id, quarter.first_day()).await?.is_some()
        || !compile_rows::has_entries(db, &site.path, quarter.span().1).await?
    {
        return Ok(false);
    }
    let drafted = in_tx(&app.core, actor, async |tx| {
        drafting::begin_one(tx, site, quarter, None).await.map(|_| true)
    });
    match drafted.await {
        // Somebody was faster.
        Err(failure) if failure.refusal().is_some() => Ok(false),
        other => other,
    }
}

/// A draft's quarter gets the statements it still lacks, so that it can be published.
async fn write_statements(app: &App, row: &bulletin::Model) -> Result<bool, Failure> {
    let (db, quarter) = (&app.pools.read, quarter_of(row));
    let site = sites::get(db, row.site_id).await?;
    let town = site.town_id.unwrap_or(site.id);
    if tree::is_complete(db, town, quarter).await? {
        return Ok(false);
    }
    Ok(tree::complete_quarter(app, town, quarter).await? > 0)
}

/// A making that failed or was cancelled begins again.
async fn compile_again(app: &App, actor: &Actor, row: &bulletin::Model) -> Result<bool, Failure> {
    in_tx(&app.core, actor, async |tx| {
        let row = repository::find(&**tx, row.id).await?.ok_or(code::NOT_FOUND)?;
        if row.state == bulletin::BulletinState::Compiling {
            compile::start(tx, &row, None).await?;
        }
        Ok(false)
    })
    .await
}
