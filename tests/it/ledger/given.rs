//! A station with volunteers, and redemptions for their holds to belong to.

use chrono::{DateTime, TimeDelta, Utc};
use entity::ids::{AccountId, SiteId, VolunteerId};
use entity::{account, goods, redemption, redemption_session, session_item};
use harness::TestApp;
use sea_orm::{ActiveValue::Set, EntityTrait};
use uuid::Uuid;

/// The points of every redemption here.
pub(super) const PRICE: i64 = 30;

/// Volunteers without points, and redemptions without holds.
pub(super) struct Bank {
    pub(super) site: SiteId,
    pub(super) volunteers: Vec<VolunteerId>,
    pub(super) redemptions: Vec<redemption::Model>,
}

impl Bank {
    /// Redemptions go round among the volunteers.
    pub(super) async fn open(app: &TestApp, volunteers: usize, redemptions: usize) -> Self {
        let county = app.county().await;
        let station = &county.town.stations[0];
        let mut bank = Self { site: station.id, volunteers: vec![], redemptions: vec![] };
        for number in 0..volunteers {
            let (id, _) = app.card_only(&format!("志愿者{number}"), station).await;
            bank.volunteers.push(id);
        }
        let session = bank.session(app).await;
        for number in 0..redemptions {
            let volunteer = bank.volunteers[number % volunteers];
            let row = redemption_row(&session, volunteer, number, app.clock.now());
            bank.redemptions.push(row);
        }
        for rows in bank.redemptions.chunks(100) {
            let rows = rows.iter().cloned().map(redemption::ActiveModel::from);
            redemption::Entity::insert_many(rows).exec_without_returning(&app.db).await.unwrap();
        }
        bank
    }

    async fn session(&self, app: &TestApp) -> redemption::Model {
        let (now, clerk) = (app.clock.now(), AccountId::from(Uuid::now_v7()));
        let account = account::ActiveModel {
            id: Set(clerk),
            status: Set(account::AccountStatus::Active),
            display_name: Set(None),
            token_version: Set(1),
            created_at: Set(now),
        };
        account::Entity::insert(account).exec_without_returning(&app.db).await.unwrap();
        let goods = goods::ActiveModel {
            id: Set(Uuid::now_v7().into()),
            site_id: Set(self.site),
            name: Set("洗衣液".into()),
            category: Set("日用品".into()),
            unit_label: Set("瓶".into()),
            points_price: Set(30),
            state: Set(goods::GoodsState::Active),
            created_at: Set(now),
            updated_at: Set(now),
            ..Default::default()
        };
        let goods = goods::Entity::insert(goods).exec_with_returning(&app.db).await.unwrap();
        let session = redemption_session::ActiveModel {
            id: Set(Uuid::now_v7().into()),
            site_id: Set(self.site),
            title: Set("集中兑换".into()),
            state: Set(redemption_session::RedemptionSessionState::Open),
            starts_at: Set(now),
            ends_at: Set(now + TimeDelta::days(1)),
            threshold: Set(0),
            pickup_until: Set(now + TimeDelta::days(2)),
            created_by: Set(clerk),
            created_at: Set(now),
            updated_at: Set(now),
            ..Default::default()
        };
        let insert = redemption_session::Entity::insert(session);
        let session = insert.exec_with_returning(&app.db).await.unwrap();
        let item = session_item::ActiveModel {
            id: Set(Uuid::now_v7().into()),
            session_id: Set(session.id),
            goods_id: Set(goods.id),
            points: Set(30),
            quantity_offered: Set(100_000),
            ..Default::default()
        };
        let item = session_item::Entity::insert(item).exec_with_returning(&app.db).await.unwrap();
        redemption::Model {
            id: Uuid::now_v7().into(),
            session_id: session.id,
            session_item_id: item.id,
            goods_id: goods.id,
            site_id: self.site,
            volunteer_id: VolunteerId::from(Uuid::nil()),
            quantity: 1,
            points: PRICE,
            state: redemption::RedemptionState::Created,
            pickup_code_hash: "0".repeat(64),
            receipt_no: String::new(),
            created_by: clerk,
            delegate_name: None,
            ready_by: None,
            ready_at: None,
            fulfilled_by: None,
            fulfilled_at: None,
            signature_kind: None,
            ended_reason: None,
            ended_at: None,
            expires_at: now + TimeDelta::days(2),
            version: 1,
            created_at: now,
            updated_at: now,
        }
    }
}

fn redemption_row(
    like: &redemption::Model,
    volunteer: VolunteerId,
    number: usize,
    now: DateTime<Utc>,
) -> redemption::Model {
    redemption::Model {
        id: Uuid::now_v7().into(),
        volunteer_id: volunteer,
        receipt_no: format!("R{number}"),
        created_at: now,
        ..like.clone()
    }
}
