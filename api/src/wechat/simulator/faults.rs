//! Ways in which the simulated service can be made to misbehave.

use std::time::Duration;

use super::Shared;
use super::endpoints::{Call, JSON, Reply};
use super::refusals;

/// A misbehaviour.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// Answer this error without doing anything.
    Errcode(i64, String),
    /// Answer this status and body without doing anything.
    Http(u16, String),
    /// Answer late.
    Latency(Duration),
    /// Never answer.
    Hang,
    /// Cut the connection without having done anything.
    ResetBeforeSend,
    /// Do it, then cut the connection.
    ResetAfterProcess,
    /// Do it, then answer only the first half.
    Truncate,
    /// Answer JSON as `text/plain`.
    PlainJson,
    /// Do it, then answer a page of HTML with status 200.
    HtmlBody,
    /// Answer with fields nobody has seen before.
    UnknownFields,
    /// Refuse an access token that is good.
    RejectToken,
    /// Kill the current access tokens first, as another program's `force_refresh` would.
    KillToken,
}

/// How often a fault strikes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Times {
    /// At the next call.
    Once,
    /// At this many calls.
    Next(u32),
    /// Until it is cleared.
    Always,
}

#[derive(Debug)]
struct Armed {
    path: Option<String>,
    fault: Fault,
    left: Option<u32>,
}

/// The faults that lie in wait.
#[derive(Debug, Default)]
pub(super) struct Faults(Vec<Armed>);

impl Faults {
    pub(super) fn arm(&mut self, path: Option<&str>, fault: Fault, times: Times) {
        let left = match times {
            Times::Once => Some(1),
            Times::Next(count) => Some(count),
            Times::Always => None,
        };
        self.0.push(Armed { path: path.map(str::to_owned), fault, left });
    }

    pub(super) fn clear(&mut self) {
        self.0.clear();
    }

    /// All faults that strike a call to this path, each counted.
    pub(super) fn meet(&mut self, path: &str) -> FaultsForCall {
        let mut met = Vec::new();
        for armed in &mut self.0 {
            let here = armed.path.as_deref().is_none_or(|only| only == path);
            if !here || armed.left == Some(0) {
                continue;
            }
            armed.left = armed.left.map(|left| left - 1);
            met.push(armed.fault.clone());
        }
        self.0.retain(|armed| armed.left != Some(0));
        FaultsForCall(met)
    }
}

/// What becomes of an answer.
pub(super) enum After {
    Answer(Reply),
    Reset,
}

/// The faults that strike one call.
#[derive(Debug)]
pub(super) struct FaultsForCall(Vec<Fault>);

impl FaultsForCall {
    fn has(&self, fault: &Fault) -> bool {
        self.0.contains(fault)
    }

    pub(super) async fn wait(&self) {
        for fault in &self.0 {
            if let Fault::Latency(time) = fault {
                tokio::time::sleep(*time).await;
            }
        }
        if self.has(&Fault::Hang) {
            std::future::pending::<()>().await;
        }
    }

    pub(super) fn resets_before(&self) -> bool {
        self.has(&Fault::ResetBeforeSend)
    }

    /// The answer of a fault that keeps the call from being carried out.
    pub(super) fn answer_instead(&self, call: &Call, shared: &Shared) -> Option<Reply> {
        let mut world = shared.world();
        if self.has(&Fault::KillToken) {
            let now = world.now();
            world.tokens.kill(now);
        }
        self.0.iter().find_map(|fault| match fault {
            Fault::Errcode(code, text) => Some(Reply::error(&mut world, *code, text)),
            Fault::Http(status, body) => Some(Reply::html(*status, body)),
            Fault::RejectToken if call.needs_token() => {
                let refusal = refusals::TOKEN_NOT_LATEST;
                Some(Reply::error(&mut world, refusal.code, refusal.text))
            }
            Fault::Latency(_)
            | Fault::Hang
            | Fault::ResetBeforeSend
            | Fault::ResetAfterProcess
            | Fault::Truncate
            | Fault::PlainJson
            | Fault::HtmlBody
            | Fault::UnknownFields
            | Fault::RejectToken
            | Fault::KillToken => None,
        })
    }

    /// Changes an answer on its way out.
    pub(super) fn dress(&self, mut reply: Reply) -> After {
        if self.has(&Fault::ResetAfterProcess) {
            return After::Reset;
        }
        if self.has(&Fault::HtmlBody) {
            reply = Reply::html(200, "<html><body>maintenance</body></html>");
        }
        let is_json = reply.content_type == JSON;
        if is_json && self.has(&Fault::UnknownFields) && reply.body.pop().is_some() {
            reply.body.extend(br#","sim_new":{"list":[1,null,"x"]},"sim_flag":true}"#);
        }
        if is_json && self.has(&Fault::PlainJson) {
            reply.content_type = "text/plain";
        }
        if self.has(&Fault::Truncate) {
            reply.body.truncate(reply.body.len() / 2);
        }
        After::Answer(reply)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_strike_as_often_and_where_they_were_told() {
        let mut faults = Faults::default();
        faults.arm(Some("/a"), Fault::Hang, Times::Next(2));
        faults.arm(None, Fault::PlainJson, Times::Always);
        let met = |faults: &mut Faults, path: &str| faults.meet(path).0;
        assert_eq!(met(&mut faults, "/b"), [Fault::PlainJson]);
        assert_eq!(met(&mut faults, "/a"), [Fault::Hang, Fault::PlainJson]);
        assert_eq!(met(&mut faults, "/a"), [Fault::Hang, Fault::PlainJson]);
        assert_eq!(met(&mut faults, "/a"), [Fault::PlainJson]);
        faults.clear();
        assert_eq!(met(&mut faults, "/a"), []);
    }
}
