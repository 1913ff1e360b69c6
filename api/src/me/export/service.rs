//! The use case of exporting: sections in their order, each read by pages.

use entity::ids::ObjectionId;
use sea_orm::DatabaseConnection;
use serde_json::Value;
use uuid::Uuid;

use super::dto::{ExportItem, ExportPage};
use super::repository::{self, Holder, SECTIONS};
use crate::app::App;
use crate::auth::Caller;
use crate::objection;
use crate::platform::actor::Actor;
use crate::platform::audit_row;
use crate::platform::failure::{Failure, code};
use crate::platform::paging::{PageQuery, Pager};
use crate::platform::tx::in_tx;

/// Where a page ended: the section, and its last record.
#[derive(Clone, Copy, Debug, Default)]
struct Mark {
    section: usize,
    after: Option<Uuid>,
}

impl Mark {
    fn write(self) -> String {
        format!("{}|{}", self.section, self.after.unwrap_or_default().simple())
    }

    fn read(text: &str) -> Result<Self, Failure> {
        let parts = text.split_once('|').and_then(|(section, after)| {
            Some(Self { section: section.parse().ok()?, after: Some(after.parse().ok()?) })
        });
        parts.ok_or_else(|| code::BAD_PAGE_TOKEN.into())
    }
}

/// One page of the caller's own data. The first is kept in the audit trail.
///
/// # Errors
/// `bad_page_token`, or the database's.
pub(super) async fn export(
    app: &App,
    caller: &Caller,
    actor: &Actor,
    page: &PageQuery,
) -> Result<ExportPage, Failure> {
    let holder = Holder { volunteer: caller.volunteer()?, account: caller.account };
    let pager = Pager::new(&app.core, format!("export|{}", holder.volunteer), page)?;
    let mark = pager.after.as_deref().map(Mark::read).transpose()?;
    if mark.is_none() {
        let object = holder.volunteer.to_string();
        let record = async |tx: &crate::platform::tx::Tx<'_>| {
            audit_row::record(tx, "me_export", Some(&object), "ok").await
        };
        in_tx(&app.core, actor, record).await?;
    }
    let rows = read(app, holder, mark.unwrap_or_default(), pager.limit()).await?;
    let (rows, next_page_token) = pager.cut(rows, |(mark, _)| mark.write())?;
    Ok(ExportPage { items: rows.into_iter().map(|(_, item)| item).collect(), next_page_token })
}

/// A notice, and the register of a bulletin, hide the record behind a line from who objects to it;
/// so does her own copy, which names it as she did.
async fn hide_subject(
    db: &DatabaseConnection,
    id: ObjectionId,
    data: &mut Value,
) -> Result<(), Failure> {
    let Value::Object(shown) = objection::exported_subject(db, id).await? else {
        return Err(Failure::internal("a subject without members"));
    };
    if let Some(members) = data.as_object_mut() {
        members.remove("subject_id");
        members.extend(shown);
    }
    Ok(())
}

/// So many records from a mark on, across the sections.
async fn read(
    app: &App,
    holder: Holder,
    from: Mark,
    limit: u64,
) -> Result<Vec<(Mark, ExportItem)>, Failure> {
    let db: &DatabaseConnection = &app.pools.read;
    let most = usize::try_from(limit).unwrap_or(usize::MAX);
    let mut found = Vec::new();
    let mut after = from.after;
    for (section, part) in SECTIONS.iter().enumerate().skip(from.section) {
        let left = limit.saturating_sub(u64::try_from(found.len()).unwrap_or(u64::MAX));
        for (id, mut data) in (part.read)(db, holder, after.take(), left).await? {
            if part.kind == repository::PROFILE {
                data = repository::with_personal(app, holder, data).await?;
            }
            if part.kind == repository::OBJECTION {
                hide_subject(db, id.into(), &mut data).await?;
            }
            data = repository::with_other_side(db, part.kind, id, data).await?;
            let mark = Mark { section, after: Some(id) };
            found.push((mark, ExportItem { kind: part.kind, data }));
        }
        if found.len() >= most {
            break;
        }
    }
    Ok(found)
}
