//! Rules that name a role or a permission, with what their vocabulary says of it.

use super::{PermissionSet, PermissionTable, RoleSet, RoleTable, Vocabulary, position, same};
use crate::guard::Requirement;

/// A rule that asks for a role.
#[derive(Debug, Clone, Copy)]
pub struct RoleRule {
    name: &'static str,
    sufficient: Sufficient,
}

/// A rule that asks for a permission.
#[derive(Debug, Clone, Copy)]
pub struct PermissionRule {
    name: &'static str,
    granting: Sufficient,
}

/// The roles of which one is enough.
#[derive(Debug, Clone, Copy)]
enum Sufficient {
    /// No vocabulary says anything about the name: it stands for itself.
    Undeclared,
    /// The vocabulary does not have the name: nobody can say.
    Unknown,
    /// These, as bits of the table.
    Declared(&'static RoleTable, u128),
}

/// `role = "admin"`.
pub const fn role(vocabulary: &Vocabulary, name: &'static str) -> Requirement {
    let sufficient = match vocabulary.roles {
        None => Sufficient::Undeclared,
        Some(table) => match position(table.names, name) {
            None => Sufficient::Unknown,
            Some(index) => Sufficient::Declared(table, implying(table, index)),
        },
    };
    Requirement::Role(RoleRule { name, sufficient })
}

/// `role = Role::Admin`.
pub const fn role_at<R: RoleSet>(index: usize) -> Requirement {
    let sufficient = Sufficient::Declared(R::TABLE, implying(R::TABLE, index));
    Requirement::Role(RoleRule {
        name: R::TABLE.names[index],
        sufficient,
    })
}

/// `permission = "post:write"`.
pub const fn permission(vocabulary: &Vocabulary, name: &'static str) -> Requirement {
    let is_unknown = match vocabulary.permissions {
        Some(table) => position(table.names, name).is_none(),
        None => false,
    };
    let granting = match vocabulary.roles {
        _ if is_unknown => Sufficient::Unknown,
        None => Sufficient::Undeclared,
        Some(roles) => Sufficient::Declared(roles, granting(roles, name)),
    };
    Requirement::Permission(PermissionRule { name, granting })
}

/// `permission = Permission::PostWrite`.
pub const fn permission_at<P: PermissionSet>(vocabulary: &Vocabulary, index: usize) -> Requirement {
    let table: &PermissionTable = P::TABLE;
    permission(vocabulary, table.names[index])
}

/// The roles that come with the role of that index.
const fn implying(table: &RoleTable, index: usize) -> u128 {
    let mut roles = 0;
    let mut role = 0;
    while role < table.implied.len() {
        if table.implied[role] >> index & 1 == 1 {
            roles |= 1 << role;
        }
        role += 1;
    }
    roles
}

/// The roles that grant the permission, by themselves or through a role they come with.
const fn granting(table: &RoleTable, permission: &str) -> u128 {
    let mut roles = 0;
    let mut role = 0;
    while role < table.grants.len() {
        let mut grant = 0;
        while grant < table.grants[role].len() {
            if same(table.grants[role][grant], permission) {
                roles |= implying(table, role);
            }
            grant += 1;
        }
        role += 1;
    }
    roles
}

impl RoleRule {
    /// The role that is asked for.
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// All roles that its vocabulary declares.
    #[cfg(feature = "testing")]
    pub(crate) fn declared(&self) -> &'static [&'static str] {
        self.sufficient.roles()
    }

    /// Whether one of these roles is enough; `None` if nobody can say.
    pub(in crate::guard) fn is_met_by(&self, roles: &[String]) -> Option<bool> {
        match self.sufficient {
            Sufficient::Unknown => None,
            Sufficient::Undeclared => Some(roles.iter().any(|held| held == self.name)),
            Sufficient::Declared(table, enough) => Some(holds_one(table, enough, roles)),
        }
    }
}

impl PermissionRule {
    /// The permission that is asked for.
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// All roles that its vocabulary declares.
    #[cfg(feature = "testing")]
    pub(crate) fn declared_roles(&self) -> &'static [&'static str] {
        self.granting.roles()
    }

    /// Whether it is granted directly or by one of these roles; `None` if nobody can say.
    pub(in crate::guard) fn is_met_by(
        &self,
        permissions: &[String],
        roles: &[String],
    ) -> Option<bool> {
        let is_direct = permissions.iter().any(|held| held == self.name);
        match self.granting {
            Sufficient::Unknown => None,
            Sufficient::Undeclared => Some(is_direct),
            Sufficient::Declared(table, enough) => {
                Some(is_direct || holds_one(table, enough, roles))
            }
        }
    }
}

#[cfg(feature = "testing")]
impl Sufficient {
    fn roles(self) -> &'static [&'static str] {
        match self {
            Self::Declared(table, _) => table.names,
            Self::Undeclared | Self::Unknown => &[],
        }
    }
}

fn holds_one(table: &RoleTable, enough: u128, roles: &[String]) -> bool {
    roles.iter().any(|held| {
        let index = table.names.iter().position(|name| name == held);
        index.is_some_and(|index| enough >> index & 1 == 1)
    })
}
