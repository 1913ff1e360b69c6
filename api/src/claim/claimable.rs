//! What a volunteer could claim, and why she cannot claim the rest.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use entity::ids::{AttendanceId, RuleVersionId, SiteId, VolunteerId};
use entity::rule_item;
use entity::volunteer::VolunteerState;
use sea_orm::ConnectionTrait;

use super::again::Thing;
use super::domain::ClaimRefusal;
use super::dto::{ClaimablePage, ClaimableView, NotClaimable};
use super::points::{self, Asked, Attended, Counted, Earning};
use super::{case_view, repository};
use crate::auth::Caller;
use crate::platform::clock::local_day;
use crate::platform::failure::{Failure, code};
use crate::platform::paging::Pager;
use crate::{rule, site, volunteer};

/// The attendances of the caller, and of whom she acts for now, with what each would earn if
/// it were claimed now.
pub(super) async fn list_own(
    db: &impl ConnectionTrait,
    caller: &Caller,
    (only, now): (Option<VolunteerId>, DateTime<Utc>),
    pager: &Pager<'_>,
) -> Result<ClaimablePage, Failure> {
    let whose = whose(db, caller, (only, now)).await?;
    list(db, &whose, now, pager).await
}

/// Whose matters the caller sees as hers: her own and, while an authorisation is live, those
/// of whom she acts for; only one of them when she asks for one.
pub(super) async fn whose(
    db: &impl ConnectionTrait,
    caller: &Caller,
    (only, now): (Option<VolunteerId>, DateTime<Utc>),
) -> Result<Vec<VolunteerId>, Failure> {
    let mut whose = vec![caller.volunteer()?];
    whose.extend(volunteer::represented_by(db, caller.account, local_day(now)).await?);
    match only {
        None => Ok(whose),
        Some(one) if whose.contains(&one) => Ok(vec![one]),
        Some(_) => Err(code::NOT_FOUND.into()),
    }
}

/// These volunteers' attendances with what each would earn if it were claimed now.
pub(super) async fn list(
    db: &impl ConnectionTrait,
    whose: &[VolunteerId],
    now: DateTime<Utc>,
    pager: &Pager<'_>,
) -> Result<ClaimablePage, Failure> {
    let after: Option<AttendanceId> = pager.after()?;
    let rows = case_view::list_attended(db, whose, after, pager.limit()).await?;
    let (rows, next_page_token) = pager.cut(rows, |row| row.id.to_string())?;
    let facts = Facts::read(db, &rows, now).await?;
    let items = rows.iter().map(|row| view(row, &facts, now)).collect();
    Ok(ClaimablePage { items, next_page_token })
}

/// What the rows of one page need to know, read once for all.
struct Facts {
    people: HashMap<VolunteerId, Attendant>,
    window_days: HashMap<SiteId, i64>,
    items: HashMap<(RuleVersionId, String), rule_item::Model>,
    /// What an upheld objection took back.
    struck: HashSet<AttendanceId>,
}

/// What must be known of whose attendance it is.
struct Attendant {
    name: String,
    may_earn: bool,
    live: Vec<Counted>,
}

impl Attendant {
    async fn read(
        db: &impl ConnectionTrait,
        id: VolunteerId,
        since: Option<DateTime<Utc>>,
    ) -> Result<Self, Failure> {
        let row = volunteer::get(db, id).await?;
        let live = match since {
            Some(since) => case_view::list_counted(db, id, since).await?,
            None => vec![],
        };
        Ok(Self { name: row.name, may_earn: row.state == VolunteerState::Active, live })
    }
}

impl Facts {
    async fn read(
        db: &impl ConnectionTrait,
        rows: &[Attended],
        now: DateTime<Utc>,
    ) -> Result<Self, Failure> {
        let mut facts = Self {
            people: HashMap::new(),
            window_days: HashMap::new(),
            items: HashMap::new(),
            struck: HashSet::new(),
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
        let since = asked.map(|asked| asked.counted_since()).min();
        for row in rows {
            if let Entry::Vacant(unread) = facts.people.entry(row.volunteer_id) {
                unread.insert(Attendant::read(db, row.volunteer_id, since).await?);
            }
        }
        facts.struck = facts.struck_of(db, rows).await?;
        Ok(facts)
    }

    /// One statement for the page, and one more for each claim that was taken back.
    async fn struck_of(
        &self,
        db: &impl ConnectionTrait,
        rows: &[Attended],
    ) -> Result<HashSet<AttendanceId>, Failure> {
        let people: Vec<_> = self.people.keys().copied().collect();
        let items: HashSet<_> = self.items.values().map(|item| item.id).collect();
        let ended = repository::list_ended(db, people, items).await?;
        let mut struck = HashSet::new();
        for row in rows {
            let Some(item) = self.item_of(row) else { continue };
            let thing = Thing {
                volunteer: row.volunteer_id,
                item: item.id,
                attendance: Some(row.id),
                award: None,
            };
            if case_view::is_struck(db, thing, &ended).await? {
                struck.insert(row.id);
            }
        }
        Ok(struck)
    }

    fn window_of(&self, row: &Attended) -> i64 {
        self.window_days.get(&row.site_id).copied().unwrap_or_default()
    }

    fn item_of(&self, row: &Attended) -> Option<&rule_item::Model> {
        self.items.get(&item_key(row)?)
    }

    fn name_of(&self, row: &Attended) -> String {
        self.people.get(&row.volunteer_id).map(|her| her.name.clone()).unwrap_or_default()
    }

    /// What the row would earn now.
    fn earning(&self, row: &Attended, now: DateTime<Utc>) -> Result<Earning, ClaimRefusal> {
        let Some(her) = self.people.get(&row.volunteer_id) else {
            return Err(ClaimRefusal::EarningSuspended);
        };
        let claimed = her.live.iter().find(|claim| claim.attendance_id == Some(row.id));
        if let Some(claim) = claimed {
            return Err(ClaimRefusal::AlreadyClaimed(claim.claim_id));
        }
        if !her.may_earn {
            return Err(ClaimRefusal::EarningSuspended);
        }
        row.check(self.window_of(row), now)?;
        let item = self.item_of(row).ok_or(ClaimRefusal::EarnsNoPoints)?;
        if self.struck.contains(&row.id) {
            return Err(ClaimRefusal::Struck);
        }
        let asked = Asked::attendance(row, &item.code, None)?;
        points::compute(item, &row.occasion(), &points::earned(&her.live, asked))
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
        volunteer_id: row.volunteer_id,
        volunteer_name: facts.name_of(row),
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
