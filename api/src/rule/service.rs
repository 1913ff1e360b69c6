//! Use cases of rules.

use chrono::NaiveDate;
use entity::ids::{RuleItemId, RuleSetId, RuleVersionId, SiteId};
use entity::rule_item::RuleUnit;
use entity::rule_version::RuleVersionState;
use entity::{rule_item, rule_set, rule_version, site as site_row};
use sea_orm::{ActiveModelTrait, ConnectionTrait, IntoActiveModel, Set};
use serde_json::json;

use super::compute::{Earned, Occasion, compute_points};
use super::domain::{
    self, Publication, RuleRefusal, RuleVersionAction, decide_publication, state_on,
};
use super::dto::{
    CreateRuleVersion, PreviewRule, PublicRuleVersion, PublishRuleVersion, RuleItemDraft,
    RulePreviewView, RuleSetView, RuleVersionPage, RuleVersionPath, RuleVersionRow,
    RuleVersionView, UpdateRuleVersion,
};
use super::{items, repository};
use crate::auth::{Caller, Permission};
use crate::platform::clock::local_day;
use crate::platform::failure::{Failure, code};
use crate::platform::paging::Pager;
use crate::platform::tx::Tx;
use crate::{journal, site};

/// The version in force in a town on a day.
///
/// # Errors
/// The database's.
pub(crate) async fn current_version(
    db: &impl ConnectionTrait,
    town: SiteId,
    on: NaiveDate,
) -> Result<Option<rule_version::Model>, Failure> {
    let Some(set) = repository::find_set(db, town).await? else { return Ok(None) };
    Ok(repository::find_in_force(db, set.id, on).await?)
}

/// The item of that code in a version.
///
/// # Errors
/// `not_found` when the version has none.
pub(crate) async fn get_item(
    db: &impl ConnectionTrait,
    version: RuleVersionId,
    item_code: &str,
) -> Result<rule_item::Model, Failure> {
    let found = repository::find_item(db, version, item_code).await?;
    found.ok_or_else(|| code::NOT_FOUND.into())
}

/// The item.
///
/// # Errors
/// `not_found` when there is none.
pub(crate) async fn get_item_by_id(
    db: &impl ConnectionTrait,
    id: RuleItemId,
) -> Result<rule_item::Model, Failure> {
    repository::find_item_by_id(db, id).await?.ok_or_else(|| code::NOT_FOUND.into())
}

/// What anybody may read of a town's rules.
pub(super) async fn get_set(
    db: &impl ConnectionTrait,
    site_id: SiteId,
    today: NaiveDate,
) -> Result<RuleSetView, Failure> {
    let town = town_of(&site::get(db, site_id).await?)?;
    let set = repository::find_set(db, town).await?.ok_or(code::NOT_FOUND)?;
    let current = repository::find_in_force(db, set.id, today).await?;
    let coming = repository::find_coming(db, set.id, today).await?;

    Ok(RuleSetView {
        id: set.id,
        site_id: set.site_id,
        name: set.name,
        current: publish_view(db, current).await?,
        coming: publish_view(db, coming).await?,
    })
}

async fn publish_view(
    db: &impl ConnectionTrait,
    row: Option<rule_version::Model>,
) -> Result<Option<PublicRuleVersion>, Failure> {
    let Some(row) = row else { return Ok(None) };
    let items = repository::list_items(db, row.id).await?;
    Ok(Some(PublicRuleVersion {
        id: row.id,
        number: row.number,
        effective_from: row.effective_from,
        items: items.into_iter().map(Into::into).collect(),
    }))
}

/// The versions of a town, the youngest first.
pub(super) async fn list(
    db: &impl ConnectionTrait,
    caller: &Caller,
    (site_id, today): (SiteId, NaiveDate),
    pager: &Pager<'_>,
) -> Result<RuleVersionPage, Failure> {
    let town = readable_town(db, caller, site_id).await?;
    let Some(set) = repository::find_set(db, town).await? else {
        return Ok(RuleVersionPage { items: vec![], next_page_token: None });
    };
    let in_force = repository::find_in_force(db, set.id, today).await?;
    let after = pager.after.as_deref().map(str::parse).transpose();
    let after = after.map_err(|_| code::BAD_PAGE_TOKEN)?;
    let rows = repository::list_versions(db, set.id, after, pager.limit()).await?;
    let (rows, next_page_token) = pager.cut(rows, |row| row.number.to_string())?;
    let items = rows.into_iter().map(|row| row_view(row, in_force.as_ref())).collect();
    Ok(RuleVersionPage { items, next_page_token })
}

/// One version with its items and what the caller may do to it.
pub(super) async fn get(
    db: &impl ConnectionTrait,
    caller: &Caller,
    path: RuleVersionPath,
    today: NaiveDate,
) -> Result<RuleVersionView, Failure> {
    let town = readable_town(db, caller, path.site_id).await?;
    let row = find(db, town, path.rule_version_id).await?;
    view(db, caller, row, today).await
}

/// What an occasion would earn under a version, and why.
pub(super) async fn preview(
    db: &impl ConnectionTrait,
    caller: &Caller,
    path: RuleVersionPath,
    body: &PreviewRule,
) -> Result<RulePreviewView, Failure> {
    let town = readable_town(db, caller, path.site_id).await?;
    let row = find(db, town, path.rule_version_id).await?;
    let item = repository::find_item(db, row.id, body.item_code.as_str()).await?;
    let item = item.ok_or_else(|| Failure::field("/item_code", "此版本没有这个条目"))?;

    let earned = Earned {
        in_activity: 0,
        in_day: body.earned_in_day.into(),
        in_month: body.earned_in_month.into(),
    };
    let computed = compute_points(&(&item).into(), &occasion(item.unit, body)?, &earned)
        .map_err(|_| Failure::field("/hours_tenths", "数值过大"))?;
    Ok(RulePreviewView { points: computed.points, explanation: computed.explanation })
}

fn occasion(unit: RuleUnit, body: &PreviewRule) -> Result<Occasion<'_>, Failure> {
    match unit {
        RuleUnit::PerHour => match body.hours_tenths {
            Some(hours_tenths) => {
                Ok(Occasion::Attendance { activity: "试算活动", hours_tenths })
            }
            None => Err(Failure::field("/hours_tenths", "按小时计分的条目须填写时长")),
        },
        RuleUnit::PerAttendance => {
            let hours_tenths = body.hours_tenths.unwrap_or_default();
            Ok(Occasion::Attendance { activity: "试算活动", hours_tenths })
        }
        RuleUnit::PerAward => match &body.award {
            Some(title) => Ok(Occasion::Award { title: title.as_str() }),
            None => Err(Failure::field("/award", "按荣誉计分的条目须填写荣誉名称")),
        },
    }
}

/// Begins the town's next version.
pub(super) async fn create(
    tx: &Tx<'_>,
    caller: &Caller,
    site_id: SiteId,
    body: CreateRuleVersion,
) -> Result<RuleVersionView, Failure> {
    let institute = institute_for(tx, caller, site_id, Permission::ManageRules).await?;
    let set = lock_or_found_set(tx, &institute).await?;
    if repository::has_draft(tx, set.id).await? {
        return Err(RuleRefusal::DraftExists.into());
    }
    let youngest = repository::list_versions(&**tx, set.id, None, 1).await?;
    let number = youngest.first().map_or(1, |row| row.number.saturating_add(1));
    let id = tx.new_id();
    let items = first_items(tx, set.id, id, &body).await?;

    let row = rule_version::ActiveModel {
        id: Set(id),
        rule_set_id: Set(set.id),
        number: Set(number),
        state: Set(RuleVersionState::Draft),
        effective_from: Set(None),
        note: Set(Some(body.note.into())),
        created_by: Set(caller.account),
        created_at: Set(tx.now),
        published_by: Set(None),
        published_at: Set(None),
        version: Set(1),
    };
    let row = repository::insert_version(tx, row).await?;
    repository::replace_items(tx, id, items).await?;
    view(&**tx, caller, row, local_day(tx.now)).await
}

async fn first_items(
    tx: &Tx<'_>,
    set: RuleSetId,
    into: RuleVersionId,
    body: &CreateRuleVersion,
) -> Result<Vec<rule_item::ActiveModel>, Failure> {
    match (&body.copy_from, &body.items) {
        (Some(_), Some(_)) => Err(RuleRefusal::TwoSources.into()),
        (None, None) => Ok(vec![]),
        (None, Some(drafts)) => new_items(tx, into, drafts),
        (Some(source), None) => {
            let source = repository::find_version(&**tx, set, *source).await?;
            let source = source.ok_or_else(|| Failure::field("/copy_from", "没有这个版本"))?;
            let rows = repository::list_items(&**tx, source.id).await?;
            Ok(rows.into_iter().map(|row| copied(tx, row, into)).collect())
        }
    }
}

fn copied(tx: &Tx<'_>, row: rule_item::Model, into: RuleVersionId) -> rule_item::ActiveModel {
    let copy = rule_item::Model { id: tx.new_id(), rule_version_id: into, ..row };
    copy.into_active_model().reset_all()
}

fn new_items(
    tx: &Tx<'_>,
    into: RuleVersionId,
    drafts: &[RuleItemDraft],
) -> Result<Vec<rule_item::ActiveModel>, Failure> {
    items::check(drafts)?;
    let row = |(sort, draft): (i32, &RuleItemDraft)| rule_item::ActiveModel {
        id: Set(tx.new_id()),
        rule_version_id: Set(into),
        code: Set(draft.code.as_str().into()),
        category: Set(draft.category.as_str().into()),
        name: Set(draft.name.as_str().into()),
        unit: Set(draft.unit),
        points: Set(draft.points),
        max_per_activity: Set(draft.max_per_activity),
        max_per_day: Set(draft.max_per_day),
        max_per_month: Set(draft.max_per_month),
        counts_as_service: Set(draft.counts_as_service),
        needs_attendance: Set(draft.unit != RuleUnit::PerAward),
        evidence_needed: Set(draft.evidence_needed),
        sort: Set(sort),
    };
    Ok((0..).zip(drafts).map(row).collect())
}

/// Replaces a draft's text. Whoever changed it last counts as its author, so that
/// nobody publishes words only she has seen.
pub(super) async fn update(
    tx: &Tx<'_>,
    caller: &Caller,
    path: RuleVersionPath,
    (expected, body): (i32, UpdateRuleVersion),
) -> Result<RuleVersionView, Failure> {
    let institute = institute_for(tx, caller, path.site_id, Permission::ManageRules).await?;
    let read = find(&**tx, institute.id, path.rule_version_id).await?;
    RuleVersionAction::Update.apply(read.state)?;
    if read.version != expected {
        return Err(RuleRefusal::Stale.into());
    }
    let items = new_items(tx, read.id, &body.items)?;

    let saved = repository::save_draft(tx, &read, caller.account, body.note.as_str()).await?;
    let saved = saved.ok_or(RuleRefusal::Stale)?;
    repository::replace_items(tx, saved.id, items).await?;
    view(&**tx, caller, saved, local_day(tx.now)).await
}

/// Publishes a draft from a day on, and retires what it overtakes.
pub(super) async fn publish(
    tx: &Tx<'_>,
    caller: &Caller,
    path: RuleVersionPath,
    body: PublishRuleVersion,
) -> Result<RuleVersionView, Failure> {
    let institute = institute_for(tx, caller, path.site_id, Permission::PublishRules).await?;
    // The set's lock first: two publications must not both take the other for older.
    repository::lock_set(tx, institute.id).await?;
    let draft = find(&**tx, institute.id, path.rule_version_id).await?;
    let today = local_day(tx.now);
    let publication = Publication {
        by: caller.account,
        today,
        effective_from: body.effective_from,
        read_version: body.version,
        items: repository::list_items(&**tx, draft.id).await?.len(),
    };

    let decided = decide_publication(&draft, publication)?;

    let by = (caller.account, tx.now);
    let saved = repository::save_publication(tx, &draft, &decided, by).await?;
    let saved = saved.ok_or(RuleRefusal::Stale)?;
    let retired = RuleVersionAction::Retire.apply(RuleVersionState::Published)?;
    repository::retire_overtaken(tx, &saved, retired, today).await?;
    let data = json!({"number": saved.number, "effective_from": saved.effective_from});
    let (kind, subject) = ("rule_version.published", saved.id.into());
    journal::publish(tx, kind, "rule_version", subject, Some(institute.id), data).await?;
    view(&**tx, caller, saved, today).await
}

/// The institute whose rules the caller may change.
async fn institute_for(
    tx: &Tx<'_>,
    caller: &Caller,
    site_id: SiteId,
    permission: Permission,
) -> Result<site_row::Model, Failure> {
    let town = town_of(&site::get(&**tx, site_id).await?)?;
    let institute = site::get(&**tx, town).await?;
    caller.require_at(permission, &institute.path)?;
    Ok(institute)
}

/// The town of a site at which the caller may read rule drafts.
async fn readable_town(
    db: &impl ConnectionTrait,
    caller: &Caller,
    site_id: SiteId,
) -> Result<SiteId, Failure> {
    let site = site::get(db, site_id).await?;
    caller.require_at(Permission::ViewRules, &site.path)?;
    town_of(&site)
}

/// The county's center has no rules of its own.
fn town_of(site: &site_row::Model) -> Result<SiteId, Failure> {
    site.town_id.ok_or_else(|| code::NOT_FOUND.into())
}

async fn lock_or_found_set(
    tx: &Tx<'_>,
    institute: &site_row::Model,
) -> Result<rule_set::Model, Failure> {
    if let Some(set) = repository::lock_set(tx, institute.id).await? {
        return Ok(set);
    }
    let row = rule_set::ActiveModel {
        id: Set(tx.new_id()),
        site_id: Set(institute.id),
        name: Set(format!("{}积分细则", institute.name)),
        created_at: Set(tx.now),
    };
    repository::insert_set(tx, row).await?;
    let set = repository::lock_set(tx, institute.id).await?;
    set.ok_or_else(|| Failure::internal("the rule set just made is not there"))
}

async fn find(
    db: &impl ConnectionTrait,
    town: SiteId,
    id: RuleVersionId,
) -> Result<rule_version::Model, Failure> {
    let set = repository::find_set(db, town).await?.ok_or(code::NOT_FOUND)?;
    repository::find_version(db, set.id, id).await?.ok_or_else(|| code::NOT_FOUND.into())
}

async fn view(
    db: &impl ConnectionTrait,
    caller: &Caller,
    row: rule_version::Model,
    today: NaiveDate,
) -> Result<RuleVersionView, Failure> {
    let in_force = repository::find_in_force(db, row.rule_set_id, today).await?;
    let items = repository::list_items(db, row.id).await?;
    let set = repository::find_set_by_id(db, row.rule_set_id).await?.ok_or(code::NOT_FOUND)?;
    let institute = site::get(db, set.site_id).await?;
    let may = |permission| caller.may_at(permission, &institute.path);
    let roles = (may(Permission::ManageRules), may(Permission::PublishRules));
    let allowed_actions = domain::allowed_actions(&row, caller.account, roles);
    Ok(RuleVersionView {
        row: row_view(row, in_force.as_ref()),
        items: items.into_iter().map(Into::into).collect(),
        allowed_actions,
    })
}

fn row_view(row: rule_version::Model, in_force: Option<&rule_version::Model>) -> RuleVersionRow {
    let state = state_on(&row, in_force);
    let is_in_force = in_force.is_some_and(|current| current.id == row.id);
    RuleVersionRow::new(row, state, is_in_force)
}
