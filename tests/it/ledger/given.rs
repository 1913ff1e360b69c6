//! A station with volunteers, and redemptions for their holds to belong to.

use api::ledger::{self, Posted};
use api::platform::failure::Failure;
use api::platform::tx::Tx;
use chrono::TimeDelta;
use entity::ids::{AccountId, RedemptionId, SiteId, VolunteerId};
use entity::redemption::RedemptionState;
use entity::{account, goods, redemption, redemption_session, session_item, session_person};
use harness::TestApp;
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use uuid::Uuid;

/// The points of every redemption here.
pub(super) const PRICE: i64 = 30;

/// Volunteers without points, and redemptions without holds.
pub(super) struct Bank {
    like: redemption::Model,
    pub(super) site: SiteId,
    pub(super) volunteers: Vec<VolunteerId>,
    pub(super) redemptions: Vec<redemption::Model>,
}

impl Bank {
    /// Redemptions go round among the volunteers.
    pub(super) async fn open(app: &TestApp, volunteers: usize, redemptions: usize) -> Self {
        let county = app.county().await;
        let station = &county.town.stations[0];
        let like = session(app, station.id).await;
        let mut bank = Self { like, site: station.id, volunteers: vec![], redemptions: vec![] };
        for number in 0..volunteers {
            let (id, _) = app.card_only(&format!("志愿者{number}"), station).await;
            bank.volunteers.push(id);
            let row = session_person::ActiveModel {
                session_id: Set(bank.like.session_id),
                volunteer_id: Set(id),
                items_taken: Set(0),
            };
            session_person::Entity::insert(row).exec_without_returning(&app.db).await.unwrap();
        }
        for number in 0..redemptions {
            let volunteer = bank.volunteers[number % volunteers];
            let row = bank.row(Uuid::now_v7().into(), volunteer, PRICE);
            bank.redemptions.push(row);
        }
        for rows in bank.redemptions.chunks(100) {
            let rows = rows.iter().cloned().map(redemption::ActiveModel::from);
            redemption::Entity::insert_many(rows).exec_without_returning(&app.db).await.unwrap();
        }
        bank
    }

    fn row(&self, id: RedemptionId, volunteer: VolunteerId, points: i64) -> redemption::Model {
        let receipt_no = Uuid::from(id).simple().to_string()[8..].to_owned();
        redemption::Model { id, volunteer_id: volunteer, points, receipt_no, ..self.like.clone() }
    }

    /// Orders something: the redemption, its counters and its hold.
    pub(super) async fn place(
        &self,
        tx: &Tx<'_>,
        id: RedemptionId,
        volunteer: VolunteerId,
        points: i64,
    ) -> Result<Posted, Failure> {
        let row = redemption::ActiveModel::from(self.row(id, volunteer, points));
        let once = OnConflict::new().do_nothing().to_owned();
        let insert = redemption::Entity::insert(row).on_conflict(once);
        if insert.exec_without_returning(&**tx).await? == 1 {
            self.count(tx, volunteer, 1).await?;
        }
        ledger::hold(tx, volunteer, points, id, "换洗衣液").await
    }

    /// Ends a redemption and its hold, or takes the goods back. Counters first, as `place`
    /// does: whoever locks in another order waits for a deadlock to be found.
    pub(super) async fn finish(
        &self,
        tx: &Tx<'_>,
        id: RedemptionId,
        volunteer: VolunteerId,
        state: RedemptionState,
    ) -> Result<Posted, Failure> {
        let from = match state {
            RedemptionState::Returned => RedemptionState::Fulfilled,
            _ => RedemptionState::Created,
        };
        let back = state == RedemptionState::Returned;
        let (by, how) = (self.like.created_by, redemption::ReturnedAs::Sound);
        let moved = redemption::Entity::update_many()
            .col_expr(redemption::Column::State, Expr::value(state.as_str()))
            .col_expr(redemption::Column::ReturnedBy, Expr::value(back.then_some(by)))
            .col_expr(redemption::Column::ReturnedAs, Expr::value(back.then_some(how)))
            .filter(redemption::Column::Id.eq(id))
            .filter(redemption::Column::State.eq(from))
            .exec(&**tx)
            .await?;
        if moved.rows_affected == 1 && state == RedemptionState::Cancelled {
            self.count(tx, volunteer, -1).await?;
        }
        match state {
            RedemptionState::Fulfilled => ledger::commit(tx, id, "已领取").await,
            RedemptionState::Returned => ledger::give_back(tx, id, "物品有损，退回").await,
            _ => ledger::release(tx, id, "取消").await,
        }
    }

    async fn count(&self, tx: &Tx<'_>, volunteer: VolunteerId, by: i32) -> Result<(), Failure> {
        let taken = Expr::col(session_item::Column::QuantityTaken).add(by);
        session_item::Entity::update_many()
            .col_expr(session_item::Column::QuantityTaken, taken)
            .filter(session_item::Column::Id.eq(self.like.session_item_id))
            .exec(&**tx)
            .await?;
        let taken = Expr::col(session_person::Column::ItemsTaken).add(by);
        session_person::Entity::update_many()
            .col_expr(session_person::Column::ItemsTaken, taken)
            .filter(session_person::Column::VolunteerId.eq(volunteer))
            .exec(&**tx)
            .await?;
        Ok(())
    }
}

/// A session of one item; answers what its redemptions look like.
async fn session(app: &TestApp, site: SiteId) -> redemption::Model {
    let (now, clerk) = (app.clock.now(), AccountId::from(Uuid::now_v7()));
    let account = account::ActiveModel {
        id: Set(clerk),
        status: Set(account::AccountStatus::Active),
        display_name: Set(None),
        token_version: Set(1),
        created_at: Set(now),
        ..Default::default()
    };
    account::Entity::insert(account).exec_without_returning(&app.db).await.unwrap();
    let goods = goods::ActiveModel {
        id: Set(Uuid::now_v7().into()),
        site_id: Set(site),
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
        site_id: Set(site),
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
        site_id: site,
        volunteer_id: VolunteerId::from(Uuid::nil()),
        quantity: 1,
        points: PRICE,
        state: RedemptionState::Created,
        pickup_code_hash: "0".repeat(64),
        receipt_no: String::new(),
        created_by: clerk,
        delegate_name: None,
        delegate_id: None,
        ready_by: None,
        ready_at: None,
        fulfilled_by: None,
        fulfilled_at: None,
        signature_kind: None,
        ended_reason: None,
        ended_at: None,
        returned_by: None,
        returned_as: None,
        expires_at: now + TimeDelta::days(2),
        version: 1,
        created_at: now,
        updated_at: now,
        frozen_at: None,
        frozen_until: None,
        frozen_reason: None,
    }
}
