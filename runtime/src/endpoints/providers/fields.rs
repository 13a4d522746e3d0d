//! What the sign-in page asks for.

use crate::config::ConfigMistake;

/// What forms carry besides the visitor's own words: not for [`authorize`](super::Credentials::new).
pub(super) const RESERVED: [&str; 4] = ["csrfToken", "callbackUrl", "json", "redirect"];

/// One field of the sign-in page.
///
/// ```
/// use portcullis::{CredentialsField, FieldKind};
///
/// let email = CredentialsField::new("email").kind(FieldKind::Email).label("E-mail").placeholder("ada@example.org");
/// let password = CredentialsField::new("password").label("Password");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct CredentialsField {
    name: String,
    label: Option<String>,
    kind: FieldKind,
    placeholder: Option<String>,
}

/// How a browser treats what is typed into a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum FieldKind {
    /// Text as it is.
    #[default]
    Text,
    /// An e-mail address.
    Email,
    /// A telephone number.
    Telephone,
    /// A number, such as a one-time code.
    Number,
    /// Nobody looks over the visitor's shoulder.
    Password,
}

impl CredentialsField {
    /// A field of that name: text, or [`FieldKind::Password`] if the name is `password`.
    pub fn new(name: impl Into<String>) -> Self {
        let name = name.into();
        let kind = match name.as_str() {
            "password" => FieldKind::Password,
            _ => FieldKind::Text,
        };
        Self {
            name,
            label: None,
            kind,
            placeholder: None,
        }
    }

    /// The words beside the field. Default: its name.
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = Some(label.into());
        self
    }

    /// How a browser treats what is typed.
    pub fn kind(mut self, kind: FieldKind) -> Self {
        self.kind = kind;
        self
    }

    /// An example, shown while the field is empty. Default: none.
    pub fn placeholder(mut self, placeholder: impl Into<String>) -> Self {
        self.placeholder = Some(placeholder.into());
        self
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn label_text(&self) -> &str {
        self.label.as_deref().unwrap_or(&self.name)
    }

    pub(crate) fn placeholder_text(&self) -> &str {
        self.placeholder.as_deref().unwrap_or_default()
    }

    /// The `type` of the `input` in HTML.
    pub(crate) fn input_type(&self) -> &'static str {
        match self.kind {
            FieldKind::Text => "text",
            FieldKind::Email => "email",
            FieldKind::Telephone => "tel",
            FieldKind::Number => "number",
            FieldKind::Password => "password",
        }
    }
}

/// The fields as they were checked, and which of them may say who somebody claims to be: the first that was
/// posted does.
pub(super) struct Fields {
    pub(super) all: Vec<CredentialsField>,
    pub(super) identifiers: Vec<String>,
}

impl Fields {
    /// `username` and `password` if there are none; a form of the application's own may then have `email`
    /// instead. The identifier is the named field, else `username`, `email`, or the first that is no password.
    pub(super) fn checked(
        mut all: Vec<CredentialsField>,
        identifier: Option<String>,
    ) -> Result<Self, Vec<ConfigMistake>> {
        let is_open = all.is_empty() && identifier.is_none();
        if all.is_empty() {
            all = ["username", "password"].map(CredentialsField::new).into();
        }
        let mut mistakes = Vec::new();
        for (index, field) in all.iter().enumerate() {
            let name = field.name.clone();
            let is_usable = !name.is_empty() && !name.chars().any(char::is_control);
            if !is_usable || RESERVED.contains(&name.as_str()) {
                mistakes.push(ConfigMistake::FieldNameInvalid { name });
            } else if all.iter().take(index).any(|other| other.name == name) {
                mistakes.push(ConfigMistake::FieldDuplicate { name });
            }
        }
        let named = |name: &str| all.iter().find(|field| field.name == name);
        let is_shown = |field: &&CredentialsField| field.kind != FieldKind::Password;
        let found = match &identifier {
            Some(name) => named(name),
            None => named("username")
                .or_else(|| named("email"))
                .or_else(|| all.iter().find(is_shown)),
        };
        let found = found.map(|field| field.name.clone());
        if let (Some(name), None) = (identifier, &found) {
            mistakes.push(ConfigMistake::IdentifierUnknown { name });
        }
        if !mistakes.is_empty() {
            return Err(mistakes);
        }
        let identifiers = match is_open {
            true => ["username", "email"].map(str::to_owned).into(),
            false => found.into_iter().collect(),
        };
        Ok(Self { all, identifiers })
    }
}
