//! Signing in by what one types, and how those who guess are slowed.

mod authorize;
mod endpoints;
mod peers;
mod slowing;
mod usable;

use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex};

use axum::extract::{ConnectInfo, Form, State};
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::RETRY_AFTER;
use http::request::Parts;
use portcullis::routing::post;
use portcullis::{
    Auth, AuthBuilder, Authenticated, Credentials, CredentialsInput, Router, User, public,
};
use portcullis_tests::{Answer, FakeClock, builder, send_body};

/// An application with a sign-in page of its own, where `ada` signs in with `open sesame`.
#[derive(Clone)]
struct Door {
    router: Router,
    clock: FakeClock,
    /// The identifiers that the application was asked about.
    asked: Arc<Mutex<Vec<Option<String>>>>,
}

#[public(reason = "whoever signs in is not signed in yet")]
async fn sign_in(
    State(auth): State<Auth>,
    head: Parts,
    Form(form): Form<Vec<(String, String)>>,
) -> Response {
    match auth.authenticate(CredentialsInput::new(form, &head)).await {
        Authenticated::User(user) => user.id.into_response(),
        Authenticated::Rejected { code } => {
            (StatusCode::UNAUTHORIZED, code.unwrap_or_default()).into_response()
        }
        Authenticated::TooMany { retry_after } => {
            let retry_after = [(RETRY_AFTER, retry_after.as_secs().to_string())];
            (StatusCode::TOO_MANY_REQUESTS, retry_after).into_response()
        }
        _ => StatusCode::SERVICE_UNAVAILABLE.into_response(),
    }
}

impl Door {
    fn new() -> Self {
        Self::configured(|credentials| credentials, |builder| builder)
    }

    fn configured(
        credentials: impl FnOnce(Credentials) -> Credentials,
        configure: impl FnOnce(AuthBuilder) -> AuthBuilder,
    ) -> Self {
        let asked: Arc<Mutex<Vec<_>>> = Arc::default();
        let notes = Arc::clone(&asked);
        let authorize = move |input: CredentialsInput| {
            let name = input.identifier().map(str::to_owned);
            notes.lock().expect("nobody panicked").push(name.clone());
            let is_right =
                name.as_deref() == Some("ada") && input.get("password") == Some("open sesame");
            async move { Ok::<_, std::io::Error>(is_right.then(|| User::new("ada"))) }
        };
        let door = Self::of(credentials(Credentials::new(authorize)), configure);
        Self { asked, ..door }
    }

    fn of(credentials: Credentials, configure: impl FnOnce(AuthBuilder) -> AuthBuilder) -> Self {
        let clock = FakeClock::default();
        let auth = configure(builder(&clock).credentials(credentials));
        let auth = auth.build().expect("a usable configuration");
        let router = Router::new()
            .route("/sign-in", post(sign_in))
            .with_state(auth);
        Self {
            router,
            clock,
            asked: Arc::default(),
        }
    }

    fn asked(&self) -> usize {
        self.asked.lock().expect("nobody panicked").len()
    }

    async fn post(&self, from: Option<&str>, headers: &[(&str, &str)], form: &str) -> Answer {
        let mut request = portcullis_tests::post("/sign-in")
            .header("content-type", "application/x-www-form-urlencoded");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(from) = from {
            let address: IpAddr = from.parse().expect("an address");
            request = request.extension(ConnectInfo(SocketAddr::new(address, 4711)));
        }
        send_body(&self.router, request, form.to_owned().into()).await
    }

    /// Tries a password from one address.
    async fn try_as(&self, name: &str, password: &str) -> Answer {
        let form = format!("username={name}&password={password}");
        self.post(Some("198.51.100.1"), &[], &form).await
    }

    /// Guesses from that address, and gives the statuses of the answers.
    async fn guess_from(&self, from: &str, headers: &[(&str, &str)], times: usize) -> Vec<u16> {
        let mut statuses = Vec::new();
        for _ in 0..times {
            let form = "username=ada&password=wrong";
            statuses.push(self.post(Some(from), headers, form).await.status.as_u16());
        }
        statuses
    }
}
