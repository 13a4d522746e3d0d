//! One spelling for every name that looks the same.

use std::borrow::Cow;

use icu_normalizer::ComposingNormalizerBorrowed;

/// How long an identifier may be, in bytes.
const LONGEST: usize = 1024;

/// Compatibility characters (Unicode's NFKC) and capitals are gone, and so is the space around: a full-width
/// `＠` is an `@` before anybody looks whether there is one (GHSA-7rqj-j65f-68wh). `None` if it is longer than
/// any name.
pub(super) fn canonical(posted: &str) -> Option<String> {
    if posted.len() > LONGEST {
        return None;
    }
    let lower = normalized(posted).trim().to_lowercase();
    // Small letters of what was composed may compose anew.
    let canonical = normalized(&lower).into_owned();
    Some(canonical)
}

fn normalized(text: &str) -> Cow<'_, str> {
    ComposingNormalizerBorrowed::new_nfkc().normalize(text)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_that_look_the_same_are_the_same() {
        for (posted, expected) in [
            ("ada", "ada"),
            ("  Ada\t", "ada"),
            ("\u{3000}ADA\u{a0}", "ada"),
            ("ａｄａ＠ｅｘａｍｐｌｅ．ｏｒｇ", "ada@example.org"),
            ("ada\u{fe6b}example.org", "ada@example.org"),
            ("Ame\u{301}lie", "am\u{e9}lie"),
            ("AM\u{c9}LIE", "am\u{e9}lie"),
            ("ﬁnn", "finn"),
            ("", ""),
        ] {
            assert_eq!(canonical(posted).as_deref(), Some(expected), "{posted}");
        }
        assert_ne!(canonical("ada"), canonical("a da"));
        assert_eq!(canonical(&"a".repeat(LONGEST + 1)), None);
    }

    proptest! {
        #[test]
        fn what_is_canonical_stays_as_it_is(posted in "\\PC{0,60}") {
            let once = canonical(&posted).unwrap();
            prop_assert_eq!(canonical(&once), Some(once.clone()));
            prop_assert_eq!(canonical(&format!(" {posted}\n")), Some(once));
        }
    }
}
