//! The seeded people: staff of every role, and sixty volunteers of all groups, some
//! without phones, one of them a child.

use chrono::{Datelike, NaiveDate};
use entity::card::{self, CardState};
use entity::consent::{self, ConsentChannel, ConsentPurpose};
use entity::guardian;
use entity::ids::{AccountId, GuardianId, SiteId, VolunteerId};
use entity::pickup_delegate::{self, DelegateRelation};
use entity::role_assignment::{self, Role};
use entity::string_list::StringList;
use entity::volunteer::{self, IdType, RegisteredVia, VolunteerState};
use sea_orm::{EntityTrait, Set};

use super::places::Places;
use super::{Login, insert_account};
use crate::app::App;
use crate::card::number::CardNumber;
use crate::platform::clock::local_day;
use crate::platform::failure::Failure;
use crate::platform::text::document_number::DocumentNumber;
use crate::platform::text::phone::Phone;
use crate::platform::tx::Tx;
use crate::volunteer as volunteers;

const COUNT: usize = 60;
/// From this number on they have no phone: staff act for them.
const FIRST_WITHOUT_PHONE: usize = 46;
/// The child, twelve years old, with her guardian's consent.
const CHILD: usize = 45;
/// She has registered a neighbour who picks up for her.
const WITH_DELEGATE: usize = 2;

const FAMILIES: [&str; 12] =
    ["张", "李", "王", "陈", "刘", "杨", "黄", "周", "吴", "赵", "孙", "罗"];
const GIVEN: [&str; 15] = [
    "秀兰", "建国", "桂英", "志强", "玉梅", "德明", "春花", "文斌", "淑芬", "国庆", "小燕", "永福",
    "丽华", "大勇", "静怡",
];
const GROUPS: [&str; 12] = [
    "党员",
    "群众",
    "道德模范",
    "身边好人",
    "社会贤达",
    "文化能人",
    "科技能人",
    "五老",
    "楼栋长",
    "企事业单位员工",
    "大中专学生",
    "志愿者",
];

/// Sandbox name, who, and role; who works at a station is of the second if so named.
const STAFF: [(&str, &str, Role); 13] = [
    ("county", "县文明办 周主任", Role::CountyAdmin),
    ("security", "县安全管理员 林工", Role::SecurityAdmin),
    ("auditor", "县审计员 何科长", Role::Auditor),
    ("town", "镇管理员 许主任", Role::TownAdmin),
    ("office", "镇党政综合办 沈主任", Role::GeneralOffice),
    ("manager", "李家村站 陈站长", Role::StationManager),
    ("certifier", "李家村站认定员 郭老师", Role::Certifier),
    ("clerk", "李家村站办事员 唐姐", Role::Clerk),
    ("clerk2", "李家村站办事员 冯哥", Role::Clerk),
    ("supervisor", "李家村监督员 彭大爷", Role::Supervisor),
    ("manager-wang", "王家村站 王站长", Role::StationManager),
    ("certifier-wang", "王家村站认定员 赵老师", Role::Certifier),
    ("clerk-wang", "王家村站办事员 孙姐", Role::Clerk),
];

/// The staff other parts of the seed act as.
pub(super) struct Staff {
    pub(super) county_admin: AccountId,
    pub(super) town_admin: AccountId,
    pub(super) manager: AccountId,
    pub(super) second_manager: AccountId,
    pub(super) clerk: AccountId,
}

pub(super) async fn insert_staff(
    app: &App,
    tx: &Tx<'_>,
    places: &Places,
) -> Result<Staff, Failure> {
    let mut accounts = Vec::new();
    for (name, who, role) in STAFF {
        let account = insert_account(app, tx, name, who).await?;
        let site_id = seat(places, name, role)?;
        let row = role_assignment::ActiveModel {
            id: Set(tx.new_id()),
            account_id: Set(account),
            role: Set(role),
            site_id: Set(site_id),
            granted_by: Set(None),
            granted_at: Set(tx.now),
            revoked_at: Set(None),
            revoked_by: Set(None),
        };
        role_assignment::Entity::insert(row).exec_without_returning(&**tx).await?;
        accounts.push((name, account));
    }
    let named = |wanted: &str| {
        let found = accounts.iter().find(|(name, _)| *name == wanted);
        found.map(|(_, account)| *account).ok_or_else(|| Failure::internal("no such staff"))
    };
    Ok(Staff {
        county_admin: named("county")?,
        town_admin: named("town")?,
        manager: named("manager")?,
        second_manager: named("manager-wang")?,
        clerk: named("clerk")?,
    })
}

fn seat(places: &Places, name: &str, role: Role) -> Result<SiteId, Failure> {
    match role {
        Role::CountyAdmin | Role::SecurityAdmin | Role::Auditor => Ok(places.center.id),
        Role::TownAdmin | Role::GeneralOffice => Ok(places.institute.id),
        Role::StationManager | Role::Certifier | Role::Clerk | Role::Supervisor => {
            let station = places.stations.get(usize::from(name.ends_with("-wang")));
            station.map(|site| site.id).ok_or_else(|| Failure::internal("no station was seeded"))
        }
    }
}

/// Who can sign in.
pub(super) fn logins() -> Vec<Login> {
    let login = |name: &str, who: String| Login { code: format!("demo:{name}"), who };
    let staff = STAFF.iter().map(|(name, who, _)| login(name, (*who).to_owned()));
    let volunteers = [1, 2, CHILD].map(|n| login(&format!("v{n:02}"), full_name(n)));
    staff.chain(volunteers).collect()
}

fn full_name(number: usize) -> String {
    let pick = |list: &[&'static str], at: usize| list.get(at % list.len()).copied().unwrap_or("");
    format!("{}{}", pick(&FAMILIES, number), pick(&GIVEN, number * 7))
}

pub(super) async fn insert_volunteers(
    app: &App,
    tx: &Tx<'_>,
    places: &Places,
    staff: &Staff,
) -> Result<(), Failure> {
    for number in 1..=COUNT {
        let with_phone = number < FIRST_WITHOUT_PHONE;
        let account = if with_phone {
            Some(insert_account(app, tx, &format!("v{number:02}"), &full_name(number)).await?)
        } else {
            None
        };
        let station = places.stations.get(number % 7).map_or(places.institute.id, |site| site.id);
        let row = profile(app, tx, number, account, station, staff)?;
        let id = row.id;
        let new = volunteer::ActiveModel::from(row);
        volunteer::Entity::insert(new).exec_without_returning(&**tx).await?;
        insert_consents(app, tx, number, id, staff).await?;
        insert_card(tx, id, staff).await?;
        if let (WITH_DELEGATE, Some(account)) = (number, account) {
            insert_delegate(tx, id, account).await?;
        }
    }
    Ok(())
}

fn born(number: usize, today: NaiveDate) -> NaiveDate {
    let age = if number == CHILD { 12 } else { 20 + i32::try_from(number * 13 % 60).unwrap_or(0) };
    let (month, day) =
        (u32::try_from(number % 12).unwrap_or(0) + 1, u32::try_from(number % 27).unwrap_or(0) + 1);
    NaiveDate::from_ymd_opt(today.year() - age, month, day).unwrap_or(today)
}

#[expect(clippy::too_many_arguments, reason = "a profile is made of these facts")]
fn profile(
    app: &App,
    tx: &Tx<'_>,
    number: usize,
    account: Option<AccountId>,
    station: SiteId,
    staff: &Staff,
) -> Result<volunteer::Model, Failure> {
    let id: VolunteerId = tx.new_id();
    let birth_date = born(number, local_day(tx.now));
    let document = document_number(number, birth_date);
    let document = DocumentNumber::parse(&document).map_err(Failure::internal)?;
    let assisted = account.is_none();
    let phone = (!assisted).then(|| Phone::parse(&format!("13800000{number:03}")));
    let phone = phone.transpose().map_err(Failure::internal)?;
    let phone = phone.as_ref();
    let group = GROUPS.get(number % GROUPS.len()).copied().unwrap_or("群众");
    Ok(volunteer::Model {
        id,
        account_id: account,
        site_id: station,
        state: VolunteerState::Active,
        name: full_name(number),
        gender: if number.is_multiple_of(2) { 2 } else { 1 },
        birth_date,
        id_type: IdType::ResidentId,
        id_number_sealed: Some(volunteers::seal_id_number(&app.vault, tx, id, &document)),
        id_number_index: Some(volunteers::id_number_index(&app.vault, &document)),
        phone_sealed: phone.map(|phone| volunteers::seal_phone(&app.vault, tx, id, phone)),
        phone_index: phone.map(|phone| volunteers::phone_index(&app.vault, phone)),
        phone_verified: phone.is_some(),
        external_volunteer_no: Some(format!("5101990{number:06}")),
        groups: StringList(vec![group.into()]),
        skills: StringList::default(),
        service_types: StringList(vec!["文明实践".into()]),
        registered_via: if assisted { RegisteredVia::Assisted } else { RegisteredVia::SelfService },
        assisted_by: assisted.then_some(staff.clerk),
        assisted_reason: assisted.then(|| "没有智能手机".into()),
        assisted_witness: assisted.then(|| "村民小组长 罗大勇".into()),
        identity_by: assisted.then_some(staff.clerk),
        verified_by: Some(staff.manager),
        verified_at: Some(tx.now),
        admitted_at: Some(tx.now),
        state_reason: None,
        version: 1,
        created_at: tx.now,
        updated_at: tx.now,
    })
}

/// A resident identity number of the county's own, checksum and all (GB 11643).
fn document_number(number: usize, born: NaiveDate) -> String {
    const WEIGHTS: [usize; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let order = number * 2 + usize::from(number % 2 == 1);
    let body = format!("510199{}{order:03}", born.format("%Y%m%d"));
    let digits = body.bytes().map(|digit| usize::from(digit - b'0'));
    let sum: usize = digits.zip(WEIGHTS).map(|(digit, weight)| digit * weight).sum();
    let check = "10X98765432".chars().nth(sum % 11).unwrap_or('0');
    format!("{body}{check}")
}

async fn insert_consents(
    app: &App,
    tx: &Tx<'_>,
    number: usize,
    id: VolunteerId,
    staff: &Staff,
) -> Result<(), Failure> {
    let paper = number >= FIRST_WITHOUT_PHONE || number == CHILD;
    let mut purposes = vec![ConsentPurpose::Enrol];
    // Two of three agree to be named in public; refusing costs nothing.
    if !number.is_multiple_of(3) {
        purposes.push(ConsentPurpose::NamedPublication);
    }
    if number == CHILD {
        purposes.push(ConsentPurpose::Guardian);
        insert_guardian(app, tx, id, staff).await?;
    }
    let rows = purposes.into_iter().map(|purpose| consent::ActiveModel {
        id: Set(tx.new_id()),
        volunteer_id: Set(id),
        purpose: Set(purpose),
        text_version: Set("2026-01".into()),
        channel: Set(if paper { ConsentChannel::Paper } else { ConsentChannel::MiniProgram }),
        witness: Set(paper.then(|| "村民小组长 罗大勇".into())),
        granted_at: Set(tx.now),
        granted_by: Set(paper.then_some(staff.clerk)),
        withdrawn_at: Set(None),
        ..Default::default()
    });
    consent::Entity::insert_many(rows).exec_without_returning(&**tx).await?;
    Ok(())
}

async fn insert_guardian(
    app: &App,
    tx: &Tx<'_>,
    volunteer: VolunteerId,
    staff: &Staff,
) -> Result<(), Failure> {
    let id: GuardianId = tx.new_id();
    let phone = Phone::parse("13800000045").map_err(Failure::internal)?;
    let row = guardian::ActiveModel {
        id: Set(id),
        volunteer_id: Set(volunteer),
        name: Set("罗静怡".into()),
        relation: Set("母亲".into()),
        phone_sealed: Set(volunteers::seal_guardian_phone(&app.vault, tx, id, &phone)),
        id_number_sealed: Set(None),
        consented_at: Set(Some(tx.now)),
        channel: Set(Some(ConsentChannel::Paper)),
        witness: Set(Some("村民小组长 罗大勇".into())),
        recorded_by: Set(staff.clerk),
        created_at: Set(tx.now),
    };
    guardian::Entity::insert(row).exec_without_returning(&**tx).await?;
    Ok(())
}

async fn insert_delegate(tx: &Tx<'_>, id: VolunteerId, by: AccountId) -> Result<(), Failure> {
    let row = pickup_delegate::ActiveModel {
        id: Set(tx.new_id()),
        volunteer_id: Set(id),
        slot: Set(1),
        name: Set("罗大勇".into()),
        relation: Set(DelegateRelation::Neighbour),
        registered_via: Set(RegisteredVia::SelfService),
        registered_by: Set(by),
        reason: Set(None),
        created_at: Set(tx.now),
        ended_at: Set(None),
        ended_by: Set(None),
        end_reason: Set(None),
        version: Set(1),
    };
    pickup_delegate::Entity::insert(row).exec_without_returning(&**tx).await?;
    Ok(())
}

async fn insert_card(tx: &Tx<'_>, id: VolunteerId, staff: &Staff) -> Result<(), Failure> {
    let row = card::ActiveModel {
        id: Set(tx.new_id()),
        number: Set(CardNumber::generate(tx.random()).as_str().into()),
        volunteer_id: Set(id),
        state: Set(CardState::Active),
        issued_by: Set(Some(staff.clerk)),
        issued_at: Set(Some(tx.now)),
        activated_at: Set(Some(tx.now)),
        ended_at: Set(None),
        replaced_by: Set(None),
        reason: Set(None),
        version: Set(1),
        created_at: Set(tx.now),
    };
    card::Entity::insert(row).exec_without_returning(&**tx).await?;
    Ok(())
}
