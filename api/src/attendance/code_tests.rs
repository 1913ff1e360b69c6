//! What a rotating code proves, and what no forged one does.

use proptest::prelude::*;

use super::*;

const ACTIVITY: Uuid = Uuid::from_u128(0x018f_0000_0000_7000_8000_0000_0000_0001);
const OTHER: Uuid = Uuid::from_u128(0x018f_0000_0000_7000_8000_0000_0000_0002);

fn keys() -> CodeKeys {
    CodeKeys::new(1, SecretKey::from([1; 32]))
}

/// Beginning of a slot, on an afternoon.
fn start() -> DateTime<Utc> {
    "2026-10-01T06:30:00Z".parse().unwrap()
}

fn at(milliseconds: i64) -> DateTime<Utc> {
    start() + TimeDelta::milliseconds(milliseconds)
}

fn code() -> CheckInCode {
    keys().issue(ACTIVITY, Direction::In, start(), [7; 8]).unwrap()
}

fn scan(text: &str, now: DateTime<Utc>) -> Result<CodeFacts, CodeRefusal> {
    keys().check(text, ACTIVITY, Direction::In, now)
}

#[test]
fn lives_for_its_slot_and_the_next() {
    let code = code();
    assert_eq!(code.as_str().len(), 63);
    assert_eq!(code.facts().expires_at(), at(30_000));
    for (milliseconds, answer) in [
        (-5_001, Err(CodeRefusal::TooEarly)),
        (-5_000, Ok(*code.facts())),
        (-1, Ok(*code.facts())),
        (0, Ok(*code.facts())),
        (14_999, Ok(*code.facts())),
        (15_000, Ok(*code.facts())),
        (29_999, Ok(*code.facts())),
        (30_000, Err(CodeRefusal::Expired)),
        (31_000, Err(CodeRefusal::Expired)),
        (86_400_000, Err(CodeRefusal::Expired)),
    ] {
        assert_eq!(scan(code.as_str(), at(milliseconds)), answer, "{milliseconds} ms");
    }
}

#[test]
fn a_code_shown_late_in_its_slot_still_ends_with_the_next() {
    let late = keys().issue(ACTIVITY, Direction::In, at(14_999), [7; 8]).unwrap();
    assert_eq!(late, code());
}

#[test]
fn every_flipped_bit_and_every_other_character_is_unknown() {
    let code = code();
    let bytes = BASE64URL_NOPAD.decode(code.as_str().as_bytes()).unwrap();
    for bit in 0..bytes.len() * 8 {
        let mut forged = bytes.clone();
        forged[bit / 8] ^= 1 << (bit % 8);
        let forged = BASE64URL_NOPAD.encode(&forged);
        // Also where the flip would make it expired or another activity's.
        assert_eq!(scan(&forged, at(0)), Err(CodeRefusal::Unknown), "bit {bit}");
    }
    for place in 0..code.as_str().len() {
        let mut forged = code.as_str().as_bytes().to_vec();
        for c in (b'!'..=b'~').filter(|c| *c != code.as_str().as_bytes()[place]) {
            forged[place] = c;
            let text = std::str::from_utf8(&forged).unwrap();
            assert_eq!(scan(text, at(0)), Err(CodeRefusal::Unknown), "{text}");
        }
    }
}

#[test]
fn cut_and_padded_codes_are_unknown() {
    let text = code().as_str().to_owned();
    for wrong in [text[..62].to_owned(), format!("{text}A"), format!("{text}="), String::new()] {
        assert_eq!(scan(&wrong, at(0)), Err(CodeRefusal::Unknown));
    }
}

#[test]
fn is_for_one_activity_and_one_direction() {
    let code = code();
    let check = |activity, direction| keys().check(code.as_str(), activity, direction, at(1));
    assert_eq!(check(OTHER, Direction::In), Err(CodeRefusal::WrongActivity));
    assert_eq!(check(ACTIVITY, Direction::Out), Err(CodeRefusal::WrongDirection));
    assert!(check(ACTIVITY, Direction::In).is_ok());
}

#[test]
fn two_keys_are_known_at_a_time() {
    let code = code();
    let check = |keys: &CodeKeys| keys.check(code.as_str(), ACTIVITY, Direction::In, at(1)).is_ok();
    let rotated = keys().rotate(2, SecretKey::from([2; 32]));
    assert!(check(&rotated));
    assert!(!check(&rotated.clone().rotate(3, SecretKey::from([3; 32]))));
    // The same id with another key is as unknown as another id.
    assert!(!check(&CodeKeys::new(1, SecretKey::from([9; 32]))));
    let new = rotated.issue(ACTIVITY, Direction::In, start(), [7; 8]).unwrap();
    assert_ne!(new.as_str(), code.as_str());
    assert_eq!(scan(new.as_str(), at(0)), Err(CodeRefusal::Unknown));
}

/// Made with an independent implementation (python3 hmac): key of the activity and of the day
/// in local time, which a screen may be given without the master.
#[test]
fn the_format_never_changes() {
    let evening: DateTime<Utc> = "2026-10-01T15:59:50Z".parse().unwrap();
    let code = keys().issue(ACTIVITY, Direction::In, evening, [7; 8]).unwrap();
    assert_eq!(code.as_str(), "AQEBjwAAAABwAIAAAAAAAAABAQcdxH8HBwcHBwcHB7YHucEx6zkBI_Dpd775bH0");
    let next_day = evening + TimeDelta::seconds(10);
    let next = keys().issue(ACTIVITY, Direction::In, next_day, [7; 8]).unwrap();
    assert_eq!(next.as_str(), "AQEBjwAAAABwAIAAAAAAAAABAQcdxIAHBwcHBwcHB12u7YqGQYndSMyada-xPos");
}

#[test]
fn a_code_lives_across_local_midnight() {
    let before: DateTime<Utc> = "2026-10-01T15:59:50Z".parse().unwrap();
    let code = keys().issue(ACTIVITY, Direction::In, before, [7; 8]).unwrap();
    assert!(scan(code.as_str(), before + TimeDelta::seconds(20)).is_ok());
}

#[test]
fn debug_does_not_give_the_code_away() {
    let shown = format!("{:?}", code());
    assert!(!shown.contains(code().as_str()) && shown.contains("slot"));
}

proptest! {
    #[test]
    fn accepted_exactly_within_the_window(
        issued in 0_i64..4_000_000_000,
        ahead in -60_000_i64..60_000,
        nonce in any::<[u8; 8]>(),
    ) {
        let issued = DateTime::from_timestamp(issued, 0).unwrap();
        let code = keys().issue(ACTIVITY, Direction::In, issued, nonce).unwrap();
        let since = TimeDelta::milliseconds(ahead);
        let answer = scan(code.as_str(), code.facts().shown_at() + since).is_ok();
        prop_assert_eq!(answer, (-5_000..30_000).contains(&ahead));
    }

    #[test]
    fn rubbish_is_unknown(text in "[A-Za-z0-9_-]{63}|.{0,70}") {
        prop_assert_eq!(scan(&text, start()), Err(CodeRefusal::Unknown));
    }
}
