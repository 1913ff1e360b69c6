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

#[cfg(test)]
mod tests {
    use super::*;

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
