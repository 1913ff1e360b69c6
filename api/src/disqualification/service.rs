//! Steps of the staff and of supervisors, up to the decision.

use chrono::{DateTime, Utc};
use entity::disqualification::{self, CaseChannel, DisqualificationState, ReviewOpinion};
use entity::ids::{DisqualificationId, SiteId};
use entity::{disqualification_statement, site};
use sea_orm::ConnectionTrait;
use serde_json::json;

use super::domain::{CaseAction, Person, allowed_actions, decide_step};
use super::dto::DeliverNotice;
use super::repository::Hidden;
use super::views::{CasePage, CaseView, CaseWords};
use super::{repository, words};
use crate::app::App;
use crate::auth::{self, Caller, Permission};
use crate::calendar;
use crate::journal;
use crate::platform::clock::{day_start, local_day};
use crate::platform::failure::{Failure, code};
use crate::platform::paging::Pager;
use crate::platform::tx::Tx;
use crate::site as sites;
use crate::volunteer as volunteers;

/// A case under lock, with the site whose staff handle it.
pub(super) async fn lock_case(
    tx: &Tx<'_>,
    id: DisqualificationId,
) -> Result<(disqualification::Model, site::Model), Failure> {
    let case = repository::lock(tx, id).await?.ok_or(code::NOT_FOUND)?;
    let site = sites::get(&**tx, case.site_id).await?;
    Ok((case, site))
}

/// A case that the caller may take `action` in, in the state it reaches.
///
/// # Errors
/// The caller's lack of permission, or what the rules refuse.
pub(super) async fn begin(
    tx: &Tx<'_>,
    caller: &Caller,
    id: DisqualificationId,
    action: CaseAction,
) -> Result<(disqualification::Model, site::Model), Failure> {
    let (mut case, site) = lock_case(tx, id).await?;
    caller.require_at(permission_for(action, case.state), &site.path)?;
    let said = repository::list_statements(&**tx, id).await?;
    let by = person(&**tx, caller, &case, &said).await?;
    case.state = decide_step(&case, action, by, tx.now)?;
    Ok((case, site))
}

async fn person(
    db: &impl ConnectionTrait,
    caller: &Caller,
    case: &disqualification::Model,
    said: &[disqualification_statement::Model],
) -> Result<Person, Failure> {
    let account = caller.account;
    let is_related = volunteers::is_related(db, caller, case.volunteer_id).await?;
    let entered_statement =
        said.iter().any(|one| one.via == CaseChannel::Paper && one.by_account == Some(account));
    Ok(Person { account, is_related, entered_statement })
}

/// Whether the staff's file is not this caller's to read: her own case, which she reads as its
/// subject, and before the notice that of somebody close, who would hear of it from her. A list
/// leaves out the same ([`hidden_at`]).
async fn is_hidden_from(
    db: &impl ConnectionTrait,
    caller: &Caller,
    case: &disqualification::Model,
) -> Result<bool, Failure> {
    if caller.volunteer == Some(case.volunteer_id) {
        return Ok(true);
    }
    let untold = case.notified_at.is_none();
    Ok(untold && volunteers::is_related(db, caller, case.volunteer_id).await?)
}

/// What [`is_hidden_from`] says of all cases of a site and those below it.
async fn hidden_at(
    db: &impl ConnectionTrait,
    caller: &Caller,
    path: &str,
) -> Result<Hidden, Failure> {
    let untold = repository::list_untold(db, path).await?;
    let close = volunteers::related_among(db, caller, untold).await?;
    Ok(Hidden { own: caller.volunteer, until_told: close.into_iter().collect() })
}

/// What each step asks of who takes it in this state: what was decided is dropped by nobody who
/// could not have decided it.
const fn permission_for(action: CaseAction, state: DisqualificationState) -> Permission {
    match action {
        CaseAction::Drop if matches!(state, DisqualificationState::Decided) => {
            Permission::DecideDisqualifications
        }
        CaseAction::Notify
        | CaseAction::Deliver
        | CaseAction::Speak
        | CaseAction::Review
        | CaseAction::Appeal
        | CaseAction::Drop
        | CaseAction::End => Permission::ManageDisqualifications,
        CaseAction::Supervise => Permission::Supervise,
        CaseAction::Decide | CaseAction::Execute => Permission::DecideDisqualifications,
        CaseAction::Overturn | CaseAction::Uphold => Permission::DecideAppeals,
    }
}

/// Writes the changed case as its next version and tells of it.
pub(super) async fn store(
    tx: &Tx<'_>,
    case: disqualification::Model,
    action: CaseAction,
) -> Result<disqualification::Model, Failure> {
    let case = disqualification::Model { version: case.version + 1, updated_at: tx.now, ..case };
    if !repository::save(tx, &case).await? {
        return Err(Failure::internal("a locked case changed"));
    }
    tell(tx, action.event(), &case).await?;
    Ok(case)
}

pub(super) async fn tell(
    tx: &Tx<'_>,
    kind: &str,
    case: &disqualification::Model,
) -> Result<(), Failure> {
    let data = json!({
        "volunteer_id": case.volunteer_id,
        "state": case.state,
        "points_taken": case.points_taken,
    });
    journal::publish(tx, kind, "disqualification", case.id.into(), Some(case.site_id), data).await
}

/// Issues the notice, unless she has left meanwhile.
///
/// # Errors
/// `volunteer_not_active`, and what [`begin`] refuses.
pub(super) async fn notify(
    tx: &Tx<'_>,
    caller: &Caller,
    id: DisqualificationId,
) -> Result<disqualification::Model, Failure> {
    let (mut case, _) = begin(tx, caller, id, CaseAction::Notify).await?;
    volunteers::require_disqualifiable(&volunteers::get(&**tx, case.volunteer_id).await?)?;
    case.notified_by = Some(caller.account);
    case.notified_at = Some(tx.now);
    store(tx, case, CaseAction::Notify).await
}

/// Records that the notice was handed to her on paper before a witness.
///
/// # Errors
/// What [`begin`] refuses.
pub(super) async fn deliver(
    tx: &Tx<'_>,
    caller: &Caller,
    id: DisqualificationId,
    body: DeliverNotice,
) -> Result<disqualification::Model, Failure> {
    let (mut case, site) = begin(tx, caller, id, CaseAction::Deliver).await?;
    case.delivered_by = Some(caller.account);
    delivered(tx, (case, &site), CaseChannel::Paper, Some(body.witness.into())).await
}

/// The notice has reached her: her time to speak begins. The day itself does not count, nor does
/// one that may be a holiday of a year not entered yet.
pub(super) async fn delivered(
    tx: &Tx<'_>,
    (mut case, site): (disqualification::Model, &site::Model),
    via: CaseChannel,
    witness: Option<String>,
) -> Result<disqualification::Model, Failure> {
    let days = sites::effective_settings(&**tx, site, tx.now).await?.statement_working_days;
    let today = local_day(tx.now);
    let last = calendar::working_days(&**tx, today).await?.latest_day_after(today, days);
    let after = last.succ_opt().ok_or_else(|| Failure::internal("a day beyond the calendar"))?;
    case.delivered_via = Some(via);
    case.delivered_at = Some(tx.now);
    case.delivery_witness = witness;
    case.statement_until = Some(day_start(after));
    store(tx, case, CaseAction::Deliver).await
}

/// A supervisor confirms that she was present.
///
/// # Errors
/// `statement_period_running`, and what [`begin`] refuses.
pub(super) async fn supervise(
    tx: &Tx<'_>,
    caller: &Caller,
    id: DisqualificationId,
    note: Option<String>,
) -> Result<disqualification::Model, Failure> {
    let (mut case, _) = begin(tx, caller, id, CaseAction::Supervise).await?;
    case.supervised_by = Some(caller.account);
    case.supervised_at = Some(tx.now);
    case.supervisor_note = note;
    store(tx, case, CaseAction::Supervise).await
}

/// Records the review.
///
/// # Errors
/// `statement_period_running`, `supervisor_missing`, and what [`begin`] refuses.
pub(super) async fn review(
    tx: &Tx<'_>,
    caller: &Caller,
    id: DisqualificationId,
    (opinion, note): (ReviewOpinion, String),
) -> Result<disqualification::Model, Failure> {
    let (mut case, _) = begin(tx, caller, id, CaseAction::Review).await?;
    case.reviewed_by = Some(caller.account);
    case.reviewed_at = Some(tx.now);
    case.review_opinion = Some(opinion);
    case.review_note = Some(note);
    store(tx, case, CaseAction::Review).await
}

/// Decides that points are to be taken. Nothing is taken before another person confirms.
///
/// # Errors
/// What [`begin`] refuses.
pub(super) async fn decide(
    tx: &Tx<'_>,
    caller: &Caller,
    id: DisqualificationId,
    note: String,
) -> Result<disqualification::Model, Failure> {
    let (mut case, _) = begin(tx, caller, id, CaseAction::Decide).await?;
    case.decided_by = Some(caller.account);
    case.decided_at = Some(tx.now);
    case.decision_note = Some(note);
    store(tx, case, CaseAction::Decide).await
}

/// Ends a case without taking anything.
///
/// # Errors
/// What [`begin`] refuses.
pub(super) async fn drop_case(
    tx: &Tx<'_>,
    caller: &Caller,
    id: DisqualificationId,
    reason: String,
) -> Result<disqualification::Model, Failure> {
    let (mut case, _) = begin(tx, caller, id, CaseAction::Drop).await?;
    case.dropped_by = Some(caller.account);
    case.dropped_at = Some(tx.now);
    case.drop_reason = Some(reason);
    store(tx, case, CaseAction::Drop).await
}

/// Asks the database again what roles she has.
///
/// # Errors
/// The database's.
pub(super) async fn forget(app: &App, id: DisqualificationId) -> Result<(), Failure> {
    let db = &app.pools.read;
    let Some(case) = repository::find(db, id).await? else { return Ok(()) };
    if let Some(account) = volunteers::get(db, case.volunteer_id).await?.account_id {
        auth::forget(app, account).await;
    }
    Ok(())
}

/// One case for staff or a supervisor of its site.
pub(super) async fn get(
    app: &App,
    caller: &Caller,
    id: DisqualificationId,
) -> Result<CaseView, Failure> {
    let case = repository::find(&app.pools.read, id).await?.ok_or(code::NOT_FOUND)?;
    let site = sites::get(&app.pools.read, case.site_id).await?;
    caller.require_at(Permission::ViewDisqualifications, &site.path)?;
    if is_hidden_from(&app.pools.read, caller, &case).await? {
        return Err(code::NOT_FOUND.into());
    }
    view(&app.pools.read, caller, case, app.clock.now()).await
}

/// The cases of a site and those below it that are the caller's to read. The others are left out
/// before pages are cut: a page with too little on it would tell of them.
pub(super) async fn list(
    app: &App,
    caller: &Caller,
    (site_id, state): (SiteId, Option<DisqualificationState>),
    pager: &Pager<'_>,
) -> Result<CasePage, Failure> {
    let (db, now) = (&app.pools.read, app.clock.now());
    let site = sites::get(db, site_id).await?;
    caller.require_at(Permission::ViewDisqualifications, &site.path)?;
    let (after, hidden) = (pager.after()?, hidden_at(db, caller, &site.path).await?);
    let rows = repository::list_at(db, &site.path, state, hidden, (after, pager.limit())).await?;
    let (rows, next_page_token) = pager.cut(rows, |case| case.id.to_string())?;
    let mut items = Vec::with_capacity(rows.len());
    for case in rows {
        items.push(view(db, caller, case, now).await?);
    }
    Ok(CasePage { items, next_page_token })
}

/// A case as staff may see it.
///
/// # Errors
/// The database's.
pub(super) async fn view(
    db: &impl ConnectionTrait,
    caller: &Caller,
    case: disqualification::Model,
    now: DateTime<Utc>,
) -> Result<CaseView, Failure> {
    let site = sites::get(db, case.site_id).await?;
    let her = volunteers::get(db, case.volunteer_id).await?;
    let mut said = repository::list_statements(db, case.id).await?;
    let by = person(db, caller, &case, &said).await?;
    // What she can say herself nobody enters for her.
    let speaks = her.account_id.is_some();
    let may = |action: CaseAction| {
        let hers = matches!(action, CaseAction::Speak | CaseAction::Appeal);
        !(hers && speaks) && caller.may_at(permission_for(action, case.state), &site.path)
    };
    let days = sites::effective_settings(db, &site, now).await?.statement_working_days;
    // Who decides about her must know who she is; who only looks on need not. A minor's name
    // is on her own page, which asks why.
    let decides = caller.may_at(Permission::ManageDisqualifications, &site.path)
        || caller.may_at(Permission::DecideDisqualifications, &site.path);
    let names = volunteers::Names::closed(local_day(now));
    let name = if decides {
        names.of(&her.name, her.birth_date)
    } else {
        volunteers::masked_name(&her.name)
    };
    let words = CaseWords {
        volunteer_name: name,
        notice: words::notice(&case, days, last_day(&case)),
        allowed_actions: allowed_actions(&case, by, now, may),
    };
    let mut case = case;
    if !decides {
        let mask = |name: Option<String>| name.map(|name| volunteers::masked_name(&name));
        case.delivery_witness = mask(case.delivery_witness);
        for one in &mut said {
            one.witness = mask(one.witness.take());
        }
    }
    Ok(CaseView::new(case, said, words))
}

/// The last day of her time to speak.
pub(super) fn last_day(case: &disqualification::Model) -> Option<chrono::NaiveDate> {
    case.statement_until.and_then(|until| local_day(until).pred_opt())
}
