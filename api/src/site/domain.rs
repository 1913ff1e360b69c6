//! The tree of sites: which kind stands under which, and what a place may be called. Pure.

use chrono::NaiveDate;
use entity::ids::SiteId;
use entity::site::{self, SiteKind};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::platform::text::division_code::{DivisionCode, DivisionLevel};

/// The sites from this one up to the center, nearest first.
pub(super) fn lineage(path: &str) -> Vec<SiteId> {
    let ids = path.split('/').rev().filter(|part| !part.is_empty());
    ids.filter_map(|part| part.parse().ok()).collect()
}

/// The path of a site below `parent`; own id last, so that a subtree is a prefix.
pub(super) fn path_below(parent: &str, id: SiteId) -> String {
    format!("{parent}{}/", Uuid::from(id).simple())
}

/// The kind that stands below.
pub(super) const fn child_kind(kind: SiteKind) -> Option<SiteKind> {
    match kind {
        SiteKind::Center => Some(SiteKind::Institute),
        SiteKind::Institute => Some(SiteKind::Station),
        SiteKind::Station => None,
    }
}

/// Whether a place of this level has a site of this kind. A city without counties
/// has a center of its own.
const fn fits(kind: SiteKind, level: DivisionLevel) -> bool {
    match kind {
        SiteKind::Center => matches!(level, DivisionLevel::County | DivisionLevel::City),
        SiteKind::Institute => matches!(level, DivisionLevel::Town),
        SiteKind::Station => matches!(level, DivisionLevel::Village),
    }
}

/// Why a site cannot stand here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum PlaceRefusal {
    /// Another kind stands below this parent, or none.
    WrongKind(Option<SiteKind>),
    /// The division code is not one; why.
    NotACode(String),
    /// The code is of another level than the kind's.
    WrongLevel,
    /// The code's place does not lie in the parent's.
    NotWithinParent,
}

/// Whether a site of this kind and place may stand below `parent`.
pub(super) fn decide_place(
    parent: Option<&site::Model>,
    kind: SiteKind,
    code: &str,
) -> Result<DivisionCode, PlaceRefusal> {
    let expected = parent.map_or(Some(SiteKind::Center), |parent| child_kind(parent.kind));
    if expected != Some(kind) {
        return Err(PlaceRefusal::WrongKind(expected));
    }
    let read = |text| DivisionCode::parse(text).map_err(|e| PlaceRefusal::NotACode(e.to_string()));
    let code = read(code)?;
    if !fits(kind, code.level()) {
        return Err(PlaceRefusal::WrongLevel);
    }
    match parent {
        Some(parent) if !code.is_within(&read(&parent.division_code)?) => {
            Err(PlaceRefusal::NotWithinParent)
        }
        Some(_) | None => Ok(code),
    }
}

/// The path of the county a site is in: the first part of its own.
pub(super) fn county_of(path: &str) -> &str {
    let end = path.char_indices().filter(|(_, c)| *c == '/').nth(1).map(|(at, _)| at + 1);
    end.and_then(|end| path.get(..end)).unwrap_or(path)
}

/// 可对所站做的操作
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum SiteAction {
    /// 修改
    Update,
    /// 评定星级、撤销
    Grade,
    /// 设立下级
    CreateBelow,
}

/// What somebody may do with a site; `manages` says whether she manages the sites of a path.
/// Stars and the last day are the county's; nothing is founded below a site that is closed.
pub(super) fn actions(
    row: &site::Model,
    today: NaiveDate,
    manages: impl Fn(&str) -> bool,
) -> Vec<SiteAction> {
    use SiteAction as A;
    let closed = row.valid_to.is_some_and(|last| last < today);
    let allowed = |action: &A| match action {
        A::Update => manages(&row.path),
        A::Grade => manages(county_of(&row.path)),
        A::CreateBelow => !closed && child_kind(row.kind).is_some() && manages(&row.path),
    };
    [A::Update, A::Grade, A::CreateBelow].into_iter().filter(allowed).collect()
}

/// What may be changed of a site, as asked for.
#[derive(Clone, Debug)]
pub(super) struct Details {
    pub(super) name: String,
    pub(super) short_name: String,
    pub(super) address: Option<String>,
    pub(super) resident_population: Option<i32>,
    pub(super) star_level: Option<i16>,
    pub(super) valid_to: Option<NaiveDate>,
}

/// The row with its details replaced, one version on.
///
/// # Errors
/// The member at fault by its JSON pointer, and what is wrong with it.
pub(super) fn change(
    row: site::Model,
    details: Details,
) -> Result<site::Model, (&'static str, &'static str)> {
    if details.resident_population.is_some_and(|number| number < 0) {
        return Err(("/resident_population", "不能为负"));
    }
    if details.star_level.is_some_and(|stars| !(1..=5).contains(&stars)) {
        return Err(("/star_level", "应为1到5"));
    }
    if details.valid_to.is_some_and(|day| day < row.valid_from) {
        return Err(("/valid_to", "不能早于设立日期"));
    }
    Ok(site::Model {
        name: details.name,
        short_name: details.short_name,
        address: details.address,
        resident_population: details.resident_population,
        star_level: details.star_level,
        valid_to: details.valid_to,
        version: row.version + 1,
        ..row
    })
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(in crate::site) fn site(kind: SiteKind, code: &str) -> site::Model {
        let below = |from: SiteKind, name: &str| {
            let deep = match kind {
                SiteKind::Center => 0,
                SiteKind::Institute => 1,
                SiteKind::Station => 2,
            };
            let needed = if from == SiteKind::Institute { 1 } else { 2 };
            (deep >= needed).then(|| name.to_owned())
        };
        site::Model {
            id: Uuid::from_u128(1).into(),
            kind,
            parent_id: None,
            town_id: None,
            path: format!("/{}/", Uuid::from_u128(1).simple()),
            name: String::new(),
            short_name: String::new(),
            county_name: "青山县".into(),
            town_name: below(SiteKind::Institute, "青石镇"),
            village_name: below(SiteKind::Station, "李家村"),
            division_code: code.into(),
            star_level: None,
            resident_population: None,
            address: None,
            valid_from: NaiveDate::default(),
            valid_to: None,
            time_zone: "Asia/Shanghai".into(),
            version: 1,
        }
    }

    #[test]
    fn a_path_is_read_from_the_site_up_to_the_center() {
        let (center, town) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let path = path_below(&path_below("/", center.into()), town.into());
        assert_eq!(lineage(&path), [town.into(), center.into()]);
    }

    #[test]
    fn a_town_changes_its_sites_and_only_the_county_grades_them() {
        use SiteAction as A;
        let at = |kind, path: &str| site::Model { path: path.into(), ..site(kind, "") };
        let station = at(SiteKind::Station, "/c/t/s/");
        let town = at(SiteKind::Institute, "/c/t/");
        let today = NaiveDate::from_ymd_opt(2026, 11, 20).unwrap();
        let of = |row: &site::Model, mine: &'static str| {
            actions(row, today, |path| path.starts_with(mine))
        };

        assert_eq!(of(&station, "/c/"), [A::Update, A::Grade]);
        assert_eq!(of(&station, "/c/t/"), [A::Update]);
        assert_eq!(of(&town, "/c/t/"), [A::Update, A::CreateBelow]);
        assert_eq!(of(&town, "/c/t/s/"), []);
        assert_eq!(actions(&town, today, |_| false), []);
        let closed = |last| site::Model { valid_to: Some(last), ..town.clone() };
        assert_eq!(of(&closed(today), "/c/"), [A::Update, A::Grade, A::CreateBelow]);
        assert_eq!(of(&closed(today.pred_opt().unwrap()), "/c/"), [A::Update, A::Grade]);
    }

    #[test]
    fn the_county_is_the_first_part_of_a_path() {
        assert_eq!(county_of("/c/t/s/"), "/c/");
        assert_eq!(county_of("/c/"), "/c/");
        assert_eq!(county_of("/"), "/");
    }

    #[test]
    fn an_institute_stands_below_a_center_and_a_station_below_an_institute() {
        use SiteKind::{Center, Institute, Station};
        let center = site(Center, "510123000000");
        let town = site(Institute, "510123101000");
        let station = site(Station, "510123101202");
        for (parent, kind, code, expected) in [
            (None, Center, "510123000000", Ok(())),
            (None, Center, "441900000000", Ok(())),
            (None, Center, "510123101000", Err(PlaceRefusal::WrongLevel)),
            (None, Station, "510123101202", Err(PlaceRefusal::WrongKind(Some(Center)))),
            (Some(&center), Institute, "510123101000", Ok(())),
            (Some(&center), Station, "510123101202", Err(PlaceRefusal::WrongKind(Some(Institute)))),
            (Some(&center), Institute, "510124101000", Err(PlaceRefusal::NotWithinParent)),
            (Some(&center), Institute, "510123101202", Err(PlaceRefusal::WrongLevel)),
            (Some(&town), Station, "510123101202", Ok(())),
            (Some(&town), Station, "510123102202", Err(PlaceRefusal::NotWithinParent)),
            (Some(&station), Station, "510123101203", Err(PlaceRefusal::WrongKind(None))),
        ] {
            assert_eq!(decide_place(parent, kind, code).map(|_| ()), expected, "{code}");
        }
        let nonsense = decide_place(Some(&town), Station, "5101");
        assert!(matches!(nonsense, Err(PlaceRefusal::NotACode(_))));
    }
}
