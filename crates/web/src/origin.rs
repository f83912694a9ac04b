//! Where a request comes from: the address of whoever asked, also through proxies that the settings name.
//!
//! Anyone can write a header. One is believed only from a proxy that is trusted to have written it, and only as far back
//! as trusted proxies reach: behind the last of them stands whoever asked.

use std::net::{IpAddr, SocketAddr};

use app::{
    login::origin::{Browser, Origin},
    network::Networks,
};
use axum::{
    extract::{ConnectInfo, Request},
    http::{HeaderMap, HeaderName, header},
};
use base::Private;

/// The most proxies that are followed back.
const HOPS_MAX: usize = 16;

/// The header in which a proxy tells whom it asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ProxyHeader {
    /// `X-Forwarded-For`, which most proxies write.
    #[default]
    XForwardedFor,
    /// `Forwarded` of RFC 7239.
    Forwarded,
}

/// Whom to believe about where a request comes from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Proxies {
    /// Their addresses. Nobody is believed unless named.
    pub trusted: Networks,
    /// The one header that they write. Another one is whatever their callers sent.
    pub header: ProxyHeader,
}

/// Where a request comes from.
pub(crate) fn origin(proxies: &Proxies, request: &Request) -> Origin {
    let headers = request.headers();
    let said = headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok());
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
    let address = peer.map(|ConnectInfo(peer)| address(proxies, peer.ip(), headers));
    Origin { address: address.map(Private::new), browser: Browser::read(said.unwrap_or_default()) }
}

/// The last address that is no trusted proxy; that of the furthest proxy where it does not tell.
fn address(proxies: &Proxies, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
    let mut found = peer.to_canonical();
    let mut told = told(proxies.header, headers).into_iter().rev().take(HOPS_MAX);
    while proxies.trusted.contain(found)
        && let Some(Some(before)) = told.next()
    {
        found = before.to_canonical();
    }
    found
}

/// What proxies told, the nearest one last; `None` for what is no address.
fn told(kind: ProxyHeader, headers: &HeaderMap) -> Vec<Option<IpAddr>> {
    let name = match kind {
        ProxyHeader::XForwardedFor => HeaderName::from_static("x-forwarded-for"),
        ProxyHeader::Forwarded => header::FORWARDED,
    };
    let lines = headers.get_all(name).iter().map(|value| value.to_str().unwrap_or_default());
    let hops = lines.flat_map(|line| split(line, ','));
    match kind {
        ProxyHeader::XForwardedFor => hops.map(node).collect(),
        ProxyHeader::Forwarded => hops.map(forwarded_for).collect(),
    }
}

/// The `for` of one element of `Forwarded` (RFC 7239 section 4).
fn forwarded_for(element: &str) -> Option<IpAddr> {
    let pair = |pair: &str| {
        let (name, value) = pair.split_once('=')?;
        name.trim().eq_ignore_ascii_case("for").then(|| value.trim().trim_matches('"').to_owned())
    };
    split(element, ';').into_iter().find_map(pair).and_then(|value| node(&value))
}

/// An address with or without a port (RFC 7239 section 6); `unknown` and made-up names are none.
fn node(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    if let Ok(address) = text.parse::<IpAddr>() {
        return Some(address);
    }
    if let Ok(address) = text.parse::<SocketAddr>() {
        return Some(address.ip());
    }
    text.strip_prefix('[')?.strip_suffix(']')?.parse().ok()
}

/// Parts of a header, without regard to signs within quotes.
fn split(text: &str, at: char) -> Vec<&str> {
    let mut quoted = false;
    text.split(|c| {
        quoted ^= c == '"';
        c == at && !quoted
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(kind: ProxyHeader, peer: &str, lines: &[&str], expected: &str) {
        let trusted = ["127.0.0.1/32", "::1/128", "192.0.2.0/28"];
        let trusted = Networks(trusted.map(|network| network.parse().unwrap()).to_vec());
        let name = match kind {
            ProxyHeader::XForwardedFor => "x-forwarded-for",
            ProxyHeader::Forwarded => "forwarded",
        };
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(name, line.parse().unwrap());
        }
        // What the trusted header is not, a caller may have sent.
        let other = if name == "forwarded" { "x-forwarded-for" } else { "forwarded" };
        headers.append(other, "203.0.113.66".parse().unwrap());
        headers.append(other, "for=203.0.113.66".parse().unwrap());
        let found = address(&Proxies { trusted, header: kind }, peer.parse().unwrap(), &headers);
        assert_eq!(found.to_string(), expected, "{peer} {lines:?}");
    }

    #[test]
    fn an_address_is_believed_from_trusted_proxies_only() {
        use ProxyHeader::XForwardedFor as Kind;
        check(Kind, "198.51.100.7", &[], "198.51.100.7");
        check(Kind, "198.51.100.7", &["203.0.113.9"], "198.51.100.7");
        check(Kind, "127.0.0.1", &["203.0.113.9"], "203.0.113.9");
        check(Kind, "::ffff:127.0.0.1", &["203.0.113.9"], "203.0.113.9");
        check(Kind, "127.0.0.1", &["10.9.9.9, 203.0.113.9"], "203.0.113.9");
        check(Kind, "127.0.0.1", &["10.9.9.9, 203.0.113.9, 192.0.2.4"], "203.0.113.9");
        check(Kind, "127.0.0.1", &["10.9.9.9", "203.0.113.9"], "203.0.113.9");
        check(Kind, "127.0.0.1", &["203.0.113.9:55001"], "203.0.113.9");
        check(Kind, "127.0.0.1", &["2001:db8::9"], "2001:db8::9");
        check(Kind, "127.0.0.1", &["[2001:db8::9]:443"], "2001:db8::9");
        // What does not read is not believed, nor what stands before it.
        check(Kind, "127.0.0.1", &["203.0.113.9, <script>, 192.0.2.4"], "192.0.2.4");
        check(Kind, "127.0.0.1", &[""], "127.0.0.1");
        check(Kind, "127.0.0.1", &[&"192.0.2.4,".repeat(40)], "127.0.0.1");
        check(Kind, "127.0.0.1", &[&["192.0.2.4"; 40].join(",")], "192.0.2.4");
    }

    #[test]
    fn the_header_of_rfc_7239_is_read() {
        use ProxyHeader::Forwarded as Kind;
        check(Kind, "127.0.0.1", &["for=203.0.113.43, for=192.0.2.4"], "203.0.113.43");
        check(Kind, "127.0.0.1", &["For=\"[2001:db8:cafe::17]:4711\""], "2001:db8:cafe::17");
        check(Kind, "127.0.0.1", &["proto=https;FOR=203.0.113.60;by=192.0.2.1"], "203.0.113.60");
        check(Kind, "127.0.0.1", &["for=203.0.113.60;host=\"a,b;for=10.1.1.1\""], "203.0.113.60");
        for hidden in ["for=unknown", "for=_secret", "by=203.0.113.60", "for=", "for=\"\""] {
            check(Kind, "127.0.0.1", &["for=203.0.113.60", hidden], "127.0.0.1");
        }
        check(Kind, "198.51.100.7", &["for=203.0.113.43"], "198.51.100.7");
    }
}
