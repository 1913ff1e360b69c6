//! Late entries as supervisors and staff see them: all of a site, names masked.

use std::collections::HashSet;

use entity::ids::{LateEntryId, SiteId, VolunteerId};
use entity::late_entry::LateEntryState;
use sea_orm::ConnectionTrait;

use super::domain::{LateAction, decide};
use super::dto::{LateEntryCount, LateEntryCounts, LateEntryPage, LateEntryQuery, LateEntryView};
use super::repository::{self, Entry};
use crate::app::App;
use crate::auth::{Caller, Permission};
use crate::platform::failure::{Failure, code};
use crate::platform::paging::{PageQuery, Pager};
use crate::{site, volunteer};

/// The late entries of a site and those below it, newest first.
pub(super) async fn list(
    app: &App,
    caller: &Caller,
    site: SiteId,
    query: LateEntryQuery,
) -> Result<LateEntryPage, Failure> {
    let db = &app.pools.read;
    let site = site::get(db, site).await?;
    caller.require_at(Permission::ViewActivities, &site.path)?;
    let LateEntryQuery { state, page_size, page_token } = query;
    let name = format!("late-entries|{}|{}|{state:?}", caller.account, site.id);
    let pager = Pager::new(&app.core, name, &PageQuery { page_size, page_token })?;
    let after = pager.after()?;
    let rows = repository::list_at(db, &site.path, state, (after, pager.limit())).await?;
    let (rows, next_page_token) = pager.cut(rows, |entry| entry.row.id.to_string())?;
    let people = rows.iter().map(|entry| entry.row.volunteer_id);
    let kin = volunteer::related_among(db, caller, people).await?;
    let items = rows.into_iter().map(|entry| view(entry, caller, &kin)).collect();
    Ok(LateEntryPage { items, next_page_token })
}

/// One late entry after a decision.
pub(super) async fn get(
    db: &impl ConnectionTrait,
    caller: &Caller,
    id: LateEntryId,
) -> Result<LateEntryView, Failure> {
    let entry = repository::find(db, id).await?.ok_or(code::NOT_FOUND)?;
    let kin = volunteer::related_among(db, caller, [entry.row.volunteer_id]).await?;
    Ok(view(entry, caller, &kin))
}

fn view(entry: Entry, caller: &Caller, kin: &HashSet<VolunteerId>) -> LateEntryView {
    let Entry { row, activity_title, volunteer_name, site_path } = entry;
    let (me, related) = (caller.account, kin.contains(&row.volunteer_id));
    let may = caller.may_at(Permission::RunAttendance, &site_path);
    let allowed = |action: &LateAction| may && decide(*action, &row, me, related).is_ok();
    LateEntryView {
        allowed_actions: LateAction::ALL.into_iter().filter(allowed).collect(),
        id: row.id,
        activity_id: row.activity_id,
        activity_title,
        site_id: row.site_id,
        volunteer_id: row.volunteer_id,
        volunteer_name: volunteer::masked_name(&volunteer_name),
        starts_at: row.starts_at,
        ends_at: row.ends_at,
        reason: row.reason,
        evidence: row.evidence,
        state: row.state,
        entered_by_hand: true,
        entered_by: row.entered_by,
        entered_at: row.entered_at,
        decided_by: row.decided_by,
        decided_at: row.decided_at,
        decision_reason: row.decision_reason,
        attendance_id: row.attendance_id,
    }
}

/// How much each person has entered by hand at a site and below.
pub(super) async fn count(
    app: &App,
    caller: &Caller,
    site: SiteId,
) -> Result<LateEntryCounts, Failure> {
    let db = &app.pools.read;
    let site = site::get(db, site).await?;
    caller.require_at(Permission::ViewActivities, &site.path)?;
    let mut items: Vec<LateEntryCount> = Vec::new();
    for tally in repository::count_at(db, &site.path).await? {
        let number = u64::try_from(tally.number).map_err(Failure::internal)?;
        let at = items.iter().position(|count| count.entered_by == tally.entered_by);
        let mut count = match at {
            Some(at) => items.swap_remove(at),
            None => LateEntryCount {
                entered_by: tally.entered_by,
                name: tally.name,
                pending: 0,
                approved: 0,
                rejected: 0,
            },
        };
        match tally.state {
            LateEntryState::Pending => count.pending = number,
            LateEntryState::Approved => count.approved = number,
            LateEntryState::Rejected => count.rejected = number,
        }
        items.push(count);
    }
    let total = |count: &LateEntryCount| count.pending + count.approved + count.rejected;
    items.sort_by_key(|count| (std::cmp::Reverse(total(count)), count.entered_by));
    Ok(LateEntryCounts { items })
}
