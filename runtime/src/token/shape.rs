//! What JSON may look like that somebody else has written.

use std::fmt;

use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

/// How deep members may lie in each other.
const DEEPEST: usize = 32;

/// The object that the text is; `None` if it is none, or has a member twice.
pub(super) fn object(text: &[u8]) -> Option<Map<String, Value>> {
    let Unique(members) = serde_json::from_slice(text).ok()?;
    Some(members)
}

/// Whether nothing lies too deep in there.
pub(super) fn is_flat(members: &Map<String, Value>) -> bool {
    members.values().all(|value| lies_within(value, DEEPEST))
}

fn lies_within(value: &Value, left: usize) -> bool {
    let Some(left) = left.checked_sub(1) else {
        return false;
    };
    match value {
        Value::Array(list) => list.iter().all(|value| lies_within(value, left)),
        Value::Object(members) => members.values().all(|value| lies_within(value, left)),
        _ => true,
    }
}

/// An object in which no member is there twice (RFC 7519 section 4 leaves it to us to refuse that).
struct Unique(Map<String, Value>);

impl<'de> Deserialize<'de> for Unique {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members;

        impl<'de> Visitor<'de> for Members {
            type Value = Unique;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Unique, A::Error> {
                let mut members = Map::new();
                while let Some((name, value)) = access.next_entry::<String, Value>()? {
                    if members.insert(name, value).is_some() {
                        return Err(A::Error::custom("a member is there twice"));
                    }
                }
                Ok(Unique(members))
            }
        }

        deserializer.deserialize_map(Members)
    }
}
