//! The table of argument names: the parser, the lists of accepted names, the near names and completion all read it.

mod mistaken;
mod table;

pub(crate) use self::mistaken::{is_secret, mistaken};
pub(crate) use self::table::KEYS;

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
    pub(crate) shape: Shape,
    pub(crate) accepted_by: &'static [Macro],
    /// What its value is called in messages.
    pub(crate) takes: &'static str,
    /// The argument as it could be written.
    pub(crate) example: &'static str,
    /// What an editor shows beside the name.
    pub(crate) about: &'static str,
}

/// What an argument is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Rule(Rule),
    Setting(Setting),
}

/// How an argument is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// `name = value`
    Value,
    /// `name(..)`, as often as wanted
    Group,
    /// `name`
    Word,
    /// `name` or `name = value`
    WordOrValue,
}

/// The arguments that say who may pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rule {
    Role,
    Permission,
    Scope,
    Claim,
    Owner,
    When,
    Policy,
    All,
    Any,
    Not,
}

/// The arguments that say what else holds for the handler.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Setting {
    Redirect,
    Deny,
    Fresh,
    Acr,
    Via,
    Live,
    Audit,
    Reason,
    CrossSite,
    Overrides,
    State,
    Crate,
}

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

    /// Whether it is written `name(..)`, as often as wanted, never `name = ..`.
    pub(crate) fn is_group(&self) -> bool {
        self.shape == Shape::Group
    }

    /// Whether its value may be a list: `name = any(..)`.
    pub(crate) fn takes_list(&self) -> bool {
        matches!(
            self.kind,
            Kind::Rule(Rule::Role | Rule::Permission | Rule::Scope)
        )
    }

    /// The path of a variant that could stand in place of a string.
    pub(crate) fn sample_path(&self) -> Option<&'static str> {
        match self.kind {
            Kind::Rule(Rule::Role) => Some("Role::Admin"),
            Kind::Rule(Rule::Permission) => Some("Permission::PostWrite"),
            Kind::Setting(Setting::Redirect) => Some("paths::LOGIN"),
            Kind::Rule(_) | Kind::Setting(_) => None,
        }
    }
}
