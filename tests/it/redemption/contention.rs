//! Many at once: the last piece, the last points, one key, three ends of one redemption.

use chrono::{DateTime, TimeDelta, Utc};
use entity::redemption::{self, RedemptionState};
use entity::stock_lot;
use harness::{Answer, Offer, Person, Shop, TestApp};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::json;

const CROWD: usize = 50;

/// Many log in from one address here, which the limits would take for an attack.
async fn busy() -> TestApp {
    TestApp::start_with(|config| config.limits.enabled = false).await
}

async fn crowd(app: &TestApp, shop: &Shop, points: i64) -> Vec<Person> {
    let mut people = Vec::new();
    for number in 0..CROWD {
        let name = format!("villager-{number}");
        people.push(app.rich_volunteer(&name, &shop.station, points).await);
    }
    people
}

/// Everybody sends at the same moment.
async fn all_at_once(
    requests: impl IntoIterator<Item = impl Future<Output = Answer> + 'static>,
) -> Vec<Answer> {
    let tasks: Vec<_> = requests.into_iter().map(actix_web::rt::spawn).collect();
    let mut answers = Vec::new();
    for task in tasks {
        answers.push(task.await.unwrap());
    }
    answers
}

fn split(answers: &[Answer], refusal: &str) -> (usize, usize) {
    let won = answers.iter().filter(|answer| answer.status == 201).count();
    let lost = answers.iter().filter(|answer| answer.code() == refusal).count();
    (won, lost)
}

#[actix_web::test]
async fn the_last_piece_goes_to_one_of_fifty() {
    let app = busy().await;
    let shop = app.shop(Offer { stock: 1, quantity: 1, ..Offer::default() }).await;
    let people = crowd(&app, &shop, 100).await;

    let requests = people.iter().map(|person| {
        let (client, wish) = (person.client.clone(), shop.wish(1));
        async move { client.persist("/v1/redemptions", wish).await }
    });
    let answers = all_at_once(requests).await;

    assert_eq!(split(&answers, "out_of_stock"), (1, CROWD - 1), "{:?}", answers[0]);
    app.assert_books_agree().await;
}

#[actix_web::test]
async fn more_is_offered_than_there_is_and_the_shelf_decides() {
    let app = busy().await;
    let shop = app.shop(Offer { stock: 3, quantity: 50, ..Offer::default() }).await;
    let people = crowd(&app, &shop, 100).await;

    let requests = people.iter().map(|person| {
        let (client, wish) = (person.client.clone(), shop.wish(1));
        async move { client.persist("/v1/redemptions", wish).await }
    });
    let answers = all_at_once(requests).await;

    assert_eq!(split(&answers, "out_of_stock"), (3, CROWD - 3), "{:?}", answers[0]);
    app.assert_books_agree().await;
}

#[actix_web::test]
async fn the_last_points_are_spent_once_by_fifty_requests() {
    let app = busy().await;
    let shop = app.shop(Offer { stock: 100, quantity: 100, ..Offer::default() }).await;
    let villager = app.rich_volunteer("zhang-xiulan", &shop.station, 30).await;

    let requests = (0..CROWD).map(|_| {
        let (client, wish) = (villager.client.clone(), shop.wish(1));
        async move { client.persist("/v1/redemptions", wish).await }
    });
    let answers = all_at_once(requests).await;

    assert_eq!(split(&answers, "insufficient_points"), (1, CROWD - 1), "{:?}", answers[0]);
    assert_eq!(app.points_of(villager.volunteer).await, (0, 30));
    app.assert_books_agree().await;
}

/// Nothing is redeemed once closing has been acknowledged, whoever was quicker to read.
#[actix_web::test]
async fn a_closed_session_takes_nothing_more_of_fifty() {
    let app = busy().await;
    let shop = app.shop(Offer { stock: 100, quantity: 100, ..Offer::default() }).await;
    let people = crowd(&app, &shop, 100).await;

    let send = |person: &Person| {
        let (client, wish) = (person.client.clone(), shop.wish(1));
        actix_web::rt::spawn(async move { client.post("/v1/redemptions", wish).await })
    };
    let (quick, slow) = people.split_at(CROWD - 10);
    let mut requests: Vec<_> = quick.iter().map(send).collect();
    let close = format!("/v1/redemption-sessions/{}/close", shop.session);
    shop.keepers.manager.post(close, json!({})).await.assert_ok();
    let at_close = redemption::Entity::find().count(&app.db).await.unwrap();
    requests.extend(slow.iter().map(send));
    let mut answers = Vec::new();
    for request in requests {
        answers.push(request.await.unwrap());
    }

    let (won, lost) = split(&answers, "session_not_open");
    assert_eq!(won + lost, CROWD, "each was redeemed or told");
    assert!(lost >= slow.len(), "after the end nobody redeems");
    let stored = redemption::Entity::find().count(&app.db).await.unwrap();
    assert_eq!(stored, at_close, "one was created after the session was closed");
    assert_eq!(u64::try_from(won).unwrap(), stored);
    app.assert_books_agree().await;
}

#[actix_web::test]
async fn one_key_fifty_times_is_one_redemption() {
    let app = busy().await;
    let shop = app.shop(Offer::default()).await;
    let villager = app.rich_volunteer("zhang-xiulan", &shop.station, 1000).await;

    let requests = (0..CROWD).map(|_| {
        let (client, wish) = (villager.client.clone(), shop.wish(1));
        async move { client.persist_with_key("/v1/redemptions", wish, "one-key-for-all-50").await }
    });
    let answers = all_at_once(requests).await;

    let (same, running) = split(&answers, "request_in_progress");
    assert_eq!(same + running, CROWD, "an answer or a request to wait");
    let first = answers.iter().find(|answer| answer.status == 201).unwrap();
    for answer in answers.iter().filter(|answer| answer.status == 201) {
        assert_eq!(answer.body, first.body, "byte for byte the same, code included");
    }
    assert_eq!(redemption::Entity::find().count(&app.db).await.unwrap(), 1);
    assert_eq!(app.points_of(villager.volunteer).await, (970, 30));
    app.assert_books_agree().await;
}

/// Which of the two requests for one redemption was answered with success.
struct Ends {
    fulfilled: bool,
    cancelled: bool,
}

/// Hands over and, where the holder wants out, cancels at the same moment.
async fn race(shop: &Shop, villager: &Person, id: &str, wants_out: bool) -> Ends {
    let path = format!("/v1/redemptions/{id}/cancel");
    let cancel = async {
        match wants_out {
            true => Some(villager.client.persist(&path, json!({})).await),
            false => None,
        }
    };
    let (fulfil, cancel) = tokio::join!(shop.hand_over(id, villager), cancel);
    for answer in [Some(&fulfil), cancel.as_ref()].into_iter().flatten() {
        let code = answer.code();
        let lost = ["wrong_state", "redemption_expired"].contains(&code.as_str());
        assert!(lost || answer.status.is_success(), "{}", answer.describe());
    }
    let cancelled = cancel.is_some_and(|answer| answer.status.is_success());
    Ends { fulfilled: fulfil.status.is_success(), cancelled }
}

/// Rounds of four, the holder wanting out of three. In the first nobody is overdue; in the last
/// everybody is, and nothing is handed over, though the holder may still cancel before the job
/// comes; in between they become overdue, and the job runs, while the others race. With
/// `HOLD_ROUNDS` it makes a night of it.
#[actix_web::test]
async fn handing_over_cancelling_and_expiring_end_a_redemption_once() {
    let nightly = std::env::var("HOLD_ROUNDS").ok().and_then(|rounds| rounds.parse().ok());
    let rounds: u16 = nightly.unwrap_or(5);
    let pieces = i32::from(rounds) * 4;
    let app = busy().await;
    let mut shop = app.shop(Offer { stock: pieces, quantity: pieces, ..Offer::default() }).await;
    let points = i64::from(pieces) * 30;
    let mut villager = app.rich_volunteer("zhang-xiulan", &shop.station, points).await;
    let clerk = format!("clerk-{}", shop.station.division_code);

    let (mut expired, mut handed_over_late) = (Vec::new(), 0);
    for round in 0..rounds {
        // Hours pass in a night of it.
        shop.keepers.clerk = app.sign_in(&clerk).await;
        villager.client = app.sign_in("zhang-xiulan").await;
        let mut ids = Vec::new();
        for _ in 0..4 {
            ids.push(shop.redeem(&villager).await.0);
        }
        fall_due(&app, app.clock.now() + TimeDelta::seconds(10)).await;
        if round + 1 == rounds {
            app.advance(TimeDelta::seconds(11));
        }
        let expiry = async {
            if round > 0 {
                app.advance(TimeDelta::seconds(11));
                app.run_jobs().await;
            }
        };
        let races = ids.iter().enumerate().map(|(at, id)| race(&shop, &villager, id, at > 0));
        let (ends, ()) = tokio::join!(futures_util::future::join_all(races), expiry);
        app.run_jobs().await;
        if round + 1 == rounds {
            handed_over_late = ends.iter().filter(|end| end.fulfilled).count();
        }
        expired.push(count_expired(&app, ids.iter().zip(ends)).await);
    }

    assert_eq!((expired[0], handed_over_late), (0, 0), "{expired:?}");
    assert!(expired.last() > Some(&0), "the one nobody cancelled expires: {expired:?}");
    app.assert_books_agree().await;
}

async fn fall_due(app: &TestApp, at: DateTime<Utc>) {
    redemption::Entity::update_many()
        .col_expr(redemption::Column::ExpiresAt, Expr::value(at))
        .filter(redemption::Column::State.eq(RedemptionState::Created))
        .exec(&app.db)
        .await
        .unwrap();
}

/// Each ended as it was answered, or expired if both were refused; how many expired.
async fn count_expired(app: &TestApp, all: impl Iterator<Item = (&String, Ends)>) -> usize {
    let mut expired = 0;
    for (id, end) in all {
        let row = redemption::Entity::find_by_id(id.parse::<entity::ids::RedemptionId>().unwrap());
        let state = row.one(&app.db).await.unwrap().unwrap().state;
        assert_eq!(end.fulfilled, state == RedemptionState::Fulfilled, "{state}");
        assert_eq!(end.cancelled, state == RedemptionState::Cancelled, "{state}");
        let over = end.fulfilled || end.cancelled;
        assert_eq!(!over, state == RedemptionState::Expired, "{state}");
        expired += usize::from(!over);
    }
    expired
}

#[actix_web::test]
async fn pieces_of_several_lots_are_reserved_once_under_contention() {
    let app = busy().await;
    let shop = app.shop(Offer { stock: 5, quantity: 100, ..Offer::default() }).await;
    let (keepers, station) = (&shop.keepers, &shop.station);
    for day in ["2190-01-01", "2180-01-01"] {
        keepers.stock(station, &shop.goods, 5, Some(day)).await;
    }
    let people = crowd(&app, &shop, 1000).await;

    let requests = people.iter().map(|person| {
        let (client, wish) = (person.client.clone(), shop.wish(2));
        async move { client.persist("/v1/redemptions", wish).await }
    });
    let answers = all_at_once(requests).await;

    assert_eq!(split(&answers, "out_of_stock"), (7, CROWD - 7), "{:?}", answers[0]);
    let lots = stock_lot::Entity::find().all(&app.db).await.unwrap();
    assert_eq!(lots.iter().map(|lot| lot.reserved).sum::<i32>(), 14);
    for lot in lots.iter().filter(|lot| lot.expires_on.is_some()) {
        assert_eq!(lot.reserved, 5, "what expires goes first");
    }
    app.assert_books_agree().await;
}
