//! The enums of a vocabulary as values.

use std::str::FromStr;

use crate::{Permission, Role};

#[test]
fn roles_and_permissions_are_printed_and_read_by_their_names() {
    for (role, name) in [
        (Role::Admin, "admin"),
        (Role::Editor, "editor"),
        (Role::Viewer, "viewer"),
        (Role::Banned, "banned"),
    ] {
        assert_eq!(role.to_string(), name);
        assert_eq!(role.as_ref(), name);
        assert_eq!(String::from(role), name);
        assert_eq!(Role::from_str(name), Ok(role));
        assert_eq!(serde_json::to_value(role).expect("JSON"), name);
        assert_eq!(
            serde_json::from_value::<Role>(name.into()).expect("a role"),
            role
        );
    }
    assert_eq!(Permission::PostDelete.to_string(), "post:delete");
    assert_eq!(
        Permission::from_str("post:write"),
        Ok(Permission::PostWrite)
    );
    let unknown = Role::from_str("wizard").expect_err("no such role");
    assert_eq!(unknown.to_string(), "unknown role");
    assert!(serde_json::from_value::<Role>("wizard".into()).is_err());
    assert!(serde_json::from_value::<Permission>(3.into()).is_err());
}
