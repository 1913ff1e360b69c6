//! What a volunteer could claim, and why she cannot claim the rest.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use chrono::{DateTime, Utc};
use entity::ids::{AttendanceId, RuleVersionId, SiteId, VolunteerId};
use entity::rule_item;
use entity::volunteer::VolunteerState;
use sea_orm::ConnectionTrait;

use super::case_view;
use super::domain::ClaimRefusal;
use super::dto::{ClaimablePage, ClaimableView, NotClaimable};
use super::points::{self, Asked, Attended, Counted, Earning};
use crate::auth::Caller;
use crate::platform::failure::Failure;
use crate::platform::paging::Pager;
use crate::{rule, site, volunteer};

/// The caller's attendances with what each would earn if it were claimed now.
pub(super) async fn list(
    db: &impl ConnectionTrait,
    caller: &Caller,
    now: DateTime<Utc>,
    pager: &Pager<'_>,
) -> Result<ClaimablePage, Failure> {
    let her = volunteer::get(db, caller.volunteer()?).await?;
    let after: Option<AttendanceId> = pager.after()?;
    let rows = case_view::list_attended(db, her.id, after, pager.limit()).await?;
    let (rows, next_page_token) = pager.cut(rows, |row| row.id.to_string())?;
    let mut facts = Facts::read(db, her.id, &rows, now).await?;
    facts.may_earn = her.state == VolunteerState::Active;
    let items = rows.iter().map(|row| view(row, &facts, now)).collect();
    Ok(ClaimablePage { items, next_page_token })
}

/// What the rows of one page need to know, read once for all.
struct Facts {
    may_earn: bool,
    live: Vec<Counted>,
    window_days: HashMap<SiteId, i64>,
    items: HashMap<(RuleVersionId, String), rule_item::Model>,
}

impl Facts {
    async fn read(
        db: &impl ConnectionTrait,
        her: VolunteerId,
        rows: &[Attended],
        now: DateTime<Utc>,
    ) -> Result<Self, Failure> {
        let mut facts = Self {
            may_earn: false,
            live: vec![],
            window_days: HashMap::new(),
            items: HashMap::new(),
        };
        for row in rows {
            if let Entry::Vacant(unread) = facts.window_days.entry(row.site_id) {
                let site = site::get(db, row.site_id).await?;
                let settings = site::effective_settings(db, &site, now).await?;
                unread.insert(settings.claim_window_days);
            }
            if let Some(key) = item_key(row)
                && !facts.items.contains_key(&key)
            {
                let item = rule::get_item(db, key.0, &key.1).await?;
                facts.items.insert(key, item);
            }
        }
        let asked = rows.iter().filter_map(|row| Asked::attendance(row, "", None).ok());
        if let Some(since) = asked.map(|asked| asked.counted_since()).min() {
            facts.live = case_view::list_counted(db, her, since).await?;
        }
        Ok(facts)
    }

    fn window_of(&self, row: &Attended) -> i64 {
        self.window_days.get(&row.site_id).copied().unwrap_or_default()
    }

    fn item_of(&self, row: &Attended) -> Option<&rule_item::Model> {
        self.items.get(&item_key(row)?)
    }

    /// What the row would earn now.
    fn earning(&self, row: &Attended, now: DateTime<Utc>) -> Result<Earning, ClaimRefusal> {
        let claimed = self.live.iter().find(|claim| claim.attendance_id == Some(row.id));
        if let Some(claim) = claimed {
            return Err(ClaimRefusal::AlreadyClaimed(claim.claim_id));
        }
        if !self.may_earn {
            return Err(ClaimRefusal::EarningSuspended);
        }
        row.check(self.window_of(row), now)?;
        let item = self.item_of(row).ok_or(ClaimRefusal::EarnsNoPoints)?;
        let asked = Asked::attendance(row, &item.code, None)?;
        points::compute(item, &row.occasion(), &points::earned(&self.live, asked))
    }
}

fn item_key(row: &Attended) -> Option<(RuleVersionId, String)> {
    Some((row.rule_version_id?, row.rule_item_code.clone()?))
}

fn view(row: &Attended, facts: &Facts, now: DateTime<Utc>) -> ClaimableView {
    let earning = facts.earning(row, now);
    let reason = earning.as_ref().err().map(NotClaimable::from);
    let earning = earning.ok();
    ClaimableView {
        attendance_id: row.id,
        activity_id: row.activity_id,
        activity_title: row.title.clone(),
        starts_at: row.at(),
        hours_tenths: row.hours_tenths,
        rule_item_name: facts.item_of(row).map(|item| item.name.clone()),
        claim_by: row.claim_by(facts.window_of(row)),
        claimable: earning.is_some(),
        points: earning.as_ref().map(|earning| earning.points),
        explanation: earning.map(|earning| earning.explanation),
        reason,
    }
}
