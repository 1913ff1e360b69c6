//! A wire between service and PostgreSQL on which one call is answered with an error instead of
//! being done.
//!
//! A call is what makes the database do something: a `Query` message of PostgreSQL's protocol, or
//! the messages up to a `Sync` with an `Execute` among them. Calls are counted on all connections
//! together, from [`Wire::refuse`] to [`Wire::mend`], between which the test has one request
//! running: a `TestApp` runs no background jobs but those it is told to run.

use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::sync::Notify;

use crate::relay::Relay;

/// The call that was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// `BEGIN`, `COMMIT` and the like; `prepared` for what was prepared.
    pub what: String,
    /// Whether it was part of a transaction.
    pub in_transaction: bool,
}

/// What happened since a refusal was asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// Calls counted.
    pub calls: u32,
    /// The refused one; none when there were fewer.
    pub refused: Option<Refused>,
}

#[derive(Debug, Default)]
struct State {
    due: Option<u32>,
    seen: Seen,
}

/// What is to be refused, for all connections.
#[derive(Clone, Debug, Default)]
struct Plan(Arc<Mutex<State>>);

/// A running wire.
#[derive(Clone, Debug)]
pub struct Wire {
    relay: Relay,
    plan: Plan,
}

/// `ReadyForQuery`, and its statuses.
const READY: u8 = b'Z';
const IDLE: u8 = b'I';
const FAILED: u8 = b'E';

/// One connection through the wire.
struct Line {
    to_service: tokio::sync::Mutex<OwnedWriteHalf>,
    /// What the database last said of its transaction.
    status: AtomicU8,
    /// Set while the database answers what the service never asked.
    muffled: AtomicBool,
    answered: Notify,
}

impl Wire {
    /// Starts a sound wire to the server that `url` names.
    ///
    /// # Panics
    /// When the address cannot be understood.
    pub async fn to(url: &str) -> Self {
        let plan = Plan::default();
        let shared = plan.clone();
        let relay = Relay::before(url, move |service, target| shared.clone().pass(service, target));
        Self { relay: relay.await, plan }
    }

    /// The same address, reached through the wire.
    ///
    /// # Panics
    /// When the address cannot be understood.
    #[must_use]
    pub fn rewrite(&self, url: &str) -> String {
        self.relay.rewrite(url)
    }

    /// From now on calls are counted, and the `call`th is refused.
    pub fn refuse(&self, call: u32) {
        *self.plan.state() = State { due: Some(call), seen: Seen::default() };
    }

    /// Nothing is refused any more; says what happened.
    #[must_use]
    pub fn mend(&self) -> Seen {
        std::mem::take(&mut *self.plan.state()).seen
    }
}

impl Plan {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn pass(self, service: TcpStream, target: String) {
        // The connection ends when either side hangs up; there is nothing to tell.
        let _ = self.connect(service, &target).await;
    }

    async fn connect(&self, mut service: TcpStream, target: &str) -> Option<()> {
        let hello = greet(&mut service).await?;
        let mut database = TcpStream::connect(target).await.ok()?;
        database.set_nodelay(true).ok()?;
        service.set_nodelay(true).ok()?;
        database.write_all(&hello).await.ok()?;
        let (from_service, to_service) = service.into_split();
        let (from_database, to_database) = database.into_split();
        let line = Line {
            to_service: to_service.into(),
            status: IDLE.into(),
            muffled: false.into(),
            answered: Notify::new(),
        };
        // Whichever ends, both connections end with it.
        tokio::select! {
            _ = self.forward_calls(from_service, to_database, &line) => {}
            _ = line.forward_answers(from_database) => {}
        }
        Some(())
    }

    async fn forward_calls(
        &self,
        mut from: OwnedReadHalf,
        mut to: OwnedWriteHalf,
        line: &Line,
    ) -> Option<()> {
        loop {
            let (batch, what) = read_batch(&mut from).await?;
            let in_transaction = line.status.load(Ordering::Relaxed) != IDLE;
            match what.filter(|what| self.is_refused(what, in_transaction)) {
                None => to.write_all(&batch).await.ok()?,
                // PostgreSQL's transaction is over when COMMIT fails.
                Some(what) if what == "COMMIT" => {
                    line.roll_back(&mut to).await?;
                    line.complain(IDLE).await?;
                }
                Some(_) => line.complain(if in_transaction { FAILED } else { IDLE }).await?,
            }
        }
    }

    fn is_refused(&self, what: &str, in_transaction: bool) -> bool {
        let mut state = self.state();
        let Some(due) = state.due else { return false };
        state.seen.calls += 1;
        let hit = state.seen.calls == due;
        if hit {
            state.seen.refused = Some(Refused { what: what.to_owned(), in_transaction });
        }
        hit
    }
}

impl Line {
    async fn forward_answers(&self, mut from: OwnedReadHalf) -> Option<()> {
        loop {
            let (kind, bytes) = read_message(&mut from).await?;
            if kind == READY {
                self.status.store(bytes[5], Ordering::Relaxed);
            }
            if !self.muffled.load(Ordering::Relaxed) {
                self.to_service.lock().await.write_all(&bytes).await.ok()?;
            } else if kind == READY {
                self.answered.notify_one();
            }
        }
    }

    async fn roll_back(&self, to: &mut OwnedWriteHalf) -> Option<()> {
        self.muffled.store(true, Ordering::Relaxed);
        to.write_all(&message(b'Q', b"ROLLBACK\0")).await.ok()?;
        self.answered.notified().await;
        self.muffled.store(false, Ordering::Relaxed);
        Some(())
    }

    /// Answers that the database is out of memory.
    async fn complain(&self, status: u8) -> Option<()> {
        let error = message(b'E', b"SERROR\0VERROR\0C53200\0Mrefused on the wire\0\0");
        let answer = [error, message(READY, &[status])].concat();
        self.to_service.lock().await.write_all(&answer).await.ok()
    }
}

/// Reads the start-up message. Who asks for TLS first is told that there is none.
async fn greet(service: &mut TcpStream) -> Option<Vec<u8>> {
    const SSL_REQUEST: [u8; 4] = 80_877_103_u32.to_be_bytes();
    loop {
        let mut length = [0; 4];
        service.read_exact(&mut length).await.ok()?;
        let size = usize::try_from(u32::from_be_bytes(length)).ok()?;
        let mut rest = vec![0; size.checked_sub(4)?];
        service.read_exact(&mut rest).await.ok()?;
        if rest != SSL_REQUEST {
            return Some([length.to_vec(), rest].concat());
        }
        service.write_all(b"N").await.ok()?;
    }
}

/// Reads until the service waits for an answer; says what it calls, if it calls something.
async fn read_batch(from: &mut OwnedReadHalf) -> Option<(Vec<u8>, Option<String>)> {
    let (mut batch, mut what) = (Vec::new(), None);
    loop {
        let (kind, bytes) = read_message(from).await?;
        match kind {
            b'Q' => {
                let text = String::from_utf8_lossy(&bytes[5..]).into_owned();
                let words = text.split(|letter: char| !letter.is_ascii_alphabetic());
                // One is sent when a connection that was given up comes back, at any time after.
                what = words.map(str::to_uppercase).find(|word| !word.is_empty());
                what = what.filter(|word| word != "ROLLBACK");
            }
            b'E' => what = Some("prepared".into()),
            _ => {}
        }
        batch.extend(bytes);
        // What is bound, described or closed is answered with the `Sync` after it.
        if !matches!(kind, b'P' | b'B' | b'D' | b'E' | b'C') {
            return Some((batch, what));
        }
    }
}

async fn read_message(from: &mut OwnedReadHalf) -> Option<(u8, Vec<u8>)> {
    let mut head = [0; 5];
    from.read_exact(&mut head).await.ok()?;
    let [kind, length @ ..] = head;
    let size = usize::try_from(u32::from_be_bytes(length)).ok()?;
    let mut bytes = vec![0; size.checked_add(1)?];
    bytes[..5].copy_from_slice(&head);
    from.read_exact(&mut bytes[5..]).await.ok()?;
    Some((kind, bytes))
}

fn message(kind: u8, body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(body.len() + 4).expect("a short message");
    [&[kind], length.to_be_bytes().as_slice(), body].concat()
}
