//! The seeded sites: one county center, the town's institute, seven stations (six of
//! three stars, one of four, as the plan asks), and their redemption points.

use chrono::NaiveDate;
use entity::ids::SiteId;
use entity::site::{self, SiteKind};
use entity::{appointment, redemption_point};
use sea_orm::{EntityTrait, Set};
use uuid::Uuid;

use crate::platform::failure::Failure;
use crate::platform::tx::Tx;

const COUNTY: &str = "青山县";
const TOWN: &str = "开物镇";
/// Village or community, last six digits of its division code, stars, residents.
const VILLAGES: [(&str, &str, i16, i32); 7] = [
    ("李家村", "101201", 3, 2130),
    ("王家村", "101202", 3, 1874),
    ("张家湾村", "101203", 3, 2466),
    ("石桥村", "101204", 3, 1520),
    ("柳林村", "101205", 3, 1985),
    ("东河村", "101206", 3, 1742),
    ("开物社区", "101001", 4, 5210),
];
/// When the plan's programme began.
const FOUNDED: NaiveDate = NaiveDate::from_ymd_opt(2022, 4, 1).expect("a day of the calendar");

/// The seeded tree.
pub(super) struct Places {
    pub(super) center: site::Model,
    pub(super) institute: site::Model,
    pub(super) stations: Vec<site::Model>,
}

pub(super) async fn insert(tx: &Tx<'_>) -> Result<Places, Failure> {
    let center = center(tx);
    let institute = institute(tx, &center);
    let stations: Vec<_> =
        VILLAGES.iter().map(|village| station(tx, &institute, *village)).collect();
    for row in [&center, &institute].into_iter().chain(&stations) {
        let new: site::ActiveModel = row.clone().into();
        site::Entity::insert(new).exec_without_returning(&**tx).await?;
    }
    for row in std::iter::once(&institute).chain(&stations) {
        open_redemption_point(tx, row).await?;
        appoint_director(tx, row).await?;
    }
    Ok(Places { center, institute, stations })
}

fn center(tx: &Tx<'_>) -> site::Model {
    let id: SiteId = tx.new_id();
    site::Model {
        id,
        kind: SiteKind::Center,
        parent_id: None,
        town_id: None,
        path: path("/", id),
        name: format!("{COUNTY}新时代文明实践中心"),
        short_name: "县中心".into(),
        county_name: COUNTY.into(),
        town_name: None,
        village_name: None,
        division_code: "510199000000".into(),
        star_level: None,
        resident_population: None,
        address: Some("青山县文明路1号".into()),
        valid_from: FOUNDED,
        valid_to: None,
        time_zone: "Asia/Shanghai".into(),
        version: 1,
    }
}

fn institute(tx: &Tx<'_>, center: &site::Model) -> site::Model {
    let id: SiteId = tx.new_id();
    site::Model {
        id,
        kind: SiteKind::Institute,
        parent_id: Some(center.id),
        town_id: Some(id),
        path: path(&center.path, id),
        name: format!("{TOWN}新时代文明实践所"),
        short_name: "镇所".into(),
        town_name: Some(TOWN.into()),
        division_code: "510199101000".into(),
        resident_population: Some(VILLAGES.iter().map(|(.., residents)| residents).sum()),
        address: Some("开物镇政府大院一楼百姓大讲堂".into()),
        ..center.clone()
    }
}

fn station(tx: &Tx<'_>, institute: &site::Model, village: (&str, &str, i16, i32)) -> site::Model {
    let (name, code, stars, residents) = village;
    let id: SiteId = tx.new_id();
    site::Model {
        id,
        kind: SiteKind::Station,
        parent_id: Some(institute.id),
        path: path(&institute.path, id),
        name: format!("{TOWN}{name}新时代文明实践站"),
        short_name: format!("{name}站"),
        village_name: Some(name.into()),
        division_code: format!("510199{code}"),
        star_level: Some(stars),
        resident_population: Some(residents),
        address: Some(format!("{name}党群服务中心")),
        ..institute.clone()
    }
}

fn path(above: &str, id: SiteId) -> String {
    format!("{above}{}/", Uuid::from(id).simple())
}

async fn open_redemption_point(tx: &Tx<'_>, site: &site::Model) -> Result<(), Failure> {
    let village = site.village_name.as_deref().unwrap_or_default();
    let row = redemption_point::ActiveModel {
        id: Set(tx.new_id()),
        site_id: Set(site.id),
        name: Set(format!("{COUNTY}{TOWN}{village}新时代文明实践志愿服务积分兑换点")),
        responsible_person: Set("陈站长".into()),
        address: Set(site.address.clone()),
        opened_on: Set(FOUNDED),
        version: Set(1),
        created_at: Set(tx.now),
        updated_at: Set(tx.now),
    };
    redemption_point::Entity::insert(row).exec_without_returning(&**tx).await?;
    Ok(())
}

/// The head of the site's Party organisation is its director.
async fn appoint_director(tx: &Tx<'_>, site: &site::Model) -> Result<(), Failure> {
    let title = if site.kind == SiteKind::Institute { "所主任" } else { "站主任" };
    let row = appointment::ActiveModel {
        id: Set(tx.new_id()),
        site_id: Set(site.id),
        title: Set(title.into()),
        person_name: Set("陈站长".into()),
        account_id: Set(None),
        starts_on: Set(FOUNDED),
        ends_on: Set(None),
        created_at: Set(tx.now),
        version: Set(1),
    };
    appointment::Entity::insert(row).exec_without_returning(&**tx).await?;
    Ok(())
}
