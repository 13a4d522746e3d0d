use std::collections::{BTreeMap, HashMap};

use http::header::{AUTHORIZATION, CONNECTION, COOKIE, HeaderName, HeaderValue};
use http::request::Parts;
use http::{Extensions, HeaderMap, Request};

/// Anything that carries the headers of a request: `&HeaderMap`, `&Parts`, `&Request<B>`, names and values in a
/// slice or a map, and `()` for none at all. Names are compared without regard to case; a value that no
/// header can have is left out.
///
/// ```
/// # use portcullis::Auth;
/// # async fn example(auth: Auth, cookie: String) -> Result<(), portcullis::ServerSessionError> {
/// let token = auth.get_token(&[("cookie", cookie)]).await?;
/// # Ok(())
/// # }
/// ```
pub trait HeadersInput: Sized + sealed::Sealed {
    /// The headers that credentials are in, those of these names, and `Connection`, which may name some of them.
    #[doc(hidden)]
    fn credentials_and(self, names: &[HeaderName]) -> HeaderMap;

    /// The headers that credentials are in.
    #[doc(hidden)]
    fn credentials(self) -> HeaderMap {
        self.credentials_and(&[])
    }

    /// What travels with the request.
    #[doc(hidden)]
    fn extensions(&self) -> Option<&Extensions> {
        None
    }
}

/// Where credentials are, and what says which headers are for one connection alone (RFC 9110 section 7.6.1).
const ALWAYS: [HeaderName; 3] = [COOKIE, AUTHORIZATION, CONNECTION];

impl HeadersInput for &HeaderMap {
    fn credentials_and(self, names: &[HeaderName]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for name in ALWAYS.iter().chain(names) {
            for value in self.get_all(name) {
                headers.append(name.clone(), value.clone());
            }
        }
        headers
    }
}

impl HeadersInput for &Parts {
    fn credentials_and(self, names: &[HeaderName]) -> HeaderMap {
        (&self.headers).credentials_and(names)
    }

    fn extensions(&self) -> Option<&Extensions> {
        Some(&self.extensions)
    }
}

impl<B> HeadersInput for &Request<B> {
    fn credentials_and(self, names: &[HeaderName]) -> HeaderMap {
        self.headers().credentials_and(names)
    }

    fn extensions(&self) -> Option<&Extensions> {
        Some(Request::extensions(self))
    }
}

impl<K: AsRef<str>, V: AsRef<[u8]>> HeadersInput for &[(K, V)] {
    fn credentials_and(self, names: &[HeaderName]) -> HeaderMap {
        of_pairs(names, self.iter().map(|(name, value)| (name, value)))
    }
}

impl<K: AsRef<str>, V: AsRef<[u8]>, const N: usize> HeadersInput for &[(K, V); N] {
    fn credentials_and(self, names: &[HeaderName]) -> HeaderMap {
        of_pairs(names, self.iter().map(|(name, value)| (name, value)))
    }
}

impl<K: AsRef<str>, V: AsRef<[u8]>> HeadersInput for &Vec<(K, V)> {
    fn credentials_and(self, names: &[HeaderName]) -> HeaderMap {
        of_pairs(names, self.iter().map(|(name, value)| (name, value)))
    }
}

impl<K: AsRef<str>, V: AsRef<[u8]>, S> HeadersInput for &HashMap<K, V, S> {
    fn credentials_and(self, names: &[HeaderName]) -> HeaderMap {
        of_pairs(names, self.iter())
    }
}

impl<K: AsRef<str>, V: AsRef<[u8]>> HeadersInput for &BTreeMap<K, V> {
    fn credentials_and(self, names: &[HeaderName]) -> HeaderMap {
        of_pairs(names, self.iter())
    }
}

impl HeadersInput for () {
    fn credentials_and(self, _: &[HeaderName]) -> HeaderMap {
        HeaderMap::new()
    }
}

fn of_pairs<'a, K, V>(
    names: &[HeaderName],
    pairs: impl Iterator<Item = (&'a K, &'a V)>,
) -> HeaderMap
where
    K: AsRef<str> + 'a,
    V: AsRef<[u8]> + 'a,
{
    let mut headers = HeaderMap::new();
    for (name, value) in pairs {
        let is_named = |header: &HeaderName| name.as_ref().eq_ignore_ascii_case(header.as_str());
        if let Some(name) = ALWAYS.iter().chain(names).find(|header| is_named(header))
            && let Ok(value) = HeaderValue::from_bytes(value.as_ref())
        {
            headers.append(name.clone(), value);
        }
    }
    headers
}

mod sealed {
    use super::{BTreeMap, HashMap, HeaderMap, Parts, Request};

    #[expect(unnameable_types, reason = "nobody else may implement it")]
    pub trait Sealed {}
    impl Sealed for &HeaderMap {}
    impl Sealed for &Parts {}
    impl<B> Sealed for &Request<B> {}
    impl<K, V> Sealed for &[(K, V)] {}
    impl<K, V, const N: usize> Sealed for &[(K, V); N] {}
    impl<K, V> Sealed for &Vec<(K, V)> {}
    impl<K, V, S> Sealed for &HashMap<K, V, S> {}
    impl<K, V> Sealed for &BTreeMap<K, V> {}
    impl Sealed for () {}
}
