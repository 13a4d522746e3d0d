use std::time::Duration;

use crate::credential::CookieStyle;

/// Whose sessions an [`Auth`](crate::Auth) reads and writes: what the cookie is called, and what is in
/// it. It is set by [`AuthBuilder::profile`](crate::AuthBuilder::profile).
///
/// | | `Native` | `AuthJsV5` | `NextAuthV4` |
/// | --- | --- | --- | --- |
/// | cookie on `https` | `__Host-session` | `__Secure-authjs.session-token` | `__Secure-next-auth.session-token` |
/// | cookie on `http` | `session` | `authjs.session-token` | `next-auth.session-token` |
/// | cookie of a form | `session-csrf` | `authjs.csrf-token` | `next-auth.csrf-token` |
/// | cookie of the way back | `session-callback` | `authjs.callback-url` | `next-auth.callback-url` |
/// | answers of [`Auth::router`](crate::Auth::router) | those of Auth.js 5 | those of Auth.js 5 | those of NextAuth.js 4 |
/// | token | signed, HS256 (RFC 7515) | encrypted, A256CBC-HS512 (RFC 7516) | encrypted, A256GCM |
/// | credentials that count, in this order | bearer, cookie | cookie, bearer | cookie, bearer |
/// | the environment's address | `AUTH_URL`, else `NEXTAUTH_URL` | the same | `NEXTAUTH_URL`, else `AUTH_URL` |
/// | the environment's secret | `AUTH_SECRET_3`, `_2`, `_1` and `AUTH_SECRET`, else `NEXTAUTH_SECRET` | the same | `NEXTAUTH_SECRET`, else `AUTH_SECRET` |
/// | [`leeway`](crate::AuthBuilder::leeway) | 30 s, for `iat` and `nbf` | 15 s, for `exp` and `nbf` | 15 s, for `exp` and `nbf` |
///
/// A Rust service and a Next.js application that have the same secret, profile and host share one sign-in:
/// either reads what the other has written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Profile {
    /// Portcullis's own.
    #[default]
    Native,
    /// Auth.js 5 (`next-auth@5`, `@auth/core`).
    AuthJsV5,
    /// NextAuth.js 4 (`next-auth@4`), and what is built on it, such as nuxt-auth.
    NextAuthV4,
}

impl Profile {
    pub(crate) const fn cookie_name(self) -> &'static str {
        match self {
            Self::Native => "session",
            Self::AuthJsV5 => "authjs.session-token",
            Self::NextAuthV4 => "next-auth.session-token",
        }
    }

    /// What the cookies beside the session cookie `session` are called, without prefix: the one that a form
    /// must match, and the one that remembers where a visitor goes next.
    pub(super) fn companion_names(self, session: &str) -> [String; 2] {
        match self {
            Self::Native => ["csrf", "callback"].map(|name| format!("{session}-{name}")),
            Self::AuthJsV5 => ["csrf-token", "callback-url"].map(|name| format!("authjs.{name}")),
            Self::NextAuthV4 => {
                ["csrf-token", "callback-url"].map(|name| format!("next-auth.{name}"))
            }
        }
    }

    /// What the cookies are called, without prefix, in which Auth.js keeps what it needs to know again on the
    /// way back from a provider. Portcullis has no such providers.
    #[cfg(feature = "proxy")]
    pub(crate) const fn passing_cookies(self) -> &'static [&'static str] {
        match self {
            Self::Native => &[],
            Self::AuthJsV5 => &[
                "authjs.challenge",
                "authjs.nonce",
                "authjs.pkce.code_verifier",
                "authjs.state",
            ],
            Self::NextAuthV4 => &[
                "next-auth.nonce",
                "next-auth.pkce.code_verifier",
                "next-auth.state",
            ],
        }
    }

    /// The variables that say where the application is reached; the first that is set counts.
    pub(super) const fn addresses(self) -> [&'static str; 2] {
        match self {
            Self::Native | Self::AuthJsV5 => ["AUTH_URL", "NEXTAUTH_URL"],
            Self::NextAuthV4 => ["NEXTAUTH_URL", "AUTH_URL"],
        }
    }

    pub(super) const fn leeway(self) -> Duration {
        match self {
            Self::Native => Duration::from_secs(30),
            Self::AuthJsV5 | Self::NextAuthV4 => Duration::from_secs(15),
        }
    }

    pub(super) const fn cookie_style(self) -> CookieStyle {
        match self {
            Self::Native => CookieStyle::NATIVE,
            Self::AuthJsV5 => CookieStyle::AUTH_JS_V5,
            Self::NextAuthV4 => CookieStyle::NEXT_AUTH_V4,
        }
    }
}
