//! An application whose sessions are another server's, and that server.

use std::time::{Duration, SystemTime};

use axum::Json;
use axum::extract::State;
use axum::http::request::Parts;
use portcullis::routing::get;
use portcullis::{
    Auth, AuthBuilder, Profile, ProxyOptions, Router, ServerSessionError, Session, Token,
    UpstreamStrategy, authorized, protected, public,
};
use portcullis_tests::application::RealServer;
use portcullis_tests::{FakeClock, SECRET};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use super::ours;
use super::visitor::Visitor;

#[public(reason = "it says who is signed in, also when nobody is")]
async fn home(session: Option<Session>) -> String {
    session.map_or("nobody".to_owned(), |session| session.user_id().to_owned())
}

#[protected]
async fn me(session: Session) -> Json<Session> {
    Json(session)
}

#[protected(redirect)]
async fn page(session: Session) -> String {
    format!("a page for {}", session.user_id())
}

#[authorized(role = "admin")]
async fn admin() -> &'static str {
    "administration"
}

#[public(reason = "whoever asks sees their own token, or none")]
async fn token(
    State(auth): State<Auth>,
    request: Parts,
) -> Result<Json<Option<Token>>, ServerSessionError> {
    Ok(Json(auth.get_token(&request).await?))
}

/// Which server keeps the sessions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Upstream {
    AuthJsV5,
    /// With sessions in a database, for whom signed in elsewhere.
    AuthJsV5Database,
    NextAuthV4,
    Ours(Profile),
    OursStored(Profile),
}

impl Upstream {
    /// All at which one can sign in with a password.
    pub(crate) const WITH_PASSWORD: [Self; 8] = [
        Self::AuthJsV5,
        Self::NextAuthV4,
        Self::Ours(Profile::Native),
        Self::Ours(Profile::AuthJsV5),
        Self::Ours(Profile::NextAuthV4),
        Self::OursStored(Profile::Native),
        Self::OursStored(Profile::AuthJsV5),
        Self::OursStored(Profile::NextAuthV4),
    ];

    fn profile(self) -> Profile {
        match self {
            Self::AuthJsV5 | Self::AuthJsV5Database => Profile::AuthJsV5,
            Self::NextAuthV4 => Profile::NextAuthV4,
            Self::Ours(profile) | Self::OursStored(profile) => profile,
        }
    }

    /// Whether its sessions are rows that it can end at once, and no tokens.
    pub(crate) fn is_stored(self) -> bool {
        matches!(self, Self::AuthJsV5Database | Self::OursStored(_))
    }

    /// Whether it remembers who signed out: the real Auth.js has no list of tokens that have ended.
    pub(crate) fn remembers_sign_outs(self) -> bool {
        !matches!(self, Self::AuthJsV5 | Self::NextAuthV4)
    }

    /// What the script of the real package is told.
    fn settings(self) -> Option<Value> {
        match self {
            Self::AuthJsV5 => Some(json!({"dialect": "v5"})),
            Self::AuthJsV5Database => Some(json!({"dialect": "v5", "strategy": "database"})),
            Self::NextAuthV4 => Some(json!({"dialect": "v4"})),
            Self::Ours(_) | Self::OursStored(_) => None,
        }
    }
}

/// How the two are told of each other.
pub(crate) struct Setting {
    upstream: Upstream,
    target_base_path: &'static str,
    told: Value,
    auth: fn(AuthBuilder) -> AuthBuilder,
    provider: Option<String>,
}

impl Setting {
    pub(crate) fn new(upstream: Upstream) -> Self {
        Self {
            upstream,
            target_base_path: "/api/auth",
            told: json!({}),
            auth: |auth| auth,
            provider: None,
        }
    }

    /// Where the endpoints are over there; here they are at `/api/auth`.
    pub(crate) fn target_base_path(mut self, path: &'static str) -> Self {
        self.target_base_path = path;
        self
    }

    /// What the script of the real package is told besides.
    pub(crate) fn told(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.told[name] = value.into();
        self
    }

    /// What is configured besides.
    pub(crate) fn auth(mut self, auth: fn(AuthBuilder) -> AuthBuilder) -> Self {
        self.auth = auth;
        self
    }

    /// Where visitors may be sent to sign in.
    pub(crate) fn provider_origin(mut self, origin: &str) -> Self {
        self.provider = Some(origin.to_owned());
        self
    }

    pub(crate) async fn start(self) -> World {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await;
        let listener = listener.expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        let origin = format!("http://localhost:{port}");

        let clock = FakeClock::at(SystemTime::now());
        let (real, port) = match self.upstream.settings() {
            Some(mut settings) => {
                settings["basePath"] = self.target_base_path.into();
                let told = self.told.as_object().into_iter().flatten();
                told.for_each(|(name, value)| settings[name] = value.clone());
                let real = RealServer::run("upstream.mjs", &settings);
                let port = real.port();
                (Some(real), port)
            }
            None => {
                let (profile, is_stored) = (self.upstream.profile(), self.upstream.is_stored());
                let path = self.target_base_path;
                let port = ours::serve(profile, is_stored, path, &origin, &clock).await;
                (None, port)
            }
        };

        let upstream = format!("http://127.0.0.1:{port}");
        let options = ProxyOptions::new(&upstream)
            .target_base_path(self.target_base_path)
            .timeout(Duration::from_secs(20));
        let options = match self.upstream.is_stored() {
            true => options.strategy(UpstreamStrategy::Database),
            false => options,
        };
        let options = match self.provider {
            Some(origin) => options.provider_origin(origin),
            None => options,
        };
        let auth = Auth::proxy(options)
            .profile(self.upstream.profile())
            .origin(origin.as_str())
            .environment(|_| None);
        let auth = (self.auth)(auth).build().expect("a sound configuration");
        let app = Router::new()
            .route("/", get(home))
            .route("/me", get(me))
            .route("/page", get(page))
            .route("/admin", get(admin))
            .route("/token", get(token))
            .merge(auth.router())
            .with_state(auth);
        tokio::spawn(async { axum::serve(listener, app).await });
        World {
            origin,
            upstream,
            clock,
            _real: real,
        }
    }
}

/// Both, running.
pub(crate) struct World {
    pub(crate) origin: String,
    /// Where the other server is, which visitors do not know.
    pub(crate) upstream: String,
    /// The time over there, if that is ours.
    clock: FakeClock,
    _real: Option<RealServer>,
}

impl World {
    pub(crate) async fn start(upstream: Upstream) -> Self {
        Setting::new(upstream).start().await
    }

    /// An address of the application.
    pub(crate) fn at(&self, path: &str) -> String {
        format!("{}{path}", self.origin)
    }

    /// Lets time pass over there: the real Auth.js renews a session however new it is, and ours one that has
    /// grown older.
    pub(crate) fn pass(&self, time: Duration) {
        self.clock.advance(time);
    }

    /// Somebody who is not signed in.
    pub(crate) fn visitor(&self) -> Visitor {
        Visitor::new(self.at("/api/auth"))
    }
}

/// The secret of every upstream.
pub(crate) fn with_secret(auth: AuthBuilder) -> AuthBuilder {
    auth.secret(SECRET)
}
