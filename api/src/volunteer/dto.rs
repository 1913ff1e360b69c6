//! Bodies, queries and views of volunteers.

use chrono::{DateTime, NaiveDate, Utc};
use entity::consent::{ConsentChannel, ConsentPurpose};
use entity::ids::{SiteId, VolunteerId};
use entity::string_list::StringList;
use entity::volunteer::{self, IdType, RegisteredVia, VolunteerState};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::domain::VolunteerAction;
use super::reading::ReadingReason;
use crate::platform::failure::Failure;
use crate::platform::text::bounded::PersonName;
use crate::platform::text::document_number::DocumentNumber;
use crate::platform::text::phone::Phone;
use crate::{bounded_text, page};

/// How many labels a list of groups, skills or service types holds.
const MOST_LABELS: usize = 20;

bounded_text! {
    /// 群体、特长或服务类型的名称
    VolunteerLabel(1..=20) = "理发";
    /// 志愿者网站的志愿者编号
    ExternalVolunteerNo(4..=32) = "510123000012345";
    /// 同意书的版本
    ConsentTextVersion(1..=20) = "2026-01";
    /// 见证人
    Witness(1..=60) = "李支书";
    /// 代为登记的原因
    AssistedReason(2..=200) = "老人没有智能手机，到站点现场登记";
    /// 核验说明
    VerificationNote(1..=200) = "已核对身份证原件与户籍";
    /// 暂停或恢复的原因
    VolunteerStateReason(2..=200) = "已迁出本镇，待核实";
}

/// 对一个事项的同意
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ConsentGiven {
    /// 同意的事项
    pub(super) purpose: ConsentPurpose,
    /// 所同意的文本版本
    pub(super) text_version: ConsentTextVersion,
}

/// 在站点以纸质或口头方式给出的同意
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct WitnessedConsent {
    /// 同意的事项
    pub(super) purpose: ConsentPurpose,
    /// 所同意的文本版本
    pub(super) text_version: ConsentTextVersion,
    /// 方式：纸质(paper)或工作人员代录(staff)
    pub(super) channel: ConsentChannel,
}

/// 志愿者本人登记
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RegisterVolunteer {
    /// 姓名，与证件一致
    pub(super) name: PersonName,
    /// 性别(GB/T 2261.1):0 未知，1 男，2 女，9 未说明
    #[schema(minimum = 0, maximum = 9, example = 2)]
    pub(super) gender: i16,
    /// 出生日期
    #[schema(example = "1949-12-31")]
    #[serde(deserialize_with = "crate::platform::text::day::day")]
    pub(super) birth_date: NaiveDate,
    /// 证件类型
    pub(super) id_type: IdType,
    /// 证件号码
    pub(super) id_number: DocumentNumber,
    /// 常住地所站编号
    pub(super) site_id: SiteId,
    /// 所属群体
    #[serde(default)]
    #[schema(max_items = 20)]
    pub(super) groups: Vec<VolunteerLabel>,
    /// 特长
    #[serde(default)]
    #[schema(max_items = 20)]
    pub(super) skills: Vec<VolunteerLabel>,
    /// 愿意参加的服务类型
    #[serde(default)]
    #[schema(max_items = 20)]
    pub(super) service_types: Vec<VolunteerLabel>,
    /// 志愿者网站的志愿者编号
    #[serde(default)]
    pub(super) external_volunteer_no: Option<ExternalVolunteerNo>,
    /// 同意的事项，必须包含注册(enrol)；其余事项不同意也不影响任何权益
    #[schema(min_items = 1, max_items = 7)]
    pub(super) consents: Vec<ConsentGiven>,
}

/// 工作人员协助登记
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RegisterAssisted {
    /// 姓名，与证件一致
    pub(super) name: PersonName,
    /// 性别(GB/T 2261.1):0 未知，1 男，2 女，9 未说明
    #[schema(minimum = 0, maximum = 9, example = 2)]
    pub(super) gender: i16,
    /// 出生日期
    #[schema(example = "1949-12-31")]
    #[serde(deserialize_with = "crate::platform::text::day::day")]
    pub(super) birth_date: NaiveDate,
    /// 证件类型
    pub(super) id_type: IdType,
    /// 证件号码
    pub(super) id_number: DocumentNumber,
    /// 联系电话，记为未核实
    #[serde(default)]
    pub(super) phone: Option<Phone>,
    /// 所属群体
    #[serde(default)]
    #[schema(max_items = 20)]
    pub(super) groups: Vec<VolunteerLabel>,
    /// 特长
    #[serde(default)]
    #[schema(max_items = 20)]
    pub(super) skills: Vec<VolunteerLabel>,
    /// 愿意参加的服务类型
    #[serde(default)]
    #[schema(max_items = 20)]
    pub(super) service_types: Vec<VolunteerLabel>,
    /// 志愿者网站的志愿者编号
    #[serde(default)]
    pub(super) external_volunteer_no: Option<ExternalVolunteerNo>,
    /// 代为登记的原因
    pub(super) reason: AssistedReason,
    /// 在场的见证人
    pub(super) witness: Witness,
    /// 同意的事项，必须包含注册(enrol)
    #[schema(min_items = 1, max_items = 7)]
    pub(super) consents: Vec<WitnessedConsent>,
}

/// 修改志愿者资料
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct UpdateVolunteer {
    /// 常住地所站编号，须在本镇之内
    pub(super) site_id: SiteId,
    /// 所属群体
    #[schema(max_items = 20)]
    pub(super) groups: Vec<VolunteerLabel>,
    /// 特长
    #[schema(max_items = 20)]
    pub(super) skills: Vec<VolunteerLabel>,
    /// 愿意参加的服务类型
    #[schema(max_items = 20)]
    pub(super) service_types: Vec<VolunteerLabel>,
    /// 志愿者网站的志愿者编号；不填则清除
    #[serde(default)]
    pub(super) external_volunteer_no: Option<ExternalVolunteerNo>,
}

/// 暂停或恢复
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ChangeVolunteerState {
    /// 原因
    pub(super) reason: VolunteerStateReason,
}

/// 志愿者查询条件
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct VolunteerQuery {
    /// 只看某一状态
    #[param(inline)]
    pub(super) state: Option<VolunteerState>,
    /// 只看某一所站及其下级
    pub(super) site_id: Option<SiteId>,
    /// 姓名开头、完整卡号或完整电话号码；只见脱敏姓名的人员（如监督员）只能填卡号后四位
    #[param(min_length = 1, max_length = 40, example = "张")]
    pub(super) q: Option<String>,
    /// 查看原因；填写后显示未成年人的全名和电话，并记入审计，不填则隐去
    #[param(value_type = Option<String>, min_length = 2, max_length = 200, example = "核对本站名册")]
    pub(super) reason: Option<ReadingReason>,
    /// 每页条数，默认 20，最多 100
    #[param(minimum = 1, example = 20)]
    pub(super) page_size: Option<u64>,
    /// 上一页返回的翻页标记
    #[param(max_length = 1024)]
    pub(super) page_token: Option<String>,
}

/// 统计范围
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct VolunteerCountQuery {
    /// 只看某一所站及其下级
    pub(super) site_id: Option<SiteId>,
}

/// 列表中的一名志愿者
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct VolunteerSummary {
    /// 志愿者编号
    id: VolunteerId,
    /// 常住地所站编号
    site_id: SiteId,
    /// 状态
    state: VolunteerState,
    /// 姓名；不管理该站志愿者的工作人员、未说明原因时的未成年人，只见脱敏姓名
    #[schema(example = "张秀兰")]
    name: String,
    /// 电话，隐去中间四位
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "138****8000")]
    phone: Option<String>,
    /// 是否未满 18 周岁
    minor: bool,
    /// 登记方式
    registered_via: RegisteredVia,
    /// 登记时间
    created_at: DateTime<Utc>,
}

impl VolunteerSummary {
    pub(super) fn new(
        row: &volunteer::Model,
        name: String,
        phone: Option<String>,
        minor: bool,
    ) -> Self {
        Self {
            id: row.id,
            site_id: row.site_id,
            state: row.state,
            name,
            phone,
            minor,
            registered_via: row.registered_via,
            created_at: row.created_at,
        }
    }
}

page! {
    /// 志愿者的一页
    VolunteerPage of VolunteerSummary;
}

/// 各状态的人数
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct VolunteerCounts {
    /// 每个状态一项
    pub(super) items: Vec<VolunteerCount>,
}

/// 一个状态的人数
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct VolunteerCount {
    /// 状态
    pub(super) state: VolunteerState,
    /// 人数
    #[schema(minimum = 0, example = 12)]
    pub(super) count: i64,
}

/// 一名志愿者
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct VolunteerView {
    /// 志愿者编号
    id: VolunteerId,
    /// 常住地所站编号
    site_id: SiteId,
    /// 状态
    state: VolunteerState,
    /// 姓名；不管理该站志愿者的工作人员只见脱敏姓名，未说明原因时的未成年人也是
    #[schema(example = "张秀兰")]
    name: String,
    /// 性别(GB/T 2261.1)
    #[schema(minimum = 0, maximum = 9, example = 2)]
    gender: i16,
    /// 出生日期，仅本人及管理该站志愿者的工作人员可见，未成年人的须说明原因
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "1949-12-31")]
    birth_date: Option<NaiveDate>,
    /// 证件类型
    id_type: IdType,
    /// 证件号码，只显示首尾各一位；注销后没有
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "1****************X")]
    id_number: Option<String>,
    /// 电话，隐去中间四位
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "138****8000")]
    phone: Option<String>,
    /// 电话是否经微信核实
    phone_verified: bool,
    /// 志愿者网站的志愿者编号
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "510123000012345")]
    external_volunteer_no: Option<String>,
    /// 所属群体
    groups: StringList,
    /// 特长
    skills: StringList,
    /// 愿意参加的服务类型
    service_types: StringList,
    /// 登记方式
    registered_via: RegisteredVia,
    /// 是否须先取得监护人同意
    needs_guardian: bool,
    /// 核验时间
    #[serde(skip_serializing_if = "Option::is_none")]
    verified_at: Option<DateTime<Utc>>,
    /// 最近一次状态变化的说明
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "已核对身份证原件与户籍")]
    state_reason: Option<String>,
    /// 登记时间
    created_at: DateTime<Utc>,
    /// 版本，修改时作为 If-Match
    #[schema(minimum = 1, example = 1)]
    version: i32,
    /// 当前可进行的操作，不含查看者须回避或尚缺监护人同意的
    allowed_actions: Vec<VolunteerAction>,
}

/// What a view shows beside the row.
#[derive(Debug)]
pub(super) struct Shown {
    pub(super) name: String,
    pub(super) birth_date: Option<NaiveDate>,
    pub(super) id_number: Option<String>,
    pub(super) phone: Option<String>,
    pub(super) needs_guardian: bool,
    pub(super) allowed_actions: Vec<VolunteerAction>,
}

impl VolunteerView {
    pub(super) fn new(row: volunteer::Model, shown: Shown) -> Self {
        Self {
            id: row.id,
            site_id: row.site_id,
            state: row.state,
            name: shown.name,
            gender: row.gender,
            birth_date: shown.birth_date,
            id_type: row.id_type,
            id_number: shown.id_number,
            phone: shown.phone,
            phone_verified: row.phone_verified,
            external_volunteer_no: row.external_volunteer_no,
            groups: row.groups,
            skills: row.skills,
            service_types: row.service_types,
            registered_via: row.registered_via,
            needs_guardian: shown.needs_guardian,
            verified_at: row.verified_at,
            state_reason: row.state_reason,
            created_at: row.created_at,
            version: row.version,
            allowed_actions: shown.allowed_actions,
        }
    }

    /// Its version, for the `ETag`.
    pub(crate) const fn version(&self) -> i32 {
        self.version
    }

    /// Its id, for the `Location`.
    pub(super) const fn id(&self) -> VolunteerId {
        self.id
    }
}

/// Labels as they are stored: each once, in the order given.
pub(super) fn labels(at: &str, given: Vec<VolunteerLabel>) -> Result<StringList, Failure> {
    if given.len() > MOST_LABELS {
        return Err(Failure::field(at, format!("最多{MOST_LABELS}项")));
    }
    let mut kept: Vec<String> = Vec::new();
    for label in given.into_iter().map(String::from) {
        if !kept.contains(&label) {
            kept.push(label);
        }
    }
    Ok(StringList(kept))
}
