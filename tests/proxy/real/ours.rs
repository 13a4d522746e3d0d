//! What `nextauth/upstream.mjs` is, in Rust: another Portcullis.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Mutex, MutexGuard};
use std::time::Duration;

use portcullis::{
    Auth, CallbackError, Callbacks, Credentials, CredentialsField, CredentialsInput,
    CredentialsVerdict, JwtEvent, MemoryStore, Profile, Router, ServerSession, SessionEvent, Token,
    Untrusted, User,
};
use portcullis_tests::{FakeClock, SECRET};
use serde_json::Value;
use tokio::net::TcpListener;

use super::visitor::PASSWORD;

fn people(name: &str) -> Option<User> {
    let user = |name: &str, role: &str| {
        let id = name.split(' ').next().unwrap_or_default().to_lowercase();
        User::new(&id)
            .named(name)
            .with_email(format!("{id}@example.com"))
            .with_roles([role])
    };
    match name {
        "ada" => Some(user("Ada Lovelace", "admin")),
        "robin" => Some(user("Robin Okafor", "reader")),
        // So much that one cookie cannot hold her session.
        "iris" => {
            let shelves = (0..180).map(|shelf| format!("archive:read:{shelf}"));
            Some(user("Iris Lindqvist", "reader").with_permissions(shelves))
        }
        _ => None,
    }
}

async fn authorize(input: CredentialsInput) -> Result<CredentialsVerdict, std::io::Error> {
    let field = |name| input.get(name).unwrap_or_default();
    let person = people(field("username")).filter(|_| field("password") == PASSWORD);
    Ok(person.map_or_else(CredentialsVerdict::rejected, CredentialsVerdict::accepted))
}

/// Lets people change how they are called, and says what they may do.
#[derive(Default)]
struct Shown {
    /// How they want to be called whose session is no token, by id.
    names: Mutex<HashMap<String, Value>>,
}

impl Shown {
    fn names(&self) -> MutexGuard<'_, HashMap<String, Value>> {
        self.names.lock().expect("nobody panicked")
    }
}

fn new_name(data: &Untrusted<Value>) -> Option<Value> {
    let name = data.expose_untrusted().get("name");
    name.filter(|name| name.is_string()).cloned()
}

impl Callbacks for Shown {
    async fn jwt(
        &self,
        mut token: Token,
        event: JwtEvent<'_>,
    ) -> Result<Option<Token>, CallbackError> {
        if let JwtEvent::Update { data } = event
            && let Some(name) = new_name(data)
        {
            token.claims_mut().insert("name".to_owned(), name);
        }
        Ok(Some(token))
    }

    async fn session(
        &self,
        mut shown: ServerSession,
        event: SessionEvent<'_>,
    ) -> Result<ServerSession, CallbackError> {
        let session = shown.session();
        let members = [
            ("id", session.user_id().into()),
            ("roles", session.roles().into()),
            ("permissions", session.permissions().into()),
        ];
        shown
            .user
            .extend(members.map(|(name, value)| (name.to_owned(), value)));
        let name = match event {
            SessionEvent::Token(token) => Some(token.name().into()),
            SessionEvent::Stored { user, update } => {
                let mut names = self.names();
                if let Some(name) = update.and_then(new_name) {
                    names.insert(user.id.clone(), name);
                }
                names.get(&user.id).cloned()
            }
            _ => None,
        };
        shown
            .user
            .extend(name.map(|name| ("name".to_owned(), name)));
        Ok(shown)
    }
}

/// Serves the endpoints of an application that visitors reach at `origin`, and gives their port.
pub(crate) async fn serve(
    profile: Profile,
    is_stored: bool,
    base_path: &str,
    origin: &str,
    clock: &FakeClock,
) -> u16 {
    let credentials = Credentials::new(authorize)
        .field(CredentialsField::new("username").label("User name"))
        .field(CredentialsField::new("password").label("Password"));
    let auth = Auth::builder()
        .profile(profile)
        .secret(SECRET)
        .origin(origin)
        .base_path(base_path)
        .environment(|_| None)
        .update_age(Duration::ZERO)
        .credentials(credentials)
        .clock(clock.clone())
        .callbacks(Shown::default());
    let auth = match is_stored {
        true => auth.store(MemoryStore::new()),
        false => auth,
    };
    let auth = auth.build().expect("a sound configuration");
    let app: Router = auth.router();
    let service = app
        .into_axum()
        .into_make_service_with_connect_info::<SocketAddr>();
    let listener = TcpListener::bind(("127.0.0.1", 0)).await;
    let listener = listener.expect("a free port");
    let port = listener.local_addr().expect("an address").port();
    tokio::spawn(async { axum::serve(listener, service).await });
    port
}
