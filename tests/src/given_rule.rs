//! Rules in force for a town, without going through drafting and publishing.

use chrono::NaiveDate;
use entity::ids::{AccountId, RuleItemId, RuleVersionId};
use entity::rule_item::{self, RuleUnit};
use entity::rule_version::{self, RuleVersionState};
use entity::{account, rule_set};
use sea_orm::{ActiveValue::Set, EntityTrait, QuerySelect};
use uuid::Uuid;

use crate::app::TestApp;
use crate::people::Town;

impl TestApp {
    /// Publishes a version with three items: `HJ01` 2 points an hour (8 an activity, 10 a
    /// day, 30 a month), `XJ01` 3 points a time (no caps), `RY01` 50 points an honour.
    pub async fn given_rules(&self, town: &Town) -> RuleVersionId {
        let author = self.any_account().await;
        let (set, version) = (self.new_id(), RuleVersionId::from(self.new_id()));
        let row = rule_set::ActiveModel {
            id: Set(set.into()),
            site_id: Set(town.institute.id),
            name: Set("青石镇积分细则".into()),
            created_at: Set(self.clock.now()),
        };
        rule_set::Entity::insert(row).exec_without_returning(&self.db).await.expect("rule set");
        let row = rule_version::ActiveModel {
            id: Set(version),
            rule_set_id: Set(set.into()),
            number: Set(1),
            state: Set(RuleVersionState::Draft),
            effective_from: Set(NaiveDate::from_ymd_opt(2022, 4, 1)),
            note: Set(None),
            created_by: Set(author),
            created_at: Set(self.clock.now()),
            published_by: Set(None),
            published_at: Set(None),
            version: Set(1),
        };
        rule_version::Entity::insert(row).exec_without_returning(&self.db).await.expect("version");
        let items = [
            item(version, "HJ01", "环境卫生", RuleUnit::PerHour, 2),
            item(version, "XJ01", "宣讲", RuleUnit::PerAttendance, 3),
            item(version, "RY01", "身边好人", RuleUnit::PerAward, 50),
        ];
        rule_item::Entity::insert_many(items)
            .exec_without_returning(&self.db)
            .await
            .expect("items");
        let published = rule_version::ActiveModel {
            id: Set(version),
            state: Set(RuleVersionState::Published),
            ..Default::default()
        };
        rule_version::Entity::update(published).exec(&self.db).await.expect("publication");
        version
    }

    /// Somebody for the columns that name who wrote a row.
    pub async fn any_account(&self) -> AccountId {
        let found = account::Entity::find().limit(1).one(&self.db).await.expect("accounts");
        if let Some(found) = found {
            return found.id;
        }
        self.sign_in("somebody").await;
        self.account("somebody").await
    }
}

fn item(
    version: RuleVersionId,
    code: &str,
    name: &str,
    unit: RuleUnit,
    points: i32,
) -> rule_item::ActiveModel {
    let hourly = unit == RuleUnit::PerHour;
    rule_item::ActiveModel {
        id: Set(RuleItemId::from(Uuid::now_v7())),
        rule_version_id: Set(version),
        code: Set(code.into()),
        category: Set("志愿服务".into()),
        name: Set(name.into()),
        unit: Set(unit),
        points: Set(points),
        max_per_activity: Set(hourly.then_some(8)),
        max_per_day: Set(hourly.then_some(10)),
        max_per_month: Set(hourly.then_some(30)),
        counts_as_service: Set(unit != RuleUnit::PerAward),
        needs_attendance: Set(unit != RuleUnit::PerAward),
        evidence_needed: Set(unit == RuleUnit::PerAward),
        sort: Set(0),
    }
}
