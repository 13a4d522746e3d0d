//! The cookies of Auth.js: those that its endpoints read and write, and nobody else's.

use http::header::{COOKIE, HeaderMap, HeaderValue};

use super::sent::LONGEST_HEADERS;
use super::{Companions, CookieSettings};

/// What the endpoints of an upstream keep with a visitor.
#[derive(Debug, Clone, Copy)]
pub(crate) struct AuthCookies<'a> {
    session: &'a CookieSettings,
    companions: &'a Companions,
    /// The names, without prefix, of those that last from the way to a provider to the way back.
    passing: &'static [&'static str],
}

impl<'a> AuthCookies<'a> {
    pub(crate) fn new(
        session: &'a CookieSettings,
        companions: &'a Companions,
        passing: &'static [&'static str],
    ) -> Self {
        Self {
            session,
            companions,
            passing,
        }
    }

    /// The `Cookie` header of a request with these cookies alone, as they were sent; `None` if it has none,
    /// or more of others than anybody reads.
    pub(crate) fn alone(&self, headers: &HeaderMap) -> Option<HeaderValue> {
        let headers = headers.get_all(COOKIE);
        if headers.iter().map(HeaderValue::len).sum::<usize>() > LONGEST_HEADERS {
            return None;
        }
        let headers = headers.iter();
        let pairs = headers.flat_map(|header| header.as_bytes().split(|byte| *byte == b';'));
        let pairs = pairs.map(<[u8]>::trim_ascii).filter(|pair| self.has(pair));
        let pairs: Vec<_> = pairs.collect();
        if pairs.is_empty() {
            return None;
        }
        let mut alone = HeaderValue::from_bytes(&pairs.join(&b"; "[..])).ok()?;
        alone.set_sensitive(true);
        Some(alone)
    }

    /// Whether a `Set-Cookie` value is about one of them.
    pub(crate) fn are_set_by(&self, set_cookie: &HeaderValue) -> bool {
        let mut parts = set_cookie.as_bytes().split(|byte| *byte == b';');
        parts.next().is_some_and(|pair| self.has(pair))
    }

    fn has(&self, pair: &[u8]) -> bool {
        self.session.is_part(pair) || self.companions.has(pair) || self.is_passing(pair)
    }

    fn is_passing(&self, pair: &[u8]) -> bool {
        let pair = pair.strip_prefix(self.session.prefix().as_bytes());
        let mut passing = self.passing.iter();
        pair.is_some_and(|pair| passing.any(|name| is_named(pair, name)))
    }
}

/// Whether `name=value` has that name.
pub(super) fn is_named(pair: &[u8], name: &str) -> bool {
    let rest = pair.strip_prefix(name.as_bytes());
    rest.is_some_and(|rest| rest.starts_with(b"="))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Profile, TransportSecurity};
    use crate::credential::CookieStyle;

    fn with<T>(
        profile: Profile,
        security: TransportSecurity,
        test: impl FnOnce(AuthCookies<'_>) -> T,
    ) -> T {
        let (session, names, style) = match profile {
            Profile::Native => (
                "session",
                ["session-csrf", "session-callback"],
                CookieStyle::NATIVE,
            ),
            Profile::AuthJsV5 => (
                "authjs.session-token",
                ["authjs.csrf-token", "authjs.callback-url"],
                CookieStyle::AUTH_JS_V5,
            ),
            Profile::NextAuthV4 => (
                "next-auth.session-token",
                ["next-auth.csrf-token", "next-auth.callback-url"],
                CookieStyle::NEXT_AUTH_V4,
            ),
        };
        let Ok(settings) = CookieSettings::new(session, style, security) else {
            unreachable!()
        };
        let companions = Companions::new(names.map(str::to_owned), style, security);
        test(AuthCookies::new(
            &settings,
            &companions,
            profile.passing_cookies(),
        ))
    }

    fn alone(profile: Profile, security: TransportSecurity, sent: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        for sent in sent {
            headers.append(COOKIE, sent.parse().unwrap_or(HeaderValue::from_static("")));
        }
        let alone = with(profile, security, |cookies| cookies.alone(&headers));
        let alone = alone.map(|alone| alone.to_str().unwrap_or_default().to_owned());
        alone.unwrap_or_default()
    }

    #[test]
    fn each_profile_has_its_own_names() {
        for (profile, security, names) in [
            (
                Profile::AuthJsV5,
                TransportSecurity::Https,
                &[
                    "__Secure-authjs.session-token",
                    "__Secure-authjs.session-token.0",
                    "__Secure-authjs.session-token.7",
                    "__Host-authjs.csrf-token",
                    "__Secure-authjs.callback-url",
                    "__Secure-authjs.state",
                    "__Secure-authjs.nonce",
                    "__Secure-authjs.pkce.code_verifier",
                    "__Secure-authjs.challenge",
                ][..],
            ),
            (
                Profile::NextAuthV4,
                TransportSecurity::Loopback,
                &[
                    "next-auth.session-token",
                    "next-auth.session-token.0",
                    "next-auth.csrf-token",
                    "next-auth.callback-url",
                    "next-auth.state",
                    "next-auth.nonce",
                    "next-auth.pkce.code_verifier",
                ],
            ),
            (
                Profile::Native,
                TransportSecurity::Https,
                &[
                    "__Host-session",
                    "__Host-session.3",
                    "__Host-session-csrf",
                    "__Host-session-callback",
                ],
            ),
        ] {
            for name in names {
                let pair = format!("{name}=v");
                let sent = format!("a=1; {pair};b=2");
                assert_eq!(alone(profile, security, &[&sent]), pair);
                let set = HeaderValue::try_from(format!("{pair}; Path=/; HttpOnly"));
                let is_set = with(profile, security, |cookies| {
                    set.is_ok_and(|set| cookies.are_set_by(&set))
                });
                assert!(is_set, "{name}");
            }
        }
    }

    #[test]
    fn others_are_nobodys_business_up_there() {
        let others = "theme=dark; authjs.session-tokens=a; xauthjs.session-token=b; authjs.session-token.8=c; \
                      authjs.session-token.00=d; __Secure-authjs.state=e; AUTHJS.STATE=f; authjs.state; \
                      next-auth.state=g; authjs.pkce=h; ; =i; session=j";
        let (profile, security) = (Profile::AuthJsV5, TransportSecurity::Loopback);
        assert_eq!(alone(profile, security, &[others]), "");
        let both = [others, "authjs.state=1;authjs.nonce=2", "authjs.state=3"];
        assert_eq!(
            alone(profile, security, &both),
            "authjs.state=1; authjs.nonce=2; authjs.state=3"
        );
    }

    #[test]
    fn of_too_many_cookies_none_goes_up() {
        let flood = format!("authjs.state=1; x={}", "a".repeat(LONGEST_HEADERS));
        let (profile, security) = (Profile::AuthJsV5, TransportSecurity::Loopback);
        assert_eq!(alone(profile, security, &[&flood]), "");
    }
}
