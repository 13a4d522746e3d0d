//! Where the application is reached, and what follows for its cookies.

use std::fmt;

use url::{Host, Url};

use super::ConfigMistake;

/// The application's own origin (RFC 6454) with all its spellings.
#[derive(Debug, Clone)]
pub(crate) struct Origin {
    /// Serialised origins that are this one; several for a loopback host.
    spellings: Vec<String>,
    pub(crate) security: TransportSecurity,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TransportSecurity {
    Https,
    /// Plain `http` that never leaves the machine.
    Loopback,
    /// Plain `http` over a network.
    Insecure,
}

impl Origin {
    /// Reads the origin out of `value`. A path is accepted only where `AUTH_URL` may have one.
    pub(crate) fn parse(
        setting: &'static str,
        value: &str,
        allow_path: bool,
    ) -> Result<Self, ConfigMistake> {
        let invalid = || ConfigMistake::OriginInvalid {
            setting,
            value: without_password(value),
        };
        let url = Url::parse(value).map_err(|_| invalid())?;
        let bare = url.username().is_empty()
            && url.password().is_none()
            && url.query().is_none()
            && url.fragment().is_none()
            && (allow_path || url.path() == "/");
        let host = url.host().ok_or_else(invalid)?;
        if !bare || !is_one_host(&host) {
            return Err(invalid());
        }
        let security = match url.scheme() {
            "https" => TransportSecurity::Https,
            "http" if is_loopback(&host) => TransportSecurity::Loopback,
            "http" => TransportSecurity::Insecure,
            _ => return Err(invalid()),
        };
        let spellings = match security {
            TransportSecurity::Loopback => loopback_spellings(&url),
            _ => vec![url.origin().ascii_serialization()],
        };
        Ok(Self {
            spellings,
            security,
        })
    }

    /// Whether an `Origin` header names this origin.
    pub(crate) fn is(&self, header: &[u8]) -> bool {
        self.spellings
            .iter()
            .any(|spelling| spelling.as_bytes() == header)
    }
}

impl Origin {
    /// What follows the origin in an address on this site.
    pub(crate) fn path_of<'a>(&self, address: &'a str) -> Option<&'a str> {
        self.spellings
            .iter()
            .find_map(|spelling| address.strip_prefix(spelling.as_str()))
    }

    /// The spelling that a visitor of this host uses; for any host that is not ours, the first one.
    pub(crate) fn as_visited(&self, host: Option<&str>) -> &str {
        let is_of_host = |spelling: &&String| {
            let authority = spelling.split_once("://").map(|(_, authority)| authority);
            authority
                .zip(host)
                .is_some_and(|(ours, host)| ours.eq_ignore_ascii_case(host))
        };
        let spelling = self.spellings.iter().find(is_of_host);
        spelling
            .or(self.spellings.first())
            .map_or("", String::as_str)
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_visited(None))
    }
}

/// What was given, fit for a message: whatever stands before an `@` may be a password.
fn without_password(value: &str) -> String {
    match value.rsplit_once('@') {
        Some((_, rest)) => format!("..@{rest}"),
        None => value.to_owned(),
    }
}

/// The URL parser takes `*` for a host name, but nothing is served there.
fn is_one_host(host: &Host<&str>) -> bool {
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || b"-._".contains(&byte);
    !matches!(host, Host::Domain(name) if !name.bytes().all(is_name))
}

fn is_loopback(host: &Host<&str>) -> bool {
    match host {
        Host::Domain(name) => *name == "localhost",
        Host::Ipv4(address) => address.octets() == [127, 0, 0, 1],
        Host::Ipv6(address) => address.is_loopback(),
    }
}

/// `localhost`, `127.0.0.1` and `[::1]` on one port are one origin: people type either.
fn loopback_spellings(url: &Url) -> Vec<String> {
    let port = url
        .port()
        .map(|port| format!(":{port}"))
        .unwrap_or_default();
    ["localhost", "127.0.0.1", "[::1]"]
        .map(|host| format!("http://{host}{port}"))
        .to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(value: &str) -> Result<Origin, ConfigMistake> {
        Origin::parse("origin", value, false)
    }

    #[test]
    fn the_origin_decides_the_transport_security() {
        for (value, security) in [
            ("https://app.example", TransportSecurity::Https),
            ("https://localhost:3000", TransportSecurity::Https),
            ("http://localhost:3000", TransportSecurity::Loopback),
            ("http://127.0.0.1", TransportSecurity::Loopback),
            ("http://[::1]:8080", TransportSecurity::Loopback),
            ("http://localhost.example", TransportSecurity::Insecure),
            ("http://app.example", TransportSecurity::Insecure),
        ] {
            assert_eq!(
                parse(value).map(|origin| origin.security),
                Ok(security),
                "{value}"
            );
        }
    }

    #[test]
    fn what_is_no_origin_is_refused() {
        for value in [
            "",
            "app.example",
            "ftp://a",
            "https://",
            "https://a/b",
            "https://u@a",
            "https://a?q",
            "null",
            "data:,x",
        ] {
            assert!(parse(value).is_err(), "{value}");
        }
    }

    #[test]
    fn the_loopback_spellings_of_one_port_are_one_origin() {
        let Ok(origin) = parse("http://localhost:3000") else {
            unreachable!()
        };
        assert!(origin.is(b"http://127.0.0.1:3000") && origin.is(b"http://[::1]:3000"));
        assert!(!origin.is(b"http://localhost:3001") && !origin.is(b"https://localhost:3000"));
        assert!(!origin.is(b"null") && !origin.is(b""));
    }

    #[test]
    fn a_loopback_host_is_spelled_as_it_is_visited() {
        let Ok(origin) = parse("http://localhost:3000") else {
            unreachable!()
        };
        for (host, expected) in [
            (None, "http://localhost:3000"),
            (Some("127.0.0.1:3000"), "http://127.0.0.1:3000"),
            (Some("LOCALHOST:3000"), "http://localhost:3000"),
            (Some("127.0.0.1"), "http://localhost:3000"),
            (Some("evil.example"), "http://localhost:3000"),
        ] {
            assert_eq!(origin.as_visited(host), expected);
        }
    }
}
