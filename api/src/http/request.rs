//! What is known of a request before anybody looks into it.

use std::net::IpAddr;

use actix_web::HttpRequest;
use chrono::{DateTime, Utc};

use crate::platform::ids::Ids;
use crate::platform::text::network::Network;

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

/// The trace this request is part of, from a well-formed W3C `traceparent`; for the log.
#[must_use]
pub(super) fn trace_id(request: &HttpRequest) -> Option<String> {
    let sent = request.headers().get("traceparent")?.to_str().ok()?;
    trace_of(sent).map(str::to_owned)
}

/// `00-{32 hex}-{16 hex}-{2 hex}`; a later version may go on after another hyphen.
fn trace_of(sent: &str) -> Option<&str> {
    let hex = |text: &str, digits: usize| {
        text.len() == digits
            && text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
    };
    let mut parts = sent.split('-');
    let (version, trace) = (parts.next()?, parts.next()?);
    let (parent, flags) = (parts.next()?, parts.next()?);
    let ends = version != "00" || parts.next().is_none();
    let named = |text: &str| text.bytes().any(|b| b != b'0');
    let fits = hex(version, 2) && version != "ff" && hex(trace, 32) && hex(parent, 16);
    (fits && hex(flags, 2) && ends && named(trace) && named(parent)).then_some(trace)
}

/// The client's address: the peer, or what configured proxies say of it.
#[must_use]
pub fn client_ip(request: &HttpRequest, trusted_proxies: &[Network]) -> Option<IpAddr> {
    let peer = request.peer_addr()?.ip().to_canonical();
    let lists = request.headers().get_all("x-forwarded-for");
    let lists: Vec<_> = lists.map(|value| value.to_str().unwrap_or_default()).collect();
    Some(client_behind(peer, &lists.join(","), trusted_proxies))
}

/// Walks the hops from the nearest: each was written by the one after it, so the first
/// that is not ours is the client, and what it wrote itself is not read.
fn client_behind(peer: IpAddr, forwarded: &str, trusted: &[Network]) -> IpAddr {
    let ours = |ip: IpAddr| trusted.iter().any(|network| network.contains(ip));
    let mut nearest = peer;
    for hop in forwarded.rsplit(',') {
        if !ours(nearest) {
            break;
        }
        let Ok(named) = hop.trim().parse::<IpAddr>() else { break };
        nearest = named.to_canonical();
    }
    nearest
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

#[cfg(test)]
mod tests {
    use super::*;

    fn client(peer: &str, forwarded: &str) -> String {
        let trusted = ["172.30.0.0/24", "10.0.0.7"].map(|text| text.parse().expect(text));
        client_behind(peer.parse().expect(peer), forwarded, &trusted).to_string()
    }

    #[test]
    fn a_proxy_of_ours_is_believed_and_nobody_else() {
        assert_eq!(client("172.30.0.9", "203.0.113.5"), "203.0.113.5");
        assert_eq!(client("198.51.100.1", "203.0.113.5"), "198.51.100.1", "not ours");
        assert_eq!(client("172.30.0.9", ""), "172.30.0.9", "it says nothing");
    }

    #[test]
    fn of_several_hops_the_nearest_that_is_not_ours_is_the_client() {
        assert_eq!(client("172.30.0.9", "203.0.113.5, 10.0.0.7"), "203.0.113.5");
        let forged = client("172.30.0.9", "192.0.2.1, 203.0.113.5, 10.0.0.7");
        assert_eq!(forged, "203.0.113.5", "what the client wrote before is not read");
        assert_eq!(client("172.30.0.9", "192.0.2.1, nonsense, 10.0.0.7"), "10.0.0.7");
        assert_eq!(client("172.30.0.9", "172.30.0.3"), "172.30.0.3", "a caller inside");
    }

    #[test]
    fn a_trace_is_known_by_a_well_formed_traceparent_only() {
        let trace = "4bf92f3577b34da6a3ce929d0e0e4736";
        let good = format!("00-{trace}-00f067aa0ba902b7-01");
        assert_eq!(trace_of(&good), Some(trace));
        assert_eq!(trace_of(&format!("{good}-more")), None);
        assert_eq!(trace_of(&format!("01-{trace}-00f067aa0ba902b7-01-more")), Some(trace));
        for wrong in ["", "00", &good.to_uppercase(), &good.replace("00-4", "ff-4")] {
            assert_eq!(trace_of(wrong), None, "{wrong}");
        }
        assert_eq!(trace_of(&format!("00-{}-00f067aa0ba902b7-01", "0".repeat(32))), None);
        assert_eq!(trace_of(&format!("00-{trace}-{}-01", "0".repeat(16))), None);
    }
}
