//! The seeded goods with their lots, and the open redemption session.

use chrono::{Days, TimeDelta};
use entity::goods::{self, GoodsState};
use entity::redemption_session::{self, RedemptionSessionState};
use entity::session_item;
use entity::stock_lot::{self, StockLotState, StockSource};
use entity::stock_movement::{self, StockMovementKind};
use sea_orm::{EntityTrait, Set};

use super::people::Staff;
use super::places::Places;
use crate::platform::clock::local_day;
use crate::platform::failure::Failure;
use crate::platform::tx::Tx;

/// Name, category, unit, points, quantity, days until it expires.
type Offer = (&'static str, &'static str, &'static str, i32, i32, Option<u64>);

const GOODS: [Offer; 7] = [
    ("洗衣液", "日用品", "瓶", 30, 40, Some(700)),
    ("食用油", "食品", "桶", 60, 20, Some(300)),
    ("香皂", "日用品", "块", 8, 100, Some(900)),
    ("毛巾", "日用品", "条", 12, 60, None),
    ("保温杯", "日用品", "个", 45, 15, None),
    ("作业本", "文具", "本", 3, 200, None),
    ("纪念搪瓷杯", "日用品", "个", 6, 1, None),
];

pub(super) async fn insert(tx: &Tx<'_>, places: &Places, staff: &Staff) -> Result<(), Failure> {
    let Some(station) = places.stations.first() else {
        return Err(Failure::internal("no station was seeded"));
    };
    let session = redemption_session::Model {
        id: tx.new_id(),
        site_id: station.id,
        title: "本月集中兑换".into(),
        state: RedemptionSessionState::Open,
        starts_at: tx.now - TimeDelta::hours(1),
        ends_at: tx.now + TimeDelta::days(7),
        threshold: 0,
        limit_per_person: Some(5),
        pickup_until: tx.now + TimeDelta::days(14),
        created_by: staff.manager,
        version: 1,
        created_at: tx.now,
        updated_at: tx.now,
    };
    let session_id = session.id;
    let new = redemption_session::ActiveModel::from(session);
    redemption_session::Entity::insert(new).exec_without_returning(&**tx).await?;
    for (name, category, unit, points, quantity, expires) in GOODS {
        let row = goods::Model {
            id: tx.new_id(),
            site_id: station.id,
            name: name.into(),
            category: category.into(),
            unit_label: unit.into(),
            description: None,
            points_price: points,
            state: GoodsState::Active,
            image_url: None,
            version: 1,
            created_at: tx.now,
            updated_at: tx.now,
        };
        let lot = lot(tx, &row, staff, quantity, expires);
        let item = session_item::ActiveModel {
            id: Set(tx.new_id()),
            session_id: Set(session_id),
            goods_id: Set(row.id),
            points: Set(points),
            quantity_offered: Set(quantity),
            quantity_taken: Set(0),
            limit_per_person: Set(None),
        };
        goods::Entity::insert(goods::ActiveModel::from(row)).exec_without_returning(&**tx).await?;
        insert_lot(tx, lot).await?;
        session_item::Entity::insert(item).exec_without_returning(&**tx).await?;
    }
    Ok(())
}

fn lot(
    tx: &Tx<'_>,
    goods: &goods::Model,
    staff: &Staff,
    quantity: i32,
    expires: Option<u64>,
) -> stock_lot::Model {
    let today = local_day(tx.now);
    stock_lot::Model {
        id: tx.new_id(),
        goods_id: goods.id,
        site_id: goods.site_id,
        state: StockLotState::OnShelf,
        source: StockSource::Donation,
        source_ref: Some("JZ-2026-018".into()),
        donor_name: Some("青山县惠民超市".into()),
        unit_value_fen: None,
        received: quantity,
        on_hand: quantity,
        reserved: 0,
        issued: 0,
        written_off: 0,
        surplus: 0,
        expires_on: expires.and_then(|days| today.checked_add_days(Days::new(days))),
        received_by: staff.clerk,
        received_at: tx.now,
        accepted_by: Some(staff.clerk),
        second_accepted_by: Some(staff.manager),
        accepted_at: Some(tx.now),
        shelved_at: Some(tx.now),
        note: None,
        version: 1,
    }
}

/// A lot with the movements that brought it onto the shelf.
async fn insert_lot(tx: &Tx<'_>, lot: stock_lot::Model) -> Result<(), Failure> {
    let kinds = [StockMovementKind::Receive, StockMovementKind::Accept, StockMovementKind::Shelve];
    let movements = kinds.map(|kind| {
        stock_movement::ActiveModel::from(stock_movement::Model {
            id: tx.new_id(),
            stock_lot_id: lot.id,
            kind,
            quantity: lot.received,
            redemption_id: None,
            actor_account_id: Some(lot.received_by),
            reason: None,
            created_at: tx.now,
        })
    });
    stock_lot::Entity::insert(stock_lot::ActiveModel::from(lot))
        .exec_without_returning(&**tx)
        .await?;
    stock_movement::Entity::insert_many(movements).exec_without_returning(&**tx).await?;
    Ok(())
}
