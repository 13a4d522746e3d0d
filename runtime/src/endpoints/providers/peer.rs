//! Where a request comes from. What it says of that itself counts only as far as trusted proxies wrote it.

#[cfg(test)]
mod tests;

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use axum::extract::ConnectInfo;
use axum::extract::connect_info::MockConnectInfo;
use http::header::{FORWARDED, HeaderName};
#[cfg(feature = "proxy")]
use http::request::Parts;
use http::{Extensions, HeaderMap};

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// Where proxies write for whom they forward a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum ProxyHeader {
    /// `X-Forwarded-For`: addresses, with commas between them.
    #[default]
    XForwardedFor,
    /// `Forwarded` (RFC 7239).
    Forwarded,
}

/// The networks of the proxies that tell the truth about where a request comes from.
#[derive(Debug, Clone, Default)]
pub(crate) struct TrustedProxies {
    networks: Vec<Network>,
    header: ProxyHeader,
}

/// All addresses that begin with the same bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Network {
    first: IpAddr,
    /// How many bits are the same.
    prefix: u32,
}

impl TrustedProxies {
    /// Reads networks such as `10.0.0.0/8`, and gives those back that are none.
    pub(crate) fn parse(networks: &[String], header: ProxyHeader) -> Result<Self, Vec<&str>> {
        let parsed = networks.iter().map(|text| (text, Network::parse(text)));
        let (usable, unusable): (Vec<_>, Vec<_>) =
            parsed.partition(|(_, network)| network.is_some());
        match unusable.is_empty() {
            true => Ok(Self {
                networks: usable
                    .into_iter()
                    .filter_map(|(_, network)| network)
                    .collect(),
                header,
            }),
            false => Err(unusable
                .into_iter()
                .map(|(text, _)| text.as_str())
                .collect()),
        }
    }

    /// The visitor's address, behind the proxy at the other end of the connection.
    ///
    /// The header that the proxies do not write is whatever the visitor sent.
    pub(super) fn visitor(&self, connected: IpAddr, headers: &HeaderMap) -> IpAddr {
        match self.header {
            _ if !self.has(connected) => connected,
            ProxyHeader::XForwardedFor => self.walk(connected, headers, &X_FORWARDED_FOR, address),
            ProxyHeader::Forwarded => self.walk(connected, headers, &FORWARDED, forwarded_for),
        }
    }

    /// Whether the other end of the connection may be a proxy that is missing here: it says what proxies say.
    pub(super) fn may_lack(&self, connected: IpAddr, headers: &HeaderMap) -> bool {
        let mut told = [FORWARDED, X_FORWARDED_FOR].into_iter();
        !self.has(connected) && told.any(|name| headers.contains_key(name))
    }

    /// From the nearest hop to the first that is nobody's we trust. What is no address ends the way, at the
    /// proxy that wrote it.
    fn walk(
        &self,
        connected: IpAddr,
        headers: &HeaderMap,
        name: &HeaderName,
        read: fn(&str) -> Option<IpAddr>,
    ) -> IpAddr {
        let mut reached = connected;
        // Commas in quotes are no part of an address, so to split there is safe: from this end
        // nothing that the visitor sent can swallow what a proxy has added.
        let lines = headers.get_all(name).iter().rev();
        let hops = lines.flat_map(|line| line.to_str().unwrap_or("?").rsplit(','));
        for hop in hops {
            match read(hop.trim()) {
                Some(address) => reached = address,
                None => return reached,
            }
            if !self.has(reached) {
                return reached;
            }
        }
        reached
    }

    fn has(&self, address: IpAddr) -> bool {
        self.networks.iter().any(|network| network.has(address))
    }
}

impl Network {
    /// Also a single address. Not a network of everybody, and not one whose first address has bits beyond the
    /// prefix: it was meant to be another.
    fn parse(text: &str) -> Option<Self> {
        let (first, prefix) = match text.split_once('/') {
            Some((first, prefix)) => (first.parse().ok()?, Some(prefix.parse().ok()?)),
            None => (text.parse().ok()?, None),
        };
        let longest = width(first);
        let prefix = prefix.unwrap_or(longest);
        let network = Self { first, prefix };
        let is_usable = prefix > 0 && prefix <= longest && masked(first, prefix) == first;
        is_usable.then_some(network)
    }

    fn has(self, address: IpAddr) -> bool {
        width(address) == width(self.first) && masked(address, self.prefix) == self.first
    }
}

/// Where a request comes from; `None` if the server does not tell addresses.
#[cfg(feature = "proxy")]
pub(in crate::endpoints) fn visitor(parts: &Parts, proxies: &TrustedProxies) -> Option<IpAddr> {
    let connected = connected(&parts.extensions)?;
    Some(proxies.visitor(connected, &parts.headers))
}

/// The address at the other end of the connection.
pub(super) fn connected(extensions: &Extensions) -> Option<IpAddr> {
    let real = extensions.get::<ConnectInfo<SocketAddr>>();
    let address = real.map(|ConnectInfo(address)| address).or_else(|| {
        let mock = extensions.get::<MockConnectInfo<SocketAddr>>();
        mock.map(|MockConnectInfo(address)| address)
    })?;
    Some(address.ip().to_canonical())
}

/// Whether nobody connects from there across the internet: this machine, or a private network.
pub(super) fn is_near(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => {
            address.is_loopback() || address.is_private() || address.is_link_local()
        }
        IpAddr::V6(address) => {
            address.is_loopback() || address.is_unique_local() || address.is_unicast_link_local()
        }
    }
}

fn width(address: IpAddr) -> u32 {
    match address {
        IpAddr::V4(_) => Ipv4Addr::BITS,
        IpAddr::V6(_) => Ipv6Addr::BITS,
    }
}

/// The address with everything after that many bits set to zero.
pub(super) fn masked(address: IpAddr, prefix: u32) -> IpAddr {
    match address {
        IpAddr::V4(address) => {
            let mask = u32::MAX.checked_shl(Ipv4Addr::BITS.saturating_sub(prefix));
            Ipv4Addr::from_bits(address.to_bits() & mask.unwrap_or(0)).into()
        }
        IpAddr::V6(address) => {
            let mask = u128::MAX.checked_shl(Ipv6Addr::BITS.saturating_sub(prefix));
            Ipv6Addr::from_bits(address.to_bits() & mask.unwrap_or(0)).into()
        }
    }
}

/// An address as proxies write it: alone, in brackets, or with a port.
fn address(text: &str) -> Option<IpAddr> {
    let bare = text
        .strip_prefix('[')
        .and_then(|text| text.strip_suffix(']'));
    let address = match bare {
        Some(bare) => IpAddr::V6(bare.parse().ok()?),
        None => text
            .parse()
            .or_else(|_| text.parse().map(|address: SocketAddr| address.ip()))
            .ok()?,
    };
    Some(address.to_canonical())
}

/// The node of `for` in one element of `Forwarded` (RFC 7239 section 4), if it is there once.
fn forwarded_for(element: &str) -> Option<IpAddr> {
    let mut nodes = element.split(';').filter_map(|pair| {
        let (name, node) = pair.split_once('=')?;
        name.trim()
            .eq_ignore_ascii_case("for")
            .then_some(node.trim())
    });
    let (node, None) = (nodes.next()?, nodes.next()) else {
        return None;
    };
    let quoted = node
        .strip_prefix('"')
        .and_then(|node| node.strip_suffix('"'));
    address(quoted.unwrap_or(node))
}
