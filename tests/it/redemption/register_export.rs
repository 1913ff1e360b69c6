//! `register_export`.

use std::io::Read;

use chrono::TimeDelta;
use entity::{audit_event, goods, redemption, volunteer};
use harness::{Offer, Shop, TestApp};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter,
};

/// One cell: its text or number as written, and whether it is a number.
#[derive(Debug, PartialEq)]
struct Cell {
    text: String,
    number: bool,
}

fn part(bytes: &[u8], name: &str) -> String {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let mut text = String::new();
    archive.by_name(name).unwrap().read_to_string(&mut text).unwrap();
    text
}

fn plain(xml: &str) -> String {
    let text = xml.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"");
    text.replace("&amp;", "&")
}

/// The rows of the first sheet. In constant memory texts stand in the cells themselves.
fn rows(bytes: &[u8]) -> Vec<Vec<Cell>> {
    let sheet = part(bytes, "xl/worksheets/sheet1.xml");
    assert!(!sheet.contains("<f>"), "no cell is a formula");
    let cell = |xml: &str| {
        if let Some((_, rest)) = xml.split_once("<v>") {
            let text = rest.split_once("</v>").map_or("", |(text, _)| text);
            return Cell { text: text.into(), number: true };
        }
        assert!(xml.contains("t=\"inlineStr\""), "neither number nor text: {xml}");
        let (_, rest) = xml.split_once("<t").expect("a text");
        let inner = rest.split_once('>').and_then(|(_, rest)| rest.split_once("</t>"));
        Cell { text: plain(inner.map_or("", |(text, _)| text)), number: false }
    };
    let row = |xml: &str| xml.split("<c ").skip(1).map(cell).collect::<Vec<_>>();
    sheet.split("<row ").skip(1).map(row).collect()
}

#[actix_web::test]
async fn the_workbook_opens_and_dangerous_names_are_text() {
    const NAMES: [&str; 4] = ["=HYPERLINK(1)", "＋8613800138000", "  @SUM(A1)", "-阿·木 & <b>"];
    let app = TestApp::start().await;
    let shop = app.shop(Offer::default()).await;
    goods::Entity::update_many()
        .col_expr(goods::Column::Name, Expr::value("=1+1"))
        .exec(&app.db)
        .await
        .unwrap();
    for (number, name) in NAMES.into_iter().enumerate() {
        let login = format!("villager-{number}");
        let villager = app.rich_volunteer(&login, &shop.station, 100).await;
        volunteer::Entity::update_many()
            .col_expr(volunteer::Column::Name, Expr::value(name))
            .filter(volunteer::Column::Id.eq(villager.volunteer))
            .exec(&app.db)
            .await
            .unwrap();
        let (id, _) = shop.redeem(&villager).await;
        shop.hand_over(&id, &villager).await.assert_ok();
    }
    let today = api::platform::clock::local_day(app.clock.now());
    let path = format!("/v1/sites/{}/redemption-register.xlsx", shop.station.id);

    let answer = shop.keepers.manager.get(format!("{path}?from={today}&to={today}")).await;

    assert!(answer.status.is_success(), "{}", answer.status);
    let file = format!("attachment; filename=\"redemption-register-{today}-{today}.xlsx\"");
    assert_eq!(answer.headers["content-disposition"], file);
    assert!(answer.headers["content-type"].ends_with("spreadsheetml.sheet"));
    let rows = rows(&answer.body);
    assert_eq!(rows[0][0].text, shop.station.name);
    assert_eq!(rows[2][0].text, format!("{today} 至 {today}"));
    assert_eq!(rows[3][6].text, "领取人");
    assert_eq!(rows.len(), 4 + NAMES.len());
    for (line, name) in rows[4..].iter().zip(NAMES) {
        assert_eq!(line[6], Cell { text: format!("'{name}"), number: false });
        assert_eq!(line[2], Cell { text: "'=1+1".into(), number: false });
        assert_eq!(line[3], Cell { text: "1".into(), number: true });
        assert_eq!(line[5], Cell { text: "30".into(), number: true });
    }
    let looks = audit_event::Entity::find()
        .filter(audit_event::Column::Action.eq("register_export"))
        .count(&app.db)
        .await
        .unwrap();
    assert_eq!(looks, 1);
}

#[actix_web::test]
async fn an_empty_register_is_a_workbook_too_and_not_everybodys() {
    let app = TestApp::start().await;
    let shop = app.shop(Offer::default()).await;
    let villager = app.volunteer("zhang-xiulan", &shop.station).await;
    let stranger = app.keepers(&shop.county.other.stations[0]).await;
    let path = format!("/v1/sites/{}/redemption-register.xlsx", shop.station.id);
    let path = format!("{path}?from=2026-01-01&to=2026-01-31");

    assert_eq!(rows(&shop.keepers.clerk.get(&path).await.body).len(), 4);
    villager.client.get(&path).await.assert_problem(403, "permission_denied");
    stranger.clerk.get(&path).await.assert_problem(404, "not_found");
}

/// Thousands of lines like one that was handed over, a minute after another.
async fn many_like(app: &TestApp, like: &redemption::Model, count: i64) {
    for chunk in (1..=count).collect::<Vec<_>>().chunks(200) {
        let rows = chunk.iter().map(|number| {
            let at = like.fulfilled_at.unwrap() + TimeDelta::milliseconds(*number);
            let row = redemption::Model {
                id: app.new_id().into(),
                receipt_no: format!("{number:013}"),
                pickup_code_hash: format!("{number:064}"),
                points: 30 + number % 7,
                fulfilled_at: Some(at),
                ..like.clone()
            };
            row.into_active_model().reset_all()
        });
        redemption::Entity::insert_many(rows).exec_without_returning(&app.db).await.unwrap();
    }
}

/// A station that handed over once, and `more` times like that.
pub(super) async fn busy(more: i64) -> (TestApp, Shop) {
    let app = TestApp::start().await;
    let shop = app.shop(Offer::default()).await;
    let villager = app.rich_volunteer("zhang-xiulan", &shop.station, 100).await;
    let (id, _) = shop.redeem(&villager).await;
    shop.hand_over(&id, &villager).await.assert_ok();
    let like = redemption::Entity::find().one(&app.db).await.unwrap().unwrap();
    many_like(&app, &like, more).await;
    (app, shop)
}

#[actix_web::test]
async fn a_long_register_comes_whole_and_in_order() {
    const MORE: i64 = 3_000;
    let (app, shop) = busy(MORE).await;
    let today = api::platform::clock::local_day(app.clock.now());
    let path = format!("/v1/sites/{}/redemption-register.xlsx", shop.station.id);

    let answer = shop.keepers.manager.get(format!("{path}?from={today}&to={today}")).await;

    assert_eq!(answer.headers["content-length"], answer.body.len().to_string());
    let rows = rows(&answer.body);
    assert_eq!(rows.len(), 4 + 1 + usize::try_from(MORE).unwrap());
    for (number, line) in (1..).zip(&rows[5..]) {
        let points = (30 + number % 7).to_string();
        assert_eq!(line[5], Cell { text: points, number: true }, "line {number}");
        let receipt: String = line[0].text.chars().filter(char::is_ascii_digit).collect();
        assert_eq!(receipt, format!("{number:013}"), "line {number}");
    }
}
