//! A wire between service and PostgreSQL that is cut at the k-th call, before the database hears
//! of it or after it has done what it was told and before its answer gets back.
//!
//! A call is what makes the database do something: a `Query` or an `Execute` message of
//! PostgreSQL's protocol. Calls are counted on all connections together, and only from
//! [`Wire::cut_at`] to [`Wire::mend`], between which the test has one request running. A
//! `TestApp` runs no background jobs but those it is told to run, so that every call counted
//! is the request's.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::io::{AsyncReadExt, AsyncWriteExt, copy};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use url::Url;

/// Where in a call the wire is cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cut {
    /// The database does not hear of it.
    Before,
    /// The database has done it; its answer is lost.
    After,
}

/// The call at which the wire was cut.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Severed {
    /// The statement; empty for one that was prepared.
    pub statement: String,
    /// Whether it was part of a transaction, so that the database undoes it.
    pub in_transaction: bool,
}

/// What happened while a cut was due.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// Calls counted.
    pub calls: u32,
    /// Where it was cut; none when there were fewer calls.
    pub cut: Option<Severed>,
}

#[derive(Debug, Default)]
struct State {
    due: Option<(u32, Cut)>,
    seen: Seen,
}

/// A running wire.
#[derive(Clone, Debug)]
pub struct Wire {
    address: SocketAddr,
    state: Arc<Mutex<State>>,
}

/// `ReadyForQuery`, and its status outside of transactions.
const READY: u8 = b'Z';
const IDLE: u8 = b'I';

/// A message of the protocol: its kind, and its bytes with kind and length.
type Message = (u8, Vec<u8>);

/// What to do with a message of the service.
enum Verdict {
    Pass,
    Stop,
    /// Pass it, then read until the database is ready for the next, and stop.
    LastOne,
}

impl Wire {
    /// Starts a sound wire to the server that `url` names.
    ///
    /// # Panics
    /// When the address cannot be understood.
    pub async fn to(url: &str) -> Self {
        let url = Url::parse(url).expect("an address");
        let target = format!("{}:{}", url.host_str().expect("a host"), url.port().unwrap_or(5432));
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let wire = Self { address, state: Arc::default() };
        let each = wire.clone();
        tokio::spawn(async move {
            while let Ok((service, _)) = listener.accept().await {
                let (wire, target) = (each.clone(), target.clone());
                tokio::spawn(async move { wire.connect(service, &target).await });
            }
        });
        wire
    }

    /// The same address, reached through the wire.
    ///
    /// # Panics
    /// When the address cannot be understood.
    #[must_use]
    pub fn rewrite(&self, url: &str) -> String {
        let mut url = Url::parse(url).expect("an address");
        url.set_ip_host(self.address.ip()).expect("a host");
        url.set_port(Some(self.address.port())).expect("a port");
        url.into()
    }

    /// From now on calls are counted, and the `call`th is cut.
    pub fn cut_at(&self, call: u32, cut: Cut) {
        *self.state() = State { due: Some((call, cut)), seen: Seen::default() };
    }

    /// Nothing is cut any more; says what happened.
    #[must_use]
    pub fn mend(&self) -> Seen {
        std::mem::take(&mut *self.state()).seen
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn connect(&self, mut service: TcpStream, target: &str) -> Option<()> {
        let hello = greet(&mut service).await?;
        let mut database = TcpStream::connect(target).await.ok()?;
        database.write_all(&hello).await.ok()?;
        let (from_service, to_service) = service.into_split();
        let (from_database, to_database) = database.into_split();
        // Set once the answers belong to a call whose answer must not arrive.
        let (muffle, muffled) = watch::channel(false);
        let status = AtomicU8::new(IDLE);
        let answers = forward_answers(from_database, to_service, muffled, &status);
        let calls = self.forward_calls(from_service, to_database, muffle, &status);
        // Whichever ends, both connections end with it.
        tokio::select! {
            _ = calls => {}
            _ = answers => {}
        }
        Some(())
    }

    async fn forward_calls(
        &self,
        mut from: OwnedReadHalf,
        mut to: OwnedWriteHalf,
        muffle: watch::Sender<bool>,
        status: &AtomicU8,
    ) -> Option<()> {
        loop {
            let (kind, bytes) = read_message(&mut from).await?;
            let in_transaction = status.load(Ordering::Relaxed) != IDLE;
            match self.judge(kind, &bytes, in_transaction) {
                Verdict::Pass => to.write_all(&bytes).await.ok()?,
                Verdict::Stop => return None,
                Verdict::LastOne => {
                    muffle.send_replace(true);
                    to.write_all(&bytes).await.ok()?;
                    // An `Execute` is answered after the `Sync` that follows it. The other
                    // direction ends this connection when the answer is there.
                    copy(&mut from, &mut to).await.ok()?;
                    std::future::pending::<()>().await;
                }
            }
        }
    }

    fn judge(&self, kind: u8, bytes: &[u8], in_transaction: bool) -> Verdict {
        let mut state = self.state();
        let Some((call, cut)) = state.due else { return Verdict::Pass };
        if !matches!(kind, b'Q' | b'E') {
            return Verdict::Pass;
        }
        state.seen.calls += 1;
        if state.seen.calls != call {
            return Verdict::Pass;
        }
        let text = if kind == b'Q' { &bytes[5..] } else { &[] };
        let statement = String::from_utf8_lossy(text).trim_end_matches('\0').to_owned();
        state.seen.cut = Some(Severed { statement, in_transaction });
        match cut {
            Cut::Before => Verdict::Stop,
            Cut::After => Verdict::LastOne,
        }
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

async fn read_message(from: &mut OwnedReadHalf) -> Option<Message> {
    let mut head = [0; 5];
    from.read_exact(&mut head).await.ok()?;
    let [kind, length @ ..] = head;
    let size = usize::try_from(u32::from_be_bytes(length)).ok()?;
    let mut bytes = vec![0; size.checked_add(1)?];
    bytes[..5].copy_from_slice(&head);
    from.read_exact(&mut bytes[5..]).await.ok()?;
    Some((kind, bytes))
}

/// Forwards what the database says until it must not be heard any more; ends when the database
/// is ready for the next call.
async fn forward_answers(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    muffled: watch::Receiver<bool>,
    status: &AtomicU8,
) -> Option<()> {
    loop {
        let (kind, bytes) = read_message(&mut from).await?;
        if kind == READY {
            status.store(bytes[5], Ordering::Relaxed);
        }
        if !*muffled.borrow() {
            to.write_all(&bytes).await.ok()?;
        } else if kind == READY {
            return None;
        }
    }
}
