use std::fmt;
use std::time::Duration;

use http::Request;
use http::header::{AUTHORIZATION, COOKIE, HeaderName, HeaderValue};
use zeroize::Zeroizing;

use crate::auth::Auth;
use crate::clock::Seconds;
use crate::session::{AuthError, Strategy, User};
use crate::store::{ErasedStore, SessionId, SessionKey};
use crate::token::SessionTokens;

/// How long ago an expired session ended: longer than any tolerance for clocks that differ.
const EXPIRED_FOR: Duration = Duration::from_secs(60 * 60);

/// Signs `user` in for a test, with the roles, permissions and scopes that they bring.
///
/// The session is a real one, under either strategy: a signed token, or a row in the store of
/// `auth`. So it works through [`oneshot`](https://docs.rs/tower/latest/tower/util/trait.ServiceExt.html)
/// as well as over a socket.
///
/// ```
/// use axum::body::Body;
/// use axum::http::{Request, StatusCode};
/// use portcullis::routing::get;
/// use portcullis::testing::visitor;
/// use portcullis::{Auth, Router, User, authorized};
/// use tower::ServiceExt;
///
/// #[authorized(role = "admin", fresh = "15m")]
/// async fn admin() {}
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let auth = Auth::builder()
///     .secret("uiZ6rNFTFaIfgUHVpBXXlvCYZTPFSN8X0Pd7lK0ndjE=")
///     .origin("https://app.example")
///     .build()?;
/// let app: Router = Router::new().route("/admin", get(admin)).with_state(auth.clone());
///
/// let ada = visitor(&auth, User::new("7").with_roles(["admin"]));
/// let request = ada.sign(Request::get("/admin").body(Body::empty())?).await?;
/// assert_eq!(app.oneshot(request).await?.status(), StatusCode::OK);
/// # Ok(())
/// # }
/// ```
pub fn visitor(auth: &Auth, user: impl Into<User>) -> Visitor {
    Visitor {
        auth: auth.clone(),
        user: user.into(),
        authenticated_ago: Duration::ZERO,
        acr: None,
        is_expired: false,
        is_tampered: false,
    }
}

/// Somebody whose requests can be signed. Made by [`visitor`]. Each signature is a session of its
/// own.
#[must_use = "nobody is signed in until a request, a cookie or a token is asked for"]
#[derive(Clone)]
pub struct Visitor {
    auth: Auth,
    user: User,
    authenticated_ago: Duration,
    acr: Option<String>,
    is_expired: bool,
    is_tampered: bool,
}

impl Visitor {
    /// How long ago, in whole seconds, the user proved who they are: what `fresh = ".."` looks at.
    /// Default: just now.
    pub fn authenticated_ago(mut self, duration: Duration) -> Self {
        self.authenticated_ago = duration;
        self
    }

    /// How strongly the user proved who they are: what `acr = ".."` asks for (`acr`, OpenID Connect
    /// Core section 2). Default: not said.
    pub fn acr(mut self, acr: impl Into<String>) -> Self {
        self.acr = Some(acr.into());
        self
    }

    /// Gives the user a session that ended an hour ago.
    pub fn expired(mut self) -> Self {
        self.is_expired = true;
        self
    }

    /// Gives the user a session of which somebody has changed a character.
    pub(super) fn tampered(mut self) -> Self {
        self.is_tampered = true;
        self
    }

    /// The session cookie, as `name=value`: the value of a `Cookie` header. A session that one cookie
    /// cannot hold is several, with `; ` in between.
    ///
    /// # Errors
    /// As [`Auth::sign_in`](crate::Auth::sign_in).
    pub async fn cookie(&self) -> Result<String, AuthError> {
        let token = self.token().await?;
        let cookies = self.auth.runtime().cookie.setting(&token, None);
        let cookies = cookies.ok_or(AuthError::SessionTooLarge)?;
        let pairs = cookies.iter().filter_map(|cookie| {
            let (pair, _attributes) = cookie.to_str().ok()?.split_once(';')?;
            Some(pair)
        });
        Ok(pairs.collect::<Vec<_>>().join("; "))
    }

    /// The token of a client without cookies: what follows `Bearer ` in an `Authorization` header.
    ///
    /// # Errors
    /// As [`Auth::sign_in`](crate::Auth::sign_in).
    pub async fn bearer(&self) -> Result<String, AuthError> {
        Ok(self.token().await?.as_str().to_owned())
    }

    /// The request with the session cookie. Cookies that are there already stay beside it.
    ///
    /// # Errors
    /// As [`Auth::sign_in`](crate::Auth::sign_in).
    pub async fn sign<B>(&self, request: Request<B>) -> Result<Request<B>, AuthError> {
        with(request, COOKIE, &self.cookie().await?)
    }

    /// The request with the session as a bearer token (RFC 6750 section 2.1). An `Authorization`
    /// header that is there already stays as well, which guards refuse.
    ///
    /// # Errors
    /// As [`Auth::sign_in`](crate::Auth::sign_in).
    pub async fn sign_bearer<B>(&self, request: Request<B>) -> Result<Request<B>, AuthError> {
        let credentials = format!("Bearer {}", self.bearer().await?);
        with(request, AUTHORIZATION, &credentials)
    }

    /// Begins a session as the application does, then moves its times.
    async fn token(&self) -> Result<Zeroizing<String>, AuthError> {
        let now = self.auth.now();
        let mut sign_in = self.auth.sign_in(self.user.clone());
        if let Some(acr) = &self.acr {
            sign_in = sign_in.acr(acr);
        }
        let signed_in = sign_in.await?;
        let token = signed_in.expose_token();
        if self.is_tampered {
            return Ok(Zeroizing::new(tampered(token)));
        }
        if self.authenticated_ago.is_zero() && !self.is_expired {
            return Ok(Zeroizing::new(token.to_owned()));
        }
        match &self.auth.runtime().strategy {
            Strategy::Jwt { tokens, .. } => self.signed_anew(tokens, token, now),
            Strategy::Database { store, .. } => self.stored_anew(store.as_ref(), token, now).await,
            Strategy::Elsewhere(elsewhere) => Err(elsewhere.error()),
        }
    }

    fn signed_anew(
        &self,
        tokens: &SessionTokens,
        token: &str,
        now: Seconds,
    ) -> Result<Zeroizing<String>, AuthError> {
        // It was made a moment ago, from a user that could be written as JSON.
        let mut claims = tokens
            .decode(token, now)
            .map_err(|_| AuthError::UserNotJson)?;
        claims.auth_time = Some(self.auth_time(now).0);
        if self.is_expired {
            claims.exp = expired(now).0;
            claims.iat = claims.iat.min(claims.exp);
            claims.dated = None;
        }
        tokens.encode(&claims).ok_or(AuthError::UserNotJson)
    }

    async fn stored_anew(
        &self,
        store: &dyn ErasedStore,
        token: &str,
        now: Seconds,
    ) -> Result<Zeroizing<String>, AuthError> {
        let id = SessionId::random().ok_or(AuthError::NoRandomness)?;
        let runtime = self.auth.runtime();
        let cookie = runtime.cookie.name();
        // Ids of ours have keys, so both are there.
        let format = store.key_format();
        let (begun, key) = SessionKey::of(format, cookie, token)
            .zip(SessionKey::of(format, cookie, id.as_str()))
            .ok_or(AuthError::NoRandomness)?;
        if let Some(mut session) = store.load(&begun).await? {
            // What has ended stays ended in a store, so the changed session gets an id of its own.
            store.delete(&begun).await?;
            session.key = key;
            session.auth_time = Some(self.auth_time(now).to_system_time());
            if self.is_expired {
                session.expires = expired(now).to_system_time();
            }
            store.create(&session).await?;
        }
        Ok(Zeroizing::new(id.as_str().to_owned()))
    }

    fn auth_time(&self, now: Seconds) -> Seconds {
        let auth_time = earlier(now, self.authenticated_ago);
        if self.is_expired {
            auth_time.min(expired(now))
        } else {
            auth_time
        }
    }
}

/// Shows the id of the user only.
impl fmt::Debug for Visitor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Visitor")
            .field("user", &self.user)
            .finish_non_exhaustive()
    }
}

/// The token with another character in its middle.
fn tampered(token: &str) -> String {
    let middle = token.len() / 2;
    let changed = |(index, character)| match character {
        'A' if index == middle => 'B',
        _ if index == middle => 'A',
        character => character,
    };
    token.char_indices().map(changed).collect()
}

fn expired(now: Seconds) -> Seconds {
    earlier(now, EXPIRED_FOR)
}

fn earlier(now: Seconds, duration: Duration) -> Seconds {
    let seconds = i64::try_from(duration.as_secs()).unwrap_or(i64::MAX);
    Seconds(now.0.saturating_sub(seconds))
}

fn with<B>(
    mut request: Request<B>,
    name: HeaderName,
    value: &str,
) -> Result<Request<B>, AuthError> {
    // Tokens and cookie names of ours have only characters that a header may have.
    let value = HeaderValue::try_from(value).map_err(|_| AuthError::SessionTooLarge)?;
    request.headers_mut().append(name, value);
    Ok(request)
}
