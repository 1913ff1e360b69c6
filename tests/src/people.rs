//! The county of the tests and the people in it: a county center, the town of
//! Qingshi with two stations, and another town whose people must see nothing of it.

use api::auth;
use api::wechat::simulator::demo_openid;
use chrono::NaiveDate;
use entity::ids::{AccountId, SiteId, VolunteerId};
use entity::role_assignment::{self, Role};
use entity::site::{self, SiteKind};
use entity::volunteer::{self, VolunteerState};
use entity::{card, wechat_identity};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::app::TestApp;
use crate::client::Client;

/// One town: its institute and two stations.
#[derive(Clone, Debug)]
pub struct Town {
    /// The institute (所).
    pub institute: site::Model,
    /// Its stations (站).
    pub stations: [site::Model; 2],
}

/// The whole county of a test.
#[derive(Clone, Debug)]
pub struct County {
    /// The county's center (中心).
    pub center: site::Model,
    /// The town under test.
    pub town: Town,
    /// Another town of the county.
    pub other: Town,
}

/// A signed-in volunteer.
#[derive(Clone, Debug)]
pub struct Person {
    /// Her phone.
    pub client: Client,
    /// Her account.
    pub account: AccountId,
    /// Her volunteer profile.
    pub volunteer: VolunteerId,
    /// Her card's number.
    pub card_number: String,
}

impl TestApp {
    /// Sets up the county: two towns of two stations each.
    pub async fn county(&self) -> County {
        let center = self.site(SiteKind::Center, None, "青山县新时代文明实践中心", 0).await;
        let town = self.town(&center, "青石镇", 1).await;
        let other = self.town(&center, "白水镇", 2).await;
        County { center, town, other }
    }

    async fn town(&self, center: &site::Model, name: &str, number: u32) -> Town {
        let title = format!("{name}新时代文明实践所");
        let institute = self.site(SiteKind::Institute, Some(center), &title, number * 1000).await;
        let mut stations = Vec::new();
        for (index, village) in (1..).zip(["李家村", "王家村"]) {
            let title = format!("{name}{village}新时代文明实践站");
            let code = number * 1000 + index;
            stations.push(self.site(SiteKind::Station, Some(&institute), &title, code).await);
        }
        Town { institute, stations: stations.try_into().expect("two stations") }
    }

    async fn site(
        &self,
        kind: SiteKind,
        parent: Option<&site::Model>,
        name: &str,
        code: u32,
    ) -> site::Model {
        let id = SiteId::from(self.new_id());
        let above = parent.map_or("/", |parent| parent.path.as_str());
        let town_id = match kind {
            SiteKind::Center => None,
            SiteKind::Institute => Some(id),
            SiteKind::Station => parent.and_then(|parent| parent.town_id),
        };
        let row = site::Model {
            id,
            kind,
            parent_id: parent.map(|parent| parent.id),
            town_id,
            path: format!("{above}{}/", Uuid::from(id).simple()),
            name: name.into(),
            short_name: name.chars().take(6).collect(),
            county_name: "青山县".into(),
            town_name: town_id.map(|_| "青石镇".into()),
            village_name: (kind == SiteKind::Station).then(|| "李家村".into()),
            division_code: format!("51012{code:07}"),
            star_level: None,
            resident_population: Some(1000),
            address: None,
            valid_from: NaiveDate::from_ymd_opt(2022, 4, 1).expect("a day"),
            valid_to: None,
            time_zone: "Asia/Shanghai".into(),
            version: 1,
        };
        let new: site::ActiveModel = row.clone().into();
        site::Entity::insert(new).exec_without_returning(&self.db).await.expect("site");
        row
    }

    /// Signs in the sandbox user `name` and gives her a role at a site.
    pub async fn staff(&self, name: &str, role: Role, at: &site::Model) -> Client {
        self.sign_in(name).await;
        let account = self.account(name).await;
        let row = role_assignment::ActiveModel {
            id: Set(self.new_id().into()),
            account_id: Set(account),
            role: Set(role),
            site_id: Set(at.id),
            granted_by: Set(None),
            granted_at: Set(self.clock.now()),
            revoked_at: Set(None),
            revoked_by: Set(None),
        };
        role_assignment::Entity::insert(row).exec_without_returning(&self.db).await.expect("role");
        auth::forget_account(&self.app, account).await;
        self.sign_in(name).await
    }

    /// A verified volunteer with an active card, signed in as the sandbox user `name`.
    pub async fn volunteer(&self, name: &str, station: &site::Model) -> Person {
        self.sign_in(name).await;
        let account = self.account(name).await;
        let (volunteer, card_number) = self.enrol(Some(account), name, station).await;
        auth::forget_account(&self.app, account).await;
        let client = self.sign_in(name).await;
        Person { client, account, volunteer, card_number }
    }

    /// A verified volunteer with an active card, who has signed in once; her tokens.
    pub async fn villager(&self, name: &str, station: &site::Model) -> Value {
        let body = json!({"code": format!("demo:{name}")});
        let pair = self.anonymous().post("/v1/auth/wechat-login", body).await.ok();
        let account = self.account(name).await;
        self.enrol(Some(account), name, station).await;
        auth::forget_account(&self.app, account).await;
        pair
    }

    /// A verified volunteer without a phone: nothing but a profile and a card.
    pub async fn card_only(&self, name: &str, station: &site::Model) -> (VolunteerId, String) {
        self.enrol(None, name, station).await
    }

    async fn enrol(
        &self,
        account: Option<AccountId>,
        name: &str,
        station: &site::Model,
    ) -> (VolunteerId, String) {
        let id = VolunteerId::from(self.new_id());
        let index = self.app.vault.index.index("volunteer.id_number", &id.to_string());
        let aad = format!("volunteer|id_number|{id}");
        let sealed = self.app.vault.data.seal(&aad, b"TEST-0001", self.app.ids.bytes());
        let row = volunteer::ActiveModel {
            id: Set(id),
            account_id: Set(account),
            site_id: Set(station.id),
            state: Set(VolunteerState::Active),
            name: Set(name.into()),
            gender: Set(2),
            birth_date: Set(NaiveDate::from_ymd_opt(1985, 6, 1).expect("a day")),
            id_type: Set(volunteer::IdType::Other),
            id_number_sealed: Set(Some(sealed)),
            id_number_index: Set(Some(index)),
            phone_sealed: Set(None),
            phone_index: Set(None),
            phone_verified: Set(false),
            external_volunteer_no: Set(None),
            groups: Set(Default::default()),
            skills: Set(Default::default()),
            service_types: Set(Default::default()),
            registered_via: Set(volunteer::RegisteredVia::SelfService),
            assisted_by: Set(None),
            assisted_reason: Set(None),
            assisted_witness: Set(None),
            identity_by: Set(None),
            verified_by: Set(None),
            verified_at: Set(Some(self.clock.now())),
            admitted_at: Set(Some(self.clock.now())),
            state_reason: Set(None),
            version: Set(1),
            created_at: Set(self.clock.now()),
            updated_at: Set(self.clock.now()),
        };
        volunteer::Entity::insert(row).exec_without_returning(&self.db).await.expect("volunteer");
        let number = api::card::number::CardNumber::generate(self.app.ids.bytes());
        let number = number.as_str().to_owned();
        let row = card::ActiveModel {
            id: Set(self.new_id().into()),
            number: Set(number.clone()),
            volunteer_id: Set(id),
            state: Set(card::CardState::Active),
            issued_by: Set(None),
            issued_at: Set(Some(self.clock.now())),
            activated_at: Set(Some(self.clock.now())),
            ended_at: Set(None),
            replaced_by: Set(None),
            reason: Set(None),
            version: Set(1),
            created_at: Set(self.clock.now()),
        };
        card::Entity::insert(row).exec_without_returning(&self.db).await.expect("card");
        (id, number)
    }

    /// The account of a sandbox user who has signed in.
    pub async fn account(&self, name: &str) -> AccountId {
        let openid = demo_openid(&self.app.config.wechat.appid, name);
        let found = wechat_identity::Entity::find()
            .filter(wechat_identity::Column::Openid.eq(openid))
            .one(&self.db)
            .await
            .expect("identities");
        found.expect("has signed in").account_id
    }
}
