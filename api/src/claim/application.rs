//! Asking for points: claims of attendances, of honours, and once more after a return. The
//! volunteer does it, or from her own phone who acts for her; at the station, `assisted`.

use entity::claim::{self, ClaimState};
use entity::ids::{AttendanceId, ClaimId, RuleItemId, RuleSetId, SiteId, VolunteerId};
use entity::rule_item::{self, RuleUnit};
use entity::volunteer::{self as volunteer_row, VolunteerState};
use sea_orm::Set;
use serde_json::json;

use super::again::Thing;
use super::award::{self, names_document};
use super::domain::{ClaimAction, ClaimRefusal, Entry};
use super::dto::CreateAwardClaim;
use super::freezing::frozen;
use super::points::{self, Asked, Attended, Earning};
use super::{case_view, locking, repository};
use crate::auth::{Caller, Permission};
use crate::platform::clock::local_day;
use crate::platform::failure::{Failure, code};
use crate::platform::frozen::require_thawed;
use crate::platform::tx::Tx;
use crate::rule::compute::Occasion;
use crate::{journal, rule, site, volunteer};

/// Claims the points of an attendance of the caller's own, or of whom she acts for now.
pub(super) async fn create(
    tx: &Tx<'_>,
    caller: &Caller,
    id: AttendanceId,
) -> Result<ClaimId, Failure> {
    let whose = case_view::find_attendant(&**tx, id).await?.ok_or(code::NOT_FOUND)?;
    // Before the authorisation is read: ending it waits for the same lock.
    let volunteer = volunteer::lock(tx, whose).await?;
    let entry = entry_from_phone(tx, caller, whose).await?;
    file(tx, &volunteer, id, entry).await
}

/// By what right the caller enters something of this volunteer's from her own phone.
async fn entry_from_phone(
    tx: &Tx<'_>,
    caller: &Caller,
    whose: VolunteerId,
) -> Result<Entry<'static>, Failure> {
    let own = caller.volunteer()? == whose;
    let acts_for = volunteer::acts_for(&**tx, caller.account, whose, local_day(tx.now)).await?;
    Entry::from_phone(caller.account, own, acts_for).ok_or_else(|| code::NOT_FOUND.into())
}

/// Claims the points of one of a volunteer's attendances, whoever enters it.
///
/// Her row is locked before: of two claims at the same moment the second sees what the
/// first took of the caps.
pub(super) async fn file(
    tx: &Tx<'_>,
    volunteer: &volunteer_row::Model,
    id: AttendanceId,
    entry: Entry<'_>,
) -> Result<ClaimId, Failure> {
    require_active(volunteer)?;
    let attended = case_view::find_attended(&**tx, volunteer.id, id).await?;
    let attended = attended.ok_or(code::NOT_FOUND)?;
    let item = claimable_item(tx, &attended).await?;
    if let Some(claim) = repository::find_live(&**tx, attended.id, item.id).await? {
        return Err(ClaimRefusal::AlreadyClaimed(claim.id).into());
    }
    let thing = Thing {
        volunteer: volunteer.id,
        item: item.id,
        attendance: Some(attended.id),
        award: None,
    };
    require_not_struck(tx, thing).await?;
    submit_new(tx, volunteer, (&attended, &item), entry).await
}

/// The same because a decision says that she was there: neither the time to claim, nor what was
/// taken back before, nor that she may not earn at the moment stands against that. It is certified
/// when she may.
pub(super) async fn file_for_decision(
    tx: &Tx<'_>,
    volunteer: &volunteer_row::Model,
    id: AttendanceId,
    entry: Entry<'_>,
) -> Result<ClaimId, Failure> {
    if volunteer.state == VolunteerState::Closed {
        return Err(ClaimRefusal::EarningSuspended.into());
    }
    let attended = case_view::find_attended(&**tx, volunteer.id, id).await?;
    let attended = attended.ok_or(code::NOT_FOUND)?;
    let item = item_of(tx, &attended).await?;
    submit_new(tx, volunteer, (&attended, &item), entry).await
}

async fn submit_new(
    tx: &Tx<'_>,
    volunteer: &volunteer_row::Model,
    (attended, item): (&Attended, &rule_item::Model),
    entry: Entry<'_>,
) -> Result<ClaimId, Failure> {
    let earning = worth(tx, volunteer.id, (attended, item), None).await?;

    let ground = (Some(attended.id), None);
    let row = new_row(tx, entry, (volunteer.id, item.id, attended.site_id), ground, earning);
    let claim = repository::insert(tx, row).await?;
    tell(tx, ClaimAction::Submit, &claim).await?;
    Ok(claim.id)
}

/// Enters a claim for an honour on a volunteer's behalf; somebody else certifies it.
pub(super) async fn create_award(
    tx: &Tx<'_>,
    caller: &Caller,
    site_id: SiteId,
    body: &CreateAwardClaim,
) -> Result<ClaimId, Failure> {
    let site = site::get(&**tx, site_id).await?;
    caller.require_at(Permission::ManageVolunteers, &site.path)?;
    let volunteer = volunteer::lock(tx, body.volunteer_id).await?;
    if !site::get(&**tx, volunteer.site_id).await?.path.starts_with(&site.path) {
        return Err(code::NOT_FOUND.into());
    }
    if volunteer::is_related(&**tx, caller, volunteer.id).await? {
        return Err(ClaimRefusal::MustRecuse.into());
    }
    require_active(&volunteer)?;
    let (set, item) = award_item(tx, site.town_id, body.rule_item_code.as_str()).await?;
    if item.evidence_needed
        && ![body.award_ref.as_str(), body.reason.as_str()].into_iter().any(names_document)
    {
        return Err(Failure::field("/reason", "此条目须有证明：请写明文号或证书编号"));
    }
    let award = &award::canonical(body.award_ref.as_str());
    require_unclaimed_honour(tx, (volunteer.id, item.id), award).await?;
    let asked = Asked::award(set, &item.code, tx.now, None);
    let earning = compute(tx, volunteer.id, &item, award_occasion(award), asked).await?;
    let earning = as_entered(earning, Some(body.reason.as_str()));

    let ground = (None, Some(award.to_owned()));
    let entry = Entry::of_staff(caller.account, body.reason.as_str());
    let row = new_row(tx, entry, (volunteer.id, item.id, site.id), ground, earning);
    let claim = repository::insert(tx, row).await?;
    tell(tx, ClaimAction::Submit, &claim).await?;
    Ok(claim.id)
}

/// An honour is claimed once, however it is typed, and not again when it was struck.
async fn require_unclaimed_honour(
    tx: &Tx<'_>,
    (volunteer, item): (VolunteerId, RuleItemId),
    award: &str,
) -> Result<(), Failure> {
    if award::key(award).is_empty() {
        return Err(Failure::field("/award_ref", "请写明荣誉名称"));
    }
    let honour = Thing { volunteer, item, attendance: None, award: Some(award) };
    if let Some(claim) = repository::find_live_award(&**tx, honour).await? {
        return Err(ClaimRefusal::AlreadyClaimed(claim.id).into());
    }
    require_not_struck(tx, honour).await
}

async fn require_not_struck(tx: &Tx<'_>, thing: Thing<'_>) -> Result<(), Failure> {
    let ended = repository::list_ended(&**tx, [thing.volunteer], [thing.item]).await?;
    if case_view::is_struck(&**tx, thing, &ended).await? {
        return Err(ClaimRefusal::Struck.into());
    }
    Ok(())
}

/// Submits a returned claim of the caller's own, or of whom she acts for, again.
pub(super) async fn resubmit(tx: &Tx<'_>, caller: &Caller, id: ClaimId) -> Result<(), Failure> {
    let (volunteer, claim) = lock_own(tx, caller, id).await?;
    submit_again(tx, caller, (&volunteer, &claim)).await
}

/// Submits a returned claim again: its points are computed anew, because the record it
/// rests on may have been put right meanwhile. Whoever does so does not certify it. Both rows are
/// locked.
pub(super) async fn submit_again(
    tx: &Tx<'_>,
    caller: &Caller,
    (volunteer, claim): (&volunteer_row::Model, &claim::Model),
) -> Result<(), Failure> {
    let to = ClaimAction::Submit.apply(claim.state)?;
    require_active(volunteer)?;
    let earning = worth_again(tx, claim).await?;

    let again = Some((&earning, Some(caller.account)));
    let saved = repository::save_step(tx, claim, (to, tx.now), again).await?;
    tell(tx, ClaimAction::Submit, &saved.ok_or(ClaimRefusal::Stale)?).await
}

/// Takes back a claim of the caller's own, or of whom she acts for.
pub(super) async fn withdraw(tx: &Tx<'_>, caller: &Caller, id: ClaimId) -> Result<(), Failure> {
    let (_, claim) = lock_own(tx, caller, id).await?;
    take_back(tx, &claim).await
}

/// Takes back a claim that was not decided on.
pub(super) async fn take_back(tx: &Tx<'_>, claim: &claim::Model) -> Result<(), Failure> {
    require_thawed(frozen(claim).as_ref(), tx.now)?;
    let to = ClaimAction::Withdraw.apply(claim.state)?;

    let saved = repository::save_step(tx, claim, (to, tx.now), None).await?;
    tell(tx, ClaimAction::Withdraw, &saved.ok_or(ClaimRefusal::Stale)?).await
}

/// Withdraws whatever somebody who is leaving has asked for and nobody has decided; says how
/// much.
///
/// # Errors
/// The database's.
pub(crate) async fn withdraw_open_of(tx: &Tx<'_>, her: VolunteerId) -> Result<u64, Failure> {
    let mut withdrawn = 0;
    for claim in repository::lock_of_volunteer(tx, her).await? {
        let Ok(to) = ClaimAction::Withdraw.apply(claim.state) else { continue };
        let saved = repository::save_step(tx, &claim, (to, tx.now), None).await?;
        tell(tx, ClaimAction::Withdraw, &saved.ok_or(ClaimRefusal::Stale)?).await?;
        withdrawn += 1;
    }
    Ok(withdrawn)
}

/// The caller's own claim, or of whom she acts for now; another's is not found.
async fn lock_own(
    tx: &Tx<'_>,
    caller: &Caller,
    id: ClaimId,
) -> Result<(volunteer_row::Model, claim::Model), Failure> {
    let (volunteer, claim) = locking::with_holder(tx, id).await?;
    entry_from_phone(tx, caller, volunteer.id).await?;
    Ok((volunteer, claim))
}

fn require_active(volunteer: &volunteer_row::Model) -> Result<(), ClaimRefusal> {
    if volunteer.state == VolunteerState::Active {
        return Ok(());
    }
    Err(ClaimRefusal::EarningSuspended)
}

/// The item an attendance earns by, if it can be claimed now.
async fn claimable_item(tx: &Tx<'_>, attended: &Attended) -> Result<rule_item::Model, Failure> {
    let site = site::get(&**tx, attended.site_id).await?;
    let settings = site::effective_settings(&**tx, &site, tx.now).await?;
    attended.check(settings.claim_window_days, tx.now)?;
    item_of(tx, attended).await
}

async fn item_of(tx: &Tx<'_>, attended: &Attended) -> Result<rule_item::Model, Failure> {
    let (Some(version), Some(item)) = (attended.rule_version_id, &attended.rule_item_code) else {
        return Err(ClaimRefusal::EarnsNoPoints.into());
    };
    rule::get_item(&**tx, version, item).await
}

/// What an attendance is worth, less what the caps take away.
async fn worth(
    tx: &Tx<'_>,
    volunteer: VolunteerId,
    (attended, item): (&Attended, &rule_item::Model),
    except: Option<ClaimId>,
) -> Result<Earning, Failure> {
    let asked = Asked::attendance(attended, &item.code, except)?;
    compute(tx, volunteer, item, attended.occasion(), asked).await
}

pub(super) async fn worth_again(tx: &Tx<'_>, claim: &claim::Model) -> Result<Earning, Failure> {
    let item = rule::get_item_by_id(&**tx, claim.rule_item_id).await?;
    let Some(attendance) = claim.attendance_id else {
        let award = claim.award_ref.as_deref().unwrap_or_default();
        let set = case_view::find_rule_set(&**tx, item.rule_version_id).await?;
        let set = set.ok_or(code::NOT_FOUND)?;
        let asked = Asked::award(set, &item.code, claim.created_at, Some(claim.id));
        let earning = compute(tx, claim.volunteer_id, &item, award_occasion(award), asked).await?;
        return Ok(as_entered(earning, claim.entry_reason.as_deref()));
    };
    let attended = case_view::find_attended(&**tx, claim.volunteer_id, attendance).await?;
    let attended = attended.ok_or(code::NOT_FOUND)?;
    worth(tx, claim.volunteer_id, (&attended, &item), Some(claim.id)).await
}

/// With what was said when an honour was entered: it is how the points came about.
fn as_entered(earning: Earning, reason: Option<&str>) -> Earning {
    match reason {
        Some(reason) => {
            let explanation = format!("{}；登记说明：{reason}", earning.explanation);
            Earning { explanation, ..earning }
        }
        None => earning,
    }
}

const fn award_occasion(title: &str) -> Occasion<'_> {
    Occasion::Award { title }
}

async fn compute(
    tx: &Tx<'_>,
    volunteer: VolunteerId,
    item: &rule_item::Model,
    occasion: Occasion<'_>,
    asked: Asked<'_>,
) -> Result<Earning, Failure> {
    let live = case_view::list_counted(&**tx, volunteer, asked.counted_since()).await?;
    Ok(points::compute(item, &occasion, &points::earned(&live, asked))?)
}

/// The item of the town's rules in force that gives points for honours.
async fn award_item(
    tx: &Tx<'_>,
    town: Option<SiteId>,
    item_code: &str,
) -> Result<(RuleSetId, rule_item::Model), Failure> {
    let town = town.ok_or(code::NOT_FOUND)?;
    let version = rule::current_version(&**tx, town, local_day(tx.now)).await?;
    let version = version.ok_or(ClaimRefusal::NoRules)?;
    let wrong = || Failure::field("/rule_item_code", "现行细则没有这个荣誉条目");
    let item = match rule::get_item(&**tx, version.id, item_code).await {
        Err(Failure::Refused(_)) => return Err(wrong()),
        other => other?,
    };
    if item.unit != RuleUnit::PerAward {
        return Err(wrong());
    }
    Ok((version.rule_set_id, item))
}

/// A submitted claim.
pub(super) fn new_row(
    tx: &Tx<'_>,
    entry: Entry<'_>,
    (volunteer, item, site): (VolunteerId, RuleItemId, SiteId),
    (attendance_id, award_ref): (Option<AttendanceId>, Option<String>),
    earning: Earning,
) -> claim::ActiveModel {
    let now = tx.now;
    claim::ActiveModel {
        id: Set(tx.new_id()),
        volunteer_id: Set(volunteer),
        attendance_id: Set(attendance_id),
        award_ref: Set(award_ref),
        rule_item_id: Set(item),
        site_id: Set(site),
        state: Set(ClaimState::Submitted),
        points: Set(earning.points),
        explanation: Set(earning.explanation),
        entered_by: Set(entry.by),
        entered_via: Set(entry.via),
        entry_reason: Set(entry.reason.map(str::to_owned)),
        submitted_at: Set(Some(now)),
        decided_by: Set(None),
        decided_at: Set(None),
        decision_reason: Set(None),
        version: Set(1),
        created_at: Set(now),
        updated_at: Set(now),
        ..Default::default()
    }
}

/// Tells the journal; ids and numbers only.
pub(super) async fn tell(
    tx: &Tx<'_>,
    action: ClaimAction,
    claim: &claim::Model,
) -> Result<(), Failure> {
    let data = json!({"volunteer_id": claim.volunteer_id, "points": claim.points});
    let (id, site) = (claim.id.into(), Some(claim.site_id));
    journal::publish(tx, action.event(), "claim", id, site, data).await
}
