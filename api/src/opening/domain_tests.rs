//! Unit tests of the rules of take-overs.

use chrono::DateTime;
use sea_orm::Iterable;

use super::*;

fn id<T: From<Uuid>>(n: u128) -> T {
    Uuid::from_u128(n).into()
}

fn known() -> Known {
    let person = |name: &str, state| Person { name: name.into(), state };
    Known {
        cards: HashMap::from([
            ("C1".into(), id(1)),
            ("C2".into(), id(2)),
            ("C4".into(), id(4)),
            ("C9".into(), id(9)),
        ]),
        external: HashMap::from([("E1".into(), id(1)), ("E3".into(), id(3))]),
        people: HashMap::from([
            (id(1), person("张秀兰", VolunteerState::Active)),
            (id(2), person("李芬", VolunteerState::Suspended)),
            (id(3), person("王敏", VolunteerState::Active)),
            (id(4), person("赵站长", VolunteerState::Active)),
        ]),
        close: HashSet::from([id(4)]),
        with_entries: HashSet::from([id(3)]),
        booked: HashSet::from(["old".into()]),
    }
}

fn line() -> Line {
    Line {
        number: 2,
        row_id: "1".into(),
        card_number: "C1".into(),
        external_no: String::new(),
        name: "张秀兰".into(),
        points: "30".into(),
        page: "册一第3页".into(),
    }
}

fn faults(line: Line) -> Vec<&'static str> {
    let found = check(&[line], &known()).err().unwrap_or_default();
    found.into_iter().map(|fault| fault.field).collect()
}

#[test]
fn a_sound_line_is_booked_by_card_or_external_number() {
    let openings = check(&[line()], &known()).unwrap();
    assert_eq!((openings[0].volunteer, openings[0].points), (id(1), 30));
    let by_number = Line { card_number: String::new(), external_no: "E1".into(), ..line() };
    assert_eq!(check(&[by_number], &known()).unwrap()[0].volunteer, id(1));
    assert_eq!(faults(Line { external_no: "E1".into(), ..line() }), [""; 0]);
}

#[test]
fn every_fault_of_a_line_is_named() {
    for (line, field) in [
        (Line { row_id: String::new(), ..line() }, "row_id"),
        (Line { row_id: "x".repeat(41), ..line() }, "row_id"),
        (Line { row_id: "old".into(), ..line() }, "row_id"),
        (Line { card_number: String::new(), ..line() }, "card_number"),
        (Line { card_number: "C7".into(), ..line() }, "card_number"),
        (Line { card_number: "C9".into(), ..line() }, "card_number"),
        (Line { external_no: "E3".into(), ..line() }, "external_no"),
        (Line { external_no: "E7".into(), ..line() }, "external_no"),
        (Line { name: "张秀".into(), ..line() }, "name"),
        (Line { card_number: "C2".into(), name: "李芬".into(), ..line() }, "card_number"),
        (Line { card_number: "C4".into(), name: "赵站长".into(), ..line() }, "card_number"),
        (Line { page: String::new(), ..line() }, "page"),
        (Line { page: "页".repeat(41), ..line() }, "page"),
    ] {
        assert_eq!(faults(line.clone()), [field], "{line:?}");
    }
    for points in ["", "0", "-1", "1.5", "100001", "+3", "3分", "９", "9999999"] {
        assert_eq!(faults(Line { points: points.into(), ..line() }), ["points"], "{points}");
    }
    let has_entries = Line {
        card_number: String::new(),
        external_no: "E3".into(),
        name: "王敏".into(),
        ..line()
    };
    assert_eq!(faults(has_entries), ["external_no"]);
    let all = Line { number: 7, ..Line::default() };
    assert_eq!(faults(all), ["row_id", "card_number", "points", "page"]);
}

#[test]
fn nobody_and_no_row_stands_twice_in_a_file() {
    let second = Line { number: 3, row_id: "2".into(), ..line() };
    let faults = check(&[line(), second], &known()).unwrap_err();
    assert_eq!((faults.len(), faults[0].line, faults[0].field), (1, 3, "card_number"));
    let second = Line { number: 3, ..line() };
    let faults = check(&[line(), second], &known()).unwrap_err();
    assert_eq!(faults.iter().map(|f| f.field).collect::<Vec<_>>(), ["row_id", "card_number"]);
    let second = Line { number: 3, card_number: String::new(), external_no: "E1".into(), ..line() };
    let second = Line { row_id: "2".into(), ..second };
    let faults = check(&[line(), second], &known()).unwrap_err();
    assert_eq!(faults[0].field, "external_no", "the column that names her");
}

#[test]
fn the_digest_changes_with_every_value() {
    let openings = check(&[line()], &known()).unwrap();
    let other = |change: fn(&mut Opening)| {
        let mut openings = openings.clone();
        openings.iter_mut().for_each(change);
        digest(id(1), "纸质册", &openings)
    };
    let mut seen = HashSet::from([digest(id(1), "纸质册", &openings)]);
    assert!(!seen.insert(other(|_| {})));
    for digest in [
        other(|o| o.line += 1),
        other(|o| o.points += 1),
        other(|o| o.page.push('x')),
        other(|o| o.row_id.push('x')),
        other(|o| o.volunteer = id(2)),
        digest(id(2), "纸质册", &openings),
        digest(id(1), "纸质册二", &openings),
    ] {
        assert!(seen.insert(digest));
    }
}

fn import(state: OpeningImportState) -> opening_import::Model {
    opening_import::Model {
        id: id(1),
        site_id: id(2),
        source: "纸质册".into(),
        file_hash: String::new(),
        state,
        row_count: 1,
        fault_count: 0,
        points: 30,
        digest: "d".into(),
        created_by: id(5),
        created_at: DateTime::UNIX_EPOCH,
        committed_by: None,
        committed_at: None,
        done_line: 0,
        rows_done: 0,
        rows_booked: 0,
        finished_at: None,
        version: 1,
    }
}

#[test]
fn another_person_commits_what_she_saw_once() {
    use OpeningImportState as S;
    for state in S::iter() {
        let row = import(state);
        let decided = decide_commit(&row, id(6), "d");
        let expected = match state {
            S::Faulty => Err(OpeningRefusal::Faulty),
            S::Checked | S::Committing => Ok(S::Committing),
            S::Committed | S::Discarded => Err(OpeningRefusal::WrongState),
        };
        assert_eq!(decided, expected, "{state}");
        let offered = allowed(&row, id(6), false);
        assert_eq!(offered.contains(&OpeningAction::Commit), expected.is_ok(), "{state}");
        assert_eq!(OpeningAction::Finish.apply(state).is_some(), state == S::Committing);
    }
    let row = import(S::Checked);
    assert_eq!(decide_commit(&row, id(5), "d"), Err(OpeningRefusal::SecondPerson));
    assert_eq!(decide_commit(&row, id(6), "e"), Err(OpeningRefusal::Digest));
    assert!(!allowed(&row, id(5), false).contains(&OpeningAction::Commit));
}

#[test]
fn what_is_not_booked_is_discarded_unless_a_task_books_it() {
    use OpeningImportState as S;
    for state in S::iter() {
        let decided = decide_discard(state, false);
        let expected = match state {
            S::Faulty | S::Checked | S::Committing => Ok(S::Discarded),
            S::Committed | S::Discarded => Err(OpeningRefusal::WrongState),
        };
        assert_eq!(decided, expected, "{state}");
        let offered = allowed(&import(state), id(5), false);
        assert_eq!(offered.contains(&OpeningAction::Discard), expected.is_ok(), "{state}");
    }
    assert_eq!(decide_discard(S::Committing, true), Err(OpeningRefusal::WrongState));
    assert!(!allowed(&import(S::Committing), id(5), true).contains(&OpeningAction::Discard));
}

#[test]
fn who_uploads_a_line_about_herself_or_her_kin_is_told_so() {
    let own = Line { card_number: "C4".into(), name: "赵站长".into(), ..line() };
    let faults = check(&[own], &known()).unwrap_err();
    assert_eq!(faults.len(), 1);
    assert!(faults[0].message.contains("上传人本人"), "{}", faults[0].message);
}
