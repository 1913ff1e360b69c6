//! Freezing a record, and reading freezes.

use chrono::{DateTime, Utc};
use entity::freeze::{self, FreezeSubject};
use entity::ids::{FreezeId, SiteId, VolunteerId};
use sea_orm::ConnectionTrait;
use serde_json::json;

use super::domain::{FreezeRefusal, decide_freeze, decide_release};
use super::dto::{CreateFreeze, FreezePage, FreezeTarget, FreezeView};
use super::repository;
use crate::app::App;
use crate::auth::{Caller, Permission};
use crate::platform::failure::{Failure, code};
use crate::platform::paging::Pager;
use crate::platform::tx::Tx;
use crate::site as sites;
use crate::supervision::error;
use crate::volunteer as volunteers;
use crate::{claim, journal, publicity, redemption};

/// Freezes a record of the supervisor's site.
///
/// # Errors
/// `already_frozen`, `freeze_reason_used`, `must_recuse`, `wrong_state`; `notice_entry_frozen`
/// and `notice_entry_settled` from the notice.
pub(super) async fn freeze(
    tx: &Tx<'_>,
    caller: &Caller,
    site: SiteId,
    body: CreateFreeze,
) -> Result<freeze::Model, Failure> {
    let site = sites::get(&**tx, site).await?;
    caller.require_at(Permission::Supervise, &site.path)?;
    let target = body.subject;
    // A claim or redemption is locked first, so that whoever works on it is done or waits. A
    // notice entry is locked when it is marked: of two at once the second is refused then.
    let (her, at) = lock_target(tx, target).await?;
    let there = sites::get(&**tx, at).await?;
    if !there.path.starts_with(&site.path) {
        return Err(code::NOT_FOUND.into());
    }
    let earlier = repository::list_of(&**tx, (target.kind, target.id)).await?;
    if earlier.iter().any(|row| row.ended_at.is_none() && row.frozen_until > tx.now) {
        return Err(error::ALREADY_FROZEN.into());
    }
    let is_related = volunteers::is_related(&**tx, caller, her).await?;
    let settings = sites::supervision_settings(&**tx, &there, tx.now).await?;
    let wish = (body.reason.as_str(), body.days);
    let until = decide_freeze(wish, is_related, settings.freeze_days_longest, &earlier, tx.now)?;

    for lapsed in earlier.iter().filter(|row| row.ended_at.is_none()) {
        super::ending::lapse(tx, lapsed.id).await?;
    }
    let row = freeze::Model {
        id: tx.new_id(),
        site_id: at,
        subject_kind: target.kind,
        subject_id: target.id,
        volunteer_id: her,
        reason: body.reason.into(),
        frozen_by: caller.account,
        frozen_at: tx.now,
        frozen_until: until,
        ended_how: None,
        ended_by: None,
        ended_at: None,
        end_reason: None,
    };
    put_on(tx, &row).await?;
    let row = repository::insert(tx, row).await?.ok_or(error::ALREADY_FROZEN)?;
    tell(tx, "freeze.created", &row).await?;
    Ok(row)
}

/// The record: whose it is and where. Locked, but for a notice entry.
async fn lock_target(tx: &Tx<'_>, target: FreezeTarget) -> Result<(VolunteerId, SiteId), Failure> {
    match target.kind {
        FreezeSubject::Claim => {
            let claim = claim::lock(tx, target.id.into()).await?;
            Ok((claim.volunteer_id, claim.site_id))
        }
        FreezeSubject::NoticeEntry => {
            let found = publicity::entry_of(&**tx, target.id.into()).await?;
            Ok((found.entry.volunteer_id, found.entry.site_id))
        }
        FreezeSubject::Redemption => {
            let row = redemption::lock(tx, target.id.into()).await?;
            Ok((row.volunteer_id, row.site_id))
        }
    }
}

async fn put_on(tx: &Tx<'_>, row: &freeze::Model) -> Result<(), Failure> {
    let (id, mark) = (row.subject_id, (row.frozen_until, row.reason.as_str()));
    match row.subject_kind {
        FreezeSubject::Claim => claim::freeze(tx, id.into(), mark).await,
        FreezeSubject::Redemption => redemption::freeze(tx, id.into(), mark).await,
        FreezeSubject::NoticeEntry => {
            let keeper = publicity::Keeper::Freeze(row.id.into());
            publicity::freeze_entry(tx, id.into(), keeper).await?;
            claim::mark_noticed(tx, id.into(), mark).await
        }
    }
}

/// Tells the journal; ids and times only.
pub(super) async fn tell(tx: &Tx<'_>, kind: &str, row: &freeze::Model) -> Result<(), Failure> {
    let data = json!({
        "subject_kind": row.subject_kind,
        "subject_id": row.subject_id,
        "frozen_until": row.frozen_until,
        "ended_how": row.ended_how,
    });
    journal::publish(tx, kind, "freeze", row.id.into(), Some(row.site_id), data).await
}

/// One freeze.
///
/// # Errors
/// `not_found`, or the caller's lack of permission.
pub(super) async fn get(app: &App, caller: &Caller, id: FreezeId) -> Result<FreezeView, Failure> {
    let db = &app.pools.read;
    let row = repository::find(db, id).await?.ok_or(code::NOT_FOUND)?;
    let site = sites::get(db, row.site_id).await?;
    caller.require_at(Permission::ViewSupervision, &site.path)?;
    view(db, caller, row, app.clock.now()).await
}

/// The freezes of a site and those below it.
pub(super) async fn list(
    app: &App,
    caller: &Caller,
    (site_id, in_force): (SiteId, Option<bool>),
    pager: &Pager<'_>,
) -> Result<FreezePage, Failure> {
    let db = &app.pools.read;
    let site = sites::get(db, site_id).await?;
    caller.require_at(Permission::ViewSupervision, &site.path)?;
    let after = pager.after()?;
    let rows = repository::list_at(db, &site.path, in_force, (after, pager.limit())).await?;
    let (rows, next_page_token) = pager.cut(rows, |row| row.id.to_string())?;
    let items = views(db, caller, rows, (&site.path, app.clock.now())).await?;
    Ok(FreezePage { items, next_page_token })
}

/// A freeze as the caller may see it.
///
/// # Errors
/// The database's.
pub(super) async fn view(
    db: &impl ConnectionTrait,
    caller: &Caller,
    row: freeze::Model,
    now: DateTime<Utc>,
) -> Result<FreezeView, Failure> {
    let path = sites::get(db, row.site_id).await?.path;
    let found = views(db, caller, vec![row], (&path, now)).await?.pop();
    found.ok_or_else(|| Failure::internal("a freeze without a view"))
}

async fn views(
    db: &impl ConnectionTrait,
    caller: &Caller,
    rows: Vec<freeze::Model>,
    (path, now): (&str, DateTime<Utc>),
) -> Result<Vec<FreezeView>, Failure> {
    let people = rows.iter().map(|row| row.volunteer_id).collect();
    let names = volunteers::masked_names(db, &people).await?;
    let lifts = caller.may_at(Permission::LiftFreezes, path);
    let is_town = caller.may_at(Permission::AppointSupervisors, path);
    let close =
        volunteers::related_among(db, caller, rows.iter().map(|row| row.volunteer_id)).await?;
    let view = |row: freeze::Model| {
        let name = names.get(&row.volunteer_id).cloned().unwrap_or_default();
        let standing = (is_town, close.contains(&row.volunteer_id));
        let may = lifts && decide_release(&row, caller.account, standing, now).is_ok();
        FreezeView::new(row, name, may)
    };
    Ok(rows.into_iter().map(view).collect())
}

/// How many freezes were made at a site and those below it in a time.
///
/// # Errors
/// The database's.
pub(in crate::supervision) async fn count_made(
    db: &impl ConnectionTrait,
    path: &str,
    span: (DateTime<Utc>, DateTime<Utc>),
) -> Result<i64, Failure> {
    let made = repository::count_made(db, path, span).await?;
    i64::try_from(made).map_err(Failure::internal)
}

impl From<FreezeRefusal> for Failure {
    fn from(refusal: FreezeRefusal) -> Self {
        match refusal {
            FreezeRefusal::MustRecuse => code::MUST_RECUSE.into(),
            FreezeRefusal::TooLong { longest } => {
                Self::field("/days", format!("一次冻结为1至{longest}天"))
            }
            FreezeRefusal::ReasonUsed => error::FREEZE_REASON_USED.into(),
            FreezeRefusal::Ended => code::WRONG_STATE.into(),
            FreezeRefusal::NotHers => code::PERMISSION_DENIED.into(),
        }
    }
}
