//! What `nextauth/upstream.mjs` is, in Rust: another Portcullis.

use std::net::SocketAddr;
use std::time::Duration;

use portcullis::{
    Auth, CallbackError, Callbacks, Credentials, CredentialsField, CredentialsInput,
    CredentialsVerdict, JwtEvent, MemoryStore, Profile, Router, ServerSession, SessionEvent, Token,
    User,
};
use portcullis_tests::application::Renaming;
use portcullis_tests::{FakeClock, SECRET};
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
struct Shown(Renaming);

impl Callbacks for Shown {
    async fn jwt(&self, token: Token, event: JwtEvent<'_>) -> Result<Option<Token>, CallbackError> {
        self.0.jwt(token, event).await
    }

    async fn session(
        &self,
        shown: ServerSession,
        event: SessionEvent<'_>,
    ) -> Result<ServerSession, CallbackError> {
        let mut shown = self.0.session(shown, event).await?;
        let session = shown.session();
        let members = [
            ("id", session.user_id().into()),
            ("roles", session.roles().into()),
            ("permissions", session.permissions().into()),
        ];
        shown
            .user
            .extend(members.map(|(name, value)| (name.to_owned(), value)));
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
