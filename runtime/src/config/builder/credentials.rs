//! How visitors prove who they are.

use super::AuthBuilder;
use crate::endpoints::{Credentials, ProxyHeader};

impl AuthBuilder {
    /// Signs visitors in by what they type, such as a name and a password. Default: nothing of that kind.
    pub fn credentials(mut self, credentials: Credentials) -> Self {
        self.credentials = Some(credentials);
        self
    }

    /// The reverse proxies before this application, as networks (`10.0.0.0/8`, `fd00::/8`) or single addresses. What
    /// one of them says in `X-Forwarded-For`, or another [`proxy_header`](Self::proxy_header), of where a request
    /// comes from is believed: the nearest address that is none of these is the visitor's. Name only proxies that
    /// write that header themselves. Default: none, and what requests say of it is ignored.
    ///
    /// Those who guess passwords are slowed by that address, see [`Slowing`](crate::Slowing). Nothing else comes of
    /// it.
    pub fn trusted_proxies<I, T>(mut self, networks: I) -> Self
    where
        I: IntoIterator<Item = T>,
        T: Into<String>,
    {
        self.trusted_proxies = networks.into_iter().map(Into::into).collect();
        self
    }

    /// The header that all [`trusted_proxies`](Self::trusted_proxies) write. The other one is ignored: a
    /// visitor may have sent it. Default: [`ProxyHeader::XForwardedFor`].
    pub fn proxy_header(mut self, header: ProxyHeader) -> Self {
        self.proxy_header = header;
        self
    }
}
