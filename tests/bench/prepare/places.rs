//! A county with one station, its manager, activities in progress and goods on offer.

use chrono::{NaiveDate, TimeDelta};
use entity::activity::{self, ActivityKind, ActivityState, RiskLevel};
use entity::goods::{self, GoodsState};
use entity::ids::SiteId;
use entity::redemption_session::{self, RedemptionSessionState};
use entity::role_assignment::{self, Role};
use entity::session::Audience;
use entity::session_item;
use entity::site::{self, SiteKind};
use entity::stock_lot::{self, StockLotState, StockSource};
use entity::stock_movement::{self, StockMovementKind};
use uuid::Uuid;

use super::people::{account, session, token};
use super::{Bench, Fault, Kind, id};

const CENTER: u32 = 0;
const INSTITUTE: u32 = 1;
/// The station everybody belongs to.
pub(crate) const STATION: u32 = 2;
/// Activities in progress: a burst spreads over the stations of a county.
const ACTIVITIES: u32 = 50;
/// Kinds of goods on offer.
const GOODS: u32 = 200;
/// More than any run takes.
const PLENTY: i32 = 1_000_000;

/// Sets everything up and writes `manager.txt`, her access token.
pub(crate) async fn fill(bench: &Bench) -> Result<(), Fault> {
    for number in [CENTER, INSTITUTE, STATION] {
        bench.insert(vec![site(number)]).await?;
    }
    // The manager and the clerk who sign the goods.
    bench.insert(vec![account(bench, Kind::Staff, 0), account(bench, Kind::Staff, 1)]).await?;
    let device = (Kind::StaffSession, Kind::Staff);
    bench.insert(vec![session(bench, device, Audience::Staff, 0)]).await?;
    let role = role_assignment::Model {
        id: id(Kind::Role, 0),
        account_id: id(Kind::Staff, 0),
        role: Role::StationManager,
        site_id: id(Kind::Site, STATION),
        granted_by: None,
        granted_at: bench.now,
        revoked_at: None,
        revoked_by: None,
    };
    bench.insert(vec![role]).await?;
    bench.insert((0..ACTIVITIES).map(|n| activity(bench, n)).collect()).await?;
    bench.insert((0..GOODS).map(|n| goods(bench, n)).collect()).await?;
    bench.insert((0..GOODS).map(|n| lot(bench, n)).collect()).await?;
    bench.insert((0..GOODS).map(|n| received(bench, n)).collect()).await?;
    bench.insert(vec![offer(bench)]).await?;
    bench.insert((0..GOODS).map(item).collect()).await?;
    bench.write("manager.txt", &token(bench, Kind::Staff, Kind::StaffSession, 0)?)
}

fn site(number: u32) -> site::Model {
    let part = |number| format!("{}/", id::<Uuid>(Kind::Site, number).simple());
    let (kind, name) = match number {
        CENTER => (SiteKind::Center, "青山县新时代文明实践中心"),
        INSTITUTE => (SiteKind::Institute, "青石镇新时代文明实践所"),
        _ => (SiteKind::Station, "青石镇李家村新时代文明实践站"),
    };
    let above = number.checked_sub(1);
    site::Model {
        id: id(Kind::Site, number),
        kind,
        parent_id: above.map(|above| id(Kind::Site, above)),
        town_id: above.map(|_| id(Kind::Site, INSTITUTE)),
        path: format!("/{}", (0..=number).map(part).collect::<String>()),
        name: name.into(),
        short_name: name.chars().take(6).collect(),
        county_name: "青山县".into(),
        town_name: above.map(|_| "青石镇".into()),
        village_name: (number == STATION).then(|| "李家村".into()),
        division_code: format!("51012{number:07}"),
        star_level: None,
        resident_population: Some(20_000),
        address: None,
        valid_from: NaiveDate::from_ymd_opt(2022, 4, 1).unwrap_or_default(),
        valid_to: None,
        time_zone: "Asia/Shanghai".into(),
        version: 1,
    }
}

fn station() -> SiteId {
    id(Kind::Site, STATION)
}

/// In progress, without sign-up beforehand, with room for everybody.
fn activity(bench: &Bench, number: u32) -> activity::Model {
    let manager = id(Kind::Staff, 0);
    activity::Model {
        id: id(Kind::Activity, number),
        site_id: station(),
        title: "科学种田宣讲".into(),
        kind: ActivityKind::Lecture,
        state: ActivityState::Published,
        content: "请农技员讲春耕。".into(),
        place: "李家村文化广场".into(),
        starts_at: bench.now - TimeDelta::minutes(10),
        ends_at: bench.now + TimeDelta::hours(12),
        sign_up_opens_at: None,
        sign_up_closes_at: None,
        capacity: PLENTY,
        min_age: None,
        required_skill: None,
        conditions: None,
        risks: None,
        guarantees: None,
        risk_level: RiskLevel::Ordinary,
        insurance_policy_no: None,
        needs_sign_up: false,
        service_type: None,
        organiser_account_id: None,
        contact_person: None,
        retroactive: false,
        rule_version_id: None,
        rule_item_code: None,
        submitted_by: Some(manager),
        published_by: Some(manager),
        published_at: Some(bench.now),
        state_reason: None,
        evaluation: None,
        signed_up_count: 0,
        created_by: manager,
        version: 1,
        created_at: bench.now,
        updated_at: bench.now,
    }
}

fn goods(bench: &Bench, number: u32) -> goods::Model {
    goods::Model {
        id: id(Kind::Goods, number),
        site_id: station(),
        name: format!("洗衣液{number}"),
        category: "日用品".into(),
        unit_label: "瓶".into(),
        description: None,
        points_price: 1,
        state: GoodsState::Active,
        image_url: None,
        version: 1,
        created_at: bench.now,
        updated_at: bench.now,
    }
}

fn lot(bench: &Bench, number: u32) -> stock_lot::Model {
    stock_lot::Model {
        id: id(Kind::Lot, number),
        goods_id: id(Kind::Goods, number),
        site_id: station(),
        state: StockLotState::OnShelf,
        source: StockSource::Donation,
        source_ref: None,
        donor_name: Some("青山县惠民超市".into()),
        unit_value_fen: None,
        received: PLENTY,
        on_hand: PLENTY,
        reserved: 0,
        issued: 0,
        written_off: 0,
        surplus: 0,
        expires_on: None,
        received_by: id(Kind::Staff, 1),
        received_at: bench.now,
        accepted_by: Some(id(Kind::Staff, 1)),
        second_accepted_by: Some(id(Kind::Staff, 0)),
        accepted_at: Some(bench.now),
        shelved_at: Some(bench.now),
        note: None,
        version: 1,
    }
}

/// The movement a lot begins with.
fn received(bench: &Bench, number: u32) -> stock_movement::Model {
    stock_movement::Model {
        id: id(Kind::Movement, number),
        stock_lot_id: id(Kind::Lot, number),
        kind: StockMovementKind::Receive,
        quantity: PLENTY,
        redemption_id: None,
        actor_account_id: Some(id(Kind::Staff, 1)),
        reason: None,
        created_at: bench.now,
    }
}

fn offer(bench: &Bench) -> redemption_session::Model {
    redemption_session::Model {
        id: id(Kind::Offer, 0),
        site_id: station(),
        title: "李家村集中兑换".into(),
        state: RedemptionSessionState::Open,
        starts_at: bench.now - TimeDelta::minutes(10),
        ends_at: bench.now + TimeDelta::days(1),
        threshold: 0,
        limit_per_person: None,
        pickup_until: bench.now + TimeDelta::days(7),
        created_by: id(Kind::Staff, 0),
        version: 1,
        created_at: bench.now,
        updated_at: bench.now,
    }
}

fn item(number: u32) -> session_item::Model {
    session_item::Model {
        id: id(Kind::Item, number),
        session_id: id(Kind::Offer, 0),
        goods_id: id(Kind::Goods, number),
        points: 1,
        quantity_offered: PLENTY,
        quantity_taken: 0,
        limit_per_person: None,
    }
}
