//! What is open in somebody's name, and what she leaves behind: counted across the slices.

use std::collections::HashMap;

use entity::attendance;
use entity::disqualification::{self, DisqualificationState};
use entity::freeze;
use entity::ids::{AccountId, AttendanceId, VolunteerId};
use entity::objection::{self, ObjectionOutcome, ObjectionState};
use entity::redemption::{self, RedemptionState};
use entity::volunteer::{self, VolunteerState};
use entity::{ledger_entry, role_assignment, service_record};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect,
};

use super::domain::Open;

/// What is open in her name.
pub(super) async fn count_open_view(
    db: &impl ConnectionTrait,
    row: &volunteer::Model,
) -> Result<Open, DbErr> {
    let (her, account) = (row.id, row.account_id);
    let redemptions = redemption::Entity::find()
        .filter(redemption::Column::VolunteerId.eq(her))
        .filter(redemption::Column::State.is_in([RedemptionState::Created, RedemptionState::Ready]))
        .count(db)
        .await?;
    let check_ins = attendance::Entity::find()
        .filter(attendance::Column::VolunteerId.eq(her))
        .filter(attendance::Column::IsInside.eq(true))
        .count(db)
        .await?;
    let roles = match account {
        None => 0,
        Some(account) => {
            role_assignment::Entity::find()
                .filter(role_assignment::Column::AccountId.eq(account))
                .filter(role_assignment::Column::RevokedAt.is_null())
                .count(db)
                .await?
        }
    };
    Ok(Open {
        redemptions,
        objections: count_objections_view(db, her, account).await?,
        disqualifications: count_cases_view(db, her).await?,
        check_ins,
        roles,
        freezes: count_freezes_view(db, her).await?,
        suspended: row.state == VolunteerState::Suspended,
    })
}

/// Those she filed that wait for the office: for its answer, or for it to do what it answered.
/// After that nothing is left for her to wait for. What others say of her records is theirs to
/// pursue and the office's to decide, whether she stays or not.
async fn count_objections_view(
    db: &impl ConnectionTrait,
    her: VolunteerId,
    account: Option<AccountId>,
) -> Result<u64, DbErr> {
    use ObjectionState as S;
    use objection::Column as C;
    let to_execute = [ObjectionOutcome::Upheld, ObjectionOutcome::Partly];
    let waits = Condition::any()
        .add(C::State.is_in([S::Filed, S::Accepted, S::Investigating]))
        .add(Condition::all().add(C::State.eq(S::Decided)).add(C::Outcome.is_in(to_execute)));
    let mut hers = Condition::any().add(C::FilerVolunteerId.eq(her));
    if let Some(account) = account {
        hers = hers.add(C::FiledBy.eq(account));
    }
    objection::Entity::find().filter(hers).filter(waits).count(db).await
}

/// Cases she was told of that are not over; one that was executed is in force until the year's
/// end. Of one that is only proposed she must not learn by trying to leave.
async fn count_cases_view(db: &impl ConnectionTrait, her: VolunteerId) -> Result<u64, DbErr> {
    use DisqualificationState as S;
    disqualification::Entity::find()
        .filter(disqualification::Column::VolunteerId.eq(her))
        .filter(disqualification::Column::State.is_not_in([
            S::Proposed,
            S::Overturned,
            S::Dropped,
            S::Ended,
        ]))
        .count(db)
        .await
}

/// Records of hers that a supervisor keeps as they are.
async fn count_freezes_view(db: &impl ConnectionTrait, her: VolunteerId) -> Result<u64, DbErr> {
    freeze::Entity::find()
        .filter(freeze::Column::VolunteerId.eq(her))
        .filter(freeze::Column::EndedAt.is_null())
        .count(db)
        .await
}

/// Entries, current service records, and tenths of hours of these.
pub(super) async fn count_kept_view(
    db: &impl ConnectionTrait,
    her: VolunteerId,
) -> Result<(u64, u64, i64), DbErr> {
    let entries = ledger_entry::Entity::find()
        .filter(ledger_entry::Column::VolunteerId.eq(her))
        .count(db)
        .await?;
    // A correction is a record of its own: the last of each attendance counts.
    let all: Vec<(AttendanceId, i32)> = service_record::Entity::find()
        .select_only()
        .columns([service_record::Column::AttendanceId, service_record::Column::HoursTenths])
        .filter(service_record::Column::VolunteerId.eq(her))
        .order_by_asc(service_record::Column::Revision)
        .into_tuple()
        .all(db)
        .await?;
    let latest: HashMap<_, _> = all.into_iter().collect();
    let records = u64::try_from(latest.len()).unwrap_or(u64::MAX);
    Ok((entries, records, latest.into_values().map(i64::from).sum()))
}
