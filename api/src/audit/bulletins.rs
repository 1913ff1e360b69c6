//! Computes the digest of every published bulletin again, and its sums from the ledger; digest and
//! tree's head are those that the sealed journal tells of.

use std::collections::HashMap;

use entity::bulletin::{self, BulletinState};
use entity::{bulletin_figure, bulletin_line, journal_event, site, tree};
use futures_util::TryStreamExt;
use sea_orm::ConnectionTrait;
use sea_orm::prelude::{Json, Uuid};
use sea_orm::{
    ColumnTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    Statement,
};

use super::report::Report;
use crate::bulletin::{Digest, quarter_bounds};

/// What the accounts kept at a site had before an instant, from every entry until then.
const BALANCE: &str = "
SELECT CAST(coalesce(sum(e.available_delta + e.held_delta - e.recovery_delta), 0) AS bigint)
    AS points
FROM points_account a JOIN ledger_entry e ON e.volunteer_id = a.volunteer_id
WHERE a.site_id = $1 AND e.created_at < $2";

pub(super) async fn check(db: &DatabaseTransaction, report: &mut Report) -> Result<(), DbErr> {
    let public = [BulletinState::Published, BulletinState::Archived];
    let of = bulletin::Column::State.is_in(public);
    let told = told(db).await?;
    for row in bulletin::Entity::find().filter(of).all(db).await? {
        let computed = digest(db, &row).await?;
        if row.digest.as_deref() != Some(computed.as_str()) {
            let found = format!("computed {computed}");
            report.add("bulletin_digest", "bulletin", row.id.to_string(), found);
        }
        let tree = tree_of(db, &row).await?;
        let told = told.get(&Uuid::from(row.id)).map(Vec::as_slice).unwrap_or_default();
        if let Some(found) = told_fault(&row, tree.as_deref(), told) {
            report.add("bulletin_as_told", "bulletin", row.id.to_string(), found);
        }
        balances(db, report, &row).await?;
    }
    report.rules += 3;
    Ok(())
}

/// What the journal told of each bulletin when it was published.
async fn told(db: &DatabaseTransaction) -> Result<HashMap<Uuid, Vec<Json>>, DbErr> {
    use journal_event::Column as C;
    let rows: Vec<(Uuid, Json)> = journal_event::Entity::find()
        .select_only()
        .columns([C::SubjectId, C::Data])
        .filter(C::Kind.eq("bulletin.published"))
        .into_tuple()
        .all(db)
        .await?;
    let mut told: HashMap<_, Vec<_>> = HashMap::new();
    for (id, data) in rows {
        told.entry(id).or_default().push(data);
    }
    Ok(told)
}

/// The tree of the bulletin's town, if it has one by now.
async fn tree_of(db: &DatabaseTransaction, row: &bulletin::Model) -> Result<Option<String>, DbErr> {
    let Some(home) = site::Entity::find_by_id(row.site_id).one(db).await? else {
        return Ok(None);
    };
    let found = tree::Entity::find_by_id(home.town_id.unwrap_or(home.id)).one(db).await?;
    Ok(found.map(|tree| tree.tenant))
}

/// Publishing tells the size of the head taken in, or that the town had no leaf yet, and the
/// digest. Once published neither changes: who lets a bulletin name no head, or an older one, says
/// something else than was told.
fn told_fault(row: &bulletin::Model, tree: Option<&str>, told: &[Json]) -> Option<&'static str> {
    if row.tree.is_some() && row.tree.as_deref() != tree {
        return Some("names the tree of another town");
    }
    if told.is_empty() {
        return Some("was published without being told of in the journal");
    }
    let size = |data: &Json| data.get("tree_size").and_then(Json::as_i64);
    let digest = |data: &Json| data.get("digest").and_then(Json::as_str).map(str::to_owned);
    if told.iter().any(|data| size(data) != row.tree_size) {
        return Some("names another head than the one it was published with");
    }
    let same = told.iter().all(|data| digest(data) == row.digest);
    (!same).then_some("has another digest than the one it was published with")
}

async fn digest(db: &DatabaseTransaction, row: &bulletin::Model) -> Result<String, DbErr> {
    use bulletin_figure::Column as F;
    use bulletin_line::Column as L;
    let mut digest = Digest::default();
    let figures = bulletin_figure::Entity::find().filter(F::BulletinId.eq(row.id));
    for figure in figures.order_by_asc(F::Position).all(db).await? {
        digest.add_figure(&figure);
    }
    let lines = bulletin_line::Entity::find().filter(L::BulletinId.eq(row.id));
    let mut lines = lines.order_by_asc(L::Position).stream(db).await?;
    while let Some(line) = lines.try_next().await? {
        digest.add_line(&line);
    }
    Ok(digest.finish())
}

/// Opening and closing of each site, against the whole ledger.
async fn balances(
    db: &DatabaseTransaction,
    report: &mut Report,
    row: &bulletin::Model,
) -> Result<(), DbErr> {
    use bulletin_figure::Column as F;
    let (from, until) = quarter_bounds(row);
    let figures = bulletin_figure::Entity::find().filter(F::BulletinId.eq(row.id));
    for figure in figures.filter(F::Position.gt(0)).all(db).await? {
        for (told, instant) in [(figure.opening, from), (figure.closing, until)] {
            let values = [figure.site_id.into(), instant.into()];
            let sql = Statement::from_sql_and_values(db.get_database_backend(), BALANCE, values);
            let found = db.query_one_raw(sql).await?;
            let points = found.map_or(Ok(0), |found| found.try_get::<i64>("", "points"))?;
            if points != told {
                report.add(
                    "bulletin_balance",
                    "bulletin_figure",
                    row.id.to_string(),
                    format!("row {} tells {told}, the ledger {points}", figure.position),
                );
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, NaiveDate};
    use serde_json::json;

    use super::*;

    fn published(tree: Option<(&str, i64)>) -> bulletin::Model {
        bulletin::Model {
            id: Uuid::from_u128(1).into(),
            number: "GK20260001".into(),
            site_id: Uuid::from_u128(2).into(),
            quarter: NaiveDate::from_ymd_opt(2026, 7, 1).unwrap(),
            state: BulletinState::Published,
            line_count: 0,
            line_points: 0,
            digest: Some("d".into()),
            tree: tree.map(|(name, _)| name.into()),
            tree_size: tree.map(|(_, size)| size),
            tree_root: None,
            checkpoint: None,
            drafted_by: None,
            drafted_at: DateTime::UNIX_EPOCH,
            compiled_at: None,
            published_by: None,
            published_at: None,
            archived_by: None,
            archived_at: None,
            version: 1,
            updated_at: DateTime::UNIX_EPOCH,
        }
    }

    #[test]
    fn a_bulletin_names_the_head_it_was_published_with() {
        let town = Some("510123101");
        let told = |size: Option<i64>| [json!({"digest": "d", "tree_size": size})];
        let with = published(Some(("510123101", 30)));
        assert_eq!(told_fault(&with, town, &told(Some(30))), None);
        assert_eq!(told_fault(&published(None), None, &told(None)), None, "no points yet");
        assert_eq!(told_fault(&published(None), town, &told(None)), None, "points came later");
        for forged in [published(None), published(Some(("510123101", 20)))] {
            assert!(told_fault(&forged, town, &told(Some(30))).is_some(), "{forged:?}");
        }
        assert!(told_fault(&with, town, &[]).is_some());
        let twice = [told(Some(30)), told(Some(20))].concat();
        assert!(told_fault(&with, town, &twice).is_some());
        assert!(told_fault(&with, Some("510123102"), &told(Some(30))).is_some());
        let digest = Some("e".into());
        let other = bulletin::Model { digest, ..with };
        assert!(told_fault(&other, town, &told(Some(30))).is_some());
    }
}
