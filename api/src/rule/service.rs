//! Use cases of rules: reading, trying out, publishing.

use chrono::NaiveDate;
use entity::ids::{RuleItemId, RuleVersionId, SiteId};
use entity::rule_item::RuleUnit;
use entity::rule_version::RuleVersionState;
use entity::{rule_item, rule_version, site as site_row};
use sea_orm::ConnectionTrait;
use serde_json::json;

use super::compute::{Earned, Occasion, compute_points};
use super::diff::RuleDiff;
use super::domain::{
    self, Publication, RuleRefusal, RuleVersionAction, decide_publication, state_on,
};
use super::dto::{
    PreviewRule, PublicRuleVersion, PublishRuleVersion, RulePreviewView, RuleSetView,
    RuleVersionPage, RuleVersionPath, RuleVersionRow, RuleVersionView,
};
use super::template::{self, require_within_template};
use super::{diff, items, repository};
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
    let town = owner_of(&site::get(db, site_id).await?);
    let set = repository::find_set(db, town).await?.ok_or(code::NOT_FOUND)?;
    let current = repository::find_in_force(db, set.id, today).await?;
    let coming = repository::find_coming(db, set.id, today).await?;
    let institute = site::get(db, set.site_id).await?;
    let beyond_template = match &current {
        Some(version) => {
            let rows = repository::list_items(db, version.id).await?;
            template::list_faults(db, &institute, &rows, today).await?
        }
        None => vec![],
    };

    Ok(RuleSetView {
        id: set.id,
        site_id: set.site_id,
        is_template: institute.town_id.is_none(),
        name: set.name,
        current: publish_view(db, current).await?,
        coming: publish_view(db, coming).await?,
        beyond_template,
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
    let after = pager.after()?;
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
    body.check()?;
    let town = readable_town(db, caller, path.site_id).await?;
    let row = find(db, town, path.rule_version_id).await?;
    let items = repository::list_items(db, row.id).await?;
    // In whatever case, as codes are compared everywhere.
    let mut items = items.into_iter();
    let item = items.find(|item| item.code.eq_ignore_ascii_case(body.item_code.as_str()));
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
    let rows = repository::list_items(&**tx, draft.id).await?;
    let publication = Publication {
        by: caller.account,
        today,
        effective_from: body.effective_from,
        read_version: body.version,
        saw_items: items::digest(&rows) == body.items_digest.as_str(),
        items: rows.len(),
    };

    let decided = decide_publication(&draft, publication)?;
    require_within_template(&**tx, &institute, &rows, decided.effective_from).await?;

    let by = (caller.account, tx.now);
    let saved = repository::save_publication(tx, &draft, &decided, by).await?;
    let saved = saved.ok_or(RuleRefusal::Stale)?;
    let retired = RuleVersionAction::Retire.apply(RuleVersionState::Published)?;
    repository::retire_overtaken(tx, &saved, retired, today).await?;
    let data = json!({"number": saved.number, "effective_from": saved.effective_from});
    let (kind, subject) = ("rule_version.published", saved.id.into());
    journal::publish(tx, kind, "rule_version", subject, Some(institute.id), data).await?;
    let towns_beyond_template =
        template::list_towns_beyond(&**tx, &institute, &rows, decided.effective_from).await?;
    Ok(RuleVersionView { towns_beyond_template, ..view(&**tx, caller, saved, today).await? })
}

/// The institute whose rules the caller may change.
pub(super) async fn institute_for(
    tx: &Tx<'_>,
    caller: &Caller,
    site_id: SiteId,
    permission: Permission,
) -> Result<site_row::Model, Failure> {
    let town = owner_of(&site::get(&**tx, site_id).await?);
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
    Ok(owner_of(&site))
}

/// Whose rules hold at a site: its town's, at the county's center the template.
fn owner_of(site: &site_row::Model) -> SiteId {
    site.town_id.unwrap_or(site.id)
}

/// A version of the rules that hold at a site, for whoever may do this for the whole town.
///
/// # Errors
/// `not_found`, `permission_denied`.
pub(crate) async fn version_at(
    db: &impl ConnectionTrait,
    caller: &Caller,
    permission: Permission,
    (site_id, version): (SiteId, RuleVersionId),
) -> Result<(site_row::Model, rule_version::Model), Failure> {
    let institute = site::get(db, owner_of(&site::get(db, site_id).await?)).await?;
    caller.require_at(permission, &institute.path)?;
    let version = find(db, institute.id, version).await?;
    Ok((institute, version))
}

/// A version of the rules that hold at a site, for whoever may read drafts at that site: its
/// own staff too, whose town's rules they are.
///
/// # Errors
/// `not_found`, `permission_denied`.
pub(crate) async fn readable_version_at(
    db: &impl ConnectionTrait,
    caller: &Caller,
    (site_id, version): (SiteId, RuleVersionId),
) -> Result<(site_row::Model, rule_version::Model), Failure> {
    let institute = site::get(db, readable_town(db, caller, site_id).await?).await?;
    let version = find(db, institute.id, version).await?;
    Ok((institute, version))
}

/// A version, whoever asks.
///
/// # Errors
/// The database's.
pub(crate) async fn find_any(
    db: &impl ConnectionTrait,
    id: RuleVersionId,
) -> Result<Option<rule_version::Model>, Failure> {
    Ok(repository::find_any_version(db, id).await?)
}

/// How a version differs from another of the same rules.
pub(super) async fn diff(
    db: &impl ConnectionTrait,
    caller: &Caller,
    path: RuleVersionPath,
    against: RuleVersionId,
) -> Result<RuleDiff, Failure> {
    let town = readable_town(db, caller, path.site_id).await?;
    let after = find(db, town, path.rule_version_id).await?;
    let before = find(db, town, against).await?;
    let old = repository::list_items(db, before.id).await?;
    let new = repository::list_items(db, after.id).await?;
    Ok(diff::compare((&before, &old), (&after, &new)))
}

pub(super) async fn find(
    db: &impl ConnectionTrait,
    town: SiteId,
    id: RuleVersionId,
) -> Result<rule_version::Model, Failure> {
    let set = repository::find_set(db, town).await?.ok_or(code::NOT_FOUND)?;
    repository::find_version(db, set.id, id).await?.ok_or_else(|| code::NOT_FOUND.into())
}

pub(super) async fn view(
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
    let ceiling_faults = match state_on(&row, in_force.as_ref()) {
        RuleVersionState::Draft | RuleVersionState::Published => {
            let on = row.effective_from.map_or(today, |day| day.max(today));
            template::list_faults(db, &institute, &items, on).await?
        }
        // Nobody is paid by it any more.
        RuleVersionState::Retired => vec![],
    };
    let fit = !items.is_empty() && ceiling_faults.is_empty();
    let allowed_actions = domain::allowed_actions(&row, caller.account, roles, fit);
    Ok(RuleVersionView {
        items_digest: items::digest(&items),
        row: row_view(row, in_force.as_ref()),
        items: items.into_iter().map(Into::into).collect(),
        ceiling_faults,
        towns_beyond_template: vec![],
        allowed_actions,
    })
}

fn row_view(row: rule_version::Model, in_force: Option<&rule_version::Model>) -> RuleVersionRow {
    let state = state_on(&row, in_force);
    let is_in_force = in_force.is_some_and(|current| current.id == row.id);
    RuleVersionRow::new(row, state, is_in_force)
}
