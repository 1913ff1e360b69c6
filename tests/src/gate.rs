//! A gate in front of a back end: open, shut (as if the server had died) or frozen
//! (as if it had stopped thinking), switched while the service runs.

use std::sync::Arc;

use tokio::net::TcpStream;
use tokio::sync::watch;

use crate::relay::Relay;

/// What the gate does with connections.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Open,
    Shut,
    Frozen,
}

/// A running gate.
#[derive(Clone, Debug)]
pub struct Gate {
    relay: Relay,
    state: Arc<watch::Sender<State>>,
}

impl Gate {
    /// Starts an open gate in front of the server that `url` names.
    ///
    /// # Panics
    /// When the address cannot be understood.
    pub async fn before(url: &str) -> Self {
        let (state, watcher) = watch::channel(State::Open);
        let relay =
            Relay::before(url, move |client, target| pass(client, target, watcher.clone())).await;
        Self { relay, state: Arc::new(state) }
    }

    /// The same address, reached through the gate.
    ///
    /// # Panics
    /// When the address cannot be understood.
    #[must_use]
    pub fn rewrite(&self, url: &str) -> String {
        self.relay.rewrite(url)
    }

    /// Cuts every connection and lets none through.
    pub fn shut(&self) {
        self.state.send_replace(State::Shut);
    }

    /// Keeps every connection and forwards nothing.
    pub fn freeze(&self) {
        self.state.send_replace(State::Frozen);
    }

    /// Lets everything through again. Frozen connections are cut: a server that was
    /// killed while frozen does not come back with its connections.
    pub fn open(&self) {
        self.state.send_replace(State::Open);
    }
}

async fn pass(mut client: TcpStream, target: String, mut state: watch::Receiver<State>) {
    if *state.borrow_and_update() == State::Shut {
        return;
    }
    if state.wait_for(|state| *state != State::Frozen).await.is_err() {
        return;
    }
    let Ok(mut server) = TcpStream::connect(target).await else { return };
    tokio::select! {
        _ = tokio::io::copy_bidirectional(&mut client, &mut server) => return,
        _ = state.wait_for(|state| *state != State::Open) => {}
    }
    // Frozen: neither side hears anything until the gate moves again, then both are cut.
    let _ = state.wait_for(|state| *state != State::Frozen).await;
}
