//! `Authorization: Bearer` (RFC 6750 section 2.1). Tokens in the query are never read.

use http::HeaderMap;
use http::header::AUTHORIZATION;

use super::{Credential, Flaw, LONGEST_TOKEN, Source};

pub(super) fn find(headers: &HeaderMap) -> Credential<'_> {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let Some(value) = values.next() else {
        return Credential::Absent;
    };
    if values.next().is_some() {
        return unusable(Flaw::InvalidRequest);
    }
    let value = value.as_bytes();
    let scheme_ends = value.iter().position(|byte| !is_token_character(*byte));
    let (scheme, rest) = value.split_at(scheme_ends.unwrap_or(value.len()));
    if !scheme.eq_ignore_ascii_case(b"bearer") {
        return Credential::Absent;
    }
    let token = rest.trim_ascii();
    if token.is_empty() {
        return unusable(Flaw::InvalidRequest);
    }
    match std::str::from_utf8(token) {
        Ok(token) if token.len() <= LONGEST_TOKEN && is_b64token(token) => Credential::Present {
            source: Source::Bearer,
            token,
        },
        _ => unusable(Flaw::Malformed),
    }
}

fn unusable(flaw: Flaw) -> Credential<'static> {
    Credential::Unusable {
        source: Source::Bearer,
        flaw,
    }
}

/// `tchar` of RFC 9110 section 5.6.2: what the name of a scheme is made of.
fn is_token_character(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

/// `b64token` of RFC 6750: `1*( ALPHA / DIGIT / "-" / "." / "_" / "~" / "+" / "/" ) *"="`.
fn is_b64token(token: &str) -> bool {
    let body = token.trim_end_matches('=');
    !body.is_empty()
        && body
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-._~+/".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(values: &[&[u8]]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for value in values {
            if let Ok(value) = http::HeaderValue::from_bytes(value) {
                headers.append(AUTHORIZATION, value);
            }
        }
        headers
    }

    #[test]
    fn the_header_follows_rfc_6750() {
        let present = Credential::Present {
            source: Source::Bearer,
            token: "abc.d-_~+/=",
        };
        let long = [b"Bearer ".as_slice(), &[b'a'; LONGEST_TOKEN + 1]].concat();
        for (values, expected) in [
            (&[][..], Credential::Absent),
            (&[b"Basic abc".as_slice()], Credential::Absent),
            (&[b"Bearerabc"], Credential::Absent),
            (&[b"Bearer abc.d-_~+/="], present),
            (&[b"bEARER   abc.d-_~+/= "], present),
            (
                &[b"Bearer\tabc"],
                Credential::Present {
                    source: Source::Bearer,
                    token: "abc",
                },
            ),
            (&[b"Bearer,abc"], unusable(Flaw::Malformed)),
            (&[b"Bearer"], unusable(Flaw::InvalidRequest)),
            (&[b"Bearer  "], unusable(Flaw::InvalidRequest)),
            (&[b"Bearer a b"], unusable(Flaw::Malformed)),
            (&[b"Bearer =="], unusable(Flaw::Malformed)),
            (&[b"Bearer \xff"], unusable(Flaw::Malformed)),
            (&[long.as_slice()], unusable(Flaw::Malformed)),
            (&[b"Bearer a", b"Bearer a"], unusable(Flaw::InvalidRequest)),
        ] {
            assert!(find(&headers(values)) == expected, "{values:?}");
        }
    }
}
