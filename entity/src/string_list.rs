//! A list of short texts in one JSON column.

use sea_orm::FromJsonQueryResult;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Short texts, such as a volunteer's skills, kept as a JSON list.
#[derive(
    Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema, FromJsonQueryResult,
)]
#[serde(transparent)]
pub struct StringList(pub Vec<String>);
