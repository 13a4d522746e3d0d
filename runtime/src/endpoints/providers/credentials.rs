//! Names and passwords, checked by the application.

use std::error::Error;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use super::fields::Fields;
use super::{CredentialsField, CredentialsInput, CredentialsVerdict, Slowing};

pub(super) type Broken = Box<dyn Error + Send + Sync>;
type Authorizing = Pin<Box<dyn Future<Output = Result<CredentialsVerdict, Broken>> + Send>>;
pub(super) type Authorize = Box<dyn Fn(CredentialsInput) -> Authorizing + Send + Sync>;

/// Signs visitors in by what they type, such as a name and a password: the credentials provider of Auth.js.
///
/// The application says who it is; whoever guesses is slowed, see [`Slowing`]. So that visitors are told apart by
/// their addresses, the server must tell them:
///
/// ```no_run
/// use std::net::SocketAddr;
///
/// use portcullis::{Auth, Credentials, CredentialsInput, Router, User};
/// # #[derive(Clone)]
/// # struct Db;
/// # struct Account { id: i64, password_hash: String }
/// # impl Db {
/// #     async fn account(&self, name: &str) -> Result<Option<Account>, std::io::Error> { Ok(None) }
/// # }
/// # async fn password_is_right(password: &str, hash: Option<&str>) -> Result<bool, std::io::Error> { Ok(false) }
///
/// # async fn serve(db: Db, listener: tokio::net::TcpListener) -> Result<(), Box<dyn std::error::Error>> {
/// let auth = Auth::builder()
///     .credentials(Credentials::new(move |input: CredentialsInput| {
///         let db = db.clone();
///         async move {
///             let (name, password) = (input.identifier().unwrap_or(""), input.get("password").unwrap_or(""));
///             let account = db.account(name).await?;
///             let hash = account.as_ref().map(|account| account.password_hash.as_str());
///             // As `password::verify` does it, with the feature `password`.
///             let is_right = password_is_right(password, hash).await?;
///             Ok::<_, std::io::Error>(account.filter(|_| is_right).map(|account| User::new(account.id)))
///         }
///     }))
///     .build()?;
///
/// let app: Router = Router::new();
/// let app = app.into_axum().into_make_service_with_connect_info::<SocketAddr>();
/// axum::serve(listener, app).await?;
/// # Ok(())
/// # }
/// ```
///
/// Behind a reverse proxy, name it in [`trusted_proxies`](crate::AuthBuilder::trusted_proxies).
#[must_use]
pub struct Credentials {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) fields: Vec<CredentialsField>,
    pub(super) identifier: Option<String>,
    pub(super) slowing: Slowing,
    pub(crate) deadline: Duration,
    pub(super) authorize: Authorize,
}

impl Credentials {
    /// Asks `authorize` who it is: a [`User`](crate::User), or `None` if that is nobody, or a
    /// [`CredentialsVerdict`], which has more to say. An error is for what it depends on and finds broken, such
    /// as a database: it goes to the log, the visitor is told that signing in does not work at the moment, and it
    /// is not counted as a failure of theirs.
    ///
    /// It is to look accounts up by [`identifier`](CredentialsInput::identifier), which is what failures are counted
    /// by, and by no other field: or else whoever guesses says one name to be counted and another to be let in.
    /// It should take the same time whether or not there is such a user.
    pub fn new<V, E, F, Fut>(authorize: F) -> Self
    where
        V: Into<CredentialsVerdict>,
        E: Into<Box<dyn Error + Send + Sync>>,
        F: Fn(CredentialsInput) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<V, E>> + Send + 'static,
    {
        Self {
            id: "credentials".to_owned(),
            name: "Credentials".to_owned(),
            fields: Vec::new(),
            identifier: None,
            slowing: Slowing::new(),
            deadline: Duration::from_secs(10),
            authorize: Box::new(move |input| {
                let authorizing = authorize(input);
                Box::pin(async move { authorizing.await.map(Into::into).map_err(Into::into) })
            }),
        }
    }

    /// What clients know it by, as `signIn("credentials")` does: 1 to 64 letters, digits, `-` and `_`.
    /// Default: `credentials`.
    pub fn id(mut self, id: impl Into<String>) -> Self {
        self.id = id.into();
        self
    }

    /// What visitors know it by. Default: `Credentials`.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }

    /// Adds a field to the sign-in page. Default: `username` and `password`. Forms of one's own may have any fields.
    pub fn field(mut self, field: CredentialsField) -> Self {
        self.fields.push(field);
        self
    }

    /// Names the field that says whom somebody claims to be: failures are counted by it. Default: `username`, else
    /// `email`, else the first field that is no password. Where all are, and where
    /// a form does not have that field, only addresses are slowed.
    ///
    /// Where no fields are added either, a form may have `email` in the place of `username`. If it has both,
    /// `username` counts, and `email` is left out of what `authorize` gets.
    pub fn identifier(mut self, field: impl Into<String>) -> Self {
        self.identifier = Some(field.into());
        self
    }

    /// How those who guess are slowed. Default: as [`Slowing`] says.
    pub fn slowing(mut self, slowing: Slowing) -> Self {
        self.slowing = slowing;
        self
    }

    /// How long `authorize` may take; after that it is dropped and counts as broken. At least a millisecond;
    /// default: 10 seconds.
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }

    pub(super) fn checked_fields(&mut self) -> Result<Fields, Vec<crate::ConfigMistake>> {
        Fields::checked(std::mem::take(&mut self.fields), self.identifier.take())
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials")
            .field("id", &self.id)
            .field("name", &self.name)
            .field("fields", &self.fields)
            .finish_non_exhaustive()
    }
}
