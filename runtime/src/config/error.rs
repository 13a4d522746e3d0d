use std::fmt;

/// Everything that is wrong with a configuration, found in one go.
///
/// It prints as a list, one mistake a line, and never shows the value of a secret.
#[derive(Clone, PartialEq, Eq)]
pub struct ConfigError {
    mistakes: Vec<ConfigMistake>,
}

impl ConfigError {
    /// The mistakes, in the order of the builder's settings. Never empty.
    pub fn mistakes(&self) -> &[ConfigMistake] {
        &self.mistakes
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the auth configuration is not usable:")?;
        for mistake in &self.mistakes {
            write!(f, "\n  - {mistake}")?;
        }
        Ok(())
    }
}

/// The same list: it is what `fn main() -> Result<(), ConfigError>` prints.
impl fmt::Debug for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for ConfigError {}

/// One mistake in a configuration.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigMistake {
    /// No secret was given and neither `AUTH_SECRET` nor `NEXTAUTH_SECRET` is set.
    #[error(
        "no secret: call `secret(..)` or set AUTH_SECRET (`openssl rand -base64 32` makes one)"
    )]
    SecretMissing,
    /// The secret is empty.
    #[error("{setting} is empty")]
    SecretEmpty {
        /// Where the secret came from.
        setting: &'static str,
    },
    /// The secret has fewer than 32 bytes (RFC 7518 section 3.2 for HS256).
    #[error("{setting} has {bytes} bytes, but at least 32 are needed")]
    SecretTooShort {
        /// Where the secret came from.
        setting: &'static str,
        /// How long it is, in bytes.
        bytes: usize,
    },
    /// The secret is a PEM document or a JSON Web Key: a public key is no secret.
    #[error("{setting} is a key document (PEM or JWK); give random bytes instead")]
    SecretIsKeyDocument {
        /// Where the secret came from.
        setting: &'static str,
    },
    /// The secret stands in a published list of secrets, or repeats one character.
    #[error("{setting} is a published or trivial secret; make one of your own")]
    SecretPublished {
        /// Where the secret came from.
        setting: &'static str,
    },
    /// No origin was given and neither `AUTH_URL` nor `NEXTAUTH_URL` is set.
    #[error("no origin: call `origin(..)` or set AUTH_URL, such as `https://app.example`")]
    OriginMissing,
    /// `AUTH_TRUST_HOST` is to take the place of an origin: what a request says of its host is never believed.
    #[error(
        "no origin: AUTH_TRUST_HOST is set, but a request's own words about its host are never believed; call \
         `origin(..)` or set AUTH_URL, such as `https://app.example`"
    )]
    OriginFromRequests,
    /// An origin is not of the form `scheme://host[:port]`.
    #[error("{setting} `{value}` is not an origin such as `https://app.example`")]
    OriginInvalid {
        /// Which setting it is.
        setting: &'static str,
        /// What was given.
        value: String,
    },
    /// Plain `http` on a host that is not the own machine: browsers would send the session cookie in clear.
    #[error(
        "origin `{value}` is not https: session cookies would travel in clear; use https, or \
         `dangerous(dangerous::insecure_cookies())` where that is understood"
    )]
    OriginInsecure {
        /// What was given.
        value: String,
    },
    /// The cookie name has characters that RFC 6265 does not allow, a reserved prefix, or the
    /// ending of a chunk.
    #[error(
        "cookie name `{value}` is not usable: letters, digits, `-`, `_` and `.` only, without `__Host-` or \
         `__Secure-`, and not ending like a chunk (`.0`)"
    )]
    CookieNameInvalid {
        /// What was given.
        value: String,
    },
    /// A page of the application is not a path on its own site.
    #[error("{setting} `{value}` is not a path on this site, such as `/sign-in`")]
    PageInvalid {
        /// Which page it is.
        setting: &'static str,
        /// What was given.
        value: String,
    },
    /// The path of the endpoints is not a plain path.
    #[error("{setting} `{value}` is not a path such as `/api/auth`, without a `/` at its end")]
    BasePathInvalid {
        /// Where the path came from.
        setting: &'static str,
        /// What was given.
        value: String,
    },
    /// The upstream is asked over plain `http`, and is not on the same machine.
    #[cfg(feature = "proxy")]
    #[error(
        "upstream `{value}` is not https: the credentials of visitors would travel in clear; use https, or an \
         address of this machine (`localhost`, `127.0.0.1` or `[::1]`)"
    )]
    UpstreamInsecure {
        /// What was given.
        value: String,
    },
    /// The upstream is named with a path.
    #[cfg(feature = "proxy")]
    #[error(
        "upstream `{value}` has a path: name its origin alone, and where its endpoints are with `target_base_path(..)`"
    )]
    UpstreamHasPath {
        /// What was given.
        value: String,
    },
    /// Signing in would lead visitors to plain `http`, and not on the same machine.
    #[cfg(feature = "proxy")]
    #[error(
        "provider_origin `{value}` is not https: what people sign in with would travel in clear; use https, or an \
         address of this machine (`localhost`, `127.0.0.1` or `[::1]`)"
    )]
    ProviderOriginInsecure {
        /// What was given.
        value: String,
    },
    /// A header for the upstream is none, one that is set here, or one that would change what an answer
    /// means.
    #[cfg(feature = "proxy")]
    #[error("header `{name}` cannot go to the upstream: {reason}")]
    UpstreamHeaderInvalid {
        /// What was given as its name.
        name: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// What the upstream is certified by is no certificate of an authority, or several in one.
    #[cfg(feature = "proxy")]
    #[error(
        "a root certificate of the upstream must be one certificate of an authority in PEM: call \
         `root_certificate(..)` once for each"
    )]
    UpstreamCertificateInvalid,
    /// The upstream is asked over https, and this machine trusts no authority at all.
    #[cfg(feature = "proxy")]
    #[error(
        "this machine has no certificates of authorities, so the upstream's cannot be checked: install \
         `ca-certificates`, or name its authority with `ProxyOptions::root_certificate`"
    )]
    NoAuthorities,
    /// There is an upstream, which keeps the sessions, and a setting that means something only where they are
    /// kept.
    #[cfg(feature = "proxy")]
    #[error("sessions are the upstream's, so `{setting}` would mean nothing here: leave it out")]
    UnusedWithUpstream {
        /// The setting.
        setting: &'static str,
    },
    /// Nobody waits for the upstream that long, or nobody could answer so fast.
    #[cfg(feature = "proxy")]
    #[error("the timeout of the upstream must be at least 1 millisecond and at most 60 seconds")]
    UpstreamTimeoutInvalid,
    /// Nobody waits for a forwarded route that long, or nobody could answer so fast.
    #[cfg(feature = "proxy")]
    #[error(
        "the route_timeout of the upstream must be at least 1 millisecond and at most 60 seconds"
    )]
    RouteTimeoutInvalid,
    /// What the upstream said would be remembered for too long.
    #[cfg(feature = "proxy")]
    #[error("the cache_ttl of the upstream must be at most 60 seconds")]
    CacheTtlTooLong,
    /// A duration is too short to be of use, or longer than browsers keep a cookie (400 days).
    #[error("{setting} must be at least {shortest:?} and at most 400 days")]
    DurationInvalid {
        /// Which setting it is.
        setting: &'static str,
        /// The shortest duration that is accepted.
        shortest: std::time::Duration,
    },
    /// Nothing says whether the session cookie is `Secure`, and so how it is called.
    #[error(
        "the session cookie has one name on https and another on http: call `secure(..)` or `cookie_name(..)`, or set AUTH_URL"
    )]
    SecureUnknown,
    /// There is a codec for tokens, and a store, with which there are no tokens.
    #[error("a codec makes session tokens, but with a store there are none: leave out one of them")]
    CodecUnused,
    /// The leeway between clocks is not a number of seconds, or so long that it protects nothing.
    #[error("leeway must be whole seconds, at most 5 minutes")]
    LeewayInvalid,
    /// A session would end before a request refreshes it.
    #[error("update_age must be less than max_age, or no session would ever be refreshed")]
    UpdateAgeTooLong,
    /// Sessions would have to end before they may.
    #[error("absolute_max_age must not be shorter than max_age")]
    AbsoluteMaxAgeTooShort,
    /// The id of a provider cannot stand in an address as it is.
    #[error("provider id `{value}` is not usable: 1 to 64 letters, digits, `-` and `_`")]
    ProviderIdInvalid {
        /// What was given.
        value: String,
    },
    /// A field of a sign-in page has no name, or one that forms of Auth.js use for themselves.
    #[error(
        "field name `{name}` is not usable: it is empty, has control characters, or is one of `csrfToken`, \
         `callbackUrl`, `json` and `redirect`"
    )]
    FieldNameInvalid {
        /// What was given.
        name: String,
    },
    /// Two fields of a sign-in page have one name.
    #[error("field `{name}` is there twice")]
    FieldDuplicate {
        /// The name.
        name: String,
    },
    /// The identifier of credentials is none of their fields.
    #[error("the identifier `{name}` is none of the fields")]
    IdentifierUnknown {
        /// What was given.
        name: String,
    },
    /// Attempts to sign in would be slowed for ever, or not at all.
    #[error(
        "slowing must allow at least one attempt, and its longest delay be from one second to one hour"
    )]
    SlowingInvalid,
    /// A trusted proxy is no network, or everybody.
    #[error(
        "trusted proxy `{value}` is not a network such as `10.0.0.0/8` (with no bits after its prefix) or an address"
    )]
    TrustedProxyInvalid {
        /// What was given.
        value: String,
    },
    /// The realm has characters that do not fit a quoted string of RFC 9110.
    #[error("realm `{value}` may only have printable ASCII characters, without `\"` and `\\`")]
    RealmInvalid {
        /// What was given.
        value: String,
    },
    /// The address of the protected resource metadata is none that clients could trust.
    #[error("resource_metadata `{value}` is not an https address")]
    ResourceMetadataInvalid {
        /// What was given.
        value: String,
    },
    /// The cryptography of this process cannot be set up.
    #[error("the cryptography could not be set up: {reason}")]
    Cryptography {
        /// What failed.
        reason: &'static str,
    },
}

/// Collects mistakes so that all of them are reported at once.
#[derive(Debug, Default)]
pub(crate) struct Mistakes(Vec<ConfigMistake>);

impl Mistakes {
    pub(crate) fn push(&mut self, mistake: ConfigMistake) {
        self.0.push(mistake);
    }

    pub(crate) fn keep<T>(&mut self, result: Result<T, ConfigMistake>) -> Option<T> {
        result.map_err(|mistake| self.push(mistake)).ok()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn into_error(self) -> ConfigError {
        ConfigError { mistakes: self.0 }
    }
}
