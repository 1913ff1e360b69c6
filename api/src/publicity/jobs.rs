//! Monthly rounds by schedule: drafts last month's, closes what is past its end, sees to it
//! that closed rounds are booked. It never opens one: that is a person's act.

use chrono::{Datelike, NaiveDate};
use entity::site;

use super::domain::{gives_notice, month_before};
use super::{closing, correction, drafting, entry_rows, repository};
use crate::app::App;
use crate::platform::actor::Actor;
use crate::platform::clock::local_day;
use crate::platform::failure::{Failure, code};
use crate::platform::outcome::Outcome;
use crate::platform::tx::in_tx;
use crate::site as sites;

/// Entries tried again in one run.
const AGAIN: u64 = 500;

/// Does what is due; says how many rounds and entries moved. Running it twice does no harm.
///
/// # Errors
/// The last failure, after all others were tried.
pub(crate) async fn run(app: &App) -> Result<u64, Failure> {
    let actor = Actor::system("publicity.rounds", String::new());
    let mut outcome = Outcome::new("a notice round did not go on");
    let today = local_day(app.clock.now());
    // Stations before their institute, whose own round takes what they left.
    for site in sites::list_towns(&app.pools.read, today).await?.into_iter().rev() {
        outcome.take(site.id, draft(app, &actor, &site, today).await);
    }
    for id in repository::list_over(&app.pools.read, app.clock.now()).await? {
        let closed =
            in_tx(&app.core, &actor, async |tx| closing::close_by_schedule(tx, id).await).await;
        outcome.take(id, closed);
    }
    for id in repository::list_settling(&app.pools.read).await? {
        let started = in_tx(&app.core, &actor, async |tx| {
            let round = repository::find(&**tx, id).await?.ok_or(code::NOT_FOUND)?;
            closing::start_settling(tx, &round, None).await.map(|_| false)
        });
        outcome.take(id, started.await);
    }
    for claim in entry_rows::list_ready_again(&app.pools.read, AGAIN).await? {
        let settled =
            in_tx(&app.core, &actor, async |tx| correction::try_again(tx, claim).await).await;
        outcome.take(claim, settled);
    }
    outcome.finish()
}

/// Drafts a site's round of last month, if it is time, its turn, and there is anything to show.
async fn draft(
    app: &App,
    actor: &Actor,
    site: &site::Model,
    today: NaiveDate,
) -> Result<bool, Failure> {
    let db = &app.pools.read;
    let settings = sites::effective_settings(db, site, app.clock.now()).await?;
    let in_turn = gives_notice(site.kind, settings.notice_level);
    let Some(period) = month_before(today).filter(|_| in_turn) else { return Ok(false) };
    if today.day() < settings.notice_draft_day
        || repository::find_of_month(db, site.id, period).await?.is_some()
    {
        return Ok(false);
    }
    let of = (period, settings.notice_level);
    let drafted =
        in_tx(&app.core, actor, async |tx| drafting::draw_up(tx, site, of, None).await).await;
    match drafted {
        Ok(_) => Ok(true),
        // Nothing to show, or somebody was faster.
        Err(failure) if failure.refusal().is_some() => Ok(false),
        Err(failure) => Err(failure),
    }
}
