//! Deciding on claims, and reading them.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use entity::claim::{self, ClaimState};
use entity::ids::{ClaimId, SiteId, VolunteerId};
use sea_orm::ConnectionTrait;

use super::application::tell;
use super::domain::{
    Case, ClaimAction, ClaimRefusal, Decider, allowed_to_her, allowed_to_staff, decide as decision,
    is_repeated, is_waiting, must_recuse,
};
use super::dto::{ClaimCountView, ClaimPage, ClaimStateCount, ClaimView, MyClaimPage, StaffPart};
use super::earlier_dto::EarlierDecision;
use super::freezing::frozen;
use super::{again, case_view, claimable, locking, notice, repository};
use crate::auth::{Caller, Permission};
use crate::platform::clock::local_day;
use crate::platform::failure::{Failure, code};
use crate::platform::frozen::require_thawed;
use crate::platform::paging::Pager;
use crate::platform::tx::Tx;
use crate::site::PointsEffective;
use crate::volunteer::Names;
use crate::{site, volunteer};

/// Decides on one claim and books what follows from it, all or nothing. Deciding the
/// same again changes nothing, so that a lost batch can be sent once more.
pub(super) async fn decide(
    tx: &Tx<'_>,
    caller: &Caller,
    action: ClaimAction,
    (id, reason): (ClaimId, Option<&str>),
) -> Result<ClaimId, Failure> {
    // Her standing is kept before it is read: no zeroing comes between that and the booking.
    let locked = locking::keeping_holder(tx, id).await?;
    let case = case_view::find(&**tx, locked.id).await?.ok_or(code::NOT_FOUND)?;
    caller.require_at(Permission::CertifyClaims, &case.site_path)?;
    if is_repeated(action, &case.claim, caller.account) {
        return Ok(id);
    }
    require_thawed(frozen(&case.claim).as_ref(), tx.now)?;
    let her = case.claim.volunteer_id;
    let is_related = volunteer::is_related(&**tx, caller, her).await?;
    let by = Decider { account: caller.account, is_related };

    let decided = decision(action, &case, by)?;

    let written = (caller.account, tx.now, reason);
    let claim = repository::save_decision(tx, &case.claim, &decided, written).await?;
    let claim = claim.ok_or(ClaimRefusal::Stale)?;
    match action {
        ClaimAction::Certify => book(tx, &case).await?,
        ClaimAction::Revoke => {
            notice::take_back(tx, id, reason.unwrap_or_default()).await?;
        }
        ClaimAction::Return
        | ClaimAction::Reject
        | ClaimAction::Submit
        | ClaimAction::Withdraw
        | ClaimAction::Reopen => {}
    }
    tell(tx, action, &claim).await?;
    Ok(id)
}

/// Books certified points, unless they wait for the notice.
async fn book(tx: &Tx<'_>, case: &Case) -> Result<(), Failure> {
    let site = site::get(&**tx, case.claim.site_id).await?;
    let settings = site::effective_settings(&**tx, &site, tx.now).await?;
    match settings.points_effective {
        PointsEffective::Notice => Ok(()),
        PointsEffective::Certification => {
            let her = volunteer::get(&**tx, case.claim.volunteer_id).await?;
            notice::book(tx, &case.claim, her.site_id, &case.item_name).await
        }
    }
}

/// One claim, for the volunteer herself, who acts for her now, or staff.
pub(super) async fn get(
    db: &impl ConnectionTrait,
    caller: &Caller,
    (id, now): (ClaimId, DateTime<Utc>),
) -> Result<ClaimView, Failure> {
    let case = case_view::find(db, id).await?.ok_or(code::NOT_FOUND)?;
    let (whose, today) = (case.claim.volunteer_id, local_day(now));
    let own = caller.volunteer == Some(whose);
    if own || volunteer::acts_for(db, caller.account, whose, today).await? {
        return Ok(own_view(case));
    }
    caller.require_at(Permission::ViewClaims, &case.site_path)?;
    let is_related = volunteer::is_related(db, caller, whose).await?;
    let ended = ended_of(db, std::slice::from_ref(&case)).await?;
    Ok(staff_view(case, caller, (is_related, ended.as_slice()), Names::closed(today)))
}

/// The claims of the caller and of whom she acts for now, the youngest first.
pub(super) async fn list_own(
    db: &impl ConnectionTrait,
    caller: &Caller,
    whose: (Option<VolunteerId>, DateTime<Utc>),
    pager: &Pager<'_>,
) -> Result<MyClaimPage, Failure> {
    let whose = claimable::whose(db, caller, whose).await?;
    let rows = case_view::list_of_volunteers(db, &whose, pager.after()?, pager.limit()).await?;
    let (rows, next_page_token) = pager.cut(rows, |case| case.claim.id.to_string())?;
    Ok(MyClaimPage { items: rows.into_iter().map(own_view).collect(), next_page_token })
}

/// The claims of a site and those below it, for staff.
pub(super) async fn list_at(
    db: &impl ConnectionTrait,
    caller: &Caller,
    (site_id, state): (SiteId, Option<ClaimState>),
    now: DateTime<Utc>,
    pager: &Pager<'_>,
) -> Result<ClaimPage, Failure> {
    let site = site::get(db, site_id).await?;
    caller.require_at(Permission::ViewClaims, &site.path)?;
    let page = (pager.after()?, pager.limit());
    let rows = case_view::list_at(db, &site.path, state, page).await?;
    let (rows, next_page_token) = pager.cut(rows, |case| case.claim.id.to_string())?;
    let related = related_among(db, caller, &rows).await?;
    let ended = ended_of(db, &rows).await?;
    let names = Names::closed(local_day(now));
    let view = |case: Case| {
        let is_related = related.contains(&case.claim.volunteer_id);
        staff_view(case, caller, (is_related, ended.as_slice()), names)
    };
    Ok(ClaimPage { items: rows.into_iter().map(view).collect(), next_page_token })
}

/// What came to nothing before of whose claims these are, under their items.
async fn ended_of(db: &impl ConnectionTrait, cases: &[Case]) -> Result<Vec<claim::Model>, Failure> {
    let (people, items): (HashSet<_>, HashSet<_>) =
        cases.iter().map(|case| (case.claim.volunteer_id, case.claim.rule_item_id)).unzip();
    Ok(repository::list_ended(db, people, items).await?)
}

async fn related_among(
    db: &impl ConnectionTrait,
    caller: &Caller,
    cases: &[Case],
) -> Result<HashSet<VolunteerId>, Failure> {
    let people: HashSet<_> = cases.iter().map(|case| case.claim.volunteer_id).collect();
    volunteer::related_among(db, caller, people).await
}

/// How many claims wait, and how many are in each state.
pub(super) async fn count_at(
    db: &impl ConnectionTrait,
    caller: &Caller,
    site_id: SiteId,
) -> Result<ClaimCountView, Failure> {
    let site = site::get(db, site_id).await?;
    caller.require_at(Permission::ViewClaims, &site.path)?;
    let counts = case_view::count_at(db, &site.path).await?;
    let waiting = counts.iter().filter(|row| is_waiting(row.state)).map(|row| row.count).sum();
    let by_state = counts.iter().map(|row| ClaimStateCount { state: row.state, count: row.count });
    Ok(ClaimCountView { waiting, by_state: by_state.collect() })
}

fn own_view(case: Case) -> ClaimView {
    let allowed_actions = allowed_to_her(&case.claim);
    let name = case.volunteer_name.clone();
    let part = StaffPart { must_recuse: None, earlier: None, allowed_actions };
    ClaimView::new(case, name, part)
}

/// Who decides must know whom she decides about; who only looks on need not. A minor's name
/// is on her own page, which asks why.
fn staff_view(
    case: Case,
    caller: &Caller,
    (is_related, ended): (bool, &[claim::Model]),
    names: Names,
) -> ClaimView {
    let by = Decider { account: caller.account, is_related };
    let may_certify = caller.may_at(Permission::CertifyClaims, &case.site_path);
    let allowed_actions = allowed_to_staff(&case, by, may_certify);
    let must_recuse = Some(must_recuse(&case, by));
    let earlier = again::earlier(&case.claim, ended).filter(|_| may_certify);
    let earlier = earlier.map(EarlierDecision::from);
    let name = if may_certify {
        names.of(&case.volunteer_name, case.volunteer_birth_date)
    } else {
        volunteer::masked_name(&case.volunteer_name)
    };
    ClaimView::new(case, name, StaffPart { must_recuse, earlier, allowed_actions })
}
