//! Use cases of drafts: beginning the next version, changing it.

use entity::ids::{RuleSetId, RuleVersionId, SiteId};
use entity::rule_item::RuleUnit;
use entity::rule_version::RuleVersionState;
use entity::{rule_item, rule_set, rule_version, site as site_row};
use sea_orm::Set;

use super::domain::{RuleRefusal, RuleVersionAction};
use super::dto::{
    CreateRuleVersion, RuleItemDraft, RuleVersionPath, RuleVersionView, UpdateRuleVersion,
};
use super::service::{find, institute_for, view};
use super::template::{require_within_template, template_items};
use super::{items, repository};
use crate::auth::{Caller, Permission};
use crate::platform::clock::local_day;
use crate::platform::failure::Failure;
use crate::platform::tx::Tx;

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
    let items = first_items(tx, (&institute, set.id), id, &body).await?;
    require_within_template(&**tx, &institute, &items, local_day(tx.now)).await?;

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
    (institute, set): (&site_row::Model, RuleSetId),
    into: RuleVersionId,
    body: &CreateRuleVersion,
) -> Result<Vec<rule_item::Model>, Failure> {
    match (&body.copy_from, body.copy_template, &body.items) {
        (Some(_), true, None | Some(_)) | (Some(_), false, Some(_)) | (None, true, Some(_)) => {
            Err(RuleRefusal::TwoSources.into())
        }
        (None, false, None) => Ok(vec![]),
        (None, false, Some(drafts)) => new_items(tx, into, drafts),
        (Some(source), false, None) => {
            let source = repository::find_version(&**tx, set, *source).await?;
            let source = source.ok_or_else(|| Failure::field("/copy_from", "没有这个版本"))?;
            let rows = repository::list_items(&**tx, source.id).await?;
            Ok(rows.into_iter().map(|row| copied(tx, row, into)).collect())
        }
        (None, true, None) => {
            let rows = template_items(&**tx, institute, local_day(tx.now)).await?;
            let rows = rows.ok_or_else(|| Failure::field("/copy_template", "县级模板尚未发布"))?;
            Ok(rows.into_iter().map(|row| copied(tx, row, into)).collect())
        }
    }
}

fn copied(tx: &Tx<'_>, row: rule_item::Model, into: RuleVersionId) -> rule_item::Model {
    rule_item::Model { id: tx.new_id(), rule_version_id: into, ..row }
}

fn new_items(
    tx: &Tx<'_>,
    into: RuleVersionId,
    drafts: &[RuleItemDraft],
) -> Result<Vec<rule_item::Model>, Failure> {
    items::check(drafts)?;
    let row = |(sort, draft): (i32, &RuleItemDraft)| rule_item::Model {
        id: tx.new_id(),
        rule_version_id: into,
        code: draft.code.as_str().into(),
        category: draft.category.as_str().into(),
        name: draft.name.as_str().into(),
        unit: draft.unit,
        points: draft.points,
        max_per_activity: draft.max_per_activity,
        max_per_day: draft.max_per_day,
        max_per_month: draft.max_per_month,
        counts_as_service: draft.counts_as_service,
        needs_attendance: draft.unit != RuleUnit::PerAward,
        evidence_needed: draft.evidence_needed,
        sort,
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
    require_within_template(&**tx, &institute, &items, local_day(tx.now)).await?;

    let saved = repository::save_draft(tx, &read, caller.account, body.note.as_str()).await?;
    let saved = saved.ok_or(RuleRefusal::Stale)?;
    repository::replace_items(tx, saved.id, items).await?;
    view(&**tx, caller, saved, local_day(tx.now)).await
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
