//! The names that a crate's rules may use, and what follows from having one.

#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    reason = "evaluated while compiling: a panic is the compile error, and `get` is not to be had"
)]

mod closure;
mod declared;
mod lookup;
mod names;
mod nearest;
mod text;
mod unknown;

pub use self::closure::{closure, grants_are_declared};
pub use self::declared::{declared_permission, declared_role};
pub use self::lookup::{CrateKey, Declares, Lookup, Nobody, Undeclared};
pub use self::names::{PermissionRule, RoleRule, permission, permission_at, role, role_at};
pub use self::unknown::UnknownName;

/// An enum whose variants are roles. Made by `#[derive(Roles)]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be used as a role",
    label = "`{Self}` does not implement `RoleSet`",
    note = "add `#[derive(portcullis::Roles)]` to `{Self}`"
)]
pub trait RoleSet: Sized + 'static {
    #[doc(hidden)]
    const TABLE: &'static RoleTable;
}

/// An enum whose variants are permissions. Made by `#[derive(Permissions)]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be used as a permission",
    label = "`{Self}` does not implement `PermissionSet`",
    note = "add `#[derive(portcullis::Permissions)]` to `{Self}`"
)]
pub trait PermissionSet: Sized + 'static {
    #[doc(hidden)]
    const TABLE: &'static PermissionTable;
}

/// What `vocabulary!` declares at the root of a crate.
#[derive(Debug)]
pub struct Vocabulary {
    /// The roles, if they are declared.
    pub roles: Option<&'static RoleTable>,
    /// The permissions, if they are declared.
    pub permissions: Option<&'static PermissionTable>,
}

/// The roles of an enum, in the order of its variants.
#[derive(Debug)]
pub struct RoleTable {
    /// The name of the enum.
    pub type_name: &'static str,
    /// The names of the roles.
    pub names: &'static [&'static str],
    /// The fingerprints of the names, in ascending order.
    pub fingerprints: &'static [u64],
    /// The names of the variants.
    pub variants: &'static [&'static str],
    /// Which roles each role comes with: bit `i` stands for role `i`, its own included.
    pub implied: &'static [u128],
    /// Which permissions each role grants by itself.
    pub grants: &'static [&'static [&'static str]],
}

/// The permissions of an enum, in the order of its variants.
#[derive(Debug)]
pub struct PermissionTable {
    /// The name of the enum.
    pub type_name: &'static str,
    /// The names of the permissions.
    pub names: &'static [&'static str],
    /// The fingerprints of the names, in ascending order.
    pub fingerprints: &'static [u64],
}

/// The place of a name in a list.
const fn position(names: &[&str], name: &str) -> Option<usize> {
    let mut index = 0;
    while index < names.len() {
        if same(names[index], name) {
            return Some(index);
        }
        index += 1;
    }
    None
}

const fn same(one: &str, other: &str) -> bool {
    let (one, other) = (one.as_bytes(), other.as_bytes());
    if one.len() != other.len() {
        return false;
    }
    let mut index = 0;
    while index < one.len() {
        if one[index] != other[index] {
            return false;
        }
        index += 1;
    }
    true
}
