//! Rows of the audit trail.

use chrono::{DateTime, Utc};
use entity::ids::{AccountId, AuditEventId};
use entity::{audit_event, site};
use sea_orm::sea_query::SelectStatement;
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect, QueryTrait,
};

/// Which events.
#[derive(Debug)]
pub(super) struct Filter {
    pub(super) from: Option<DateTime<Utc>>,
    pub(super) to: Option<DateTime<Utc>>,
    pub(super) action: Option<String>,
    pub(super) account: Option<AccountId>,
    /// Only events at sites below these paths; none for all.
    pub(super) within: Option<Vec<String>>,
}

/// Newest first: ids carry their time.
pub(super) async fn list(
    db: &impl ConnectionTrait,
    filter: &Filter,
    before: Option<AuditEventId>,
    limit: u64,
) -> Result<Vec<audit_event::Model>, DbErr> {
    use audit_event::Column;
    audit_event::Entity::find()
        .apply_if(filter.from, |query, from| query.filter(Column::OccurredAt.gte(from)))
        .apply_if(filter.to, |query, to| query.filter(Column::OccurredAt.lt(to)))
        .apply_if(filter.action.as_deref(), |query, name| query.filter(Column::Action.eq(name)))
        .apply_if(filter.account, |query, id| query.filter(Column::ActorAccountId.eq(id)))
        .apply_if(filter.within.as_deref(), |query, paths| {
            query.filter(Column::SiteId.in_subquery(sites_below(paths)))
        })
        .apply_if(before, |query, id| query.filter(Column::Id.lt(id)))
        .order_by_desc(Column::Id)
        .limit(limit)
        .all(db)
        .await
}

fn sites_below(paths: &[String]) -> SelectStatement {
    let below = paths.iter().map(|path| site::Column::Path.starts_with(path));
    let below = below.fold(Condition::any(), Condition::add);
    site::Entity::find().select_only().column(site::Column::Id).filter(below).into_query()
}
