use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::value::{RawValue, to_raw_value};
use serde_json::{Map, Value};

use super::AuthError;

/// The user of a session: what the application signs in, and what handlers get back.
///
/// ```
/// # use portcullis::User;
/// let user = User::new("42").named("Ada").with_roles(["editor"]).with("theme", "dark");
/// ```
#[derive(Clone, PartialEq, Eq, Default, Deserialize, Serialize)]
#[non_exhaustive]
pub struct User {
    /// What the application knows the user by. Never empty in a session.
    pub id: String,
    /// The name to show.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The e-mail address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// The address of a picture.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image: Option<String>,
    /// The roles that `role = ".."` asks for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub roles: Vec<String>,
    /// The permissions that `permission = ".."` asks for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub permissions: Vec<String>,
    /// The scopes (RFC 6749 section 3.3) that `scope = ".."` asks for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub scopes: Vec<String>,
    /// Whatever else the application wants to find in the session.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// The members that a user has fields for.
const OWN_MEMBERS: [&str; 7] = [
    "id",
    "name",
    "email",
    "image",
    "roles",
    "permissions",
    "scopes",
];

impl User {
    /// A user with an id and nothing else.
    #[must_use]
    pub fn new(id: impl fmt::Display) -> Self {
        Self {
            id: id.to_string(),
            ..Self::default()
        }
    }

    /// Sets the name to show.
    #[must_use]
    pub fn named(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Sets the e-mail address.
    #[must_use]
    pub fn with_email(mut self, email: impl Into<String>) -> Self {
        self.email = Some(email.into());
        self
    }

    /// Sets the address of a picture.
    #[must_use]
    pub fn with_image(mut self, image: impl Into<String>) -> Self {
        self.image = Some(image.into());
        self
    }

    /// Adds roles.
    #[must_use]
    pub fn with_roles<I>(mut self, roles: I) -> Self
    where
        I: IntoIterator,
        I::Item: Into<String>,
    {
        self.roles.extend(roles.into_iter().map(Into::into));
        self
    }

    /// Adds permissions.
    #[must_use]
    pub fn with_permissions<I>(mut self, permissions: I) -> Self
    where
        I: IntoIterator,
        I::Item: Into<String>,
    {
        self.permissions
            .extend(permissions.into_iter().map(Into::into));
        self
    }

    /// Adds scopes.
    #[must_use]
    pub fn with_scopes<I>(mut self, scopes: I) -> Self
    where
        I: IntoIterator,
        I::Item: Into<String>,
    {
        self.scopes.extend(scopes.into_iter().map(Into::into));
        self
    }

    /// The user as sessions keep them.
    pub(super) fn to_json(&self) -> Result<Box<RawValue>, AuthError> {
        if self.id.is_empty() {
            return Err(AuthError::UserIdEmpty);
        }
        let is_taken = |name: &&str| self.extra.contains_key(*name);
        if let Some(name) = OWN_MEMBERS.into_iter().find(is_taken) {
            return Err(AuthError::ReservedMember(name));
        }
        to_raw_value(self).map_err(|_| AuthError::UserNotJson)
    }

    /// Adds a member of the application's own. One with the name of a field above is dropped.
    #[must_use]
    pub fn with(mut self, member: impl Into<String>, value: impl Into<Value>) -> Self {
        let member = member.into();
        if !OWN_MEMBERS.contains(&member.as_str()) {
            self.extra.insert(member, value.into());
        }
        self
    }
}

/// Shows the id only: names and addresses are nobody's business in a log.
impl fmt::Debug for User {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("User")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}
