//! The name of a redemption point, and where one may be. Pure.

use entity::site::{self, SiteKind};
use serde::Serialize;
use utoipa::ToSchema;

/// Why no redemption point is opened here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::site) enum RedemptionPointRefusal {
    /// The county's center has none.
    NotHere,
    /// The site has one.
    Exists,
}

/// 可对积分兑换点做的操作
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum RedemptionPointAction {
    /// 修改
    Update,
}

/// What may be done with a point by somebody who does or does not manage its site.
pub(super) fn actions(manages: bool) -> Vec<RedemptionPointAction> {
    if manages { vec![RedemptionPointAction::Update] } else { vec![] }
}

/// What every point's name ends with (the township's plan fixes the wording).
const ENDING: &str = "新时代文明实践志愿服务积分兑换点";

/// The name of the site's redemption point: county, town, village, and the fixed
/// ending; an institute's has no village.
///
/// # Errors
/// `NotHere` for a center, which has no such point.
pub(super) fn name(site: &site::Model) -> Result<String, RedemptionPointRefusal> {
    let town = site.town_name.as_deref().unwrap_or_default();
    let village = match site.kind {
        SiteKind::Center => return Err(RedemptionPointRefusal::NotHere),
        SiteKind::Institute => "",
        SiteKind::Station => site.village_name.as_deref().unwrap_or_default(),
    };
    Ok(format!("{}{town}{village}{ENDING}", site.county_name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::site::domain::tests::site;

    #[test]
    fn only_who_manages_the_site_changes_its_point() {
        assert_eq!(actions(true), [RedemptionPointAction::Update]);
        assert_eq!(actions(false), []);
    }

    #[test]
    fn the_name_is_made_of_the_places_from_county_to_village() {
        assert_eq!(
            name(&site(SiteKind::Station, "510123101202")).unwrap(),
            "青山县青石镇李家村新时代文明实践志愿服务积分兑换点"
        );
        assert_eq!(
            name(&site(SiteKind::Institute, "510123101000")).unwrap(),
            "青山县青石镇新时代文明实践志愿服务积分兑换点"
        );
        assert_eq!(
            name(&site(SiteKind::Center, "510123000000")),
            Err(RedemptionPointRefusal::NotHere)
        );
        let mut community = site(SiteKind::Station, "510123101001");
        community.village_name = Some("滨河社区".into());
        assert!(name(&community).unwrap().starts_with("青山县青石镇滨河社区新时代"));
    }
}
