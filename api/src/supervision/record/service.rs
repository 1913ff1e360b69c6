//! Reading records under supervision.

use std::collections::HashSet;

use entity::ids::{SiteId, VolunteerId};
use sea_orm::ConnectionTrait;

use super::dto::{
    HandCount, HandEntry, HandEntryList, HandKind, HandQuery, RecordKind, SupervisedRecord,
    SupervisedRecordPage,
};
use super::hand_view::{self, Scope};
use super::records_view;
use crate::app::App;
use crate::auth::{Caller, Permission};
use crate::platform::clock::local_day;
use crate::platform::failure::Failure;
use crate::platform::paging::{PageQuery, Pager};
use crate::site as sites;
use crate::supervision::quarter;
use crate::{card, publicity, volunteer};

/// The records of one kind of a site and those below it, newest first, people masked.
pub(super) async fn list(
    app: &App,
    caller: &Caller,
    (site, kind): (SiteId, RecordKind),
    pager: &Pager<'_>,
) -> Result<SupervisedRecordPage, Failure> {
    let db = &app.pools.read;
    let site = sites::get(db, site).await?;
    caller.require_at(Permission::Supervise, &site.path)?;
    let page = (pager.after()?, pager.limit());
    let rows = records_view::list(db, kind, &site.path, page).await?;
    let (rows, next_page_token) = pager.cut(rows, |row| row.id.to_string())?;
    let people: HashSet<VolunteerId> = rows.iter().map(|row| row.volunteer_id).collect();
    let names = volunteer::masked_names(db, &people).await?;
    let tails = card::tails(db, &people).await?;
    let items = rows.into_iter().map(|row| SupervisedRecord {
        id: row.id,
        kind,
        volunteer_name: names.get(&row.volunteer_id).cloned().unwrap_or_default(),
        card_tail: tails.get(&row.volunteer_id).cloned(),
        what: row.what,
        state: row.state,
        source: row.source,
        amount: row.amount,
        entered_by: row.entered_by,
        decided_by: row.decided_by,
        at: row.at,
        frozen_until: row.frozen_until,
    });
    Ok(SupervisedRecordPage { items: items.collect(), next_page_token })
}

/// What was entered by hand at a site and those below it in a quarter, for everybody.
pub(super) async fn hand_entries(
    app: &App,
    site: SiteId,
    query: HandQuery,
) -> Result<HandEntryList, Failure> {
    let db = &app.pools.read;
    let site = sites::get(db, site).await?;
    let quarter = quarter::parse(&query.quarter, "quarter")?;
    let (from, to) = quarter.span();
    let scope = Scope { path: &site.path, from, to };
    let name = format!("hand_entries|{}|{quarter}|{:?}", site.id, query.kind);
    let page = PageQuery { page_size: query.page_size, page_token: query.page_token };
    let pager = Pager::new(&app.core, name, &page)?;
    let after = pager.after()?;
    let counts = match after {
        None => Some(hand_counts(db, scope).await?),
        Some(_) => None,
    };
    let rows = hand_view::list(db, query.kind, scope, (after, pager.limit())).await?;
    let (rows, next_page_token) = pager.cut(rows, |row| row.id.to_string())?;
    let people: HashSet<VolunteerId> = rows.iter().filter_map(|row| row.volunteer_id).collect();
    let people = publicity::people(db, &people, local_day(app.clock.now())).await?;
    let items = rows.into_iter().map(|row| HandEntry {
        person: row.volunteer_id.map(|her| people.of(her, Some(row.at)).shown),
        what: row.what,
        amount: row.amount,
        at: row.at,
    });
    let items = items.collect();
    Ok(HandEntryList { site_name: site.name, counts, items, next_page_token })
}

/// How many there are of each kind.
async fn hand_counts(
    db: &impl ConnectionTrait,
    scope: Scope<'_>,
) -> Result<Vec<HandCount>, Failure> {
    let mut counts = Vec::with_capacity(HandKind::ALL.len());
    for kind in HandKind::ALL {
        counts.push(HandCount { kind, count: hand_view::count_of(db, kind, scope).await? });
    }
    Ok(counts)
}
