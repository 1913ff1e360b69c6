//! What one volunteer would gain or lose under a draft, by a replay (细则重算的结果).

#![expect(missing_docs, reason = "a column whose name says it all needs no line")]

use sea_orm::entity::prelude::*;

use crate::ids::{TaskId, VolunteerId};

/// One row of `replay_line`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "replay_line")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub task_id: TaskId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub volunteer_id: VolunteerId,
    pub before_points: i64,
    pub after_points: i64,
    /// What is won; below nothing what is lost.
    pub delta: i64,
    /// By item.
    #[sea_orm(column_type = "JsonBinary")]
    pub items: Json,
}

/// The joins that start here.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    /// By `volunteer_id`.
    #[sea_orm(
        belongs_to = "super::volunteer::Entity",
        from = "Column::VolunteerId",
        to = "super::volunteer::Column::Id"
    )]
    Volunteer,
}

impl ActiveModelBehavior for ActiveModel {}
