//! The use case of leaving.

use entity::ids::VolunteerId;
use entity::volunteer::{self as volunteer_row, VolunteerState};

use super::domain::{CLOSURE_BLOCKED, blockers};
use super::dto::{ClosureEnds, ClosureKeeps, ClosureView};
use super::repository;
use crate::app::App;
use crate::auth::{self, Caller, Permission};
use crate::platform::audit_row;
use crate::platform::db;
use crate::platform::failure::{Failure, Refusal, code};
use crate::platform::idempotency;
use crate::platform::tx::Tx;
use crate::{
    activity, attendance, card, claim, disqualification, ledger, objection, redemption, site,
    supervision, tree, volunteer,
};

/// Why things ended; it stands in rows that are kept, and says nothing of her.
const REASON: &str = "本人注销";
/// What stands where her name stood.
const GONE: &str = "已注销";
/// What stands where she said something.
const FORGOTTEN: &str = "本人已注销，内容已删除";

/// The caller leaves. Who is gone already is told so again.
///
/// # Errors
/// `closure_blocked` with everything that is still open.
pub(super) async fn close_own(tx: &Tx<'_>, caller: &Caller) -> Result<ClosureView, Failure> {
    close(tx, caller.volunteer()?).await
}

/// Staff close the account of somebody who has no phone and asked for it on paper. What she
/// could do herself nobody does for her.
///
/// # Errors
/// Those of [`close_own`]; `has_account`, `must_recuse`.
pub(super) async fn close_on_paper(
    tx: &Tx<'_>,
    caller: &Caller,
    id: VolunteerId,
    witness: &str,
) -> Result<ClosureView, Failure> {
    let row = volunteer::get(&**tx, id).await?;
    let home = site::get(&**tx, row.site_id).await?;
    caller.require_at(Permission::ManageVolunteers, &home.path)?;
    if volunteer::is_related(&**tx, caller, id).await? {
        return Err(code::MUST_RECUSE.into());
    }
    if row.account_id.is_some() {
        return Err(volunteer::HAS_ACCOUNT.into());
    }
    let view = close(tx, id).await?;
    let detail = serde_json::json!({"channel": "paper", "witness": witness});
    audit_row::record_with(tx, "volunteer_closed_on_paper", Some(&id.to_string()), detail).await?;
    Ok(view)
}

/// After she has left: nothing of her stays in SQLite's log. She is gone even where this fails.
pub(super) async fn sweep(app: &App) {
    if let Err(error) = db::empty_log(&app.pools.write).await {
        tracing::warn!(cause = db::describe(&error), "the database's log was not emptied");
    }
}

async fn close(tx: &Tx<'_>, id: VolunteerId) -> Result<ClosureView, Failure> {
    // Activities before the volunteer: the one order everybody locks in.
    let mut sign_ups = activity::withdraw_coming(tx, id, REASON).await?;
    let row = volunteer::lock(tx, id).await?;
    if row.state == VolunteerState::Closed {
        return view(tx, &row, nothing()).await;
    }
    let mut open = repository::count_open_view(&**tx, &row).await?;
    // Whose guardian withdrew her consent is suspended for that, and is to be erased if she asks
    // (personal information protection law art. 47).
    open.suspended = open.suspended && !volunteer::lacks_guardian(tx, &row).await?;
    let reasons = blockers(open);
    if !reasons.is_empty() {
        let sentences: Vec<_> = reasons.iter().map(|reason| reason.sentence()).collect();
        let refusal = Refusal::new(CLOSURE_BLOCKED).detail(sentences.concat());
        return Err(refusal.with("reasons", reasons).with("reason_texts", sentences).into());
    }
    // Whatever she signed up for while her row was not locked yet.
    sign_ups += activity::withdraw_coming(tx, id, REASON).await?;
    let points = ledger::balances(&**tx, id).await?.available;
    let points_in_notice = ledger::in_notice(&**tx, id).await?;
    let ends = ClosureEnds { sign_ups, points_in_notice, points, ..end(tx, &row).await? };
    let gone = volunteer::close(tx, &row).await?;
    // The database gives up the lines of those who have left only.
    let tree_lines = tree::erase_lines(tx, id).await?;
    view(tx, &gone, ClosureEnds { tree_lines, ..ends }).await
}

/// Ends what hangs on her and forgets what she said.
async fn end(tx: &Tx<'_>, row: &volunteer_row::Model) -> Result<ClosureEnds, Failure> {
    let claims = claim::withdraw_open_of(tx, row.id).await?;
    let cards = u64::from(card::cancel_live_of(tx, row, REASON).await?);
    objection::forget_filer(tx, row.id, row.account_id, FORGOTTEN).await?;
    disqualification::forget_words(tx, row.id, FORGOTTEN).await?;
    activity::forget_words(tx, row.id, FORGOTTEN).await?;
    attendance::forget_words(tx, row.id, FORGOTTEN).await?;
    let delegates = redemption::forget_delegates(tx, row.id).await?;
    supervision::leave(tx, row.id, (REASON, FORGOTTEN)).await?;
    let mut sessions = 0;
    if let Some(account) = row.account_id {
        site::forget_name(tx, account, GONE).await?;
        activity::forget_contact(tx, account, &row.name).await?;
        redemption::forget_words(tx, (row.id, account), FORGOTTEN).await?;
        sessions = auth::close_account(tx, account, REASON).await?;
        idempotency::forget(tx, &format!("account:{account}")).await?;
    }
    Ok(ClosureEnds { cards, claims, sessions, delegates, ..nothing() })
}

const fn nothing() -> ClosureEnds {
    ClosureEnds {
        cards: 0,
        sign_ups: 0,
        claims: 0,
        points_in_notice: 0,
        points: 0,
        sessions: 0,
        tree_lines: 0,
        delegates: 0,
    }
}

async fn view(
    tx: &Tx<'_>,
    row: &volunteer_row::Model,
    ends: ClosureEnds,
) -> Result<ClosureView, Failure> {
    let (ledger_entries, service_records, hours_tenths) =
        repository::count_kept_view(&**tx, row.id).await?;
    Ok(ClosureView {
        volunteer_id: row.id,
        state: row.state,
        closed_at: row.updated_at,
        export: "/v1/me/export",
        ends,
        keeps: ClosureKeeps { ledger_entries, service_records, hours_tenths },
    })
}
