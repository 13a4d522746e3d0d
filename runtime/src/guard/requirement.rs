use std::fmt;

/// What a signed-in visitor must meet: the tree that an attribute's rules become.
#[derive(Debug)]
pub enum Requirement {
    /// Nothing but a session.
    SignedIn,
    /// Nobody meets it: what a handler with a mistake in its attribute gets.
    Never,
    /// The session has the role of that name.
    Role(&'static str),
    /// The session has the permission of that name.
    Permission(&'static str),
    /// All of them.
    All(&'static [Requirement]),
    /// At least one of them.
    Any(&'static [Requirement]),
    /// The opposite.
    Not(&'static Requirement),
}

/// In words, as the access matrix shows it.
impl fmt::Display for Requirement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SignedIn => f.write_str("any signed-in user"),
            Self::Never => f.write_str("nobody"),
            Self::Role(name) => write!(f, "role {name}"),
            Self::Permission(name) => write!(f, "permission {name}"),
            Self::All(parts) => join(f, parts, " and "),
            Self::Any(parts) => join(f, parts, " or "),
            Self::Not(part) => {
                f.write_str("not ")?;
                part.nested(f)
            }
        }
    }
}

impl Requirement {
    fn nested(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All(_) | Self::Any(_) => write!(f, "({self})"),
            _ => write!(f, "{self}"),
        }
    }
}

fn join(f: &mut fmt::Formatter<'_>, parts: &[Requirement], word: &str) -> fmt::Result {
    for (index, part) in parts.iter().enumerate() {
        if index > 0 {
            f.write_str(word)?;
        }
        part.nested(f)?;
    }
    Ok(())
}
