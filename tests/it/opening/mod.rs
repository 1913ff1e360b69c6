//! Take-over of paper books.

mod opening_import_commit;
mod opening_import_create;
mod opening_import_discard;
mod opening_import_read;
mod opening_row_list;

use chrono::Utc;
use data_encoding::BASE64;
use entity::ids::VolunteerId;
use entity::role_assignment::Role;
use entity::{ledger_entry, relative};
use harness::{Answer, Client, County, Person, TestApp};
use sea_orm::{ActiveValue::Set, EntityTrait, PaginatorTrait};
use serde_json::{Value, json};
use uuid::Uuid;

pub(crate) const HEAD: &str = "行编号,卡号,志愿者外部编号,姓名,积分,纸质册页码";

/// A station with paper books, and two persons who may take them over.
struct Books {
    app: TestApp,
    county: County,
    uploader: Client,
    second: Client,
    /// Villagers without a phone: who, the card, the name.
    people: Vec<(VolunteerId, String, String)>,
}

impl Books {
    async fn open(people: usize) -> Self {
        let app = TestApp::start().await;
        let county = app.county().await;
        let station = &county.town.stations[0];
        let uploader = app.staff("uploader", Role::StationManager, station).await;
        let second = app.staff("second", Role::TownAdmin, &county.town.institute).await;
        let mut books = Self { app, county, uploader, second, people: vec![] };
        for number in 0..people {
            let name = format!("村民{number}");
            let station = &books.county.town.stations[0];
            let (id, card) = books.app.card_only(&name, station).await;
            books.people.push((id, card, name));
        }
        books
    }

    /// A file with a line of thirty points for everybody.
    fn file(&self) -> String {
        let mut text = format!("{HEAD}\n");
        for (number, (_, card, name)) in self.people.iter().enumerate() {
            text.push_str(&format!("行{number},{card},,{name},30,册一第{number}页\n"));
        }
        text
    }

    /// Somebody of the staff says whose daughter she is.
    async fn declare_kin(&self, staff: &Person, kin: VolunteerId) {
        let row = relative::ActiveModel {
            id: Set(Uuid::now_v7().into()),
            account_id: Set(staff.account),
            volunteer_id: Set(kin),
            relation: Set("母女".into()),
            declared_by: Set(staff.account),
            declared_at: Set(Utc::now()),
            withdrawn_at: Set(None),
        };
        relative::Entity::insert(row).exec_without_returning(&self.app.db).await.unwrap();
    }

    async fn upload(&self, text: &str) -> Answer {
        let site = self.county.town.stations[0].id;
        self.uploader.post(format!("/v1/sites/{site}/opening-imports"), csv(text)).await
    }

    async fn commit(&self, by: &Client, import: &Value) -> Answer {
        let path = format!("/v1/opening-imports/{}/commit", import["id"].as_str().unwrap());
        by.post(path, json!({"digest": import["digest"]})).await
    }

    async fn discard(&self, by: &Client, import: &Value) -> Answer {
        let path = format!("/v1/opening-imports/{}/discard", import["id"].as_str().unwrap());
        by.post(path, json!({})).await
    }

    async fn read(&self, import: &Value) -> Value {
        let path = format!("/v1/opening-imports/{}", import["id"].as_str().unwrap());
        self.uploader.get(path).await.ok()
    }

    async fn entries(&self) -> u64 {
        ledger_entry::Entity::find().count(&self.app.db).await.unwrap()
    }

    async fn close(self) {
        self.app.run_jobs().await;
        self.app.assert_sound().await;
    }
}

/// The body that uploads a text.
pub(crate) fn csv(text: &str) -> Value {
    json!({
        "source": "李家村2025年纸质积分册", "format": "csv", "encoding": "utf-8",
        "content": BASE64.encode(text.as_bytes()),
    })
}
