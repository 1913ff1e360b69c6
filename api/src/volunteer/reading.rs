//! Reading minors' data leaves a trace: who read it, and why (regulation on the
//! protection of minors online, art. 36).

use entity::ids::VolunteerId;
use entity::volunteer;
use serde::Deserialize;
use serde_json::json;
use utoipa::IntoParams;

use super::domain::is_minor;
use crate::app::App;
use crate::bounded_text;
use crate::platform::actor::Actor;
use crate::platform::audit_row;
use crate::platform::clock::local_day;
use crate::platform::failure::Failure;
use crate::platform::tx::in_tx;

bounded_text! {
    /// 查看未成年人资料的原因
    ReadingReason(2..=200) = "办理监护人同意";
}

/// 查看的原因
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct ReadingQuery {
    /// 查看原因,查看未成年人资料时必填,记入审计
    #[param(value_type = Option<String>, min_length = 2, max_length = 200, example = "办理监护人同意")]
    pub(super) reason: Option<ReadingReason>,
}

/// Leaves the trace of reading a minor's data: who read it, and why.
///
/// # Errors
/// `reason` when none is given.
pub(super) async fn record(
    app: &App,
    actor: &Actor,
    action: &str,
    (id, reason): (VolunteerId, Option<ReadingReason>),
) -> Result<(), Failure> {
    let why = reason.ok_or_else(|| Failure::field("reason", "查看未成年人资料须说明原因"))?;
    let (object, detail) = (id.to_string(), json!({ "reason": why.as_str() }));
    in_tx(app, actor, async |tx| {
        audit_row::record_with(tx, action, Some(&object), detail.clone()).await
    })
    .await
}

/// Leaves the trace of a page on which there are minors.
///
/// # Errors
/// The database's.
pub(super) async fn record_page(
    app: &App,
    actor: &Actor,
    rows: &[volunteer::Model],
    reason: Option<ReadingReason>,
) -> Result<(), Failure> {
    let today = local_day(app.clock.now());
    let minors = rows.iter().filter(|row| is_minor(row.birth_date, today));
    let ids: Vec<_> = minors.map(|row| row.id).collect();
    if ids.is_empty() {
        return Ok(());
    }
    let detail = json!({ "minors": ids, "reason": reason.as_ref().map(ReadingReason::as_str) });
    in_tx(app, actor, async |tx| {
        audit_row::record_with(tx, "volunteer_list", None, detail.clone()).await
    })
    .await
}
