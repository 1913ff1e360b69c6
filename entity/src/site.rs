//! Sites: centers, institutes and stations (中心、所、站), one tree.

#![expect(missing_docs, reason = "a column whose name says it all needs no line")]

use chrono::NaiveDate;
use sea_orm::entity::prelude::*;

use crate::{ids::SiteId, value_enum::value_enum};

value_enum! {
    /// Kind of a site (所站类型).
    SiteKind {
        /// 新时代文明实践中心
        Center = "center",
        /// 新时代文明实践所
        Institute = "institute",
        /// 新时代文明实践站
        Station = "station",
    }
}

/// One row of `site`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "site")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: SiteId,
    pub kind: SiteKind,
    pub parent_id: Option<SiteId>,
    /// The institute whose town this is: its own id for an institute, empty for the center.
    pub town_id: Option<SiteId>,
    /// `/<uuid simple>/../`, own id last: a subtree is a prefix.
    pub path: String,
    pub name: String,
    pub short_name: String,
    /// First part of the redemption point's generated name.
    pub county_name: String,
    pub town_name: Option<String>,
    pub village_name: Option<String>,
    /// 12 digits, down to the village (行政区划代码).
    pub division_code: String,
    /// 1 to 5 (星级).
    pub star_level: Option<i16>,
    /// Denominator of the participation rate.
    pub resident_population: Option<i32>,
    pub address: Option<String>,
    pub valid_from: NaiveDate,
    pub valid_to: Option<NaiveDate>,
    pub time_zone: String,
    pub version: i32,
}

/// No joins start here.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
