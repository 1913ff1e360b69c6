//! Use cases of settings.

use chrono::{DateTime, Utc};
use entity::site;
use sea_orm::ConnectionTrait;

use super::domain::{Settings, in_force};
use super::repository;
use crate::platform::failure::Failure;
use crate::site::domain::lineage;

/// Every setting in force at a site at `now`: its own, or the nearest one above.
///
/// # Errors
/// The database's.
pub(crate) async fn effective_settings(
    db: &impl ConnectionTrait,
    site: &site::Model,
    now: DateTime<Utc>,
) -> Result<Settings, Failure> {
    let lineage = lineage(&site.path);
    let rows = repository::list_begun(db, &lineage, now).await?;
    let set = |key| in_force(&rows, &lineage, key, now).map(|row| row.value.clone());
    Settings::read(set).map_err(Failure::internal)
}
