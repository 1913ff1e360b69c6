//! Computes the digest of every opened notice round again from its entries.

use std::collections::HashMap;

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
    report.rules += 1;
    Ok(())
}
