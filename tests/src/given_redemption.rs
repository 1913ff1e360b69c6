//! A station with goods on the shelf and a session that is open, and the books kept of it.

use api::ledger::give_points;
use chrono::TimeDelta;
use entity::hold::HoldState;
use entity::ids::VolunteerId;
use entity::redemption::RedemptionState;
use entity::{
    hold, ledger_entry, points_account, redemption, redemption_lot, session_item, setting, site,
    stock_lot,
};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};

use crate::app::TestApp;
use crate::given_goods::Keepers;
use crate::people::{County, Person};

/// What an open session offers.
#[derive(Clone, Copy, Debug)]
pub struct Offer {
    /// Pieces on the shelf.
    pub stock: i32,
    /// Pieces offered.
    pub quantity: i32,
    /// Points a piece.
    pub points: i64,
    /// Least points to have.
    pub threshold: i64,
    /// Pieces one person may take in the session.
    pub limit: Option<i32>,
    /// Pieces one person may take of this item.
    pub item_limit: Option<i32>,
}

impl Default for Offer {
    fn default() -> Self {
        Self { stock: 10, quantity: 10, points: 30, threshold: 0, limit: None, item_limit: None }
    }
}

/// A station that redeems.
#[derive(Clone, Debug)]
pub struct Shop {
    /// The county it is in.
    pub county: County,
    /// The station.
    pub station: site::Model,
    /// Who keeps its stock and counter.
    pub keepers: Keepers,
    /// The goods offered.
    pub goods: String,
    /// The lot they come from.
    pub lot: String,
    /// The open session.
    pub session: String,
}

impl TestApp {
    /// A station that redeems daily, with an open session of one kind of goods.
    pub async fn shop(&self, offer: Offer) -> Shop {
        let county = self.county().await;
        let station = county.town.stations[0].clone();
        let keepers = self.keepers(&station).await;
        self.allow_daily(&station).await;
        let goods = keepers.goods(&station, "洗衣液").await;
        let lot = keepers.stock(&station, &goods, offer.stock, None).await;
        let path = format!("/v1/sites/{}/redemption-sessions", station.id);
        let plan = self.session_plan(&goods, offer);
        let session = keepers.manager.post(path, plan).await.id();
        let open = format!("/v1/redemption-sessions/{session}/open");
        keepers.manager.post(open, json!({})).await.assert_ok();
        Shop { county, station, keepers, goods, lot, session }
    }

    /// A plan of one kind of goods, from a minute ago for a day, to be picked up in a week.
    #[must_use]
    pub fn session_plan(&self, goods: &str, offer: Offer) -> Value {
        let now = self.clock.now();
        json!({
            "title": "李家村集中兑换",
            "starts_at": now - TimeDelta::minutes(1),
            "ends_at": now + TimeDelta::days(1),
            "threshold": offer.threshold,
            "limit_per_person": offer.limit,
            "pickup_until": now + TimeDelta::days(7),
            "items": [{
                "goods_id": goods, "points": offer.points, "quantity_offered": offer.quantity,
                "limit_per_person": offer.item_limit,
            }],
        })
    }

    /// Lets a site redeem outside the monthly sessions.
    pub async fn allow_daily(&self, at: &site::Model) {
        let row = setting::ActiveModel {
            id: Set(self.new_id().into()),
            site_id: Set(at.id),
            key: Set("redemption_daily".into()),
            value: Set(json!(true)),
            effective_from: Set(self.clock.now() - TimeDelta::hours(1)),
            set_by: Set(None),
            created_at: Set(self.clock.now()),
        };
        setting::Entity::insert(row).exec_without_returning(&self.db).await.expect("setting");
    }

    /// A volunteer with points.
    pub async fn rich_volunteer(&self, name: &str, at: &site::Model, points: i64) -> Person {
        let person = self.volunteer(name, at).await;
        self.give(person.volunteer, points).await;
        person
    }

    /// Gives points to a volunteer.
    pub async fn give(&self, volunteer: VolunteerId, points: i64) {
        give_points(&self.app, volunteer, points).await.expect("points");
    }

    /// What a volunteer has: available and held.
    pub async fn points_of(&self, volunteer: VolunteerId) -> (i64, i64) {
        let found = points_account::Entity::find_by_id(volunteer).one(&self.db).await;
        found.expect("accounts").map_or((0, 0), |row| (row.available, row.held))
    }

    /// Checks that redemptions, ledger, stock and offers tell one story.
    ///
    /// # Panics
    /// Where they do not.
    pub async fn assert_books_agree(&self) {
        let redemptions = redemption::Entity::find().all(&self.db).await.expect("redemptions");
        self.assert_points_agree(&redemptions).await;
        self.assert_stock_agrees(&redemptions).await;
        for item in session_item::Entity::find().all(&self.db).await.expect("items") {
            let own = redemptions.iter().filter(|row| row.session_item_id == item.id);
            let live = own.filter(|row| is_open(row) || is_fulfilled(row));
            let taken: i32 = live.map(|row| row.quantity).sum();
            assert_eq!(item.quantity_taken, taken, "what the session counts as taken");
        }
    }

    async fn assert_points_agree(&self, redemptions: &[redemption::Model]) {
        for account in points_account::Entity::find().all(&self.db).await.expect("accounts") {
            let volunteer = account.volunteer_id;
            let entries = ledger_entry::Entity::find()
                .filter(ledger_entry::Column::VolunteerId.eq(volunteer))
                .all(&self.db)
                .await
                .expect("entries");
            let available: i64 = entries.iter().map(|entry| entry.available_delta).sum();
            let held: i64 = entries.iter().map(|entry| entry.held_delta).sum();
            assert_eq!((account.available, account.held), (available, held), "balances");
            let own = redemptions.iter().filter(|row| row.volunteer_id == volunteer);
            let open: i64 = own.filter(|row| is_open(row)).map(|row| row.points).sum();
            assert_eq!(account.held, open, "what open redemptions hold");
        }
        let holds = hold::Entity::find().all(&self.db).await.expect("holds");
        assert_eq!(holds.len(), redemptions.len(), "one hold a redemption");
        for hold in holds {
            let row = redemptions.iter().find(|row| row.id == hold.redemption_id).expect("its row");
            let state = match row.state {
                RedemptionState::Created | RedemptionState::Ready => HoldState::Open,
                RedemptionState::Fulfilled | RedemptionState::Returned => HoldState::Committed,
                RedemptionState::Cancelled | RedemptionState::Expired => HoldState::Released,
            };
            assert_eq!((hold.state, hold.points), (state, row.points), "{}", row.state);
        }
    }

    async fn assert_stock_agrees(&self, redemptions: &[redemption::Model]) {
        let parts = redemption_lot::Entity::find().all(&self.db).await.expect("parts");
        for row in redemptions {
            let own = parts.iter().filter(|part| part.redemption_id == row.id);
            let served: i32 = own.map(|part| part.quantity).sum();
            let due = if is_open(row) || is_fulfilled(row) { row.quantity } else { 0 };
            assert_eq!(served, due, "pieces of a redemption that is {}", row.state);
        }
        for lot in stock_lot::Entity::find().all(&self.db).await.expect("lots") {
            let gone = lot.issued + lot.written_off;
            assert_eq!(lot.received + lot.surplus, lot.on_hand + gone, "pieces of a lot");
            let sum = |counts: fn(&redemption::Model) -> bool| -> i32 {
                let own = parts.iter().filter(|part| part.stock_lot_id == lot.id);
                let row = |part: &redemption_lot::Model| {
                    redemptions.iter().find(|row| row.id == part.redemption_id)
                };
                own.filter(|part| row(part).is_some_and(counts)).map(|part| part.quantity).sum()
            };
            assert_eq!((lot.reserved, lot.issued), (sum(is_open), sum(is_fulfilled)));
        }
    }
}

impl Shop {
    /// What somebody sends to redeem so many pieces.
    #[must_use]
    pub fn wish(&self, quantity: i32) -> Value {
        json!({"session_id": self.session, "goods_id": self.goods, "quantity": quantity})
    }

    /// Redeems one piece for a volunteer; answers id and pick-up code.
    pub async fn redeem(&self, person: &Person) -> (String, String) {
        let placed = person.client.post("/v1/redemptions", self.wish(1)).await.ok();
        let text = |name: &str| placed[name].as_str().expect("a text").to_owned();
        (text("id"), text("pickup_code"))
    }

    /// Hands a redemption over against the recipient's card.
    pub async fn hand_over(&self, id: &str, person: &Person) -> crate::client::Answer {
        let body = json!({"card_number": person.card_number, "signature": "card"});
        self.keepers.clerk.post(format!("/v1/redemptions/{id}/fulfil"), body).await
    }
}

fn is_open(row: &redemption::Model) -> bool {
    matches!(row.state, RedemptionState::Created | RedemptionState::Ready)
}

fn is_fulfilled(row: &redemption::Model) -> bool {
    row.state == RedemptionState::Fulfilled
}
