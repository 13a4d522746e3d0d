use std::time::Duration;

use http::{HeaderMap, HeaderName, HeaderValue};
use reqwest::{Certificate, Client};
use url::Url;

use super::ProxyOptions;
use crate::config::{ConfigMistake, Mistakes, Origin, TransportSecurity, base_path};

const SHORTEST: Duration = Duration::from_millis(1);
/// Beyond that nobody waits, and nothing that is remembered is still worth it.
const LONGEST: Duration = Duration::from_secs(60);

/// What the options come to.
pub(crate) struct Checked {
    pub(crate) address: Address,
    pub(crate) headers: HeaderMap,
    pub(crate) forwarded_headers: Vec<HeaderName>,
    pub(crate) provider_origins: Vec<Origin>,
    pub(crate) root_certificates: Vec<Certificate>,
    pub(crate) timeout: Duration,
    pub(crate) route_timeout: Duration,
    pub(crate) cache_ttl: Duration,
}

/// Where the endpoints of an upstream are.
pub(crate) struct Address {
    pub(crate) origin: Origin,
    /// Without a `/` at its end.
    pub(crate) base_path: String,
    /// Both together.
    pub(crate) base: String,
}

/// Headers that are ours to set, that say how one connection carries a message (RFC 9110 section 7.6.1), or that
/// ask for another answer than the whole one (sections 12.5.3, 13 and 14).
const RESERVED: [&str; 27] = [
    "accept-encoding",
    "authorization",
    "connection",
    "content-length",
    "cookie",
    "expect",
    "forwarded",
    "host",
    "if-match",
    "if-modified-since",
    "if-none-match",
    "if-range",
    "if-unmodified-since",
    "keep-alive",
    "origin",
    "proxy-authenticate",
    "proxy-authorization",
    "proxy-connection",
    "range",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-port",
    "x-forwarded-proto",
];

impl ProxyOptions {
    /// Every mistake is told; `None` if there is one.
    pub(crate) fn checked(&self, base_path: &str, mistakes: &mut Mistakes) -> Option<Checked> {
        let origin = mistakes.keep(self.checked_origin());
        let path = mistakes.keep(self.checked_path(base_path));
        let mut headers = HeaderMap::new();
        for (name, value) in &self.headers {
            let header = checked_header(name).and_then(|checked| {
                let value = HeaderValue::try_from(value);
                let value = value.map_err(|_| invalid(name, "no header can have that value"))?;
                Ok((checked, value))
            });
            if let Some((name, mut value)) = mistakes.keep(header) {
                value.set_sensitive(true);
                headers.append(name, value);
            }
        }
        let mut forwarded_headers = Vec::new();
        for name in &self.forwarded_headers {
            // Beside what is configured, a visitor's own words could be taken for it.
            let header = checked_header(name).and_then(|checked| {
                let is_free = !headers.contains_key(&checked);
                let taken = || invalid(name, "every request to it has that already");
                is_free.then_some(checked).ok_or_else(taken)
            });
            match mistakes.keep(header) {
                Some(name) if !forwarded_headers.contains(&name) => forwarded_headers.push(name),
                _ => {}
            }
        }
        let origins = self.provider_origins.iter();
        let provider_origins = origins
            .filter_map(|origin| mistakes.keep(checked_provider(origin)))
            .collect();
        let certificates = self.root_certificates.iter();
        let root_certificates = certificates
            .filter_map(|pem| mistakes.keep(checked_certificate(pem)))
            .collect();
        let within = |duration: Duration, shortest, mistake| {
            let is_usable = (shortest..=LONGEST).contains(&duration);
            is_usable.then_some(duration).ok_or(mistake)
        };
        let timeout = within(
            self.timeout,
            SHORTEST,
            ConfigMistake::UpstreamTimeoutInvalid,
        );
        let timeout = mistakes.keep(timeout);
        let route_timeout = within(
            self.route_timeout,
            SHORTEST,
            ConfigMistake::RouteTimeoutInvalid,
        );
        let route_timeout = mistakes.keep(route_timeout);
        let cache_ttl = within(
            self.cache_ttl,
            Duration::ZERO,
            ConfigMistake::CacheTtlTooLong,
        );
        let cache_ttl = mistakes.keep(cache_ttl);
        let (origin, base_path) = (origin?, path?);
        // As it was given, for `localhost` is not every address of this machine; but without what stands around it.
        let url = Url::parse(&self.base_url).ok()?;
        Some(Checked {
            address: Address {
                base: url.origin().ascii_serialization() + &base_path,
                origin,
                base_path,
            },
            headers,
            forwarded_headers,
            provider_origins,
            root_certificates,
            timeout: timeout?,
            route_timeout: route_timeout?,
            cache_ttl: cache_ttl?,
        })
    }

    fn checked_origin(&self) -> Result<Origin, ConfigMistake> {
        let upstream = Origin::parse("upstream", &self.base_url, false);
        let upstream = upstream.map_err(|mistake| match has_path(&self.base_url) {
            true => ConfigMistake::UpstreamHasPath {
                value: self.base_url.clone(),
            },
            false => mistake,
        })?;
        if upstream.security == TransportSecurity::Insecure {
            return Err(ConfigMistake::UpstreamInsecure {
                value: upstream.to_string(),
            });
        }
        Ok(upstream)
    }

    fn checked_path(&self, base_path: &str) -> Result<String, ConfigMistake> {
        match &self.target_base_path {
            Some(path) => base_path::checked("target_base_path", path),
            None => Ok(base_path.to_owned()),
        }
    }
}

/// Whether it is an origin, but for a path.
fn has_path(address: &str) -> bool {
    let url = Url::parse(address).ok();
    url.is_some_and(|mut url| {
        let has_path = url.path() != "/";
        url.set_path("");
        has_path && Origin::parse("upstream", url.as_str(), false).is_ok()
    })
}

/// What people sign in with travels there and back in addresses.
fn checked_provider(origin: &str) -> Result<Origin, ConfigMistake> {
    let provider = Origin::parse("provider_origin", origin, false)?;
    if provider.security == TransportSecurity::Insecure {
        return Err(ConfigMistake::ProviderOriginInsecure {
            value: provider.to_string(),
        });
    }
    Ok(provider)
}

fn checked_header(name: &str) -> Result<HeaderName, ConfigMistake> {
    let checked = HeaderName::try_from(name);
    let checked = checked.map_err(|_| invalid(name, "no header can be called that"))?;
    match RESERVED.contains(&checked.as_str()) {
        true => Err(invalid(
            name,
            "it is set here, or would change what an answer means",
        )),
        false => Ok(checked),
    }
}

fn invalid(name: &str, reason: &'static str) -> ConfigMistake {
    let name = name.to_owned();
    ConfigMistake::UpstreamHeaderInvalid { name, reason }
}

fn checked_certificate(pem: &[u8]) -> Result<Certificate, ConfigMistake> {
    // What is no PEM at all is taken for an empty list.
    let mut found = Certificate::from_pem_bundle(pem).unwrap_or_default();
    let one = found.pop().filter(|_| found.is_empty());
    one.filter(is_trustworthy)
        .ok_or(ConfigMistake::UpstreamCertificateInvalid)
}

/// Whether servers can be certified by it: PEM is no more than its envelope.
fn is_trustworthy(certificate: &Certificate) -> bool {
    let client = Client::builder().tls_certs_only([certificate.clone()]);
    client.build().is_ok()
}
