//! Volunteers as they register, and the numbers on their documents.

use chrono::{Datelike, Utc};
use entity::site;
use serde_json::{Value, json};

use crate::client::Client;

/// A sound resident identity number (GB 11643) for a birth date and a gender (1 man, 2 woman).
#[must_use]
pub fn resident_id(birth_date: &str, gender: u8, serial: u32) -> String {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let (pair, last) = (serial / 5 % 100, serial % 5 * 2 + u32::from(gender % 2));
    let body = format!("510123{}{pair:02}{last}", birth_date.replace('-', ""));
    let digits = body.chars().filter_map(|c| c.to_digit(10));
    let sum: u32 = digits.zip(WEIGHTS).map(|(digit, weight)| digit * weight).sum();
    let at = usize::try_from(sum % 11).expect("small");
    let check = "10X98765432".chars().nth(at).expect("a remainder below 11");
    format!("{body}{check}")
}

/// The birth date of somebody who turned `years` some time this year or last.
#[must_use]
pub fn born_years_ago(years: i32) -> String {
    let today = Utc::now().date_naive() - chrono::TimeDelta::days(40);
    format!("{}-{:02}-01", today.year() - years, today.month())
}

/// A body by which a woman born on that day registers herself.
#[must_use]
pub fn registration(at: &site::Model, birth_date: &str, serial: u32) -> Value {
    json!({
        "name": "张秀兰",
        "gender": 2,
        "birth_date": birth_date,
        "id_type": "resident_id",
        "id_number": resident_id(birth_date, 2, serial),
        "site_id": at.id,
        "groups": ["群众"],
        "skills": ["理发"],
        "service_types": ["敬老"],
        "consents": [{"purpose": "enrol", "text_version": "2026-01"}],
    })
}

/// A body by which staff register a woman without a phone.
#[must_use]
pub fn assisted_registration(birth_date: &str, serial: u32) -> Value {
    json!({
        "name": "王桂英",
        "gender": 2,
        "birth_date": birth_date,
        "id_type": "resident_id",
        "id_number": resident_id(birth_date, 2, serial),
        "reason": "没有智能手机，到站点现场登记",
        "witness": "李支书",
        "consents": [{"purpose": "enrol", "text_version": "2026-01", "channel": "paper"}],
    })
}

/// A body by which a mother consents at the station.
#[must_use]
pub fn guardianship() -> Value {
    json!({
        "name": "李桂芳", "relation": "母亲", "phone": "13900139000",
        "channel": "paper", "witness": "李支书", "consented": true, "text_version": "2026-01",
    })
}

/// A body by which staff confirm the woman of that document.
#[must_use]
pub fn document(birth_date: &str, serial: u32) -> Value {
    json!({"id_number": resident_id(birth_date, 2, serial)})
}

/// Registers somebody at the counter; gives her id.
pub async fn register_assisted(
    staff: &Client,
    at: &site::Model,
    birth_date: &str,
    serial: u32,
) -> String {
    let path = format!("/v1/sites/{}/volunteers", at.id);
    staff.post(path, assisted_registration(birth_date, serial)).await.id()
}
