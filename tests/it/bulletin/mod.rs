//! Quarterly bulletins and their public face.

mod bulletin_correct;
mod bulletin_draft;
mod bulletin_publish;
mod files;
mod head;
mod immutable;
mod life;
mod objecting;
mod privacy;
mod public_bulletin;
mod schedule;
mod screen;

use api::ledger::{self, Source};
use api::platform::failure::Failure;
use api::platform::tx::Tx;
use chrono::{Datelike, NaiveDate, TimeDelta};
use entity::ids::{BulletinId, VolunteerId};
use entity::role_assignment::Role;
use entity::{bulletin, bulletin_figure, bulletin_line, setting};
use harness::{Answer, Client, Offer, Person, Shop, TestApp};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::{Value, json};
use uuid::Uuid;

/// A town whose quarter is over: points of every kind, and goods handed out.
struct Quarter {
    app: TestApp,
    shop: Shop,
    zhang: Person,
    li: Person,
    wang: Person,
    /// Li's redemption, handed over and not brought back.
    redeemed: String,
}

impl Quarter {
    /// Two villagers of one station and one of the other, within the quarter.
    async fn set_up() -> Self {
        let app = TestApp::start().await;
        to_the_middle_of_a_quarter(&app);
        let shop = app.shop(Offer::default()).await;
        let zhang = app.rich_volunteer("zhang-xiulan", &shop.station, 100).await;
        let li = app.rich_volunteer("li-jianguo", &shop.station, 50).await;
        let wang = app.rich_volunteer("wang-guiying", &shop.county.town.stations[1], 40).await;
        app.staff("manager", Role::StationManager, &shop.station).await;
        app.staff("town", Role::TownAdmin, &shop.county.town.institute).await;
        Self { app, shop, zhang, li, wang, redeemed: String::new() }
    }

    /// The same with something of every kind in the books, and ten days of the next quarter
    /// over. Balances: 70, 20 and 6 at the first station, 40 at the second.
    async fn over() -> Self {
        let mut quarter = Self::set_up().await;
        let rules = quarter.app.given_rules(&quarter.shop.county.town).await;
        let attended = quarter.app.attended(&quarter.zhang, &quarter.shop.station, rules, 5);
        quarter.app.store_attended(&attended).await;
        let (first, _) = quarter.shop.redeem(&quarter.zhang).await;
        quarter.shop.hand_over(&first, &quarter.zhang).await.assert_ok();
        let (second, _) = quarter.shop.redeem(&quarter.li).await;
        quarter.shop.hand_over(&second, &quarter.li).await.assert_ok();
        quarter.redeemed = second;
        let (third, _) = quarter.shop.redeem(&quarter.zhang).await;
        quarter.shop.hand_over(&third, &quarter.zhang).await.assert_ok();
        let back = json!({"condition": "sound", "reason": "领错了"});
        let path = format!("/v1/redemptions/{third}/return");
        quarter.shop.keepers.manager.post(path, back).await.assert_ok();
        quarter.books().await.unwrap();
        quarter.next_quarter();
        quarter
    }

    /// Takes over 6 of Zhao's, earns Li 4 and 10 and takes them back; zeroes Wang and restores
    /// her.
    async fn books(&self) -> Result<(), Failure> {
        let (li, wang) = (self.li.volunteer, self.wang.volunteer);
        let zhao = self.app.volunteer("zhao-dashan", &self.shop.station).await.volunteer;
        let site = self.shop.station.id;
        let source = |n: u128| Source { kind: "trial", id: Uuid::from_u128(n) };
        self.within(async |tx| {
            ledger::open(tx, zhao, site, 6, source(1), "纸质积分册结转").await?;
            ledger::earn(tx, li, site, 4, source(2), "清扫村道").await?;
            ledger::reverse(tx, source(2), source(3), "认定有误").await?;
            ledger::earn(tx, li, site, 10, source(4), "宣讲").await?;
            ledger::reverse(tx, source(4), source(5), "认定有误").await?;
            ledger::zero_out(tx, wang, source(6), "清零").await?;
            ledger::restore(tx, source(6), "撤销清零").await?;
            Ok(())
        })
        .await
    }

    async fn within<T>(
        &self,
        work: impl AsyncFn(&Tx<'_>) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        let actor = api::platform::actor::Actor::system("test", "test".into());
        api::platform::tx::in_tx(&self.app.app.core, &actor, work).await
    }

    /// Moves on to the tenth day of the next quarter.
    fn next_quarter(&self) {
        let now = self.app.clock.now();
        let first = first_of_quarter(now.date_naive()) + TimeDelta::days(100);
        let first = first_of_quarter(first);
        let tenth = first.and_hms_opt(2, 0, 0).unwrap().and_utc() + TimeDelta::days(9);
        self.app.advance(tenth - now);
    }

    /// The quarter before the one it is now, as it is written.
    fn last(&self) -> String {
        let now = first_of_quarter(self.app.clock.now().date_naive());
        let before = now - TimeDelta::days(1);
        format!("{}Q{}", before.year(), before.month0() / 3 + 1)
    }

    /// Somebody's phone, signed in at this hour.
    async fn phone(&self, name: &str) -> Client {
        self.app.sign_in(name).await
    }

    fn path(&self) -> String {
        format!("/v1/sites/{}/bulletins", self.shop.county.town.institute.id)
    }

    /// Drafts the town's bulletin of last quarter and has it made.
    async fn drafted(&self) -> Value {
        let body = json!({"quarter": self.last()});
        let draft = self.phone("town").await.post(self.path(), body).await.ok();
        self.app.run_jobs().await;
        self.read(&draft).await
    }

    /// The same, published.
    async fn published(&self) -> Value {
        let draft = self.drafted().await;
        self.step("town", &draft, "publish").await.ok()
    }

    async fn step(&self, who: &str, bulletin: &Value, step: &str) -> Answer {
        let path = format!("/v1/bulletins/{}/{step}", id_of(bulletin));
        self.phone(who).await.post(path, json!({})).await
    }

    async fn read(&self, bulletin: &Value) -> Value {
        let path = format!("/v1/bulletins/{}", id_of(bulletin));
        self.phone("town").await.get(path).await.ok()
    }

    /// An answer that everybody gets.
    async fn public(&self, bulletin: &Value, rest: &str) -> Value {
        let path = format!("/v1/public/bulletins/{}{rest}", number_of(bulletin));
        self.app.anonymous().get(path).await.ok()
    }

    /// A page or file that everybody gets.
    async fn fetch(&self, path: &str) -> Answer {
        self.app.anonymous().get(path).await
    }

    async fn set(&self, key: &str, value: Value) {
        let row = setting::ActiveModel {
            id: Set(self.app.new_id().into()),
            site_id: Set(self.shop.county.town.institute.id),
            key: Set(key.into()),
            value: Set(value),
            effective_from: Set(self.app.clock.now() - TimeDelta::minutes(1)),
            set_by: Set(None),
            created_at: Set(self.app.clock.now()),
        };
        setting::Entity::insert(row).exec_without_returning(&self.app.db).await.unwrap();
    }

    async fn figures(&self, id: BulletinId) -> Vec<bulletin_figure::Model> {
        use bulletin_figure::Column as C;
        let rows = bulletin_figure::Entity::find().filter(C::BulletinId.eq(id));
        rows.order_by_asc(C::Position).all(&self.app.db).await.unwrap()
    }

    async fn lines(&self, id: BulletinId) -> Vec<bulletin_line::Model> {
        use bulletin_line::Column as C;
        let rows = bulletin_line::Entity::find().filter(C::BulletinId.eq(id));
        rows.order_by_asc(C::Position).all(&self.app.db).await.unwrap()
    }

    async fn row(&self) -> bulletin::Model {
        bulletin::Entity::find().one(&self.app.db).await.unwrap().unwrap()
    }

    /// Agrees to be named, as on her own phone.
    async fn agree(&self, who: VolunteerId) {
        use entity::consent::{self, ConsentChannel, ConsentPurpose};
        let row = consent::ActiveModel {
            id: Set(self.app.new_id().into()),
            volunteer_id: Set(who),
            purpose: Set(ConsentPurpose::NamedPublication),
            text_version: Set("2026-01".into()),
            channel: Set(ConsentChannel::MiniProgram),
            witness: Set(None),
            granted_at: Set(self.app.clock.now()),
            granted_by: Set(None),
            withdrawn_at: Set(None),
            withdrawal_channel: Set(None),
            withdrawal_witness: Set(None),
            withdrawn_by: Set(None),
        };
        consent::Entity::insert(row).exec_without_returning(&self.app.db).await.unwrap();
    }
}

fn first_of_quarter(day: NaiveDate) -> NaiveDate {
    NaiveDate::from_ymd_opt(day.year(), day.month0() / 3 * 3 + 1, 1).unwrap()
}

/// Whatever day the tests run on: what they do lies in one quarter.
fn to_the_middle_of_a_quarter(app: &TestApp) {
    let now = app.clock.now();
    let middle = first_of_quarter(now.date_naive()) + TimeDelta::days(140);
    let middle = first_of_quarter(middle) + TimeDelta::days(45);
    app.advance(middle.and_hms_opt(2, 0, 0).unwrap().and_utc() - now);
}

fn id_of(bulletin: &Value) -> &str {
    bulletin["id"].as_str().unwrap_or_else(|| panic!("{bulletin}"))
}

fn number_of(bulletin: &Value) -> &str {
    bulletin["number"].as_str().unwrap_or_else(|| panic!("{bulletin}"))
}

/// Status and code of a refusal.
fn refusal(answer: &Answer) -> String {
    format!("{} {}", answer.status.as_u16(), answer.code())
}
