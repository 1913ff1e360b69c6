//! Tests of the catalogue of settings, of what is in force, and of when a value may begin.

use super::super::effective::{PointsEffective, PointsValidity, Settings};
use super::*;
use uuid::Uuid;

fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_790_000_000 + seconds, 0).unwrap()
}

fn site(n: u128) -> SiteId {
    Uuid::from_u128(n).into()
}

fn row(at_site: u128, key: SettingKey, value: &Value, from: i64) -> setting::Model {
    setting::Model {
        id: Uuid::from_u128(0).into(),
        site_id: site(at_site),
        key: key.as_str().into(),
        value: value.clone(),
        effective_from: at(from),
        set_by: None,
        created_at: at(0),
    }
}

#[test]
fn the_nearest_site_wins_and_there_the_latest_that_has_begun() {
    let key = SettingKey::ClaimWindowDays;
    let rows = [
        row(1, key, &json!(10), 0),
        row(2, key, &json!(20), 100),
        row(2, key, &json!(21), 200),
        row(9, key, &json!(99), 0),
        row(2, SettingKey::GuardianAge, &json!(16), 0),
    ];
    let value = |lineage: &[SiteId], now| {
        in_force(&rows, lineage, key, at(now)).map(|row| row.value.clone())
    };
    let station = [site(3), site(2), site(1)];
    assert_eq!(value(&station, 99), Some(json!(10)), "the town's is not in force yet");
    assert_eq!(value(&station, 100), Some(json!(20)));
    assert_eq!(value(&station, 200), Some(json!(21)));
    assert_eq!(value(&[site(1)], 200), Some(json!(10)), "never downwards");
    assert_eq!(value(&station, -1), None);
}

#[test]
fn a_site_s_version_counts_its_own_rows_also_those_to_come() {
    let key = SettingKey::ClaimWindowDays;
    let rows =
        vec![row(1, key, &json!(10), 0), row(2, key, &json!(20), 50), row(2, key, &json!(30), 200)];
    let history = History { rows: rows.clone(), withdrawn: Vec::new() };
    let town = state(&history, &[site(2), site(1)], key, at(100));
    assert_eq!(town.in_force.map(|row| row.value), Some(json!(20)));
    assert_eq!(town.to_come, rows[2..]);
    assert_eq!(town.times_set, 2);
    let station = state(&history, &[site(3), site(2), site(1)], key, at(100));
    assert_eq!((station.times_set, station.to_come.len()), (0, 0));
    // Setting a value and taking it back are two steps.
    let (rows, withdrawn) = (rows[..2].to_vec(), rows[2..].to_vec());
    let town = state(&History { rows, withdrawn }, &[site(2), site(1)], key, at(100));
    assert_eq!((town.times_set, town.to_come.len()), (3, 0));
}

#[test]
fn a_site_that_inherits_again_has_the_value_above_until_it_sets_its_own() {
    let key = SettingKey::ClaimWindowDays;
    let rows = [
        row(1, key, &json!(10), 0),
        row(2, key, &json!(20), 50),
        row(2, key, &inheriting(), 100),
        row(2, key, &json!(30), 200),
    ];
    let value =
        |now| in_force(&rows, &[site(2), site(1)], key, at(now)).map(|row| row.value.clone());
    assert_eq!((value(99), value(100)), (Some(json!(20)), Some(json!(10))));
    assert_eq!((value(199), value(200)), (Some(json!(10)), Some(json!(30))));
    let own = |from| has_own(&rows, site(2), key, at(from));
    assert_eq!([own(49), own(50), own(100), own(200)], [false, true, false, true]);
    for key in SettingKey::ALL {
        assert!(key.kind().check(&inheriting()).is_err(), "{} could be set to it", key.as_str());
    }
}

#[test]
fn a_value_begins_now_or_within_a_year_and_once_at_an_instant() {
    let now = at(0);
    assert_eq!(decide_start(now, &[], now), Ok(()));
    assert!(decide_start(at(-1), &[], now).is_err());
    assert!(decide_start(now + TimeDelta::days(367), &[], now).is_err());
    assert!(decide_start(at(5), &[at(5)], now).is_err());
    assert_eq!(decide_start(at(6), &[at(5)], now), Ok(()));
}

#[test]
fn every_default_is_one_of_the_keys_own_values_and_names_are_serde_s() {
    for key in SettingKey::ALL {
        let kind = key.kind();
        assert_eq!(kind.check(&kind.default()), Ok(()), "{}", key.as_str());
        assert_eq!(json!(key), json!(key.as_str()));
        assert!(!key.title().is_empty() && !key.explanation().is_empty());
    }
}

#[test]
fn values_of_another_type_or_range_are_refused() {
    for (key, good, bad) in [
        (
            SettingKey::GuardianAge,
            json!(18),
            [json!(13), json!(19), json!("14"), json!(14.5), Value::Null],
        ),
        (
            SettingKey::RedemptionDaily,
            json!(true),
            [json!(1), json!("true"), Value::Null, json!([]), json!({})],
        ),
        (
            SettingKey::PointsEffective,
            json!("notice"),
            [json!("Notice"), json!(""), json!(true), Value::Null, json!(0)],
        ),
    ] {
        assert_eq!(key.kind().check(&good), Ok(()));
        for value in bad {
            assert!(key.kind().check(&value).is_err(), "{}: {value}", key.as_str());
        }
    }
}

#[test]
fn the_defaults_are_those_of_the_plan() {
    let settings = Settings::read(|_| None).unwrap();
    assert_eq!(settings.hours_step_minutes, 30);
    assert_eq!((settings.check_in_early_minutes, settings.check_in_late_minutes), (30, 30));
    assert_eq!(settings.daily_hours_cap_tenths, 80);
    assert_eq!(settings.points_effective, PointsEffective::Certification);
    assert_eq!((settings.guardian_age, settings.dangerous_min_age), (14, 18));
    assert_eq!(settings.record_due_working_days, 10);
    let broken =
        Settings::read(|key| (key == SettingKey::GuardianAge).then(|| (json!(70_000), at(0))));
    assert!(broken.is_err_and(|fault| fault.contains("guardian_age")));
}

#[test]
fn points_end_only_where_somebody_said_so() {
    let set = |months: i64| {
        let settings = Settings::read(|key| {
            (key == SettingKey::PointsValidityMonths).then(|| (json!(months), at(5)))
        });
        settings.unwrap().points_validity
    };
    assert_eq!(Settings::defaults().points_validity, None);
    assert_eq!(set(0), None);
    assert_eq!(set(12), Some(PointsValidity { months: 12, since: at(5) }));
}

#[test]
fn a_value_inherited_again_holds_since_then() {
    let key = SettingKey::PointsValidityMonths;
    let row = |of, value: Value, from| setting::Model {
        id: Uuid::nil().into(),
        site_id: site(of),
        key: key.as_str().into(),
        value,
        effective_from: at(from),
        set_by: None,
        created_at: at(from),
    };
    let rows = [row(1, json!(12), 10), row(2, json!(0), 20), row(2, inheriting(), 50)];
    let since = |now| holds_since(&rows, &[site(2), site(1)], key, at(now));
    assert_eq!(since(15), Some(at(10)), "the town's, from its day on");
    assert_eq!(since(30), Some(at(20)), "its own");
    assert_eq!(since(60), Some(at(50)), "nobody here was told before");
    assert_eq!(holds_since(&rows, &[site(1)], key, at(60)), Some(at(10)));
    assert_eq!(since(5), None);
}

#[test]
fn the_same_value_saved_again_holds_since_it_was_set_first() {
    let key = SettingKey::PointsValidityMonths;
    let rows = [
        row(1, key, &json!(12), 10),
        row(1, key, &json!(12), 20),
        row(1, key, &json!(6), 30),
        row(1, key, &json!(12), 40),
        row(1, key, &json!(12), 50),
        row(2, key, &json!(12), 60),
        row(2, key, &inheriting(), 70),
    ];
    let since = |lineage: &[SiteId], now| holds_since(&rows, lineage, key, at(now));
    assert_eq!(since(&[site(1)], 25), Some(at(10)), "saved once more");
    assert_eq!(since(&[site(1)], 35), Some(at(30)));
    assert_eq!(since(&[site(1)], 55), Some(at(40)), "another value was in between");
    let station = [site(2), site(1)];
    assert_eq!(since(&station, 65), Some(at(40)), "its own is what it had before");
    assert_eq!(since(&station, 75), Some(at(40)), "and so is what it inherits again");
}
