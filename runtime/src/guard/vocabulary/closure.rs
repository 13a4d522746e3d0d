use super::declared::undeclared;
use super::text::Text;
use super::{Vocabulary, position};

/// Which roles each role comes with, directly or through others, its own included. Bit `i` of
/// `direct[r]` says that role `r` implies role `i`.
///
/// # Panics
/// While compiling, if roles imply each other in a circle; the message spells it.
#[track_caller]
pub const fn closure<const N: usize>(variants: [&str; N], direct: [u128; N]) -> [u128; N] {
    let mut implied = direct;
    // Warshall's order: one pass is enough, also for as many roles as there may be.
    let mut between = 0;
    while between < N {
        let mut role = 0;
        while role < N {
            if has(implied[role], between) {
                implied[role] |= implied[between];
            }
            role += 1;
        }
        between += 1;
    }
    let mut role = 0;
    while role < N {
        if has(implied[role], role) {
            panic!("{}", circle(variants, direct, implied, role).as_str());
        }
        implied[role] |= 1 << role;
        role += 1;
    }
    implied
}

/// The way from a role back to itself.
const fn circle<const N: usize>(
    variants: [&str; N],
    direct: [u128; N],
    implied: [u128; N],
    start: usize,
) -> Text {
    let mut text = Text::new()
        .with("roles imply each other in a circle: `")
        .with(variants[start]);
    let mut role = start;
    let mut steps = 0;
    while steps < N && !has(direct[role], start) {
        let mut next = 0;
        while next < N && !(has(direct[role], next) && has(implied[next], start)) {
            next += 1;
        }
        text = text.with(" -> ").with(variants[next]);
        role = next;
        steps += 1;
    }
    text.with(" -> ").with(variants[start]).with("`")
}

const fn has(set: u128, bit: usize) -> bool {
    set >> bit & 1 == 1
}

/// Refuses a role's `grants` that names a permission nobody declares, where both are declared.
///
/// # Panics
/// While compiling, with the name that was probably meant.
#[track_caller]
pub const fn grants_are_declared(vocabulary: &Vocabulary) {
    let (Some(roles), Some(permissions)) = (vocabulary.roles, vocabulary.permissions) else {
        return;
    };
    let mut role = 0;
    while role < roles.grants.len() {
        let mut grant = 0;
        while grant < roles.grants[role].len() {
            let name = roles.grants[role][grant];
            if position(permissions.names, name).is_none() {
                let text = undeclared("permission", name, permissions.type_name, permissions.names);
                let text = text
                    .with("; `")
                    .with(roles.variants[role])
                    .with("` grants it");
                panic!("{}", text.as_str());
            }
            grant += 1;
        }
        role += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_comes_with_everything_down_the_line() {
        let implied = closure(
            ["Admin", "Editor", "Viewer", "Guest"],
            [0b0010, 0b0100, 0, 0],
        );
        assert_eq!(implied, [0b0111, 0b0110, 0b0100, 0b1000]);
    }

    #[test]
    #[should_panic(expected = "`Admin -> Editor -> Viewer -> Admin`")]
    fn a_circle_is_spelled_out() {
        closure(["Admin", "Editor", "Viewer"], [0b010, 0b100, 0b001]);
    }

    #[test]
    #[should_panic(expected = "`Editor -> Viewer -> Editor`")]
    fn a_circle_is_spelled_without_the_way_to_it() {
        closure(["Admin", "Editor", "Viewer"], [0b010, 0b100, 0b010]);
    }
}
