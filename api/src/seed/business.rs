//! The seeded rules and this week's activities.

use chrono::{DateTime, TimeDelta, Utc};
use entity::activity::{self, ActivityKind, ActivityState, RiskLevel};
use entity::ids::{AccountId, RuleVersionId, SiteId};
use entity::rule_item::{self, RuleUnit};
use entity::rule_set;
use entity::rule_version::{self, RuleVersionState};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use super::people::Staff;
use super::places::Places;
use crate::platform::clock::local_day;
use crate::platform::failure::Failure;
use crate::platform::tx::Tx;

/// One line of the rule set: code, category, name, unit, points, most per day, service.
type Item = (&'static str, &'static str, &'static str, RuleUnit, i32, Option<i32>, bool);

const ITEMS: [Item; 7] = [
    ("A01", "环境卫生", "清扫村道、河道保洁", RuleUnit::PerHour, 2, Some(10), true),
    ("A02", "敬老助残", "看望陪护老人、残疾人", RuleUnit::PerHour, 3, Some(12), true),
    ("A03", "文明劝导", "交通、集市文明劝导", RuleUnit::PerHour, 2, Some(10), true),
    ("B01", "理论宣讲", "参加宣讲活动", RuleUnit::PerAttendance, 2, Some(4), false),
    ("B02", "理论宣讲", "担任宣讲员", RuleUnit::PerAttendance, 5, Some(5), true),
    ("C01", "文化文艺", "组织文艺演出、读书活动", RuleUnit::PerAttendance, 4, Some(8), true),
    ("D01", "先进典型", "获评镇级以上先进典型", RuleUnit::PerAward, 50, None, false),
];

pub(super) async fn insert_rules(
    tx: &Tx<'_>,
    places: &Places,
    staff: &Staff,
) -> Result<RuleVersionId, Failure> {
    let set = rule_set::Model {
        id: tx.new_id(),
        site_id: places.institute.id,
        name: "开物镇文明实践积分细则".into(),
        created_at: tx.now,
    };
    let version = rule_version::Model {
        id: tx.new_id(),
        rule_set_id: set.id,
        number: 1,
        state: RuleVersionState::Draft,
        effective_from: None,
        note: Some("首版".into()),
        created_by: staff.town_admin,
        created_at: tx.now,
        published_by: None,
        published_at: None,
        version: 1,
    };
    rule_set::Entity::insert(rule_set::ActiveModel::from(set))
        .exec_without_returning(&**tx)
        .await?;
    let draft = rule_version::ActiveModel::from(version.clone());
    rule_version::Entity::insert(draft).exec_without_returning(&**tx).await?;
    let items = (1..).zip(ITEMS).map(|(sort, item)| rule_item(tx, version.id, sort, item));
    rule_item::Entity::insert_many(items).exec_without_returning(&**tx).await?;
    // Published after its items: a published version takes no more of them.
    rule_version::Entity::update_many()
        .col_expr(rule_version::Column::State, Expr::value(RuleVersionState::Published.as_str()))
        .col_expr(rule_version::Column::EffectiveFrom, Expr::value(local_day(tx.now)))
        .col_expr(rule_version::Column::PublishedBy, Expr::value(staff.county_admin))
        .col_expr(rule_version::Column::PublishedAt, Expr::value(tx.now))
        .filter(rule_version::Column::Id.eq(version.id))
        .exec(&**tx)
        .await?;
    Ok(version.id)
}

fn rule_item(tx: &Tx<'_>, version: RuleVersionId, sort: i32, item: Item) -> rule_item::ActiveModel {
    let (code, category, name, unit, points, max_per_day, service) = item;
    rule_item::Model {
        id: tx.new_id(),
        rule_version_id: version,
        code: code.into(),
        category: category.into(),
        name: name.into(),
        unit,
        points,
        max_per_activity: None,
        max_per_day,
        max_per_month: None,
        counts_as_service: service,
        needs_attendance: unit != RuleUnit::PerAward,
        evidence_needed: unit == RuleUnit::PerAward,
        sort,
    }
    .into()
}

/// One activity of the week: title, kind, rule item, place, begins in so many
/// minutes, lasts so many, places.
type Plan = (&'static str, ActivityKind, &'static str, &'static str, i64, i64, i32);

const WEEK: [Plan; 6] = [
    ("清扫村道，美化家园", ActivityKind::Service, "A01", "李家村主干道", -20, 150, 40),
    ("重阳敬老上门服务", ActivityKind::Service, "A02", "李家村幸福院", 60, 180, 20),
    ("学习贯彻党的创新理论宣讲", ActivityKind::Lecture, "B01", "镇所百姓大讲堂", 1440, 120, 80),
    ("集市文明交通劝导", ActivityKind::Service, "A03", "开物社区集市路口", 2880, 180, 12),
    ("亲子共读一本书", ActivityKind::Practice, "C01", "农家书屋", 4320, 90, 25),
    ("河道清漂志愿服务", ActivityKind::Service, "A01", "东河沿岸", 5760, 180, 15),
];

const SECOND_STATION: Plan =
    ("王家村孝老饺子宴", ActivityKind::Service, "A02", "王家村文化广场", 1500, 180, 30);

pub(super) async fn insert_activities(
    tx: &Tx<'_>,
    places: &Places,
    staff: &Staff,
    rules: RuleVersionId,
) -> Result<(), Failure> {
    let [station, second, ..] = places.stations.as_slice() else {
        return Err(Failure::internal("no two stations were seeded"));
    };
    let elsewhere = activity(tx, second.id, staff.second_manager, rules, SECOND_STATION);
    let rows = WEEK.into_iter().map(|plan| activity(tx, station.id, staff.manager, rules, plan));
    activity::Entity::insert_many(rows).exec_without_returning(&**tx).await?;
    activity::Entity::insert(elsewhere).exec_without_returning(&**tx).await?;
    Ok(())
}

fn activity(
    tx: &Tx<'_>,
    site_id: SiteId,
    by: AccountId,
    rules: RuleVersionId,
    plan: Plan,
) -> activity::ActiveModel {
    let (title, kind, item, place, begins, minutes, capacity) = plan;
    let starts_at: DateTime<Utc> = tx.now + TimeDelta::minutes(begins);
    let dangerous = title.contains("河道清漂");
    activity::Model {
        id: tx.new_id(),
        site_id,
        title: title.into(),
        kind,
        state: ActivityState::Published,
        content: format!("{title}。请提前十分钟到{place}集合，听从现场负责人安排。"),
        place: place.into(),
        starts_at,
        ends_at: starts_at + TimeDelta::minutes(minutes),
        sign_up_opens_at: None,
        sign_up_closes_at: None,
        capacity,
        min_age: dangerous.then_some(18),
        required_skill: None,
        conditions: None,
        risks: dangerous.then(|| "水上作业，须穿救生衣".into()),
        guarantees: Some("提供工具和饮水".into()),
        risk_level: if dangerous { RiskLevel::Dangerous } else { RiskLevel::Ordinary },
        insurance_policy_no: dangerous.then(|| "PICC-2026-0001".into()),
        needs_sign_up: kind == ActivityKind::Service && begins > 0,
        service_type: Some("文明实践".into()),
        organiser_account_id: None,
        contact_person: Some(if place.starts_with("王家村") { "王站长" } else { "陈站长" }.into()),
        retroactive: false,
        rule_version_id: Some(rules),
        rule_item_code: Some(item.into()),
        submitted_by: Some(by),
        published_by: Some(by),
        published_at: Some(tx.now),
        state_reason: None,
        evaluation: None,
        signed_up_count: 0,
        created_by: by,
        version: 1,
        created_at: tx.now,
        updated_at: tx.now,
    }
    .into()
}
