//! Draws every supervisor's sample again.

use sea_orm::{DatabaseTransaction, DbErr};

use super::report::{LISTED, Report};
use crate::supervision;

pub(super) async fn check(db: &DatabaseTransaction, report: &mut Report) -> Result<(), DbErr> {
    for wrong in supervision::inspect_samples(db).await?.into_iter().take(LISTED) {
        report.add("sample_is_its_redraw", "supervision_sample", wrong.id.to_string(), wrong.found);
    }
    report.rules += 1;
    Ok(())
}
