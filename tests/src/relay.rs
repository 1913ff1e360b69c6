//! A listener between the service and a server of its: each connection is passed on as a test wants.

use std::net::SocketAddr;

use tokio::net::{TcpListener, TcpStream};
use url::Url;

/// Where the service connects instead.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Relay(SocketAddr);

impl Relay {
    /// Listens, and gives each connection to `pass` with the address of the server that `url`
    /// names.
    ///
    /// # Panics
    /// When the address cannot be understood.
    pub(crate) async fn before<F>(
        url: &str,
        pass: impl Fn(TcpStream, String) -> F + Send + 'static,
    ) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let url = Url::parse(url).expect("an address");
        let port = url.port().unwrap_or(if url.scheme() == "redis" { 6379 } else { 5432 });
        let target = format!("{}:{port}", url.host_str().expect("a host"));
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(pass(client, target.clone()));
            }
        });
        Self(address)
    }

    /// The same address, reached through the relay.
    ///
    /// # Panics
    /// When the address cannot be understood.
    pub(crate) fn rewrite(self, url: &str) -> String {
        let mut url = Url::parse(url).expect("an address");
        url.set_ip_host(self.0.ip()).expect("a host");
        url.set_port(Some(self.0.port())).expect("a port");
        url.into()
    }
}
