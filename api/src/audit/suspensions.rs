//! Computes again through which day each executed case suspends, and asks whether she was
//! readmitted before. When a year ends in China, no SQL of both back ends can tell.

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use entity::disqualification::{self, DisqualificationState};
use futures_util::TryStreamExt;
use sea_orm::{ColumnTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter};

use super::report::Report;
use crate::platform::clock::local_day;

const TABLE: &str = "disqualification";

pub(super) async fn check(db: &DatabaseTransaction, report: &mut Report) -> Result<(), DbErr> {
    let executed = disqualification::Column::ExecutedAt.is_not_null();
    let mut cases = disqualification::Entity::find().filter(executed).stream(db).await?;
    while let Some(case) = cases.try_next().await? {
        let last = last_day(case.proposed_at);
        if case.suspended_through != last {
            let says = case.suspended_through.map_or_else(|| "none".into(), |day| day.to_string());
            let found = format!("opened {}, last day {says}", case.proposed_at);
            report.add("suspended_through_its_year", TABLE, case.id.to_string(), found);
        }
        let overturned = case.state == DisqualificationState::Overturned;
        let early = case.readmitted_at.filter(|at| !overturned && Some(local_day(*at)) <= last);
        if let Some(at) = early {
            let found = format!("{}, and readmitted {at}", case.state);
            report.add("readmitted_after_its_year", TABLE, case.id.to_string(), found);
        }
    }
    report.rules += 2;
    Ok(())
}

/// 31 December of the year in which the case was opened.
fn last_day(opened: DateTime<Utc>) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(local_day(opened).year(), 12, 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_year_is_the_one_it_is_in_china() {
        let of = |text: &str| last_day(text.parse().unwrap()).unwrap().to_string();
        assert_eq!(of("2026-12-31T15:59:59Z"), "2026-12-31");
        assert_eq!(of("2026-12-31T16:00:00Z"), "2027-12-31");
    }
}
