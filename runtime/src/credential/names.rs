//! What the session cookie is called: its plain name, or one name for each chunk of a token that
//! fills several cookies, `name.0` to `name.7`, as Auth.js writes them.

/// How many chunks a token may have.
pub(super) const MOST_CHUNKS: usize = 8;
/// The chunks have the first places, the plain name has the last.
pub(super) const PLACES: usize = MOST_CHUNKS + 1;
const PLAIN: usize = MOST_CHUNKS;

/// Some of the names of the session cookie.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct CookieNames(pub(super) [bool; PLACES]);

impl CookieNames {
    /// The plain name alone.
    pub(crate) const PLAIN: Self =
        Self([false, false, false, false, false, false, false, false, true]);

    pub(crate) fn is_empty(self) -> bool {
        self == Self::default()
    }

    /// These names, except the others.
    pub(crate) fn without(self, others: Self) -> Self {
        let mut left = self;
        for (is_left, is_other) in left.0.iter_mut().zip(others.0) {
            *is_left &= !is_other;
        }
        left
    }
}

impl FromIterator<usize> for CookieNames {
    fn from_iter<I: IntoIterator<Item = usize>>(places: I) -> Self {
        let mut names = Self::default();
        for place in places {
            if let Some(is_there) = names.0.get_mut(place) {
                *is_there = true;
            }
        }
        names
    }
}

/// The name that belongs to a place.
pub(super) fn name_at(name: &str, place: usize) -> String {
    if place == PLAIN {
        name.to_owned()
    } else {
        format!("{name}.{place}")
    }
}

/// Whether a name looks like that of a chunk, of whatever cookie.
pub(super) fn is_of_chunk(name: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(_, suffix)| {
        !suffix.is_empty() && suffix.bytes().all(|byte| byte.is_ascii_digit())
    })
}

/// The place and the value of `name=value`, if that is a part of the session cookie. `name.00`,
/// `name.8` and `nameX` are somebody else's.
pub(super) fn part_of<'a>(name: &str, pair: &'a [u8]) -> Option<(usize, &'a [u8])> {
    match pair.strip_prefix(name.as_bytes())? {
        [b'=', value @ ..] => Some((PLAIN, value)),
        [b'.', digit @ b'0'..=b'7', b'=', value @ ..] => Some((usize::from(digit - b'0'), value)),
        _ => None,
    }
}
