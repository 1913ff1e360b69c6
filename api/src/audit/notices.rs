//! Computes the digest of every opened notice round again from its entries, and asks whether it
//! was open for the days it says.

use std::collections::HashMap;

use chrono::TimeDelta;
use entity::ids::NoticeRoundId;
use entity::notice_entry;
use entity::notice_round::{self, NoticeState};
use futures_util::TryStreamExt;
use sea_orm::{ColumnTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter, QueryOrder};

use super::report::Report;
use crate::publicity::Digest;

pub(super) async fn check(db: &DatabaseTransaction, report: &mut Report) -> Result<(), DbErr> {
    let opened = notice_round::Column::State.ne(NoticeState::Drafting);
    let rounds = notice_round::Entity::find().filter(opened).all(db).await?;
    for round in rounds.iter().filter(|round| !is_as_long_as_it_says(round)) {
        let found = "does not close after the days it says";
        report.add("notice_is_as_long_as_it_says", "notice_round", round.id.to_string(), found);
    }
    let mut published: HashMap<NoticeRoundId, Option<String>> =
        rounds.into_iter().map(|round| (round.id, round.digest)).collect();
    let ids: Vec<_> = published.keys().copied().collect();
    for id in ids {
        let mut entries = notice_entry::Entity::find()
            .filter(notice_entry::Column::RoundId.eq(id))
            .order_by_asc(notice_entry::Column::Position)
            .stream(db)
            .await?;
        let mut digest = Digest::default();
        while let Some(entry) = entries.try_next().await? {
            digest.add(&entry);
        }
        let computed = digest.finish();
        if published.remove(&id).flatten().as_deref() != Some(computed.as_str()) {
            report.add(
                "notice_digest",
                "notice_round",
                id.to_string(),
                format!("computed {computed}"),
            );
        }
    }
    report.rules += 2;
    Ok(())
}

fn is_as_long_as_it_says(round: &notice_round::Model) -> bool {
    let times = round.opened_at.zip(round.closes_at).zip(round.notice_days);
    times.is_some_and(|((opened, closes), days)| lasts(closes - opened, days))
}

/// It closes at a midnight after so many whole days; the day of the opening itself is no whole one.
fn lasts(open: TimeDelta, days: i32) -> bool {
    let days = TimeDelta::days(days.into());
    days <= open && open <= days + TimeDelta::days(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_notice_lasts_its_whole_days() {
        let minutes = [7 * 1440 - 1, 7 * 1440 + 1, 8 * 1440, 8 * 1440 + 1];
        let found = minutes.map(|minutes| lasts(TimeDelta::minutes(minutes), 7));
        assert_eq!(found, [false, true, true, false]);
    }
}
