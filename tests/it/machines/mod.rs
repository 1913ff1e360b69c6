//! Every pair of states of every machine, over HTTP: each step in each state is either on the
//! machine's table and leads where the table says, or is refused with 409 and changes nothing.
//! The tables are written from the domain's rules, not from the code.

mod account;
mod activity;
mod attendance;
mod bulletin;
mod card;
mod claim;
mod delegate;
mod disqualification;
mod freeze;
mod goods;
mod late_entry;
mod lot;
mod notice_round;
mod objection;
mod offices;
mod opening;
mod people;
mod proxy;
mod redemption;
mod redemption_session;
mod rule_version;
mod sample;
mod setting;
mod sign_up;
mod staff;
mod stock_adjustment;
mod supervision_report;
mod supervisor_post;
mod task;
mod tree_key;
mod volunteer;

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use harness::{Answer, Document, Tables, TestApp};
use serde_json::Value;

/// A step, the states in which it may be taken, the state it leads to. The first word of a
/// step is the operation; a step that begins with `~` is what time or the machine itself does.
type Edge = (&'static str, &'static [&'static str], &'static str);

/// In place of a state: the one it was in.
const STAYS: &str = "~";

/// Done, or refused with this status and code.
type Outcome = Result<(), (u16, String)>;

/// One kind of thing and all that may become of it.
trait Machine {
    /// The table.
    const EDGES: &'static [Edge];
    /// The state it begins in.
    const START: &'static str;

    /// Every state there is.
    fn states() -> Vec<&'static str>;

    /// The service it runs on.
    fn app(&self) -> &TestApp;

    /// Makes one.
    async fn begin(&self) -> String;

    /// Takes a step with what otherwise fits.
    async fn take(&self, step: &'static str, id: &str) -> Outcome;

    /// The state it is in.
    async fn state(&self, id: &str) -> String;

    /// With which code a step is refused in a state that is not on the table.
    fn refusal(_step: &'static str, _state: &'static str) -> &'static str {
        "wrong_state"
    }

    /// With which status: what is not there for who asks is 404, what is frozen 423.
    fn status(_step: &'static str, _state: &'static str) -> u16 {
        409
    }
}

/// A service that counts nobody's requests: whole lives pass within a minute.
async fn start() -> TestApp {
    TestApp::start_with(|config| config.limits.enabled = false).await
}

/// What came of a single write.
fn outcome(answer: &Answer) -> Outcome {
    if answer.status.is_success() { Ok(()) } else { Err((answer.status.as_u16(), answer.code())) }
}

/// What came of the only item of a batch. An item says its code and no status: that of the same
/// code elsewhere.
fn item_outcome(answer: &Answer) -> Outcome {
    let result = &answer.ok()["results"][0];
    let Some(code) = result["code"].as_str() else {
        assert_eq!(result["status"], "ok", "{result}");
        return Ok(());
    };
    Err((if code == "frozen" { 423 } else { 409 }, code.to_owned()))
}

/// The `state` of what an address shows.
fn shown_state(answer: &Answer) -> String {
    answer.ok()["state"].as_str().expect("a state").to_owned()
}

fn leads_to<M: Machine>(step: &str, from: &'static str) -> Option<&'static str> {
    let here = |edge: &&Edge| edge.0 == step && edge.1.contains(&from);
    let mut found = M::EDGES.iter().filter(here);
    let to = found.next().map(|edge| if edge.2 == STAYS { from } else { edge.2 });
    assert!(found.next().is_none(), "{step} in {from} is on the table twice");
    to
}

/// The operations of a table.
fn operations<M: Machine>() -> BTreeSet<&'static str> {
    let words = steps::<M>().into_iter().filter_map(|step| step.split(' ').next());
    words.filter(|word| *word != "~").collect()
}

fn steps<M: Machine>() -> BTreeSet<&'static str> {
    M::EDGES.iter().map(|edge| edge.0).collect()
}

/// The shortest way to each state.
fn ways<M: Machine>() -> BTreeMap<&'static str, Vec<&'static str>> {
    let mut ways = BTreeMap::from([(M::START, vec![])]);
    let mut next = VecDeque::from([M::START]);
    while let Some(from) = next.pop_front() {
        for step in steps::<M>() {
            if let Some(to) = leads_to::<M>(step, from)
                && !ways.contains_key(to)
            {
                let way = ways[from].iter().copied().chain([step]).collect();
                ways.insert(to, way);
                next.push_back(to);
            }
        }
    }
    let reached: BTreeSet<_> = ways.keys().copied().collect();
    let all: BTreeSet<_> = M::states().into_iter().collect();
    assert_eq!(reached, all, "every state is reached, and no other is named");
    ways
}

/// Takes every step in every state.
async fn walk<M: Machine>(machine: &M) {
    let app = machine.app();
    let tables = lasting(app).await;
    for (state, way) in ways::<M>() {
        let (leading, others): (Vec<_>, Vec<_>) =
            steps::<M>().into_iter().partition(|step| leads_to::<M>(step, state).is_some());
        for step in leading {
            let id = bring(machine, &way).await;
            assert_eq!(machine.take(step, &id).await, Ok(()), "{step} in {state}");
            let to = leads_to::<M>(step, state).expect("on the table");
            assert_eq!(machine.state(&id).await, to, "after {step} in {state}");
        }
        let id = bring(machine, &way).await;
        assert_eq!(machine.state(&id).await, state, "after {way:?}");
        for step in others.into_iter().filter(|step| !step.starts_with('~')) {
            let before = app.contents(&tables).await;
            let refused = Err((M::status(step, state), M::refusal(step, state).to_owned()));
            assert_eq!(machine.take(step, &id).await, refused, "{step} in {state}");
            let after = app.contents(&tables).await;
            let changed = after.iter().filter(|(table, rows)| before[*table] != **rows);
            let changed: Vec<_> = changed.map(|(table, _)| table).collect();
            assert!(changed.is_empty(), "{step} in {state} was refused and changed {changed:?}");
        }
    }
    app.assert_books_agree().await;
    app.run_jobs().await;
    app.assert_sound().await;
}

async fn bring<M: Machine>(machine: &M, way: &[&'static str]) -> String {
    let id = machine.begin().await;
    for step in way {
        assert_eq!(machine.take(step, &id).await, Ok(()), "{step} on the way {way:?}");
    }
    id
}

/// What a refusal may not change: all tables but those that tell of requests.
async fn lasting(app: &TestApp) -> Tables {
    let mut tables = app.tables().await;
    for of_requests in ["audit_event", "idempotency_key", "session", "refresh_token"] {
        assert!(tables.remove(of_requests).is_some(), "{of_requests}");
    }
    tables
}

#[test]
fn every_operation_that_a_state_refuses_is_on_a_table() {
    let tables = [
        operations::<account::Accounts>(),
        operations::<activity::Activities>(),
        operations::<attendance::Attendances>(),
        operations::<bulletin::Bulletins>(),
        operations::<card::Cards>(),
        operations::<claim::Claims>(),
        operations::<delegate::AssistedDelegates>(),
        operations::<delegate::OwnDelegates>(),
        operations::<disqualification::Cases>(),
        operations::<freeze::Freezes>(),
        operations::<goods::AllGoods>(),
        operations::<late_entry::LateEntries>(),
        operations::<lot::Lots>(),
        operations::<notice_round::Rounds>(),
        operations::<objection::Objections<false>>(),
        operations::<opening::FaultyOpenings>(),
        operations::<opening::Openings>(),
        operations::<proxy::Proxies>(),
        operations::<redemption::Redemptions>(),
        operations::<redemption_session::RedemptionSessions>(),
        operations::<rule_version::RuleVersions>(),
        operations::<sample::SampleCases>(),
        operations::<sample::Samples>(),
        operations::<setting::ScheduledValues>(),
        operations::<setting::SitesValues>(),
        operations::<sign_up::SignUps>(),
        operations::<staff::Appointments>(),
        operations::<staff::Invitations>(),
        operations::<stock_adjustment::StockAdjustments>(),
        operations::<supervision_report::SupervisionReports>(),
        operations::<supervisor_post::SupervisorPosts>(),
        operations::<task::Tasks>(),
        operations::<tree_key::OwnTreeKey>(),
        operations::<tree_key::TreeKeys>(),
        operations::<volunteer::OnPaper>(),
        operations::<volunteer::WithPhone>(),
    ];
    let tables: BTreeSet<_> = tables.into_iter().flatten().collect();
    let document = Document::checked_in();
    let missing: Vec<_> = document
        .operations()
        .iter()
        .filter(|operation| {
            let says = |codes: &Value| {
                codes.as_array().is_some_and(|codes| codes.contains(&Value::from("wrong_state")))
            };
            ["x-codes", "x-item-codes"].into_iter().any(|fact| says(operation.fact(fact)))
        })
        .map(|operation| operation.id().to_owned())
        .filter(|id| !tables.contains(id.as_str()))
        .collect();
    assert!(missing.is_empty(), "on no machine's table: {missing:#?}");
}
