//! Lists, counts and views of objections.

use chrono::{DateTime, NaiveDate, Utc};
use entity::ids::{ObjectionId, SiteId};
use entity::objection::{self, ObjectionOutcome};
use entity::objection_step::ObjectionAction;
use sea_orm::ConnectionTrait;

use super::domain::{allowed_to_staff, apply, decide_appeal, is_hers, is_overdue};
use super::dto::{
    MyObjectionPage, MyObjectionView, MyPart, ObjectionCounts, ObjectionPage, ObjectionQuery,
    ObjectionStateCount, ObjectionStepView, ObjectionView, StaffPart,
};
use super::filing::appeal_until;
use super::receipt_dto::ObjectionStateView;
use super::repository::{self, Wanted};
use super::service::{earlier_hands_about, permission_for, person};
use super::subject::{self, Subject};
use super::words;
use crate::app::App;
use crate::attendance::{self as attendances, DecidedAttendance};
use crate::auth::{Caller, Permission};
use crate::claim as claims;
use crate::platform::clock::local_day;
use crate::platform::failure::{Failure, code};
use crate::platform::paging::Pager;
use crate::site as sites;
use crate::volunteer as volunteers;

/// One objection for staff or a supervisor of its site.
pub(super) async fn get(
    app: &App,
    caller: &Caller,
    id: ObjectionId,
) -> Result<ObjectionView, Failure> {
    let row = repository::find(&app.pools.read, id).await?.ok_or(code::NOT_FOUND)?;
    let site = sites::get(&app.pools.read, row.site_id).await?;
    caller.require_at(Permission::ViewObjections, &site.path)?;
    view(&app.pools.read, caller, row, app.clock.now()).await
}

/// The objections about records of a site and those below it.
pub(super) async fn list(
    app: &App,
    caller: &Caller,
    (site_id, wanted): (SiteId, Wanted),
    pager: &Pager<'_>,
) -> Result<ObjectionPage, Failure> {
    let (db, now) = (&app.pools.read, app.clock.now());
    let site = sites::get(db, site_id).await?;
    caller.require_at(Permission::ViewObjections, &site.path)?;
    let page = (pager.after()?, pager.limit());
    let rows = repository::list_at(db, &site.path, wanted, page).await?;
    let (rows, next_page_token) = pager.cut(rows, |row| row.id.to_string())?;
    let mut items = Vec::with_capacity(rows.len());
    for row in rows {
        items.push(view(db, caller, row, now).await?);
    }
    Ok(ObjectionPage { items, next_page_token })
}

/// What a query narrows the list to.
pub(super) fn wanted(app: &App, query: &ObjectionQuery) -> Wanted {
    let overdue = query.overdue.unwrap_or_default();
    let today = local_day(app.clock.now());
    Wanted { state: query.state, overdue_on: overdue.then_some(today) }
}

/// How many are in each state, and how many are waited for beyond their day.
pub(super) async fn count(
    app: &App,
    caller: &Caller,
    site_id: SiteId,
) -> Result<ObjectionCounts, Failure> {
    let db = &app.pools.read;
    let site = sites::get(db, site_id).await?;
    caller.require_at(Permission::ViewObjections, &site.path)?;
    let overdue = repository::count_overdue(db, &site.path, local_day(app.clock.now())).await?;
    let rows = repository::count_at(db, &site.path).await?;
    let count =
        |row: repository::StateCount| ObjectionStateCount { state: row.state, count: row.count };
    Ok(ObjectionCounts { overdue, by_state: rows.into_iter().map(count).collect() })
}

/// An objection as staff may see it; of who filed it, only whether she is the holder.
///
/// # Errors
/// The database's.
pub(super) async fn view(
    db: &impl ConnectionTrait,
    caller: &Caller,
    row: objection::Model,
    now: DateTime<Utc>,
) -> Result<ObjectionView, Failure> {
    let site = sites::get(db, row.site_id).await?;
    let her = volunteers::get(db, row.subject_volunteer_id).await?;
    let by = person(db, caller, &row).await?;
    let found = subject::resolve(db, row.subject_kind, row.subject_id).await?;
    let earlier = earlier_hands_about(db, &row, &found).await?;
    let said = said_of_attendance(db, &row).await?;
    let may = |action| caller.may_at(permission_for(row.kind, action), &site.path);
    // Who decides about her record must know whose it is; who only looks on need not. A
    // minor's name is on her own page, which asks why.
    let handles = caller.may_at(Permission::HandleObjections, &site.path);
    let names = volunteers::Names::closed(local_day(now));
    let name = if handles {
        names.of(&her.name, her.birth_date)
    } else {
        volunteers::masked_name(&her.name)
    };
    let steps = repository::list_steps(db, row.id).await?;
    let mut allowed_actions = allowed_to_staff(&row, by, &earlier, may);
    let offered = allowed_actions.contains(&ObjectionAction::Execute);
    if offered && waits_for_a_freeze(db, &row, (&found, said.is_some()), now).await? {
        allowed_actions.retain(|action| *action != ObjectionAction::Execute);
    }
    let part = StaffPart {
        name,
        overdue: is_overdue(&row, local_day(now)),
        attendance: said,
        steps: steps.iter().map(|step| ObjectionStepView::new(&row, step, handles)).collect(),
        allowed_actions,
    };
    Ok(ObjectionView::new(row, part))
}

/// What the decision says of an attendance, once there is a decision.
async fn said_of_attendance(
    db: &impl ConnectionTrait,
    row: &objection::Model,
) -> Result<Option<DecidedAttendance>, Failure> {
    match row.outcome {
        Some(ObjectionOutcome::Upheld | ObjectionOutcome::Partly) => {
            attendances::decided(db, row.id).await
        }
        Some(ObjectionOutcome::Rejected) | None => Ok(None),
    }
}

/// Whether a claim that is to be put right is kept by a supervisor.
async fn waits_for_a_freeze(
    db: &impl ConnectionTrait,
    row: &objection::Model,
    (found, says): (&Subject, bool),
    now: DateTime<Utc>,
) -> Result<bool, Failure> {
    let of_attendance = match found.attendance {
        Some(id) if says => claims::list_for_attendance(db, id).await?,
        Some(_) | None => Vec::new(),
    };
    let named = found.claim.filter(|_| row.outcome == Some(ObjectionOutcome::Upheld));
    for id in named.into_iter().chain(of_attendance.into_iter().map(|claim| claim.id)) {
        if claims::is_kept(db, id, now).await? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// What who holds the receipt code of an objection is answered. The reason is that of the answer:
/// why it was not accepted, or why it was decided so.
///
/// # Errors
/// The database's.
pub(super) async fn by_receipt(
    db: &impl ConnectionTrait,
    row: &objection::Model,
) -> Result<ObjectionStateView, Failure> {
    let steps = repository::list_steps(db, row.id).await?;
    Ok(ObjectionStateView {
        state: row.state,
        state_words: words::state(row.state),
        outcome: row.outcome,
        reason: words::answer(&steps).map(str::to_owned),
        effect: row.effect,
        effect_words: row.effect.map(words::effect),
    })
}

/// What the caller filed, newest first.
pub(super) async fn list_own(
    app: &App,
    caller: &Caller,
    pager: &Pager<'_>,
) -> Result<MyObjectionPage, Failure> {
    let db = &app.pools.read;
    let page = (pager.after()?, pager.limit());
    let rows = repository::list_of(db, (caller.account, caller.volunteer), page).await?;
    let (rows, next_page_token) = pager.cut(rows, |row| row.id.to_string())?;
    let mut items = Vec::with_capacity(rows.len());
    for row in rows {
        items.push(own_view(db, row, local_day(app.clock.now())).await?);
    }
    Ok(MyObjectionPage { items, next_page_token })
}

/// An objection as its filer sees it: every step in words, nobody's account.
///
/// # Errors
/// The database's.
pub(super) async fn own_view(
    db: &impl ConnectionTrait,
    row: objection::Model,
    today: NaiveDate,
) -> Result<MyObjectionView, Failure> {
    let site = sites::get(db, row.site_id).await?;
    let until = appeal_until(db, &row, &site).await?;
    let appealed = repository::find_appeal_of(db, row.id).await?.is_some();
    let may_appeal = until.is_some_and(|last| decide_appeal(&row, appealed, (last, today)).is_ok());
    let mut allowed = Vec::new();
    if apply(ObjectionAction::Withdraw, row.state).is_ok() {
        allowed.push(ObjectionAction::Withdraw);
    }
    if may_appeal {
        allowed.push(ObjectionAction::Appeal);
    }
    let steps = repository::list_steps(db, row.id).await?;
    let steps = steps.iter().map(|step| ObjectionStepView::new(&row, step, false)).collect();
    let said = if is_hers(&row) { said_of_attendance(db, &row).await? } else { None };
    let part = MyPart {
        subject: subject::shown(db, &row).await?,
        attendance: said,
        steps,
        appeal_until: until.filter(|_| may_appeal),
        allowed_actions: allowed,
    };
    Ok(MyObjectionView::new(row, part))
}
