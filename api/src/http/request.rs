//! What is known of a request before anybody looks into it.

use std::net::IpAddr;

use actix_web::HttpRequest;
use chrono::{DateTime, Utc};

use crate::platform::ids::Ids;

/// The id of one request: the client's own if well-formed, else ours.
#[derive(Clone, Debug)]
pub struct RequestId(pub String);

impl RequestId {
    /// Reads `X-Request-Id` (`[A-Za-z0-9-]{8,64}`) or makes one.
    #[must_use]
    pub fn of(request: &HttpRequest, ids: &Ids, now: DateTime<Utc>) -> Self {
        let sent = request.headers().get("x-request-id").and_then(|value| value.to_str().ok());
        let fits = |id: &&str| {
            (8..=64).contains(&id.len())
                && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        };
        let own = || ids.uuid(now).simple().to_string();
        Self(sent.filter(fits).map_or_else(own, str::to_owned))
    }
}

/// The client's address: the peer, or what a configured proxy says of it.
#[must_use]
pub fn client_ip(request: &HttpRequest, trusted_proxies: &[IpAddr]) -> Option<IpAddr> {
    let peer = request.peer_addr()?.ip();
    if !trusted_proxies.contains(&peer) {
        return Some(peer);
    }
    let forwarded = request.headers().get("x-forwarded-for").and_then(|value| value.to_str().ok());
    // The right-most address that is not ours was written by our own proxy.
    let named = forwarded.into_iter().flat_map(|list| list.rsplit(','));
    let mut named = named.filter_map(|text| text.trim().parse::<IpAddr>().ok());
    Some(named.find(|ip| !trusted_proxies.contains(ip)).unwrap_or(peer))
}

/// The network an address is in: /24 for IPv4, /48 for IPv6. Enough for limits and
/// the audit trail, too little to find a person.
#[must_use]
pub fn prefix(ip: IpAddr) -> String {
    match ip.to_canonical() {
        IpAddr::V4(v4) => {
            let [a, b, c, _] = v4.octets();
            format!("{a}.{b}.{c}.0/24")
        }
        IpAddr::V6(v6) => {
            let [a, b, c, ..] = v6.segments();
            format!("{a:x}:{b:x}:{c:x}::/48")
        }
    }
}
