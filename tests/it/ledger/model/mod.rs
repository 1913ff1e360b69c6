//! Random lives of two volunteers and a shop: the real write path on a real database against
//! pure rules and plain maps. After each step the same answer, down to the refusal's code, the
//! same balances and the same stock; at the end sound books. `MODEL_CASES` makes a night of it.

mod acting;
mod points;
mod reference;
mod shop;
mod step;
mod world;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;

use entity::{ledger_entry, redemption, session_item, stock_lot};
use harness::is_postgres;
use proptest::prelude::*;
use proptest_state_machine::{ReferenceStateMachine, StateMachineTest};
use sea_orm::{EntityTrait, PaginatorTrait};

use reference::Reference;
use step::{KINDS, Step};
use world::{Scene, World, balances};

/// How often a kind of step was taken, and how often it was refused with which code.
type Tally = (u32, BTreeMap<String, u32>);

/// The same of every kind.
static TALLY: Mutex<BTreeMap<String, Tally>> = Mutex::new(BTreeMap::new());

struct Life;

impl StateMachineTest for Life {
    type SystemUnderTest = World;
    type Reference = Reference;

    fn init_test(reference: &Reference) -> World {
        World::new(reference)
    }

    fn apply(mut world: World, reference: &Reference, step: Step) -> World {
        let answer = world.does(async |scene| scene.take(reference, step).await);
        assert_eq!(answer, reference.answer, "{step:?}: the service, the model");
        let mut tally = TALLY.lock().unwrap();
        let (taken, refused) = tally.entry(step.kind()).or_default();
        *taken += 1;
        if let Err(code) = answer {
            *refused.entry(code).or_default() += 1;
        }
        world
    }

    fn check_invariants(world: &World, reference: &Reference) {
        world.shows(async |scene| compare(scene, reference).await);
    }

    fn teardown(mut world: World, reference: Reference) {
        world.does(async |scene| {
            let written = ledger_entry::Entity::find().count(&scene.app.db).await.unwrap();
            assert_eq!(written, reference.accounts.entries, "entries");
            scene.app.assert_books_agree().await;
            scene.app.run_jobs().await;
            scene.app.assert_sound().await;
        });
    }
}

/// The same balances, lots, redemptions and offers on both sides.
async fn compare(scene: &Scene, reference: &Reference) {
    for (her, state) in scene.people.iter().zip(&reference.accounts.states) {
        let expected = [state.available(), state.held(), state.recovery_due(), state.last_seq()];
        assert_eq!(balances(&scene.app, *her).await, expected, "balances");
    }
    let (db, shop) = (&scene.app.db, &reference.shop);
    let found = stock_lot::Entity::find().all(db).await.unwrap();
    assert_eq!(found.len(), shop.lots.len(), "lots");
    for (id, lot) in scene.lots.iter().zip(&shop.lots) {
        let real = found.iter().find(|row| row.id.to_string() == *id).expect("the lot");
        let moved = [real.issued, real.written_off, real.surplus];
        assert_eq!(
            (real.state, real.received, real.on_hand, real.reserved, moved),
            (
                lot.state,
                lot.received,
                lot.on_hand,
                lot.reserved,
                [lot.issued, lot.written_off, lot.surplus],
            ),
            "a lot: state, received, on hand, reserved, gone"
        );
    }
    let found = redemption::Entity::find().all(db).await.unwrap();
    assert_eq!(found.len(), shop.redemptions.len(), "redemptions");
    for (id, row) in scene.redemptions.iter().zip(&shop.redemptions) {
        let real = found.iter().find(|row| row.id.to_string() == *id).expect("the redemption");
        assert_eq!((real.state, real.points, real.quantity), (row.state, row.points, row.pieces));
    }
    let found = session_item::Entity::find().all(db).await.unwrap();
    for (id, session) in scene.sessions.iter().zip(&shop.sessions) {
        let real = found.iter().find(|row| row.session_id.to_string() == *id).expect("the item");
        assert_eq!(real.quantity_taken, session.taken, "taken of a session's offer");
    }
}

/// Refusals that no run is too short to meet; of the others it meets some.
const REFUSALS: [&str; 9] = [
    "adjustment_pending",
    "idempotency_key_reused",
    "invalid_value",
    "ledger_already_opened",
    "must_recuse",
    "not_found",
    "out_of_stock",
    "second_signer_required",
    "wrong_state",
];

#[test]
fn any_life_ends_as_the_rules_say() {
    let nightly = std::env::var("MODEL_CASES").ok().and_then(|cases| cases.parse().ok());
    let cases = nightly.unwrap_or(if is_postgres() { 8 } else { 12 });
    let config = ProptestConfig {
        cases,
        max_shrink_iters: 400,
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    let for_each = config.clone();
    proptest!(config, |((start, steps, seen) in Reference::sequential_strategy(120..160))| {
        Life::test_sequential(for_each.clone(), start, steps, seen);
    });
    let tally = TALLY.lock().unwrap();
    for (kind, (taken, refused)) in &*tally {
        println!("{kind}: {taken}, refused {refused:?}");
    }
    let kinds: Vec<_> = tally.keys().map(String::as_str).collect();
    assert_eq!(kinds, KINDS, "every kind of step was taken");
    let met: BTreeSet<_> = tally.values().flat_map(|(_, codes)| codes.keys()).collect();
    for code in REFUSALS {
        assert!(met.contains(&code.to_owned()), "{code} was never met: {met:?}");
    }
    assert!(met.len() > REFUSALS.len() + 2, "few kinds of refusals: {met:?}");
}
