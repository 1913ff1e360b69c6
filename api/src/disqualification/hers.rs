//! What the volunteer does: she takes note, speaks, appeals; by phone, or on paper through
//! the station.

use chrono::NaiveDate;
use entity::disqualification::{self, CaseChannel};
use entity::disqualification_statement;
use entity::ids::{DisqualificationId, VolunteerId};
use entity::site;
use sea_orm::ConnectionTrait;
use serde_json::json;

use super::domain::{CaseAction, decide_appeal};
use super::dto::PaperStatement;
use super::service::{begin, delivered, last_day, lock_case, store};
use super::views::{MyCaseAction, MyCasePage, MyCaseView};
use super::{repository, words};
use crate::app::App;
use crate::auth::Caller;
use crate::calendar;
use crate::platform::audit_row;
use crate::platform::clock::local_day;
use crate::platform::failure::{Failure, code};
use crate::platform::paging::Pager;
use crate::platform::tx::Tx;
use crate::site as sites;
use crate::volunteer as volunteers;

/// Her own case that she was told of, locked.
async fn lock_own(
    tx: &Tx<'_>,
    caller: &Caller,
    id: DisqualificationId,
) -> Result<(disqualification::Model, site::Model), Failure> {
    let her = caller.volunteer()?;
    let (case, site) = lock_case(tx, id).await?;
    let hers = case.volunteer_id == her && case.notified_at.is_some();
    if hers { Ok((case, site)) } else { Err(code::NOT_FOUND.into()) }
}

/// She confirms on her phone that she has read the notice.
///
/// # Errors
/// `wrong_state` when it was delivered before.
pub(super) async fn acknowledge(
    tx: &Tx<'_>,
    caller: &Caller,
    id: DisqualificationId,
) -> Result<disqualification::Model, Failure> {
    let (mut case, site) = lock_own(tx, caller, id).await?;
    case.state = CaseAction::Deliver.apply(case.state)?;
    delivered(tx, (case, &site), CaseChannel::App, None).await
}

/// Her statement, until the review; it stands beside the earlier ones.
///
/// # Errors
/// `wrong_state`.
pub(super) async fn speak(
    tx: &Tx<'_>,
    caller: &Caller,
    id: DisqualificationId,
    text: String,
) -> Result<disqualification::Model, Failure> {
    let (case, _) = lock_own(tx, caller, id).await?;
    CaseAction::Speak.apply(case.state)?;
    spoken(tx, caller, case, (text, None)).await
}

/// The same on paper, entered by the station before a witness; who has a phone speaks herself.
///
/// # Errors
/// `has_account`, and what [`begin`] refuses.
pub(super) async fn speak_on_paper(
    tx: &Tx<'_>,
    caller: &Caller,
    id: DisqualificationId,
    body: PaperStatement,
) -> Result<disqualification::Model, Failure> {
    let (case, _) = begin(tx, caller, id, CaseAction::Speak).await?;
    require_no_phone(tx, case.volunteer_id).await?;
    spoken(tx, caller, case, (body.text.into(), Some(body.witness.into()))).await
}

/// What she can say herself nobody says for her.
async fn require_no_phone(tx: &Tx<'_>, her: VolunteerId) -> Result<(), Failure> {
    let has_phone = volunteers::get(&**tx, her).await?.account_id.is_some();
    if has_phone { Err(volunteers::HAS_ACCOUNT.into()) } else { Ok(()) }
}

async fn spoken(
    tx: &Tx<'_>,
    caller: &Caller,
    case: disqualification::Model,
    (text, witness): (String, Option<String>),
) -> Result<disqualification::Model, Failure> {
    let via = if witness.is_some() { CaseChannel::Paper } else { CaseChannel::App };
    let said = disqualification_statement::Model {
        id: tx.new_id(),
        disqualification_id: case.id,
        volunteer_id: case.volunteer_id,
        via,
        text: Some(text),
        by_account: Some(caller.account),
        witness,
        at: tx.now,
    };
    repository::append_statement(tx, said).await?;
    store(tx, case, CaseAction::Speak).await
}

/// Her appeal to the county.
///
/// # Errors
/// `appeal_window_closed`, `wrong_state`.
pub(super) async fn appeal(
    tx: &Tx<'_>,
    caller: &Caller,
    id: DisqualificationId,
    text: String,
) -> Result<disqualification::Model, Failure> {
    let found = lock_own(tx, caller, id).await?;
    appealed(tx, found, text, CaseChannel::App).await
}

/// The same on paper, entered by the station before a witness. There is one appeal: who has a
/// phone makes it herself, and who wanted or decided the zeroing does not use it up for her.
///
/// # Errors
/// `has_account`, `appeal_window_closed`, and what [`begin`] refuses.
pub(super) async fn appeal_on_paper(
    tx: &Tx<'_>,
    caller: &Caller,
    id: DisqualificationId,
    body: PaperStatement,
) -> Result<disqualification::Model, Failure> {
    let (_, site) = begin(tx, caller, id, CaseAction::Appeal).await?;
    // As it was before the step.
    let (mut case, _) = lock_case(tx, id).await?;
    require_no_phone(tx, case.volunteer_id).await?;
    case.appeal_entered_by = Some(caller.account);
    let case = appealed(tx, (case, site), body.text.into(), CaseChannel::Paper).await?;
    let detail = json!({"channel": "paper", "witness": body.witness.as_str()});
    let about = Some(case.id.to_string());
    audit_row::record_with(tx, "disqualification_appeal_entered", about.as_deref(), detail).await?;
    Ok(case)
}

async fn appealed(
    tx: &Tx<'_>,
    (mut case, site): (disqualification::Model, site::Model),
    text: String,
    via: CaseChannel,
) -> Result<disqualification::Model, Failure> {
    let last = appeal_until(&**tx, &case, &site).await?;
    // A case that was not executed has no last day; the state refuses it.
    let last = last.unwrap_or_else(|| local_day(tx.now));
    case.state = decide_appeal(&case, last, local_day(tx.now))?;
    case.appeal = Some(text);
    case.appeal_via = Some(via);
    case.appealed_at = Some(tx.now);
    store(tx, case, CaseAction::Appeal).await
}

/// The last day on which she may appeal; none before the execution.
pub(super) async fn appeal_until(
    db: &impl ConnectionTrait,
    case: &disqualification::Model,
    site: &site::Model,
) -> Result<Option<NaiveDate>, Failure> {
    let Some(executed_at) = case.executed_at else { return Ok(None) };
    let days = sites::effective_settings(db, site, executed_at).await?.appeal_working_days;
    let day = local_day(executed_at);
    Ok(Some(calendar::working_days(db, day).await?.last_day_after(day, days)))
}

/// Her cases, newest first.
pub(super) async fn list(
    app: &App,
    her: VolunteerId,
    pager: &Pager<'_>,
) -> Result<MyCasePage, Failure> {
    let db = &app.pools.read;
    let after = pager.after()?;
    let rows = repository::list_of(db, her, (after, pager.limit())).await?;
    let (rows, next_page_token) = pager.cut(rows, |case| case.id.to_string())?;
    let mut items = Vec::with_capacity(rows.len());
    for case in rows {
        items.push(view(db, case, local_day(app.clock.now())).await?);
    }
    Ok(MyCasePage { items, next_page_token })
}

/// A case as she sees it.
///
/// # Errors
/// The database's.
pub(super) async fn view(
    db: &impl ConnectionTrait,
    case: disqualification::Model,
    today: NaiveDate,
) -> Result<MyCaseView, Failure> {
    let site = sites::get(db, case.site_id).await?;
    let at = case.delivered_at.unwrap_or(case.proposed_at);
    let days = sites::effective_settings(db, &site, at).await?.statement_working_days;
    let appeal_until = appeal_until(db, &case, &site).await?;
    let notice = words::notice(&case, days, last_day(&case));
    let in_time = appeal_until.is_some_and(|last| decide_appeal(&case, last, today).is_ok());
    let open = |action: &CaseAction| {
        action.apply(case.state).is_ok() && (*action != CaseAction::Appeal || in_time)
    };
    let hers = MyCaseAction::ALL.into_iter();
    let allowed_actions = hers.filter(|hers| open(&hers.step())).collect();
    let said = repository::list_statements(db, case.id).await?;
    Ok(MyCaseView::new(case, said, (notice, appeal_until, allowed_actions)))
}

/// Takes away what a volunteer who is leaving said in her cases; the files stay.
///
/// # Errors
/// The database's.
pub(crate) async fn forget_words(
    tx: &Tx<'_>,
    volunteer: VolunteerId,
    text: &str,
) -> Result<u64, Failure> {
    Ok(repository::forget_words(tx, volunteer, text).await?)
}
