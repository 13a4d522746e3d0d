//! The ways to prove who one is. Credentials are the only one here; others are Auth.js's to offer.

mod authenticate;
mod counts;
mod credentials;
mod fields;
mod identifier;
mod input;
mod peer;
mod slowing;
mod throttle;
mod verdict;

pub(crate) use self::authenticate::CredentialsProvider;
pub use self::credentials::Credentials;
pub use self::fields::{CredentialsField, FieldKind};
pub use self::input::CredentialsInput;
pub use self::peer::ProxyHeader;
pub(crate) use self::peer::TrustedProxies;
#[cfg(feature = "proxy")]
pub(super) use self::peer::visitor;
pub use self::slowing::Slowing;
pub use self::verdict::{Authenticated, CredentialsVerdict};

/// Whether an id stands in an address as it is, and means nothing else there.
pub(super) fn is_provider_id(id: &str) -> bool {
    let is_usable = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
    (1..=64).contains(&id.len()) && id.bytes().all(is_usable)
}
