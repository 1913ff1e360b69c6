//! The quarter's bulletin: drawn up by the service, published by a person, read by everybody.

#![expect(
    clippy::indexing_slicing,
    reason = "indexing a JSON value answers null where there is nothing"
)]

use serde_json::json;

use super::own_server::Service;
use super::quarter::Office;
use super::stage::{Expect, Stage, text};
use super::story::{Cast, find};

/// Publishes the bulletin of the quarter that is over; the tree's root as it stands on it.
///
/// # Errors
/// Where it could not go on.
pub(super) async fn tell(
    stage: &mut Stage,
    service: &Service,
    (cast, office): (&Cast, &Office),
) -> Result<String, String> {
    // Its figures are a background task.
    service.pass_days(0).await?;
    let path = format!("/v1/sites/{}/bulletins", office.institute);
    let drafts = stage.get(&office.town, "查看自动起草的季度公开", &path).await?;
    let draft = find(&drafts.body["items"], "state", "drafting")?;
    let path = format!("/v1/bulletins/{}/publish", text(&draft, "id")?);
    let early = Expect::Refused("permission_denied");
    stage.post(&cast.clerk, "办事员想要公开", &path, json!({}), early).await?;
    stage.post(&office.town, "发布季度公开", &path, json!({}), Expect::Done).await?;

    let path = format!("/v1/public/bulletins/{}", text(&draft, "number")?);
    let reader = cast.newcomer();
    let shown = stage.get(reader, "公众查看季度公开", &path).await?;
    let lines = stage.get(reader, "公众查看兑换台账", &format!("{path}/lines")).await?;
    let handed_over = lines.body["items"].as_array().map_or(0, Vec::len);
    stage.check(handed_over == 1, "the register shows the one redemption handed over");
    let bulletin = shown.body.get("bulletin").unwrap_or(&shown.body);
    text(&bulletin["head"], "printed")
}
