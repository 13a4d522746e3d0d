//! Who people are at this newspaper.

use portcullis::Roles;

/// From here on a misspelt role in any attribute is a compile error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Roles)]
pub(crate) enum Role {
    #[role(implies(Editor))]
    Admin,
    #[role(implies(Reader))]
    Editor,
    Reader,
}
