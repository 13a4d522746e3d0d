//! What a guard costs a request: side by side with the same check written by hand, and with none.

use std::hint::black_box;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use axum::Router as AxumRouter;
use axum::body::Body;
use axum::extract::{FromRef, FromRequestParts};
use axum::routing::get as axum_get;
use cookie::Cookie;
use criterion::{
    BenchmarkGroup, Criterion, criterion_group, criterion_main, measurement::WallTime,
};
use http::header::COOKIE;
use http::request::Parts;
use http::{HeaderValue, Request, StatusCode};
use jsonwebtoken::{DecodingKey, EncodingKey, Header, Validation, decode, encode};
use portcullis::routing::get;
use portcullis::{Auth, Profile, ProxyOptions, Router, Session, User, authorized, protected};
use serde::{Deserialize, Serialize};
use tower::Service;

const SECRET: &str = "8IUVhWPsDZ6Bf0Sq2S5z3mZcpJBtVSlqRqIhxnCv5rE=";
/// What a browser sends besides the session cookie.
const OTHER_COOKIES: &str = "theme=dark; _ga=GA1.1.1234567890.1700000000; consent=analytics%3Dno";

async fn bare() -> &'static str {
    "hello"
}

#[protected]
async fn guarded() -> &'static str {
    "hello"
}

#[authorized(role = "admin")]
async fn for_admins() -> &'static str {
    "hello"
}

#[protected]
async fn with_session(session: Session) -> &'static str {
    black_box(session.user_id());
    "hello"
}

/// What an application writes that has no guard: the claims that it needs, and nothing else.
#[derive(Serialize, Deserialize)]
struct Claims {
    sub: String,
    roles: Vec<String>,
    exp: u64,
}

#[derive(Clone)]
struct Keys(DecodingKey);

struct ByHand(Claims);

impl<S> FromRequestParts<S> for ByHand
where
    Keys: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = StatusCode;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, StatusCode> {
        let Keys(key) = Keys::from_ref(state);
        let cookies = parts
            .headers
            .get(COOKIE)
            .and_then(|value| value.to_str().ok());
        let token = Cookie::split_parse(cookies.unwrap_or_default())
            .filter_map(Result::ok)
            .find(|cookie| cookie.name() == "session")
            .ok_or(StatusCode::UNAUTHORIZED)?;
        let decoded = decode::<Claims>(token.value(), &key, &Validation::default());
        let claims = decoded.map_err(|_| StatusCode::UNAUTHORIZED)?.claims;
        Ok(Self(claims))
    }
}

async fn by_hand(ByHand(claims): ByHand) -> &'static str {
    black_box(claims.sub);
    "hello"
}

async fn by_hand_for_admins(ByHand(claims): ByHand) -> Result<&'static str, StatusCode> {
    let is_admin = claims.roles.iter().any(|role| role == "admin");
    is_admin.then_some("hello").ok_or(StatusCode::FORBIDDEN)
}

/// Sends the same request again and again, without a socket.
fn measure(
    group: &mut BenchmarkGroup<'_, WallTime>,
    name: &str,
    app: AxumRouter,
    cookies: &HeaderValue,
) {
    // As `axum::serve` does, so that the routes are not assembled anew for each request.
    let mut app = app.with_state(());
    let Ok(runtime) = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
    else {
        unreachable!("a runtime of this thread needs nothing")
    };
    let mut answer = || {
        let mut request = Request::new(Body::empty());
        request.headers_mut().insert(COOKIE, cookies.clone());
        let Ok(response) = runtime.block_on(app.call(request));
        response.status()
    };
    assert_eq!(answer(), StatusCode::OK, "{name}");
    group.bench_function(name, |bencher| bencher.iter(&mut answer));
}

fn guards(criterion: &mut Criterion) {
    let user = User::new("7").named("Ada").with_roles(["admin"]);
    let auth = Auth::builder()
        .secret(SECRET)
        .origin("http://localhost:3000")
        .build();
    let (Ok(auth), Ok(runtime)) = (auth, tokio::runtime::Runtime::new()) else {
        unreachable!("the configuration is usable")
    };
    let Ok(signed_in) = runtime.block_on(auth.sign_in(user).into_future()) else {
        unreachable!("a token needs no store")
    };
    let cookies = |token: &str| {
        let cookies = format!("{OTHER_COOKIES}; session={token}");
        HeaderValue::try_from(cookies).unwrap_or(HeaderValue::from_static(""))
    };
    let ours = cookies(signed_in.expose_token());
    let routed = |handlers| -> AxumRouter {
        let router: Router = Router::new().route("/", handlers).with_state(auth.clone());
        router.into_axum()
    };

    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    let claims = Claims {
        sub: "7".to_owned(),
        roles: vec!["admin".to_owned()],
        exp: now.unwrap_or(Duration::ZERO).as_secs() + 3600,
    };
    let key = EncodingKey::from_secret(SECRET.as_bytes());
    let theirs = cookies(&encode(&Header::default(), &claims, &key).unwrap_or_default());
    let keys = Keys(DecodingKey::from_secret(SECRET.as_bytes()));

    let mut group = criterion.benchmark_group("request");
    let plain = AxumRouter::new().route("/", axum_get(bare));
    measure(&mut group, "bare", plain, &ours);
    let plain = AxumRouter::new().route("/", axum_get(by_hand));
    measure(
        &mut group,
        "by hand",
        plain.with_state(keys.clone()),
        &theirs,
    );
    measure(&mut group, "protected", routed(get(guarded)), &ours);
    measure(
        &mut group,
        "protected, with the session",
        routed(get(with_session)),
        &ours,
    );
    let proxy: Router = Router::new()
        .route("/", get(guarded))
        .with_state(remembering());
    let presented = cookies("an-id-that-the-upstream-knows");
    measure(
        &mut group,
        "protected, by an upstream's answer that is remembered",
        proxy.into_axum(),
        &presented,
    );
    let plain = AxumRouter::new().route("/", axum_get(by_hand_for_admins));
    measure(&mut group, "role by hand", plain.with_state(keys), &theirs);
    measure(&mut group, "role", routed(get(for_admins)), &ours);
    group.finish();
}

/// An `Auth` that asks an upstream on this machine, and remembers the answer for a minute.
fn remembering() -> Auth {
    let upstream = ProxyOptions::new(upstream()).cache_ttl(Duration::from_secs(60));
    let auth = Auth::proxy(upstream)
        .origin("http://localhost:3000")
        .build();
    let Ok(auth) = auth else {
        unreachable!("the configuration is usable")
    };
    auth
}

/// A server that knows everybody.
fn upstream() -> String {
    const SESSION: &str = r#"{"user":{"id":"7","name":"Ada","roles":["admin"]},"expires":"2999-12-31T23:59:59.000Z"}"#;
    let Ok(listener) = TcpListener::bind("127.0.0.1:0") else {
        unreachable!("there is a free port")
    };
    let Ok(address) = listener.local_addr() else {
        unreachable!("it is bound")
    };
    thread::spawn(move || {
        for mut connection in listener.incoming().flatten() {
            let Ok(reading) = connection.try_clone() else {
                continue;
            };
            thread::spawn(move || {
                for line in BufReader::new(reading).lines().map_while(Result::ok) {
                    if line.is_empty() {
                        let length = SESSION.len();
                        let _ = write!(
                            connection,
                            "HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n{SESSION}"
                        );
                    }
                }
            });
        }
    });
    format!("http://{address}")
}

/// What it costs to share the sign-in with Auth.js.
fn profiles(criterion: &mut Criterion) {
    let Ok(runtime) = tokio::runtime::Runtime::new() else {
        unreachable!("a runtime needs nothing")
    };
    let mut group = criterion.benchmark_group("profile");
    for (profile, cookie) in [
        (Profile::Native, "session"),
        (Profile::AuthJsV5, "authjs.session-token"),
        (Profile::NextAuthV4, "next-auth.session-token"),
    ] {
        let auth = Auth::builder()
            .profile(profile)
            .secret(SECRET)
            .origin("http://localhost:3000")
            .build();
        let Ok(auth) = auth else {
            unreachable!("the configuration is usable")
        };
        let user = User::new("7").named("Ada").with_roles(["admin"]);
        let Ok(signed_in) = runtime.block_on(auth.sign_in(user).into_future()) else {
            unreachable!("a token needs no store")
        };
        let cookies = format!("{OTHER_COOKIES}; {cookie}={}", signed_in.expose_token());
        let cookies = HeaderValue::try_from(cookies).unwrap_or(HeaderValue::from_static(""));
        let router: Router = Router::new().route("/", get(for_admins)).with_state(auth);
        let name = format!("{profile:?}");
        measure(&mut group, &name, router.into_axum(), &cookies);
    }
    group.finish();
}

criterion_group!(benches, guards, profiles);
criterion_main!(benches);
