//! Points whose time is over: the nightly job, what she is told, what is held meanwhile.

use api::ledger;
use api::platform::clock::{day_start, local_day};
use chrono::{DateTime, Months, TimeDelta, Utc};
use entity::ids::RedemptionId;
use entity::ledger_entry::{self, LedgerKind};
use entity::redemption::RedemptionState;
use entity::role_assignment::Role;
use entity::{setting, site};
use harness::{County, Offer, Person, Shop, TestApp};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::{Value, json};
use uuid::Uuid;

use super::given::Bank;
use super::posting::{run, source};

/// Points are good for so many months at a site, since an instant.
async fn good_for(app: &TestApp, at: &site::Model, months: i64, since: DateTime<Utc>) {
    let row = setting::ActiveModel {
        id: Set(Uuid::now_v7().into()),
        site_id: Set(at.id),
        key: Set("points_validity_months".into()),
        value: Set(json!(months)),
        effective_from: Set(since),
        set_by: Set(None),
        created_at: Set(since),
    };
    setting::Entity::insert(row).exec_without_returning(&app.db).await.unwrap();
}

async fn expiries(app: &TestApp) -> Vec<ledger_entry::Model> {
    ledger_entry::Entity::find()
        .filter(ledger_entry::Column::Kind.eq(LedgerKind::Expire))
        .order_by_asc(ledger_entry::Column::Seq)
        .all(&app.db)
        .await
        .unwrap()
}

/// A shop opened at a station that is there already.
async fn shop_at(app: &TestApp, county: County) -> Shop {
    let station = county.town.stations[0].clone();
    let keepers = app.keepers(&station).await;
    app.allow_daily(&station).await;
    let goods = keepers.goods(&station, "洗衣液").await;
    let lot = keepers.stock(&station, &goods, 10, None).await;
    let path = format!("/v1/sites/{}/redemption-sessions", station.id);
    let plan = app.session_plan(&goods, Offer::default());
    let session = keepers.manager.post(path, plan).await.id();
    let open = format!("/v1/redemption-sessions/{session}/open");
    keepers.manager.post(open, json!({})).await.assert_ok();
    Shop { county, station, keepers, goods, lot, session }
}

fn long_ago(app: &TestApp) -> DateTime<Utc> {
    app.clock.now() - TimeDelta::days(1)
}

#[actix_web::test]
async fn what_is_left_of_an_earning_expires_once_and_she_is_told_before_and_after() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let station = &county.town.stations[0];
    let her = app.volunteer("zhang-xiulan", station).await;
    let (id, home) = (her.volunteer, station.id);
    good_for(&app, &county.town.institute, 3, long_ago(&app)).await;
    let day = local_day(app.clock.now());
    run(&app, async |tx| ledger::earn(tx, id, home, 50, source(1), "清扫村道").await)
        .await
        .unwrap();
    run(&app, async |tx| ledger::zero_out(tx, id, source(9), "清零").await).await.unwrap();
    run(&app, async |tx| ledger::restore(tx, source(9), "撤销清零").await).await.unwrap();
    app.advance(TimeDelta::days(40));
    run(&app, async |tx| ledger::earn(tx, id, home, 20, source(2), "宣讲").await).await.unwrap();
    let last = day.checked_add_months(Months::new(3)).unwrap();

    let client = app.sign_in("zhang-xiulan").await;
    let points = client.get("/v1/me/points").await;
    let next = points.ok()["expiring_next"].clone();
    assert_eq!(next, json!({"points": 50, "last_day": last}));
    let past = client.get(format!("/v1/me/points?as_of={day}")).await.ok();
    assert!(past.get("expiring_next").is_none(), "the past has no future");
    app.run_jobs().await;
    assert_eq!(expiries(&app).await.len(), 0, "not yet");

    app.advance(TimeDelta::days((last - day).num_days() - 40 + 1));
    app.run_jobs().await;
    app.run_jobs().await;

    let client = app.sign_in("zhang-xiulan").await;
    let expired = expiries(&app).await;
    assert_eq!(expired.len(), 1);
    assert_eq!(expired[0].available_delta, -50);
    let view = client.get("/v1/me/points").await.ok();
    assert_eq!((&view["available"], &view["certified"]), (&json!(20), &json!(70)));
    assert_eq!(view["expiring_next"]["points"], 20);
    let newest = client.get("/v1/me/ledger-entries").await.ok()["items"][0].clone();
    assert_eq!(newest["text"], "50分到期失效，现有可用积分20分");
    let reason = newest["reason"].as_str().unwrap();
    assert!(reason.contains("有效期3个月") && reason.ends_with("到期"), "{reason}");
    app.assert_sound().await;
}

/// An earning taken back is no reason to leave the old points alone.
#[actix_web::test]
async fn old_points_expire_behind_a_young_earning_that_was_taken_back() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let station = &county.town.stations[0];
    let her = app.volunteer("zhang-xiulan", station).await;
    let (id, home) = (her.volunteer, station.id);
    good_for(&app, station, 3, long_ago(&app)).await;
    let earn = async |points, by| {
        run(&app, async |tx| ledger::earn(tx, id, home, points, source(by), "清扫村道").await)
            .await
            .unwrap()
    };
    earn(5, 1).await;
    app.advance(TimeDelta::days(60));
    earn(10, 2).await;
    run(&app, async |tx| ledger::reverse(tx, source(2), source(3), "认定有误").await)
        .await
        .unwrap();
    app.advance(TimeDelta::days(40));

    app.run_jobs().await;

    let expired = expiries(&app).await;
    assert_eq!(expired.iter().map(|row| row.available_delta).collect::<Vec<_>>(), [-5]);
    assert_eq!(app.points_of(id).await, (0, 0));
    let points = app.sign_in("zhang-xiulan").await.get("/v1/me/points").await.ok();
    assert_eq!(points.get("expiring_next"), None::<&Value>, "no day that is past");
    app.assert_sound().await;
}

#[actix_web::test]
async fn without_the_setting_nothing_ever_expires_and_a_new_one_counts_from_its_own_day() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let her = app.rich_volunteer("zhang-xiulan", &county.town.stations[0], 50).await;
    app.advance(TimeDelta::days(4000));
    app.run_jobs().await;
    assert_eq!(app.points_of(her.volunteer).await, (50, 0));
    let client = app.sign_in("zhang-xiulan").await;
    assert_eq!(client.get("/v1/me/points").await.ok().get("expiring_next"), None::<&Value>);

    good_for(&app, &county.center, 12, app.clock.now()).await;
    let last = local_day(app.clock.now()).checked_add_months(Months::new(12)).unwrap();
    app.run_jobs().await;
    assert_eq!(app.points_of(her.volunteer).await, (50, 0), "nobody loses points unwarned");
    let next = client.get("/v1/me/points").await.ok()["expiring_next"].clone();
    assert_eq!(next, json!({"points": 50, "last_day": last}));
    app.advance(TimeDelta::days(367));
    app.run_jobs().await;
    assert_eq!(app.points_of(her.volunteer).await, (0, 0));
    app.assert_sound().await;
}

#[actix_web::test]
async fn held_points_do_not_expire_and_follow_the_night_after_they_come_back() {
    let app = TestApp::start().await;
    let shop = app.shop(Offer::default()).await;
    let her = app.rich_volunteer("zhang-xiulan", &shop.station, 50).await;
    good_for(&app, &shop.station, 1, long_ago(&app)).await;
    shop.redeem(&her).await;
    let actor = api::platform::actor::Actor::system("test", "test".into());
    app.advance(TimeDelta::days(40));
    // Not the job of redemptions, which would give the points back first.
    let expire = async || {
        api::platform::tx::in_tx(&app.app.core, &actor, async |tx| {
            let terms = ledger::expiry::Terms { months: 1, since: DateTime::UNIX_EPOCH };
            ledger::expire_due(tx, her.volunteer, terms).await
        })
        .await
        .unwrap()
    };

    assert_eq!(expire().await, 20);
    assert_eq!(app.points_of(her.volunteer).await, (0, 30));
    assert_eq!(expire().await, 0, "once");
    app.run_jobs().await;
    app.run_jobs().await;

    assert_eq!(app.points_of(her.volunteer).await, (0, 0));
    let parts: Vec<_> = expiries(&app).await.iter().map(|row| row.available_delta).collect();
    assert_eq!(parts, [-20, -30]);
    app.assert_books_agree().await;
    app.assert_sound().await;
}

/// The job comes some time after midnight; the points ended before it.
#[actix_web::test]
async fn a_second_past_midnight_nobody_buys_with_what_ended_nor_is_it_promised() {
    let app = TestApp::start().await;
    let county = app.county().await;
    good_for(&app, &county.town.institute, 1, long_ago(&app)).await;
    let her = app.rich_volunteer("zhang-xiulan", &county.town.stations[0], 50).await;
    let last = app.today().checked_add_months(Months::new(1)).unwrap();
    let midnight = day_start(last.succ_opt().unwrap());
    app.advance(midnight - TimeDelta::hours(1) - app.clock.now());
    let shop = shop_at(&app, county).await;
    app.give(her.volunteer, 20).await;
    let points = async || app.sign_in("zhang-xiulan").await.get("/v1/me/points").await.ok();
    let evening = points().await;
    assert_eq!(evening["available"], 70, "the last day is not over");
    assert_eq!(evening["expiring_next"], json!({"points": 50, "last_day": last}));

    app.advance(midnight + TimeDelta::seconds(1) - app.clock.now());
    let night = points().await;
    assert_eq!((&night["available"], &night["expiring_next"]["points"]), (&json!(20), &json!(20)));
    let her = Person { client: app.sign_in("zhang-xiulan").await, ..her };
    assert_eq!(her.client.get("/v1/me").await.ok()["points"]["spendable"], 20);
    let refused = her.client.post("/v1/redemptions", shop.wish(1)).await;
    refused.assert_problem(409, "insufficient_points");
    assert_eq!(refused.json()["available"], 20);
    assert_eq!(app.points_of(her.volunteer).await, (70, 0), "a refusal leaves nothing");

    app.give(her.volunteer, 10).await;
    shop.redeem(&her).await;
    assert_eq!(app.points_of(her.volunteer).await, (0, 30));
    app.run_jobs().await;
    let expired = expiries(&app).await;
    assert_eq!(expired.iter().map(|row| row.available_delta).collect::<Vec<_>>(), [-50]);
    assert!(expired[0].reason.contains("有效期1个月"), "{}", expired[0].reason);
    app.assert_books_agree().await;
    app.assert_sound().await;
}

/// One notebook brought back is no reason to keep all that was earned on that day.
#[actix_web::test]
async fn only_what_came_back_is_kept_and_a_cancelled_order_gives_no_new_time() {
    let app = TestApp::start().await;
    let bank = Bank::open(&app, 1, 0).await;
    let (her, site) = (bank.volunteers[0], bank.site);
    let terms = ledger::expiry::Terms { months: 1, since: DateTime::UNIX_EPOCH };
    let expire =
        async || run(&app, async |tx| ledger::expire_due(tx, her, terms).await).await.unwrap();
    let [back, off] = [1, 2].map(|n| RedemptionId::from(Uuid::from_u128(n)));
    let day = app.today();
    let last = day.checked_add_months(Months::new(1)).unwrap();
    run(&app, async |tx| ledger::earn(tx, her, site, 50, source(1), "清扫村道").await)
        .await
        .unwrap();
    app.advance(TimeDelta::days((last - day).num_days() - 5));
    run(&app, async |tx| {
        bank.place(tx, back, her, 3).await?;
        bank.finish(tx, back, her, RedemptionState::Fulfilled).await?;
        bank.finish(tx, back, her, RedemptionState::Returned).await?;
        bank.place(tx, off, her, 7).await
    })
    .await
    .unwrap();

    app.advance(TimeDelta::days(6));
    assert_eq!(expire().await, 40, "without the 3 that came back and the 7 that are held");
    run(&app, async |tx| bank.finish(tx, off, her, RedemptionState::Cancelled).await)
        .await
        .unwrap();
    assert_eq!(expire().await, 7);
    assert_eq!(app.points_of(her).await, (3, 0));
    app.advance(TimeDelta::days(24));
    assert_eq!(expire().await, 0, "the thirtieth day is not over");
    app.advance(TimeDelta::days(1));
    assert_eq!(expire().await, 3);

    let expired = expiries(&app).await;
    let reason = |at: usize| expired[at].reason.as_str();
    assert!(reason(1).contains("有效期1个月"), "{}", reason(1));
    assert!(reason(2).contains("退还或恢复后保留至"), "{}", reason(2));
    app.assert_sound().await;
}

#[actix_web::test]
async fn two_nights_at_once_expire_once() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let mut people = vec![];
    for name in ["a", "b", "c"] {
        people.push(app.rich_volunteer(name, &county.town.stations[0], 50).await);
    }
    good_for(&app, &county.center, 1, long_ago(&app)).await;
    app.advance(TimeDelta::days(40));

    tokio::join!(app.run_jobs(), app.run_jobs(), app.run_jobs());

    assert_eq!(expiries(&app).await.len(), 3);
    for person in people {
        assert_eq!(app.points_of(person.volunteer).await, (0, 0));
    }
    app.assert_sound().await;
}

/// Nobody loses points unwarned: neither by inheriting a term again, nor by moving house.
#[actix_web::test]
async fn a_term_counts_since_it_holds_where_her_account_is_kept() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let (home, next) = (&county.town.stations[0], &county.town.stations[1]);
    let her = app.volunteer("zhang-xiulan", home).await;
    app.staff("town", Role::TownAdmin, &county.town.institute).await;
    app.staff("head", Role::StationManager, home).await;
    let path =
        |site: &site::Model| format!("/v1/sites/{}/settings/points_validity_months", site.id);
    let town = app.sign_in("town").await;
    town.put(path(&county.town.institute), json!({"value": 1}), 0).await.assert_ok();
    town.put(path(home), json!({"value": 0}), 0).await.assert_ok();
    app.give(her.volunteer, 50).await;
    app.advance(TimeDelta::days(60));
    app.run_jobs().await;

    let town = app.sign_in("town").await;
    town.post(format!("{}/inherit", path(home)), json!({})).await.assert_ok();
    app.run_jobs().await;

    let points = async || app.sign_in("zhang-xiulan").await.get("/v1/me/points").await.ok();
    assert_eq!(points().await["available"], 50, "the term began today");
    let profile = format!("/v1/volunteers/{}", her.volunteer);
    let head = app.sign_in("head").await;
    let version = head.get(&profile).await.ok()["version"].as_i64().unwrap();
    let body = json!({"site_id": next.id, "groups": [], "skills": [], "service_types": []});
    let moved = app.sign_in("town").await.put(&profile, body, version).await;
    moved.assert_ok();
    app.advance(TimeDelta::days(20));
    app.run_jobs().await;
    assert_eq!(points().await["available"], 50);
    app.advance(TimeDelta::days(20));
    app.run_jobs().await;
    assert_eq!(points().await["available"], 0);
    let entries = app.sign_in("zhang-xiulan").await.get("/v1/me/ledger-entries").await.ok();
    let reason = entries["items"][0]["reason"].as_str().unwrap();
    assert!(reason.contains("有效期1个月自") && reason.contains("起算"), "{reason}");
    app.assert_sound().await;
}
