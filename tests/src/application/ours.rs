//! What `nextauth/server.mjs` is, in Rust.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard};
use std::time::Duration;

use portcullis::{
    Auth, AuthBuilder, CallbackError, Callbacks, Credentials, CredentialsField, CredentialsInput,
    CredentialsVerdict, JwtEvent, ServerSession, SessionEvent, Slowing, Token, Untrusted, User,
};
use serde_json::Value;

use crate::SECRET;
use crate::nextauth::Version;

/// The only user.
pub fn ada() -> User {
    User::new(7)
        .named("Ada Lovelace")
        .with_email("ada@example.com")
        .with_image("https://example.com/ada.png")
}

async fn authorize(input: CredentialsInput) -> Result<CredentialsVerdict, std::io::Error> {
    let field = |name| input.get(name).unwrap_or_default();
    match (field("username"), field("password")) {
        ("broken", _) => Err(std::io::Error::other("the database is gone")),
        ("locked", _) => Ok(CredentialsVerdict::rejected_with("locked")),
        ("ada", "correct horse") => Ok(CredentialsVerdict::accepted(ada())),
        _ => Ok(CredentialsVerdict::rejected()),
    }
}

/// Lets people change how they are called, and nothing else.
#[derive(Debug, Default)]
pub struct Renaming {
    /// How they want to be called whose session is no token, by id, until they sign in again.
    names: Mutex<HashMap<String, Value>>,
}

impl Renaming {
    fn names(&self) -> MutexGuard<'_, HashMap<String, Value>> {
        self.names.lock().expect("nobody panicked")
    }
}

fn new_name(data: &Untrusted<Value>) -> Option<Value> {
    let name = data.expose_untrusted().get("name");
    name.filter(|name| name.is_string()).cloned()
}

impl Callbacks for Renaming {
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
        mut session: ServerSession,
        event: SessionEvent<'_>,
    ) -> Result<ServerSession, CallbackError> {
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
        let name = name.map(|name| ("name".to_owned(), name));
        session.user.extend(name);
        Ok(session)
    }

    async fn signed_in(&self, user: &User) {
        self.names().remove(&user.id);
    }
}

/// The application at that address. Its cookies are renewed by every request, as the original's are.
pub fn application(version: Version, origin: &str) -> AuthBuilder {
    let credentials = Credentials::new(authorize)
        .field(
            CredentialsField::new("username")
                .label("User name")
                .placeholder("ada"),
        )
        .field(CredentialsField::new("password").label("Password"))
        // The suites are in a hurry.
        .slowing(
            Slowing::new()
                .free_attempts(1000)
                .free_attempts_by_address(1000),
        );
    Auth::builder()
        .profile(version.profile())
        .secret(SECRET)
        .origin(origin)
        .environment(|_| None)
        .update_age(Duration::ZERO)
        .credentials(credentials)
        .callbacks(Renaming::default())
}
