//! Names in SQL.

/// Whether a table or a column can have that name.
pub(super) fn is_name(name: &str) -> bool {
    !name.is_empty() && !name.contains('\0')
}

/// The name as SQL writes it: nothing in it is anything but a name.
pub(super) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_nothing_but_a_name() {
        assert_eq!(quoted("sessionToken"), "\"sessionToken\"");
        assert_eq!(quoted("a\"; DROP TABLE b"), "\"a\"\"; DROP TABLE b\"");
        assert!(is_name("Größe \" '"));
        assert!(!is_name("") && !is_name("a\0b"));
    }
}
