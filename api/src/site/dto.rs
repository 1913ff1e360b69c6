//! Bodies, queries and views of the site tree.

use chrono::NaiveDate;
use entity::ids::SiteId;
use entity::site::{self, SiteKind};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::domain::{Details, SiteAction, actions};
use super::repository::Filter;
use crate::auth::{Caller, Permission};
use crate::platform::paging::PageQuery;
use crate::platform::text::bounded::Line;
use crate::{bounded_text, page};

bounded_text! {
    /// 所站全称
    SiteName(2..=100) = "青石镇李家村新时代文明实践站";
    /// 所站简称
    SiteShortName(1..=40) = "李家村站";
    /// 地名：所填乡镇（街道）名，站填村（社区）名
    PlaceName(2..=40) = "李家村";
    /// 12 位行政区划代码
    DivisionCodeText(12..=12) = "510123101202";
}

/// 新设所站
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CreateSite {
    /// 上级编号
    pub(super) parent_id: SiteId,
    /// 类型：中心之下设所，所之下设站
    pub(super) kind: SiteKind,
    /// 全称
    pub(super) name: SiteName,
    /// 简称
    pub(super) short_name: SiteShortName,
    /// 地名，用于生成兑换点名称
    pub(super) place_name: PlaceName,
    /// 行政区划代码，须在上级的区划之内
    pub(super) division_code: DivisionCodeText,
    /// 地址
    #[serde(default)]
    pub(super) address: Option<Line>,
    /// 常住人口
    #[serde(default)]
    #[schema(minimum = 0, example = 1860)]
    pub(super) resident_population: Option<i32>,
    /// 设立日期；不填为今天
    #[schema(example = "2022-04-01")]
    #[serde(default, deserialize_with = "crate::platform::text::day::some_day")]
    pub(super) valid_from: Option<NaiveDate>,
}

/// 修改所站；未填的可选项会被清空
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct UpdateSite {
    /// 全称
    name: SiteName,
    /// 简称
    short_name: SiteShortName,
    /// 地址
    #[serde(default)]
    address: Option<Line>,
    /// 常住人口
    #[serde(default)]
    #[schema(minimum = 0, example = 1860)]
    resident_population: Option<i32>,
    /// 星级
    #[serde(default)]
    #[schema(minimum = 1, maximum = 5, example = 3)]
    star_level: Option<i16>,
    /// 撤销日期
    #[schema(example = "2030-12-31")]
    #[serde(default, deserialize_with = "crate::platform::text::day::some_day")]
    valid_to: Option<NaiveDate>,
}

impl From<UpdateSite> for Details {
    fn from(body: UpdateSite) -> Self {
        Self {
            name: body.name.into(),
            short_name: body.short_name.into(),
            address: body.address.map(String::from),
            resident_population: body.resident_population,
            star_level: body.star_level,
            valid_to: body.valid_to,
        }
    }
}

/// Which sites to list.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct SiteQuery {
    /// 只看某一类型
    #[param(inline)]
    kind: Option<SiteKind>,
    /// 只看某一上级的直接下级
    parent_id: Option<SiteId>,
    /// 每页条数，默认 20，最多 100
    #[param(minimum = 1, example = 20)]
    page_size: Option<u64>,
    /// 上一页返回的翻页标记
    #[param(max_length = 1024)]
    page_token: Option<String>,
}

impl SiteQuery {
    /// The list's name with its filters, so that a page token is good for it alone.
    pub(super) fn list_name(&self) -> String {
        format!("sites:{:?}:{:?}", self.kind, self.parent_id)
    }

    pub(super) fn split(self) -> (Filter, PageQuery) {
        let page = PageQuery { page_size: self.page_size, page_token: self.page_token };
        (Filter { kind: self.kind, parent: self.parent_id }, page)
    }
}

/// 一个中心、所或站
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SiteView {
    /// 编号
    id: SiteId,
    /// 类型：中心、所、站
    kind: SiteKind,
    /// 全称
    #[schema(example = "青石镇李家村新时代文明实践站")]
    name: String,
    /// 简称
    #[schema(example = "李家村站")]
    short_name: String,
    /// 上级；中心没有上级
    #[serde(skip_serializing_if = "Option::is_none")]
    parent_id: Option<SiteId>,
    /// 所属乡镇的实践所；中心没有
    #[serde(skip_serializing_if = "Option::is_none")]
    town_id: Option<SiteId>,
    /// 县（市、区）名
    #[schema(example = "青山县")]
    county_name: String,
    /// 乡镇（街道）名
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "青石镇")]
    town_name: Option<String>,
    /// 村（社区）名
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "李家村")]
    village_name: Option<String>,
    /// 12 位行政区划代码
    #[schema(example = "510123101202")]
    division_code: String,
    /// 星级，1 到 5
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 5, example = 3)]
    star_level: Option<i16>,
    /// 常住人口，用于计算参与率
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 0, example = 1860)]
    resident_population: Option<i32>,
    /// 地址
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "青石镇李家村二组18号")]
    address: Option<String>,
    /// 设立日期
    valid_from: NaiveDate,
    /// 撤销日期
    #[serde(skip_serializing_if = "Option::is_none")]
    valid_to: Option<NaiveDate>,
    /// 版本，修改时作为 If-Match 的值
    #[schema(minimum = 1, example = 1)]
    version: i32,
    /// 当前用户可做的操作；未登录时为空
    allowed_actions: Vec<SiteAction>,
}

impl SiteView {
    /// `reader`: who is signed in, if anybody.
    pub(super) fn new(row: site::Model, reader: Option<&Caller>, today: NaiveDate) -> Self {
        let manages =
            |path: &str| reader.is_some_and(|who| who.may_at(Permission::ManageSites, path));
        Self {
            allowed_actions: actions(&row, today, manages),
            id: row.id,
            kind: row.kind,
            name: row.name,
            short_name: row.short_name,
            parent_id: row.parent_id,
            town_id: row.town_id,
            county_name: row.county_name,
            town_name: row.town_name,
            village_name: row.village_name,
            division_code: row.division_code,
            star_level: row.star_level,
            resident_population: row.resident_population,
            address: row.address,
            valid_from: row.valid_from,
            valid_to: row.valid_to,
            version: row.version,
        }
    }
}

page! {
    /// 中心、所、站的一页
    SitePage of SiteView;
}
