//! Days that are worked, or not, against the week: public holidays and the weekends
//! worked in exchange (节假日与调休).

#![expect(missing_docs, reason = "a column whose name says it all needs no line")]

use chrono::NaiveDate;
use sea_orm::entity::prelude::*;

use crate::value_enum::value_enum;

value_enum! {
    /// What makes a day unlike its weekday (日期类型).
    DayKind {
        /// 放假
        Holiday = "holiday",
        /// 调休上班
        Workday = "workday",
    }
}

/// One row of `calendar_day`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "calendar_day")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub day: NaiveDate,
    pub year: i32,
    pub kind: DayKind,
    /// Which festival: 春节, 国庆节 ..
    pub name: String,
}

/// No joins start here.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
