//! Rows the tests of the schema stand on: as few, and as bare, as it lets them be.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use entity::{
    account, activity, attendance, goods, hold, ledger_entry, redemption, redemption_session,
    rule_item, rule_set, rule_version, service_record, session_item, site, stock_lot,
    stock_movement, string_list::StringList, volunteer,
};
use sea_orm::{
    ActiveModelBehavior, ActiveModelTrait, ActiveValue::Set, DatabaseConnection, EntityTrait,
    IntoActiveModel,
};
use uuid::Uuid;

/// The id that every first row has; foreign keys point at it.
pub(super) fn id<T: From<Uuid>>(number: u128) -> T {
    T::from(Uuid::from_u128(number))
}

pub(super) fn at(hours: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_795_000_000, 123_456_000).unwrap() + TimeDelta::hours(hours)
}

pub(super) fn hash(of: i64) -> String {
    format!("{of:064x}")
}

pub(super) fn site() -> site::Model {
    site::Model {
        id: id(1),
        kind: site::SiteKind::Institute,
        parent_id: None,
        town_id: Some(id(1)),
        path: "/1/".to_owned(),
        name: "样板镇新时代文明实践所".to_owned(),
        short_name: "样板镇".to_owned(),
        county_name: "样板县".to_owned(),
        town_name: Some("样板镇".to_owned()),
        village_name: None,
        division_code: "340524100000".to_owned(),
        star_level: Some(3),
        resident_population: Some(21_000),
        address: None,
        valid_from: day(2026, 1, 1),
        valid_to: None,
        time_zone: "Asia/Shanghai".to_owned(),
        version: 1,
    }
}

pub(super) fn volunteer() -> volunteer::Model {
    volunteer::Model {
        id: id(1),
        account_id: None,
        site_id: id(1),
        state: volunteer::VolunteerState::PendingVerification,
        name: "李秀英".to_owned(),
        gender: 2,
        birth_date: day(1953, 2, 28),
        id_type: volunteer::IdType::ResidentId,
        id_number_sealed: Some("sealed".to_owned()),
        id_number_index: Some(hash(1)),
        phone_sealed: None,
        phone_index: None,
        phone_verified: false,
        external_volunteer_no: None,
        groups: StringList(vec!["党员".to_owned(), "五老".to_owned()]),
        skills: StringList::default(),
        service_types: StringList(vec!["助老".to_owned()]),
        registered_via: volunteer::RegisteredVia::Assisted,
        assisted_by: Some(id(1)),
        assisted_reason: Some("没有手机".to_owned()),
        assisted_witness: None,
        identity_by: Some(id(1)),
        verified_by: None,
        verified_at: None,
        admitted_at: None,
        state_reason: None,
        version: 1,
        created_at: at(0),
        updated_at: at(1),
    }
}

/// An account, a site and a volunteer.
pub(super) async fn people(db: &DatabaseConnection) {
    let account = account::Model {
        id: id(1),
        status: account::AccountStatus::Active,
        display_name: None,
        token_version: 1,
        created_at: at(0),
        status_reason: None,
        status_changed_at: None,
        status_changed_by: None,
        registration_refused_at: None,
        registration_refused_reason: None,
    };
    insert(db, account.into_active_model().reset_all()).await;
    insert(db, site().into_active_model().reset_all()).await;
    insert(db, volunteer().into_active_model().reset_all()).await;
}

/// An activity, an attendance and its service record.
pub(super) async fn service(db: &DatabaseConnection) {
    let activity = activity::ActiveModel {
        id: Set(id(1)),
        site_id: Set(id(1)),
        title: Set("探望独居老人".to_owned()),
        kind: Set(activity::ActivityKind::Service),
        state: Set(activity::ActivityState::Published),
        content: Set("入户打扫".to_owned()),
        place: Set("李家村".to_owned()),
        starts_at: Set(at(1)),
        ends_at: Set(at(3)),
        capacity: Set(2),
        risk_level: Set(activity::RiskLevel::Ordinary),
        needs_sign_up: Set(true),
        retroactive: Set(false),
        created_by: Set(id(1)),
        created_at: Set(at(0)),
        updated_at: Set(at(0)),
        ..Default::default()
    };
    insert(db, activity).await;
    let attendance = attendance::ActiveModel {
        id: Set(id(1)),
        activity_id: Set(id(1)),
        volunteer_id: Set(id(1)),
        site_id: Set(id(1)),
        source: Set(attendance::AttendanceSource::RollCall),
        state: Set(attendance::AttendanceState::Confirmed),
        nonce_unverified: Set(false),
        entered_by: Set(id(1)),
        created_at: Set(at(1)),
        updated_at: Set(at(3)),
        ..Default::default()
    };
    insert(db, attendance).await;
    let record = service_record::ActiveModel {
        id: Set(id(1)),
        attendance_id: Set(id(1)),
        revision: Set(1),
        volunteer_id: Set(id(1)),
        activity_id: Set(id(1)),
        site_id: Set(id(1)),
        served_on: Set(day(2026, 11, 24)),
        place: Set("李家村".to_owned()),
        content: Set("入户打扫".to_owned()),
        starts_at: Set(at(1)),
        ends_at: Set(at(3)),
        hours_tenths: Set(20),
        organiser: Set("样板镇".to_owned()),
        person_in_charge: Set("王敏".to_owned()),
        created_by: Set(id(1)),
        created_at: Set(at(4)),
        ..Default::default()
    };
    insert(db, record).await;
}

/// Goods, a lot of ten with one movement, a session, a redemption and its hold.
pub(super) async fn redemption(db: &DatabaseConnection) {
    let goods = goods::ActiveModel {
        id: Set(id(1)),
        site_id: Set(id(1)),
        name: Set("洗衣液".to_owned()),
        category: Set("日用品".to_owned()),
        unit_label: Set("瓶".to_owned()),
        points_price: Set(30),
        state: Set(goods::GoodsState::Active),
        created_at: Set(at(0)),
        updated_at: Set(at(0)),
        ..Default::default()
    };
    insert(db, goods).await;
    let lot = stock_lot::ActiveModel {
        id: Set(id(1)),
        goods_id: Set(id(1)),
        site_id: Set(id(1)),
        state: Set(stock_lot::StockLotState::OnShelf),
        source: Set(stock_lot::StockSource::Donation),
        received: Set(10),
        on_hand: Set(10),
        reserved: Set(0),
        issued: Set(0),
        written_off: Set(0),
        received_by: Set(id(1)),
        received_at: Set(at(0)),
        ..Default::default()
    };
    insert(db, lot).await;
    let movement = stock_movement::ActiveModel {
        id: Set(id(1)),
        stock_lot_id: Set(id(1)),
        kind: Set(stock_movement::StockMovementKind::Receive),
        quantity: Set(10),
        created_at: Set(at(0)),
        ..Default::default()
    };
    insert(db, movement).await;
    session(db).await;
    let redemption = redemption::ActiveModel {
        id: Set(id(1)),
        session_id: Set(id(1)),
        session_item_id: Set(id(1)),
        goods_id: Set(id(1)),
        site_id: Set(id(1)),
        volunteer_id: Set(id(1)),
        quantity: Set(1),
        points: Set(30),
        state: Set(redemption::RedemptionState::Created),
        pickup_code_hash: Set(hash(1)),
        receipt_no: Set("R1".to_owned()),
        created_by: Set(id(1)),
        expires_at: Set(at(99)),
        created_at: Set(at(5)),
        updated_at: Set(at(5)),
        ..Default::default()
    };
    insert(db, redemption).await;
    let hold = hold::ActiveModel {
        id: Set(id(1)),
        volunteer_id: Set(id(1)),
        redemption_id: Set(id(1)),
        points: Set(30),
        state: Set(hold::HoldState::Open),
        created_at: Set(at(5)),
        ..Default::default()
    };
    insert(db, hold).await;
}

async fn session(db: &DatabaseConnection) {
    let session = redemption_session::ActiveModel {
        id: Set(id(1)),
        site_id: Set(id(1)),
        title: Set("十一月集中兑换".to_owned()),
        state: Set(redemption_session::RedemptionSessionState::Open),
        starts_at: Set(at(0)),
        ends_at: Set(at(48)),
        threshold: Set(0),
        pickup_until: Set(at(99)),
        created_by: Set(id(1)),
        created_at: Set(at(0)),
        updated_at: Set(at(0)),
        ..Default::default()
    };
    insert(db, session).await;
    let item = session_item::ActiveModel {
        id: Set(id(1)),
        session_id: Set(id(1)),
        goods_id: Set(id(1)),
        points: Set(30),
        quantity_offered: Set(10),
        ..Default::default()
    };
    insert(db, item).await;
}

/// An earning of ten points at this place in the chain.
pub(super) fn earning(seq: i64, prev_hash: i64) -> ledger_entry::ActiveModel {
    ledger_entry::ActiveModel {
        id: Set(id(u128::try_from(seq).unwrap() * 1000)),
        volunteer_id: Set(id(1)),
        seq: Set(seq),
        kind: Set(ledger_entry::LedgerKind::Earn),
        available_delta: Set(10),
        held_delta: Set(0),
        recovery_delta: Set(0),
        available_after: Set(10 * seq),
        held_after: Set(0),
        recovery_after: Set(0),
        source_kind: Set("claim".to_owned()),
        source_id: Set(id(u128::try_from(seq).unwrap())),
        actor_role: Set("certifier".to_owned()),
        reason: Set("认定".to_owned()),
        request_id: Set("r".to_owned()),
        prev_hash: Set(hash(prev_hash)),
        hash: Set(hash(seq)),
        created_at: Set(at(6)),
        ..Default::default()
    }
}

/// A rule set with a draft of one item.
pub(super) async fn rules(db: &DatabaseConnection) {
    let set =
        rule_set::Model { id: id(1), site_id: id(1), name: "细则".to_owned(), created_at: at(0) };
    insert(db, set.into_active_model().reset_all()).await;
    insert(db, a_rule_version()).await;
    insert(db, a_rule_item(1)).await;
}

fn a_rule_version() -> rule_version::ActiveModel {
    rule_version::ActiveModel {
        id: Set(id(1)),
        rule_set_id: Set(id(1)),
        number: Set(1),
        state: Set(rule_version::RuleVersionState::Draft),
        effective_from: Set(Some(day(2026, 1, 1))),
        created_by: Set(id(1)),
        created_at: Set(at(0)),
        ..Default::default()
    }
}

pub(super) fn a_rule_item(number: u128) -> rule_item::ActiveModel {
    rule_item::ActiveModel {
        id: Set(id(number)),
        rule_version_id: Set(id(1)),
        code: Set(format!("A{number}")),
        category: Set("助老".to_owned()),
        name: Set("探望".to_owned()),
        unit: Set(rule_item::RuleUnit::PerHour),
        points: Set(10),
        counts_as_service: Set(true),
        needs_attendance: Set(true),
        evidence_needed: Set(false),
        sort: Set(1),
        ..Default::default()
    }
}

/// Inserts a row that must be accepted.
pub(super) async fn insert<A>(db: &DatabaseConnection, row: A)
where
    A: ActiveModelTrait + ActiveModelBehavior + Send,
{
    <A::Entity as EntityTrait>::insert(row).exec_without_returning(db).await.unwrap();
}

fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap()
}
