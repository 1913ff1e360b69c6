//! Ten thousand attendances, in memory that does not grow with them.

use chrono::TimeDelta;
use entity::activity::{self, ActivityKind, ActivityState, RiskLevel};
use entity::attendance::{self, AttendanceSource, AttendanceState};
use entity::ids::{ActivityId, VolunteerId};
use entity::volunteer;
use harness::Process;
use sea_orm::{ActiveModelTrait, ActiveValue::Set, EntityTrait, IntoActiveModel};
use serde_json::json;
use uuid::Uuid;

use super::{Bench, cleaning};

const VOLUNTEERS: i64 = 2_000;
const DAYS: u64 = 5;

impl Bench {
    /// So many volunteers, each of whom served two hours on each of five days.
    async fn crowd(&self) {
        let one = self.volunteer("zhang").await;
        let row = volunteer::Entity::find_by_id(one.volunteer).one(&self.app.db).await;
        let row = row.expect("volunteers").expect("zhang");
        let twin = |n: i64| {
            let id = VolunteerId::from(Uuid::now_v7());
            let twin = volunteer::Model {
                id,
                account_id: None,
                id_number_index: Some(format!("{n:064x}")),
                ..row.clone()
            };
            (id, twin.into_active_model().reset_all())
        };
        let (mut ids, rows): (Vec<_>, Vec<_>) = (1..VOLUNTEERS).map(twin).unzip();
        ids.push(one.volunteer);
        for part in rows.chunks(500) {
            let insert = volunteer::Entity::insert_many(part.to_vec());
            insert.exec_without_returning(&self.app.db).await.expect("volunteers");
        }
        for day in 0..DAYS {
            self.day_of_service(&ids, day * 7, one.account).await;
        }
    }

    async fn day_of_service(&self, ids: &[VolunteerId], day: u64, by: entity::ids::AccountId) {
        let (at, id) = (self.at(day), ActivityId::from(Uuid::now_v7()));
        let site = self.county.town.stations[0].id;
        let row = activity::ActiveModel {
            id: Set(id),
            site_id: Set(site),
            title: Set("清扫村道".into()),
            kind: Set(ActivityKind::Service),
            state: Set(ActivityState::Ended),
            content: Set("清扫主干道".into()),
            place: Set("李家村".into()),
            starts_at: Set(at),
            ends_at: Set(at + TimeDelta::hours(3)),
            capacity: Set(5_000),
            risk_level: Set(RiskLevel::Ordinary),
            needs_sign_up: Set(false),
            retroactive: Set(false),
            rule_version_id: Set(Some(self.rules)),
            rule_item_code: Set(Some("HJ01".into())),
            published_at: Set(Some(at)),
            signed_up_count: Set(0),
            created_by: Set(by),
            version: Set(1),
            created_at: Set(at),
            updated_at: Set(at),
            ..Default::default()
        };
        activity::Entity::insert(row).exec_without_returning(&self.app.db).await.expect("activity");
        let attended = |volunteer: &VolunteerId| attendance::ActiveModel {
            id: Set(Uuid::now_v7().into()),
            activity_id: Set(id),
            volunteer_id: Set(*volunteer),
            site_id: Set(site),
            source: Set(AttendanceSource::RollCall),
            state: Set(AttendanceState::Confirmed),
            starts_at: Set(Some(at)),
            ends_at: Set(Some(at + TimeDelta::hours(2))),
            hours_tenths: Set(Some(20)),
            nonce_unverified: Set(false),
            entered_by: Set(by),
            version: Set(1),
            created_at: Set(at),
            updated_at: Set(at),
            ..Default::default()
        };
        let rows: Vec<_> = ids.iter().map(attended).collect();
        for part in rows.chunks(500) {
            let insert = attendance::Entity::insert_many(part.to_vec());
            insert.exec_without_returning(&self.app.db).await.expect("attendances");
        }
    }
}

#[actix_web::test]
async fn ten_thousand_attendances_are_replayed_in_bounded_memory() {
    let bench = Bench::open().await;
    bench.crowd().await;
    let draft = bench.draft(vec![cleaning(3, 9)]).await;
    let process = Process::start(&bench.app);
    let before = process.peak_memory_kib();

    let body = json!({"quarter": bench.quarter()});
    let id = bench.staff.post(format!("{draft}/replays"), body).await.id();
    let mut task = json!(null);
    for _ in 0..1_200 {
        task = bench.staff.get(format!("/v1/tasks/{id}")).await.ok();
        if task["ended_at"].is_string() {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    let grown = process.peak_memory_kib() - before;

    // By hand: five times two hours, 4 points in force and 6 under the draft. All five days
    // may be of one month and a bit: 20 and 30 stay within the month's 30.
    let result = &task["result"];
    assert_eq!(task["state"], "succeeded", "{task}");
    assert_eq!(result["gainers"], VOLUNTEERS);
    assert_eq!(result["before"], VOLUNTEERS * 20);
    assert_eq!(result["after"], VOLUNTEERS * 30);
    assert_eq!(task["done"], VOLUNTEERS);
    assert!(grown < 64 * 1024, "grew by {grown} KiB");
}
