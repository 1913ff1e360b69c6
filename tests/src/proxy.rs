//! A TCP proxy between client and service that loses answers, the way tunnels and lifts do.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// A running proxy. Each connection carries one request; of its answer either all
/// arrives or nothing.
#[derive(Debug)]
pub struct LossyProxy {
    /// Where clients connect.
    pub base: String,
    lost: Arc<AtomicU64>,
    percent: Arc<AtomicU32>,
}

impl LossyProxy {
    /// Starts a proxy to `target` that loses `percent` of the answers.
    pub async fn start(target: &str, percent: u32) -> Self {
        let target: SocketAddr =
            target.trim_start_matches("http://").parse().expect("an address to forward to");
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let base = format!("http://{}", listener.local_addr().expect("an address"));
        let lost = Arc::new(AtomicU64::new(0));
        let percent = Arc::new(AtomicU32::new(percent));
        let (counter, chance) = (lost.clone(), percent.clone());
        tokio::spawn(async move {
            let mut turn = 0_u32;
            while let Ok((client, _)) = listener.accept().await {
                // A fixed pattern instead of dice: the same share in every run.
                turn = (turn + 37) % 100;
                let lose = turn < chance.load(Ordering::Relaxed);
                if lose {
                    counter.fetch_add(1, Ordering::Relaxed);
                }
                tokio::spawn(forward(client, target, lose));
            }
        });
        Self { base, lost, percent }
    }

    /// Answers lost so far.
    #[must_use]
    pub fn lost(&self) -> u64 {
        self.lost.load(Ordering::Relaxed)
    }

    /// From now on nothing is lost.
    pub fn heal(&self) {
        self.percent.store(0, Ordering::Relaxed);
    }
}

/// Forwards one connection; when `lose`, the request reaches the service and its answer
/// is read and thrown away.
async fn forward(mut client: TcpStream, target: SocketAddr, lose: bool) {
    let Ok(mut service) = TcpStream::connect(target).await else { return };
    if !lose {
        let _ = tokio::io::copy_bidirectional(&mut client, &mut service).await;
        return;
    }
    let (mut from_client, _to_client) = client.split();
    let (mut from_service, mut to_service) = service.split();
    let mut answer = [0_u8; 1024];
    tokio::select! {
        _ = tokio::io::copy(&mut from_client, &mut to_service) => {}
        // The first byte of the answer means that the service has decided.
        _ = from_service.read(&mut answer) => {}
    }
    let _ = to_service.shutdown().await;
}
