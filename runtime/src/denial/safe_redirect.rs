#![expect(
    clippy::indexing_slicing,
    reason = "evaluated while compiling; every index is below the length"
)]

/// Refuses a redirect target that could leave the site, where it is a constant: the rules that the
/// attributes have for a literal.
///
/// # Panics
/// While compiling, with the rule that is broken.
#[track_caller]
pub const fn safe_redirect(target: &str) {
    let bytes = target.as_bytes();
    assert!(
        !bytes.is_empty() && bytes[0] == b'/',
        "a redirect target must start with `/`"
    );
    assert!(
        bytes.len() <= 2048,
        "a redirect target cannot be longer than 2048 bytes"
    );
    let mut index = 0;
    let mut is_path = true;
    while index < bytes.len() {
        let byte = bytes[index];
        assert!(
            byte > b' ' && byte < 0x7f && byte != b'\\',
            "a redirect target has printable ASCII characters only, and no backslash"
        );
        is_path = is_path && byte != b'?' && byte != b'#';
        assert!(
            !is_path || byte != b'/' || index + 1 == bytes.len() || bytes[index + 1] != b'/',
            "a redirect path cannot contain `//`, which browsers may read as another site"
        );
        assert!(
            !is_path || byte != b'%',
            "a redirect path cannot contain `%`, which servers and browsers read differently"
        );
        assert!(
            !is_path || byte != b'.' || index == 0 || bytes[index - 1] != b'/',
            "a redirect path cannot have a segment that begins with `.`"
        );
        index += 1;
    }
}
