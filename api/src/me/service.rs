//! Composing the home screen: a handful of single-row reads, nothing decided here.

use super::dto::{MeHome, MePoints, MeRefusal, MeRole};
use crate::app::App;
use crate::auth::{self, Caller};
use crate::platform::failure::Failure;
use crate::{activity, card, ledger, site, volunteer};

/// Everything the home screen shows of the caller.
pub(super) async fn home(app: &App, caller: &Caller) -> Result<MeHome, Failure> {
    let (db, now) = (&app.pools.read, app.clock.now());
    let mut home = MeHome {
        account_id: caller.account,
        roles: Vec::with_capacity(caller.grants.len()),
        volunteer: None,
        registration_refusal: None,
        card: None,
        points: None,
        next_activity: None,
    };
    for grant in &caller.grants {
        home.roles.push(MeRole::new(grant, site::get(db, grant.site_id).await?));
    }
    let Some(id) = caller.volunteer else {
        let refusal = auth::find_refusal(db, caller.account).await?;
        home.registration_refusal = refusal.map(|(at, reason)| MeRefusal { at, reason });
        return Ok(home);
    };
    let row = volunteer::get(db, id).await?;
    home.volunteer = Some(volunteer::view_of(db, &app.vault, caller, row, now).await?);
    home.card = card::find_live(db, id).await?.map(Into::into);
    let balances = ledger::usable(db, id, now).await?;
    let in_notice = ledger::in_notice_beside(db, id, balances.last_seq).await?;
    let certified = ledger::certified(db, id, (balances.last_seq, in_notice)).await?;
    home.points = Some(MePoints::new(certified, in_notice, balances));
    home.next_activity = activity::find_next(db, id, now).await?.map(Into::into);
    Ok(home)
}
