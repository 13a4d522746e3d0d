//! The table of argument names: the parser, the lists of accepted names and the near names all read it.

/// The macros that take arguments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Macro {
    Protected,
    Authorized,
    Public,
    Guard,
}

impl Macro {
    /// The macro as a user writes it.
    pub(crate) fn written(self) -> &'static str {
        match self {
            Self::Protected => "#[protected]",
            Self::Authorized => "#[authorized]",
            Self::Public => "#[public]",
            Self::Guard => "guard!",
        }
    }

    /// What to write instead of this macro where being signed in is all that is asked.
    pub(crate) fn login_only(self) -> &'static str {
        match self {
            Self::Guard => "guard!()",
            Self::Protected | Self::Authorized | Self::Public => "#[protected]",
        }
    }
}

/// One argument name.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Key {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    pub(crate) accepted_by: &'static [Macro],
    /// What its value is called in messages.
    pub(crate) takes: &'static str,
    /// The argument as it could be written.
    pub(crate) example: &'static str,
}

/// What an argument is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Rule(Rule),
    Setting(Setting),
}

/// The arguments that say who may pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rule {
    Role,
    Permission,
    All,
    Any,
    Not,
}

/// The arguments that say what else holds for the handler.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Setting {
    Redirect,
    Reason,
}

const ASKING: &[Macro] = &[Macro::Authorized, Macro::Guard];
const GUARDING: &[Macro] = &[Macro::Protected, Macro::Authorized, Macro::Guard];
const OPENING: &[Macro] = &[Macro::Public];

/// Every argument there is.
pub(crate) const KEYS: &[Key] = &[
    Key {
        name: "role",
        kind: Kind::Rule(Rule::Role),
        accepted_by: ASKING,
        takes: "a role",
        example: r#"role = "admin""#,
    },
    Key {
        name: "permission",
        kind: Kind::Rule(Rule::Permission),
        accepted_by: ASKING,
        takes: "a permission",
        example: r#"permission = "post:write""#,
    },
    Key {
        name: "all",
        kind: Kind::Rule(Rule::All),
        accepted_by: ASKING,
        takes: "a list of rules",
        example: r#"all(role = "editor", permission = "post:write")"#,
    },
    Key {
        name: "any",
        kind: Kind::Rule(Rule::Any),
        accepted_by: ASKING,
        takes: "a list of rules",
        example: r#"any(role = "admin", permission = "post:write")"#,
    },
    Key {
        name: "not",
        kind: Kind::Rule(Rule::Not),
        accepted_by: ASKING,
        takes: "a rule",
        example: r#"not(role = "suspended")"#,
    },
    Key {
        name: "redirect",
        kind: Kind::Setting(Setting::Redirect),
        accepted_by: GUARDING,
        takes: "a path",
        example: r#"redirect = "/login""#,
    },
    Key {
        name: "reason",
        kind: Kind::Setting(Setting::Reason),
        accepted_by: OPENING,
        takes: "a reason",
        example: r#"reason = "landing page""#,
    },
];

impl Key {
    /// The key of this name.
    pub(crate) fn named(name: &str) -> Option<&'static Self> {
        KEYS.iter().find(|key| key.name == name)
    }

    /// The value of the example alone.
    pub(crate) fn sample(&self) -> &'static str {
        self.example
            .split_once(" = ")
            .map_or(self.example, |(_, value)| value)
    }

    /// Whether it holds other rules: `name(..)`, as often as wanted, never `name = ..`.
    pub(crate) fn is_group(&self) -> bool {
        matches!(self.kind, Kind::Rule(Rule::All | Rule::Any | Rule::Not))
    }
}

/// Names that are not arguments, yet are written often enough to deserve their own answer.
const MISTAKEN: &[(&[&str], &str)] = &[
    (
        &["roles", "has_role", "any_role"],
        r#"to accept several roles write `role = any("admin", "editor")`"#,
    ),
    (
        &["permissions", "perms", "has_permission"],
        r#"to accept several permissions write `permission = any("post:read", "post:write")`"#,
    ),
    (
        &["login", "login_url", "sign_in", "redirect_to"],
        r#"to send visitors to a sign-in page write `redirect = "/login"`"#,
    ),
    (
        &["or", "one_of", "any_of"],
        r#"write `any(role = "admin", permission = "post:write")`"#,
    ),
    (
        &["and", "all_of"],
        r#"write `all(role = "editor", permission = "post:write")`"#,
    ),
];

/// The answer to a name that is written by mistake often enough to have one.
pub(crate) fn mistaken(name: &str) -> Option<&'static str> {
    MISTAKEN
        .iter()
        .find(|(names, _)| names.contains(&name))
        .map(|(_, help)| *help)
}

/// Whether a name announces key material, which never belongs in an attribute.
pub(crate) fn is_secret(name: &str) -> bool {
    ["secret", "key", "jwt_secret", "auth_secret"].contains(&name)
}
